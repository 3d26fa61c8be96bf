package fake

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A sentCall is a create or an update with the parameters of a form. Names in braces are
// replaced by ids.
type sentCall struct {
	call   string
	params map[string]string
}

// onBehalfOf is listed among the parameters. It is the header that names a merchant.
const onBehalfOf = "SUB_MERCHANT_ID"

// beforeSent makes the objects that the calls name.
const beforeSent = `[
	{"name": "card1", "call": "POST /tokens", "params": {"card": {"name": "Somchai", "number": "4242424242424242", "expiration_month": 12, "expiration_year": 2035}}},
	{"name": "card2", "call": "POST /tokens", "params": {"card": {"name": "Somchai", "number": "4242424242424242", "expiration_month": 12, "expiration_year": 2035}}},
	{"name": "card3", "call": "POST /tokens", "params": {"card": {"name": "Somchai", "number": "4242424242424242", "expiration_month": 12, "expiration_year": 2035}}},
	{"name": "card4", "call": "POST /tokens", "params": {"card": {"name": "Somchai", "number": "4242424242424242", "expiration_month": 12, "expiration_year": 2035}}},
	{"name": "card5", "call": "POST /tokens", "params": {"card": {"name": "Somchai", "number": "4242424242424242", "expiration_month": 12, "expiration_year": 2035}}},
	{"name": "customer", "call": "POST /customers", "params": {"card": "{card1}"}},
	{"name": "source", "call": "POST /sources", "params": {"type": "promptpay", "amount": 100000, "currency": "thb"}},
	{"name": "paid", "call": "POST /charges", "params": {"amount": 100000, "currency": "thb", "card": "{card2}"}},
	{"name": "held", "call": "POST /charges", "params": {"amount": 100000, "currency": "thb", "customer": "{customer}", "capture": false, "authorization_type": "pre_auth"}},
	{"name": "argued", "call": "POST /charges", "params": {"amount": 100000, "currency": "thb", "customer": "{customer}"}},
	{"name": "dispute", "call": "POST /charges/{argued}/disputes"},
	{"name": "recipient", "call": "POST /recipients", "params": {"name": "Malee", "type": "individual", "bank_account": {"brand": "bbl", "number": "1234567890", "name": "Malee"}}},
	{"name": "transfer", "call": "POST /transfers", "params": {"amount": 5000}},
	{"name": "link", "call": "POST /links", "params": {"amount": 10000, "currency": "thb", "title": "Coffee", "description": "A bag"}},
	{"name": "account", "call": "POST /linked_accounts", "params": {"type": "direct_debit_scb", "return_uri": "https://shop.example.com"}},
	{"name": "schedule", "call": "POST /schedules", "params": {"every": 1, "period": "day", "end_date": "2026-12-31", "charge": {"customer": "{customer}", "amount": 20000}}},
	{"name": "merchant", "call": "POST /sub_merchants", "params": {"name": "Branch"}}
]`

