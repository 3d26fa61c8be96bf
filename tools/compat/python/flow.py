"""Goes through the flow with Python's own HTTP. Parameters are JSON with every
method, as omise-python sends them, but for one form of Python's own encoder, in
which 1 and 0 are true and false. It prints the name of each step and, after a tab,
the answer.
"""

import base64
import json
import os
import urllib.error
import urllib.parse
import urllib.request

API_MAIN = os.environ["OMISE_MOCK_URL"]
SECRET_KEY = os.environ["OMISE_SECRET_KEY"]
PUBLIC_KEY = os.environ["OMISE_PUBLIC_KEY"]


def call(method, path, body, content_type, key):
    request = urllib.request.Request(urllib.parse.urljoin(API_MAIN, path), body.encode(), method=method, headers={
        "Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode(),
        "Content-Type": content_type,
    })
    try:
        with urllib.request.urlopen(request) as response:
            return response.read().decode()
    except urllib.error.HTTPError as error:
        return error.read().decode()


def step(name, method, path, /, form=None, key=SECRET_KEY, **params):
    """Prints the answer to a call, be it an error of the API, and returns it."""
    if form is None:
        answer = call(method, path, json.dumps(params, sort_keys=True), "application/json", key)
    else:
        answer = call(method, path, urllib.parse.urlencode(form, doseq=True), "application/x-www-form-urlencoded", key)
    print(f"{name}\t{answer}")
    return json.loads(answer)


def token(name, number):
    return step(name, "POST", "tokens", key=PUBLIC_KEY, card={
        "name": "Somchai Prasert", "number": number, "expiration_month": 12, "expiration_year": 2035, "security_code": "123",
    })


def admin(path, body="{}"):
    """Steers the fake."""
    call("POST", "_admin/" + path, body, "application/json", SECRET_KEY)


good = token("token", "4242424242424242")
customer = step("customer", "POST", "customers", email="somchai@example.com", card=good["id"], description=None)
step("charge the customer", "POST", "charges", customer=customer["id"], amount=100000, currency="thb", capture=True,
     metadata={"order": "A-1"})
poor = token("token of a card without money", "4111111111140011")
on_poor = {"card": poor["id"], "amount": 100000, "currency": "thb", "customer": None, "description": ""}
step("declined charge", "POST", "charges", **on_poor)
step("used token", "POST", "charges", **on_poor)
held = step("authorize", "POST", "charges", form={
    "customer": customer["id"], "amount": 50000, "currency": "thb", "capture": int(False), "description": "",
})
step("capture", "POST", f"charges/{held['id']}/capture")
step("refund", "POST", f"charges/{held['id']}/refunds", amount=10000, void=False)
step("refund too much", "POST", f"charges/{held['id']}/refunds", amount=40001)

qr = step("source", "POST", "sources", type="promptpay", amount=45000, currency="thb")
waiting = step("charge the source", "POST", "charges", source=qr["id"], amount=45000, currency="thb")
admin(f"charges/{waiting['id']}/pay")
step("paid with the phone", "GET", f"charges/{waiting['id']}")
bank = step("source of a bank", "POST", "sources", type="internet_banking_bbl", amount=30000, currency="thb")
away = step("charge a bank account", "POST", "charges", source=bank["id"], amount=30000, currency="thb",
            return_uri="https://shop.example.com/back")
admin(f"charges/{away['id']}/authorize")
step("authorized at the bank", "GET", f"charges/{away['id']}")

step("newest charges", "GET", "charges", limit=2, offset=1, order="reverse_chronological")
step("charges of tomorrow", "GET", "charges?" + urllib.parse.urlencode({"from": "2026-01-06T00:00:00Z"}))
admin("advance", '{"duration":"7d"}')
step("balance", "GET", "balance")
step("transfer", "POST", "transfers", amount=50000, fail_fast=False)
step("events", "GET", "events", limit=100)
step("schedule", "POST", "schedules", form={
    "every": 1, "period": "week", "on[weekdays][]": ["Monday", "Thursday"], "end_date": "2026-12-31",
    "charge[customer]": customer["id"], "charge[amount]": 20000,
})
recipient = step("recipient", "POST", "recipients", name="Malee", type="individual",
                 bank_account={"brand": "bbl", "number": "1234567890", "name": "Malee"})
step("update the recipient", "PATCH", f"recipients/{recipient['id']}", name="", type=None, description="partner",
     bank_account={"number": "", "name": ""})
step("update the customer", "PATCH", f"customers/{customer['id']}", description="loyal")
step("delete the customer", "DELETE", f"customers/{customer['id']}")
step("missing charge", "GET", "charges/chrg_test_404")
