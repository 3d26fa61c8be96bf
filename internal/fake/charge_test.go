package fake

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/fake/money"
)

func TestChargeOnToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	token := w.token(goodCard)
	c := w.chargeOn(token, object{
		"description": "Order 42", "ip": "203.0.113.9",
		"metadata": object{"order": "A-1", "count": 3, "rate": 1.50, "gift": true},
	})

	require.Regexp(t, "^chrg_test_[0-9a-z]{19}$", c.id())
	require.Equal(t, "/charges/"+c.id(), c["location"])
	require.Equal(t, "THB", c["currency"])
	require.Equal(t, map[string]any{"order": "A-1", "count": 3.0, "rate": 1.5, "gift": true}, c["metadata"])
	require.EqualValues(t, 3650, c["fee"])
	require.EqualValues(t, 256, c["fee_vat"])
	require.EqualValues(t, 96_094, c["net"])
	require.Equal(t, map[string]any{"fee_flat": "0.0", "fee_rate": "3.65", "vat_rate": "7.0"}, c["transaction_fees"])
	require.Equal(t, "2026-01-05T03:00:00Z", c["created_at"])
	require.Equal(t, "2026-01-12T03:00:00Z", c["expires_at"])
	requireFlags(t, c, "authorized", "capture", "paid", "refundable", "partially_refundable", "disputable", "can_perform_void")

	spent := w.get("/tokens/" + token)
	require.Equal(t, true, spent["used"])
	require.Equal(t, "successful", spent["charge_status"])
	require.Equal(t, spent.in("card")["id"], c.in("card")["id"])
	require.Equal(t, c, w.get("/charges/"+c.id()))
}

// requireFlags checks that exactly the given flags of a charge are set.
func requireFlags(t *testing.T, c answer, set ...string) {
	t.Helper()
	var got []string
	for _, flag := range []string{
		"authorized", "capturable", "capture", "disputable", "refundable", "partially_refundable",
		"reversed", "reversible", "voided", "paid", "expired", "can_perform_void",
	} {
		if c[flag] == true {
			got = append(got, flag)
		}
	}
	require.ElementsMatch(t, set, got)
}

func TestChargeRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	used := w.token(goodCard)
	w.chargeOn(used, nil)
	maestro := w.token("6759649826438453")
	bare := w.post("/customers", nil).id()
	owner := w.post("/customers", object{"card": w.token(goodCard)}).id()
	fresh := w.token(goodCard)

	order := func(extra object) object {
		body := object{"amount": 100_000, "currency": "thb"}
		maps.Copy(body, extra)
		return body
	}
	for name, test := range map[string]struct {
		body    object
		code    errorCode
		message string
	}{
		"nothing":            {object{}, invalidCharge, "currency is currently not supported and amount is not a number"},
		"fraction":           {object{"amount": 10.5, "currency": "thb"}, invalidCharge, "amount is not a number"},
		"currency":           {object{"amount": 100_000, "currency": "XYZ"}, invalidCharge, "currency is currently not supported"},
		"three problems":     {object{"capture": "maybe"}, invalidCharge, "capture must be true or false, currency is currently not supported, and amount is not a number"},
		"too small":          {object{"amount": 1999, "currency": "thb"}, invalidCharge, "amount must be greater than or equal to 2000 (thb subunits)"},
		"too large":          {object{"amount": 15_000_001, "currency": "thb"}, invalidCharge, "amount must be less than or equal to 15000000 (thb subunits)"},
		"foreign too small":  {object{"amount": 10, "currency": "usd"}, invalidCharge, "amount must be greater than or equal to 2000 (thb subunits)"},
		"overflow":           {object{"amount": int64(1) << 62, "currency": "gbp"}, invalidCharge, "amount must be less than or equal to 15000000 (thb subunits)"},
		"no means":           {order(nil), missingCard, "request contains no card parameters"},
		"unknown token":      {order(object{"card": "tokn_x"}), notFound, "token tokn_x was not found"},
		"used token":         {order(object{"card": used}), usedToken, "token was already used"},
		"brand":              {order(object{"card": maestro}), brandNotSupported, "brand not supported (Maestro)"},
		"unknown customer":   {order(object{"customer": "cust_x"}), notFound, "customer cust_x was not found"},
		"customer, no card":  {order(object{"customer": bare}), missingCard, ""},
		"customer and token": {order(object{"customer": owner, "card": fresh}), missingCard, ""},
		"unknown source":     {order(object{"source": "src_x"}), notFound, "source src_x was not found"},
		"linked account":     {order(object{"linked_account": "lnac_x"}), notFound, "linked_account lnac_x was not found"},
		"return uri":         {order(object{"card": fresh, "return_uri": "done"}), invalidCharge, "return uri is invalid"},
		"expiry in the past": {order(object{"card": fresh, "expires_at": "2020-01-01"}), invalidCharge, "expires_at must be in the future"},
		"platform fee":       {order(object{"card": fresh, "platform_fee": object{"fixed": "x"}}), invalidCharge, "fixed is not a number"},
		"metadata":           {order(object{"card": fresh, "metadata": "x"}), invalidCharge, "Metadata should be a JSON hash"},
		"authorization type": {order(object{"card": fresh, "authorization_type": "x"}), invalidCharge, "authorization_type must be one of pre_auth, final_auth"},
	} {
		message := w.fails(test.code, "POST", "/charges", test.body)
		if test.message != "" {
			require.Equal(t, test.message, message, name)
		}
	}
	require.EqualValues(t, 1, w.get("/charges")["total"])
	require.Equal(t, false, w.get("/tokens/" + fresh)["used"])
}