var sentCalls = []sentCall{
	{"POST /charges", map[string]string{
		"amount": "50000", "currency": "thb", "card": "{card3}", "return_uri": "https://shop.example.com/back",
		"description": "Coffee", "ip": "203.0.113.7", "capture": "false", "metadata[order]": "A-1",
		"zero_interest_installments": "true", "authorization_type": "pre_auth", "authentication": "PASSKEY",
		"webhook_endpoints[]": "https://shop.example.com/hooks", "statement_descriptor": "SHOP",
	}},
	{"POST /charges", map[string]string{"amount": "50000", "currency": "thb", "customer": "{customer}"}},
	{"POST /charges", map[string]string{
		"amount": "100000", "currency": "thb", "source": "{source}", "expires_at": "2026-01-10T00:00:00Z",
	}},
	{"POST /charges", map[string]string{"amount": "50000", "currency": "thb", "source[type]": "promptpay"}},
	{"POST /charges", map[string]string{"amount": "50000", "currency": "thb", "linked_account": "{account}"}},
	{"POST /charges", map[string]string{
		"amount": "50000", "currency": "thb", "customer": "{customer}", onBehalfOf: "{merchant}",
		"platform_fee[fixed]": "500", "platform_fee[percentage]": "2.5",
	}},
	{"POST /charges", map[string]string{
		"amount": "50000", "currency": "thb", "customer": "{customer}", onBehalfOf: "{merchant}", "platform_fee[amount]": "700",
	}},
	{"PATCH /charges/{paid}", map[string]string{"description": "Tea", "metadata[order]": "A-2"}},
	{"POST /charges/{held}/capture", map[string]string{"capture_amount": "60000"}},
	{"POST /charges/{paid}/refunds", map[string]string{"amount": "100000", "void": "true", "reason": "returned", "metadata[case]": "7"}},
	{"PATCH /disputes/{dispute}", map[string]string{"message": "It was sent.", "metadata[case]": "7"}},
	{"PATCH /disputes/{dispute}/close", map[string]string{"status": "won"}},
	{"POST /customers", map[string]string{"card": "{card4}", "description": "Regular", "email": "a@example.com", "metadata[level]": "gold"}},
	{"PATCH /customers/{customer}", map[string]string{"description": "Guest", "email": "b@example.com", "metadata[level]": "tin"}},
	{"POST /customers", map[string]string{"linked_account": "{account}"}},
	{"PATCH /customers/{customer}", map[string]string{"linked_account": "{account}"}},
	{"PATCH /customers/{customer}", map[string]string{"card": "{card5}"}},
	{"PATCH /customers/{customer}", map[string]string{"default_card": "{default_card}"}},
	{"PATCH /customers/{customer}/cards/{default_card}", map[string]string{
		"name": "S. Prasert", "expiration_month": "2", "expiration_year": "2036", "postal_code": "10240", "city": "Bangkok",
	}},
	{"POST /tokens", map[string]string{
		"card[name]": "Somchai", "card[number]": "4242424242424242", "card[expiration_month]": "12", "card[expiration_year]": "2035",
		"card[security_code]": "123", "card[city]": "Bangkok", "card[postal_code]": "10240", "card[street1]": "1 Main Road",
		"card[street2]": "Floor 2", "card[state]": "Bangkok", "card[country]": "th", "card[phone_number]": "0812345678",
		"card[email]": "a@example.com",
	}},
	{"POST /tokens", map[string]string{
		"tokenization[method]": "googlepay", "tokenization[data]": "{}", "tokenization[billing_name]": "Somchai",
		"tokenization[billing_city]": "Bangkok", "tokenization[billing_country]": "th", "tokenization[billing_postal_code]": "10240",
		"tokenization[billing_state]": "Bangkok", "tokenization[billing_street1]": "1 Main Road",
		"tokenization[billing_street2]": "Floor 2", "tokenization[billing_phone_number]": "0812345678",
	}},
	{"POST /sources", map[string]string{
		"type": "alipayplus_upm", "amount": "50000", "currency": "thb", "barcode": "281011", "bank": "bbl", "email": "a@example.com",
		"name": "Malee", "phone_number": "0812345678", "ip": "203.0.113.7", "platform_type": "IOS", "store_id": "1",
		"store_name": "Main", "terminal_id": "T1", "promotion_code": "P1", "supplier_id": "S1", "qr_settings[image_type]": "png",
		"billing[country]": "TH", "billing[city]": "Bangkok", "billing[postal_code]": "10240", "billing[state]": "Bangkok",
		"billing[street1]": "1 Main Road", "billing[street2]": "Floor 2",
		"shipping[country]": "TH", "shipping[city]": "Bangkok", "shipping[postal_code]": "10240", "shipping[state]": "Bangkok",
		"shipping[street1]": "1 Main Road", "shipping[street2]": "Floor 2",
		"items[][sku]": "A1", "items[][name]": "Beans", "items[][amount]": "25000", "items[][quantity]": "2", "items[][category]": "Coffee",
		"items[][brand]": "Doi", "items[][item_uri]": "https://shop.example.com/a1", "items[][image_uri]": "https://shop.example.com/a1.png",
	}},
	{"POST /sources", map[string]string{"type": "promptpay", "amount": "50000", "currency": "thb", "mobile_number": "0812345678"}},
	{"POST /sources", map[string]string{
		"type": "installment_kbank", "amount": "500000", "currency": "thb", "installment_term": "6", "zero_interest_installments": "true",
	}},
	{"PATCH /account", map[string]string{
		"webhook_uri": "https://shop.example.com/hooks", "chain_enabled": "true", "chain_return_uri": "https://shop.example.com/chain",
		"zero_interest_installments": "true", "metadata_export_keys[charge][]": "order", "metadata_export_keys[transfer][]": "month",
		"metadata_export_keys[refund][]": "case", "metadata_export_keys[dispute][]": "case",
	}},
	{"PATCH /account/api_version", map[string]string{"api_version": "2019-05-29"}},
	{"PATCH /consent", map[string]string{"principal": "merchant", "policies[terms]": "true"}},
	{"POST /recipients", map[string]string{
		"name": "Malee", "type": "corporation", "email": "a@example.com", "description": "Partner", "tax_id": "1234567890",
		"metadata[level]": "gold", "bank_account[name]": "Malee", "bank_account[number]": "1234567890", "bank_account[brand]": "bbl",
		"bank_account[branch_code]": "001", "bank_account[type]": "current",
	}},
	{"POST /recipients", map[string]string{
		"name": "Malee", "type": "individual", "bank_account[name]": "Malee", "bank_account[number]": "1234567890", "bank_account[bank_code]": "bbl",
	}},
	{"PATCH /recipients/{recipient}", map[string]string{
		"name": "Somsri", "type": "corporation", "email": "b@example.com", "description": "Friend", "tax_id": "0987654321",
		"metadata[level]": "tin", "bank_account[name]": "Somsri", "bank_account[number]": "0987654321", "bank_account[brand]": "scb",
		"bank_account[branch_code]": "002", "bank_account[type]": "current",
	}},
	{"PATCH /recipients/{recipient}", map[string]string{"bank_account[bank_code]": "bbl"}},
	{"POST /transfers", map[string]string{
		"amount": "5000", "recipient": "{recipient}", "fail_fast": "true", "metadata[month]": "5", "split_transfer": "true", "idemp_key": "k1",
	}},
	{"PATCH /transfers/{transfer}", map[string]string{"amount": "4000", "metadata[month]": "6"}},
	{"POST /schedules", map[string]string{
		"every": "2", "period": "week", "start_date": "2026-02-02", "end_date": "2026-12-31", "on[weekdays][]": "monday",
		"charge[customer]": "{customer}", "charge[amount]": "20000", "charge[currency]": "thb", "charge[card]": "{default_card}",
		"charge[description]": "Beans", "charge[metadata][order]": "A-1",
	}},
	{"POST /schedules", map[string]string{
		"every": "1", "period": "month", "end_date": "2026-12-31", "on[days_of_month][]": "15",
		"transfer[recipient]": "{recipient}", "transfer[amount]": "5000", "transfer[currency]": "thb",
	}},
	{"POST /schedules", map[string]string{
		"every": "1", "period": "month", "end_date": "2026-12-31", "on[weekday_of_month]": "2nd_monday",
		"transfer[recipient]": "{recipient}", "transfer[percentage_of_balance]": "25",
	}},
	{"POST /links", map[string]string{
		"amount": "10000", "currency": "thb", "title": "Coffee", "description": "A bag", "multiple": "true",
	}},
	{"PATCH /links/{link}", map[string]string{"title": "Tea", "description": "A box", "metadata[level]": "gold"}},
	{"PATCH /schedules/bulk_pause", map[string]string{"schedule_ids[]": "{schedule}"}},
	{"PATCH /schedules/bulk_resume", map[string]string{"schedule_ids[]": "{schedule}"}},
	{"DELETE /schedules/bulk_delete", map[string]string{"schedule_ids[]": "{schedule}"}},
	{"POST /external/links", map[string]string{
		"template_id": "3655", "team_id": "3388", "name": "Premium", "amount": "299900", "currency": "thb", "multiple_usage": "true",
		"additional": "note",
	}},
	{"POST /sub_merchants", map[string]string{"name": "Branch"}},
	{"POST /linked_accounts", map[string]string{
		"type": "direct_debit_scb", "return_uri": "https://shop.example.com", "metadata[level]": "gold",
	}},
	{"POST /routing_group_rules", map[string]string{"name": "Large", "provider": "bank"}},
}

