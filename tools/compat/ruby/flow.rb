# Goes through the flow with Ruby's HTTP client and its encoder of forms. The encoder
# writes nil as a name without a value. Nested parameters have the names that omise-ruby
# sends. The address ends with a slash and paths begin with a slash, so each address has
# two slashes in a row. It prints the name of each step and, after a tab, the answer.

require "json"
require "net/http"

API_URL = ENV.fetch("OMISE_MOCK_URL") + "/"
SECRET_KEY = ENV.fetch("OMISE_SECRET_KEY")
PUBLIC_KEY = ENV.fetch("OMISE_PUBLIC_KEY")

# pairs returns nested parameters as pairs of a name and a value.
def pairs(params, scope = nil)
  params.flat_map do |name, value|
    name = "#{scope}[#{name}]" if scope
    case value
    when Hash then pairs(value, name)
    when Array then value.map { |element| ["#{name}[]", element] }
    else [[name, value]]
    end
  end
end

def call(request, key)
  request.basic_auth(key, "")
  Net::HTTP.start(request.uri.host, request.uri.port) { |http| http.request(request) }
end

# step prints the answer to a call, or the error of the API, and returns it.
def step(name, method, path, params = {}, key: SECRET_KEY)
  form = URI.encode_www_form(pairs(params))
  uri = URI(API_URL + path)
  uri.query = form if method == :Get && !params.empty?
  request = Net::HTTP.const_get(method).new(uri)
  request.set_form_data({}) if method == :Post
  request.body = form unless method == :Get
  request.content_type = "application/x-www-form-urlencoded"
  answer = call(request, key).body
  puts "#{name}\t#{answer}"
  JSON.parse(answer)
end

def token(name, number)
  step(name, :Post, "/tokens", { card: {
    name: "Somchai Prasert", number: number, expiration_month: 12, expiration_year: 2035, security_code: "123",
  } }, key: PUBLIC_KEY)
end

# admin makes a call of the admin API.
def admin(path, body = "{}")
  request = Net::HTTP::Post.new(URI(API_URL + "_admin/" + path))
  request.body = body
  request.content_type = "application/json"
  call(request, SECRET_KEY).value
end

good = token("token", "4242424242424242")
customer = step("customer", :Post, "/customers", { email: "somchai@example.com", card: good["id"], description: nil })
step("charge the customer", :Post, "/charges",
     { customer: customer["id"], amount: 100_000, currency: "thb", capture: true, metadata: { order: "A-1" } })
poor = token("token of a card without money", "4111111111140011")
on_poor = { card: poor["id"], amount: 100_000, currency: "thb", customer: nil, description: "" }
step("declined charge", :Post, "/charges", on_poor)
step("used token", :Post, "/charges", on_poor)
held = step("authorize", :Post, "/charges", { customer: customer["id"], amount: 50_000, currency: "thb", capture: false })
step("capture", :Post, "/charges/#{held["id"]}/capture")
step("refund", :Post, "/charges/#{held["id"]}/refunds", { amount: 10_000, void: nil })
step("refund too much", :Post, "/charges/#{held["id"]}/refunds", { amount: 40_001 })

qr = step("source", :Post, "/sources", { type: "promptpay", amount: 45_000, currency: "thb" })
waiting = step("charge the source", :Post, "/charges", { source: qr["id"], amount: 45_000, currency: "thb" })
admin("charges/#{waiting["id"]}/pay")
step("paid with the phone", :Get, "/charges/#{waiting["id"]}")
bank = step("source of a bank", :Post, "/sources", { type: "internet_banking_bbl", amount: 30_000, currency: "thb" })
away = step("charge a bank account", :Post, "/charges",
            { source: bank["id"], amount: 30_000, currency: "thb", return_uri: "https://shop.example.com/back" })
admin("charges/#{away["id"]}/authorize")
step("authorized at the bank", :Get, "/charges/#{away["id"]}", { expand: nil })

step("newest charges", :Get, "/charges", { limit: 2, offset: 1, order: "reverse_chronological" })
step("charges of tomorrow", :Get, "/charges", { from: "2026-01-06T00:00:00Z" })
admin("advance", '{"duration":"7d"}')
step("balance", :Get, "/balance")
step("transfer", :Post, "/transfers", { amount: 50_000, fail_fast: false })
step("events", :Get, "/events", { limit: 100 })
step("schedule", :Post, "/schedules",
     { every: 1, period: "week", on: { weekdays: ["Monday", "Thursday"] }, end_date: "2026-12-31",
       charge: { customer: customer["id"], amount: 20_000 } })
recipient = step("recipient", :Post, "/recipients",
                 { name: "Malee", type: "individual", bank_account: { brand: "bbl", number: "1234567890", name: "Malee" } })
step("update the recipient", :Patch, "/recipients/#{recipient["id"]}",
     { name: nil, type: nil, description: "partner", bank_account: { number: nil, name: nil } })
step("update the customer", :Patch, "/customers/#{customer["id"]}", { description: "loyal" })
step("delete the customer", :Delete, "/customers/#{customer["id"]}")
step("missing charge", :Get, "/charges/chrg_test_404")