func TestChargeCustomerCard(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	owner := w.post("/customers", object{"card": w.token(goodCard)})
	second := w.patch("/customers/"+owner.id(), object{"card": w.token("5555555555554444")}).in("cards").data()[1]

	byDefault := w.post("/charges", object{"amount": 100_000, "currency": "thb", "customer": owner.id()})
	require.Equal(t, owner["default_card"], byDefault.in("card")["id"])
	require.Equal(t, owner.id(), byDefault["customer"])

	chosen := w.chargeOn(second.id(), object{"customer": owner.id()})
	require.Equal(t, "MasterCard", chosen.in("card")["brand"])
	require.Equal(t, second["location"], chosen.in("card")["location"])

	expanded := w.get("/charges/" + chosen.id() + "?expand=true")
	require.Equal(t, "customer", expanded.in("customer")["object"])
	require.Equal(t, "charge.captured.net", expanded.in("transaction")["key"])

	w.ok("DELETE", "/customers/"+owner.id(), nil)
	require.Equal(t, owner.id(), w.get("/charges/" + chosen.id() + "?expand=true")["customer"])
}

func TestChargeExpiredCustomerCard(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	owner := w.post("/customers", object{"card": w.token(goodCard)})
	w.Advance(10 * 365 * day)
	c := w.post("/charges", object{"amount": 100_000, "currency": "thb", "customer": owner.id()})
	require.Equal(t, "expired_card", c["failure_code"])
}

func TestChargeForeignCurrency(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	rate := w.get("/forex/usd")
	require.Equal(t, "USD", rate["base"])
	require.Equal(t, "THB", rate["quote"])
	require.EqualValues(t, 32.5, rate["rate"])

	c := w.charge(object{"amount": 10_001, "currency": "usd"})
	require.EqualValues(t, 10_001, c["amount"])
	require.EqualValues(t, 325_033, c["funding_amount"])
	require.Equal(t, "THB", c["funding_currency"])
	require.EqualValues(t, c.num("funding_amount")-c.num("fee")-c.num("fee_vat"), c["net"])

	yen := w.charge(object{"amount": 1000, "currency": "jpy"})
	require.EqualValues(t, 22_000, yen["funding_amount"])
	require.Equal(t, "forex xxx was not found", w.fails(notFound, "GET", "/forex/xxx", nil))
}

func TestChargeUpdate(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	c := w.charge(object{"metadata": object{"a": 1}})
	c = w.patch("/charges/"+c.id(), object{"description": "new", "metadata": object{"b": 2}})
	require.Equal(t, "new", c["description"])
	require.Equal(t, map[string]any{"b": 2.0}, c["metadata"])
	w.fails(invalidCharge, "PATCH", "/charges/"+c.id(), object{"metadata": "x"})
	w.fails(notFound, "PATCH", "/charges/chrg_x", nil)
}

func TestChargePlatformFee(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	fee := object{"platform_fee": object{"fixed": 500, "percentage": "2.5"}}
	require.Nil(t, w.charge(fee).in("platform_fee")["amount"], "nobody to take it from")
	merchant := w.post("/sub_merchants", object{"name": "Somchai Coffee"}).id()
	require.Nil(t, w.chargeFor(merchant, object{"platform_fee": object{}}).in("platform_fee")["amount"])
	c := w.chargeFor(merchant, fee)
	require.Equal(t, answer{"fixed": 500.0, "percentage": "2.5", "amount": 3000.0}, c.in("platform_fee"))
}

func TestCountryLimits(t *testing.T) {
	t.Parallel()
	for country, currency := range map[string]string{"TH": "THB", "JP": "JPY", "SG": "SGD", "MY": "MYR"} {
		w := newWorld(t, Options{Country: country})
		home, _ := money.In(country)
		allowed := home.Charge
		for _, amount := range []int64{allowed.Min, allowed.Max} {
			c := w.charge(object{"amount": amount, "currency": currency})
			require.Equal(t, "successful", c["status"])
			require.Equal(t, currency, c["funding_currency"])
		}
		for _, amount := range []int64{allowed.Min - 1, allowed.Max + 1} {
			w.fails(invalidCharge, "POST", "/charges", object{"amount": amount, "currency": currency, "card": w.token(goodCard)})
		}
		require.Equal(t, currency, w.get("/balance")["currency"])
	}
	require.Panics(t, func() { New(Options{Country: "XX"}) })
}

func TestFees(t *testing.T) {
	t.Parallel()
	for funding, want := range map[int64]money.Fees{
		31_000:  {Rate: money.FeeRate, Fee: 1132, VAT: 79},
		100_000: {Rate: money.FeeRate, Fee: 3650, VAT: 256},
		50_000:  {Rate: money.FeeRate, Fee: 1825, VAT: 128},
	} {
		require.Equal(t, want, money.FeesOn(funding, money.FeeRate))
	}
	require.Equal(t, "0.0", money.Percent(0).String())
	require.Equal(t, "7.0", money.VATRate.String())
	require.Equal(t, "3.65", money.FeeRate.String())
	require.EqualValues(t, 196, money.VATRate.TaxWithin(3000))
}