// shownAt has the paths of parameters that answers show under another name. If the shown
// value differs from the sent value, it follows after =.
var shownAt = map[string]string{
	"POST /charges card":                              "card.last_digits=4242",
	"POST /charges source":                            "source.id",
	"POST /charges linked_account":                    "linked_account.id",
	"POST /charges/{}/capture capture_amount":         "captured_amount",
	"POST /charges/{}/refunds void":                   "voided",
	"POST /customers card":                            "cards.data.0.last_digits=4242",
	"PATCH /customers/{} card":                        "cards.data.1.last_digits=4242",
	"POST /tokens card[number]":                       "card.last_digits=4242",
	"POST /tokens card[security_code]":                "card.security_code_check=true",
	"POST /tokens tokenization[billing_name]":         "card.name",
	"POST /tokens tokenization[billing_city]":         "card.city",
	"POST /tokens tokenization[billing_country]":      "card.country",
	"POST /tokens tokenization[billing_postal_code]":  "card.postal_code",
	"POST /tokens tokenization[billing_state]":        "card.state",
	"POST /tokens tokenization[billing_street1]":      "card.street1",
	"POST /tokens tokenization[billing_street2]":      "card.street2",
	"POST /tokens tokenization[billing_phone_number]": "card.phone_number",
	"POST /tokens tokenization[method]":               "card.tokenization_method",
	"PATCH /consent principal":                        "principal.name",
	"POST /recipients bank_account[number]":           "bank_account.account_number",
	"POST /recipients bank_account[brand]":            "bank_account.bank_code",
	"PATCH /recipients/{} bank_account[number]":       "bank_account.account_number",
	"PATCH /recipients/{} bank_account[brand]":        "bank_account.bank_code",
	"POST /customers linked_account":                  "linked_accounts.data.0.id",
	"PATCH /customers/{} linked_account":              "linked_accounts.data.0.id",
	"PATCH /schedules/bulk_pause schedule_ids[]":      "success_schedule_ids.0",
	"PATCH /schedules/bulk_resume schedule_ids[]":     "success_schedule_ids.0",
	"DELETE /schedules/bulk_delete schedule_ids[]":    "success_schedule_ids.0",
	"POST /routing_group_rules name":                  "comment",
	"POST /routing_group_rules provider":              "default_backend",
	"POST /schedules start_date":                      "start_on",
	"POST /schedules end_date":                        "end_on",
}

