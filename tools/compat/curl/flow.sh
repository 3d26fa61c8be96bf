#!/bin/sh
# Goes through the flow with curl, as the samples of the reference do. It prints
# the name of each step and, after a tab, the answer.
set -eu

mock=$OMISE_MOCK_URL
secret=$OMISE_SECRET_KEY

# step NAME ARGUMENTS... makes a call and prints the answer, which stays in $answer.
step() {
	name=$1
	shift
	answer=$(curl --silent --show-error --user "$secret:" "$@")
	printf '%s\t%s\n' "$name" "$answer"
}

# id PREFIX prints the first identifier of a kind in the answer.
id() {
	printf '%s' "$answer" | grep -o "$1_test_[0-9a-z]*" | head -n 1
}

# token NAME NUMBER sends a card to the vault, with the public key.
token() {
	step "$1" "$mock/tokens" --user "$OMISE_PUBLIC_KEY:" -X POST \
		-d "card[name]=Somchai Prasert" \
		-d "card[number]=$2" \
		-d "card[expiration_month]=12" \
		-d "card[expiration_year]=2035" \
		-d "card[security_code]=123"
}

# admin PATH ARGUMENTS... makes a call of the admin API.
admin() {
	path=$1
	shift
	curl --silent --show-error --fail --output /dev/null --user "$secret:" -X POST "$mock/_admin/$path" "$@"
}

token "token" 4242424242424242
step "customer" "$mock/customers" -d "email=somchai@example.com" -d "card=$(id tokn)"
customer=$(id cust)
step "charge the customer" "$mock/charges" -X POST -d "customer=$customer" -d "amount=100000" -d "currency=thb" -d "metadata[order]=A-1"
token "token of a card without money" 4111111111140011
poor=$(id tokn)
step "declined charge" "$mock/charges/" -d "card=$poor" -d "amount=100000" -d "currency=thb"
step "used token" "$mock/charges/" -d "card=$poor" -d "amount=100000" -d "currency=thb"
step "authorize" "$mock/charges" -d "customer=$customer" -d "amount=50000" -d "currency=thb" -d "capture=false"
held=$(id chrg)
step "capture" "$mock/charges/$held/capture" -X POST
step "refund" "$mock/charges/$held/refunds" -d "amount=10000"
step "refund too much" "$mock/charges/$held/refunds" -d "amount=40001"

step "source" "$mock/sources" -d "type=promptpay" -d "amount=45000" -d "currency=thb"
step "charge the source" "$mock/charges" -d "source=$(id src)" -d "amount=45000" -d "currency=thb"
waiting=$(id chrg)
admin "charges/$waiting/pay"
step "paid with the phone" "$mock/charges/$waiting"
step "source of a bank" "$mock/sources" -d "type=internet_banking_bbl" -d "amount=30000" -d "currency=thb"
step "charge a bank account" "$mock/charges" -d "source=$(id src)" -d "amount=30000" -d "currency=thb" \
	-d "return_uri=https://shop.example.com/back"
away=$(id chrg)
admin "charges/$away/authorize"
step "authorized at the bank" "$mock/charges/$away"

step "newest charges" "$mock/charges" -X GET -d "limit=2" -d "offset=1" -d "order=reverse_chronological"
step "charges of tomorrow" "$mock/charges?from=2026-01-06T00:00:00Z"
admin "advance" --data '{"duration":"7d"}'
step "balance" "$mock/balance"
step "transfer" "$mock/transfers" -d "amount=50000"
step "events" "$mock/events/" -G -d "limit=100"
step "schedule" "$mock/schedules" -d "every=1" -d "period=week" -d "on[weekdays][]=monday" -d "on[weekdays][]=thursday" \
	-d "end_date=2026-12-31" -d "charge[customer]=$customer" -d "charge[amount]=20000"
step "recipient" "$mock/recipients" -d "name=Malee" -d "type=individual" -d "bank_account[brand]=bbl" \
	-d "bank_account[number]=1234567890" -d "bank_account[name]=Malee"
step "update the recipient" "$mock/recipients/$(id recp)" -X PATCH -d "description=partner"
step "update the customer" "$mock/customers/$customer" -X PATCH -d "description=loyal"
step "delete the customer" "$mock/customers/$customer" -X DELETE
step "missing charge" "$mock/charges/chrg_test_404"