// neverShown has the parameters that no answer of the fake shows, with the reason.
var neverShown = map[string]string{
	"POST /charges first_charge":                      "a charge has no such attribute",
	"POST /charges transaction_indicator":             "a charge has no such attribute",
	"POST /charges recurring_reason":                  "a charge has no such attribute",
	"POST /charges reference":                         "a charge has no such attribute",
	"POST /charges destination":                       "a charge has no such attribute, and only a draft has the parameter",
	"POST /tokens tokenization[data]":                 "it is encrypted, and the token always has a good Visa card",
	"POST /tokens tokenization[merchant_id]":          "a card has no such attribute",
	"POST /tokens tokenization[brand]":                "the token always has a good Visa card",
	"POST /mfa_confirmations resend":                  "a confirmation has no such attribute",
	"POST /transfers split_transfer":                  "a transfer has no such attribute, and no source explains it",
	"POST /transfers idemp_key":                       "a transfer has no such attribute; a second use shows the first transfer",
	"POST /transfers merchant_id":                     "a transfer has no such attribute, and only a draft has the parameter",
	"PATCH /transfers/{} success":                     "no source explains it",
	"PATCH /transfers/{} failure_code":                "no source explains it",
	"PATCH /transfers/{} failure_message":             "no source explains it",
	"POST /schedules/upload file":                     "a batch has no such attribute; the schedules that it makes are shown",
	"POST /linked_accounts citizen_id":                "a linked account has no such attribute",
	"POST /external/links custom_webhook":             "a link of Payment Links+ has no such attribute",
	"POST /routing_group_rules conditions":            "a rule has no such attribute",
	"POST /routing_group_rules conditions[].field":    "a rule has no such attribute",
	"POST /routing_group_rules conditions[].operator": "a rule has no such attribute",
	"POST /routing_group_rules conditions[].value":    "a rule has no such attribute",
	"POST /routing_group_rules priority":              "a rule has no such attribute",
	"POST /routing_group_rules enabled":               "a rule has no such attribute",
	"POST /routing_group_rules metadata":              "a rule has no such attribute",
}

// shownIn has the parameters of a file. The named test sends them.
var shownIn = map[string]string{
	"POST /disputes/{}/documents file": "TestDisputeDocuments",
	"POST /disputes/{}/documents kind": "TestDisputeDocuments",
}

func TestAnswersShowSentParameters(t *testing.T) {
	t.Parallel()
	s := New(Options{})
	s.SeedPaidCharges(3)
	s.Advance(2 * day)
	ids, err := s.Seed([]byte(beforeSent))
	require.NoError(t, err)
	require.NoError(t, s.RegisterLinkedAccount(ids["account"], true))
	w := &world{t: t, Server: s}
	ids["default_card"] = w.get("/customers/" + ids["customer"]).text("default_card")
	filled := func(text string) string {
		for name, id := range ids {
			text = strings.ReplaceAll(text, "{"+name+"}", id)
		}
		return text
	}
	shown := map[string]bool{}
	for _, sent := range sentCalls {
		form := url.Values{}
		for name, value := range sent.params {
			form.Set(name, filled(value))
		}
		method, path, _ := strings.Cut(filled(sent.call), " ")
		merchant := form.Get(onBehalfOf)
		form.Del(onBehalfOf)
		hr := w.request(method, path, form)
		if merchant != "" {
			hr.Header.Set(onBehalfOf, merchant)
		}
		status, got := w.send(hr)
		require.Equal(t, http.StatusOK, status, "%s: %v", sent.call, got)
		answer := map[string]any(got)
		for name := range form {
			parameter := anonymous(sent.call) + " " + name
			shown[parameter] = neverShown[parameter] == ""
			if neverShown[parameter] != "" {
				continue
			}
			path, want, differs := strings.Cut(cmp.Or(shownAt[parameter], attributePath(name)), "=")
			if !differs {
				want = form.Get(name)
			}
			if got := fmt.Sprint(attributeAt(answer, path)); !strings.EqualFold(got, want) {
				t.Errorf("%s: sent %q, shown %q at %s, want %q", parameter, form.Get(name), got, path, want)
			}
		}
	}
	total := 0
	for operation, endpoint := range endpoints() {
		for _, p := range endpoint.Params {
			parameter := operation + " " + p.Name
			if strings.HasPrefix(operation, "GET") || !p.InBodyOrQuery() {
				continue
			}
			total++
			isShown := shown[parameter] || shown[parameter+"[]"] || shownIn[parameter] != ""
			for name := range shown { // of a group with free names
				isShown = isShown || strings.HasPrefix(name, parameter+"[")
			}
			if isShown == (neverShown[parameter] != "") {
				t.Errorf("%s must be either shown or a limit", parameter)
			}
		}
	}
	t.Logf("%d parameters of creates and updates: %d shown back, %d limits", total, total-len(neverShown), len(neverShown))
}

// attributePath returns items.0.sku for items[][sku].
func attributePath(parameter string) string {
	return strings.NewReplacer("[]", ".0", "[", ".", "]", "").Replace(parameter)
}

func attributeAt(v any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		switch of := v.(type) {
		case map[string]any:
			v = of[name]
		case []any:
			if n, err := strconv.Atoi(name); err == nil && n < len(of) {
				v = of[n]
			}
		}
	}
	return v
}
