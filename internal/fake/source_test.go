package fake

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/fake/money"
)

// homeOf returns the country of the first currency of a source type.
func homeOf(st sourceType) string {
	for _, code := range money.Codes() {
		c, _ := money.In(code)
		if c.Currency == st.currencies[0] {
			return code
		}
	}
	return ""
}

// details returns parameters that satisfy a source type.
func details(st sourceType) object {
	p := object{"type": st.name}
	values := map[string]any{
		"barcode": "281011", "bank": "uob", "name": "Taro", "email": "taro@example.com", "phone_number": "0812345678",
		"shipping": object{"country": "TH", "city": "Bangkok"},
		"items":    []object{{"sku": "1", "name": "Shoes", "amount": 100, "quantity": 2}},
	}
	for _, key := range st.required {
		p[key] = values[key]
	}
	if st.terms != nil {
		p["installment_term"] = st.terms[0]
	}
	return p
}

// TestEverySourceType pays with each payment method in its country.
func TestEverySourceType(t *testing.T) {
	t.Parallel()
	for _, st := range sourceTypes {
		t.Run(st.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, Options{Country: homeOf(st)})
			amount := max(st.limits(w.country).Min, 200)
			p := details(st)
			p["amount"], p["currency"] = amount, w.country.Currency
			src := w.post("/sources", p)
			require.Equal(t, st.flow, src["flow"])
			require.Equal(t, "unknown", src["charge_status"])
			require.Equal(t, "192.0.2.1", src["ip"])
			require.Nil(t, src["scannable_code"])
			require.Nil(t, src["references"])

			order := object{"amount": amount, "currency": w.country.Currency, "source": src.id(), "return_uri": "https://shop.example.com"}
			if st.withCard {
				w.fails(invalidCharge, "POST", "/charges", order)
				order["card"] = w.token(goodCard)
			}
			c := w.post("/charges", order)
			require.Equal(t, src.id(), c.in("source")["id"])
			if st.withCard {
				require.Equal(t, "successful", c["status"])
				return
			}
			require.Equal(t, "pending", c["status"])
			require.Equal(t, st.flow != offline, c["authorize_uri"] != nil)
			require.Equal(t, st.shows == scannableCode, c.in("source")["scannable_code"] != nil)
			require.Equal(t, st.shows == billReferences || st.shows == paymentCode, c.in("source")["references"] != nil)
			c = w.post("/charges/"+c.id()+"/mark_as_paid", nil)
			require.Equal(t, "successful", c["status"])
			require.Equal(t, "successful", w.get("/sources/" + src.id())["charge_status"])
			w.fails(invalidCharge, "POST", "/charges", order)
		})
	}
}

func TestSourceRefusals(t *testing.T) {
	t.Parallel()
	thai, japan, malaysia := newWorld(t, Options{}), newWorld(t, Options{Country: "JP"}), newWorld(t, Options{Country: "MY"})
	for _, test := range []struct {
		w       *world
		body    object
		message string
	}{
		{thai, nil, "type is currently not supported, currency is currently not supported, and amount is not a number"},
		{thai, object{"type": "paynow", "amount": 5000, "currency": "thb"}, "type is currently not supported"},
		{thai, object{"type": "promptpay", "amount": 5000, "currency": "usd"}, "currency is currently not supported"},
		{thai, object{"type": "promptpay", "amount": 1999, "currency": "thb"}, "amount must be at least 2000"},
		{thai, object{"type": "installment_bay", "amount": 199_999, "currency": "thb", "installment_term": 3}, "amount must be at least 200000"},
		{thai, object{"type": "installment_bay", "amount": 200_000, "currency": "thb"}, "installment_term cannot be blank"},
		{thai, object{"type": "installment_bay", "amount": 200_000, "currency": "thb", "installment_term": 5}, "installment_term is invalid"},
		{thai, object{"type": "truemoney", "amount": 5000, "currency": "thb"}, "phone_number cannot be blank"},
		{thai, object{"type": "alipayplus_upm", "amount": 5000, "currency": "thb"}, "barcode cannot be blank"},
		{thai, object{"type": "alipay_cn", "amount": 5000, "currency": "thb", "platform_type": "TV"}, "platform_type must be one of WEB, IOS, ANDROID"},
		{japan, object{"type": "econtext", "amount": 50_000, "currency": "jpy", "name": "Taro", "email": "a@b.jp", "phone_number": "0812345678"}, "amount must be less than 50000"},
		{japan, object{"type": "econtext", "amount": 149, "currency": "jpy", "name": "Yamada Taro Jr", "email": "x", "phone_number": "1"},
			"amount must be at least 150, email is in invalid format, name is too long (maximum is 10 characters), and phone_number must contain 10-11 digit characters"},
		{malaysia, object{"type": "fpx", "amount": 5000, "currency": "myr"}, "bank cannot be blank"},
	} {
		require.Equal(t, test.message, test.w.fails(badRequest, "POST", "/sources", test.body))
	}
	malaysia.fails(badRequest, "POST", "/sources", object{"type": "fpx", "amount": 5000, "currency": "myr", "bank": "nope"})
	thai.fails(notFound, "GET", "/sources/src_x", nil)
}

func TestSourceMustMatchCharge(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	src := w.post("/sources", object{"type": "promptpay", "amount": 5000, "currency": "thb"})
	for _, change := range []object{
		{"amount": 5001}, {"currency": "usd", "amount": 5000}, {"capture": false}, {"card": w.token(goodCard)},
	} {
		body := object{"amount": 5000, "currency": "thb", "source": src.id()}
		for key, value := range change {
			body[key] = value
		}
		w.fails(invalidCharge, "POST", "/charges", body)
	}
	w.fails(invalidCharge, "POST", "/charges", object{"amount": 5000, "currency": "thb", "source": []int{1}})
	w.fails(badRequest, "POST", "/charges", object{"amount": 5000, "currency": "thb", "source": object{"type": "cash"}})
	require.Equal(t, "unknown", w.get("/sources/" + src.id())["charge_status"])
}

func TestSourceEchoesDetails(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	src := w.post("/sources", object{
		"type": "atome", "amount": 500_000, "currency": "thb", "mobile_number": "0812345678", "ip": "203.0.113.5",
		"shipping": object{"country": "TH", "street1": "1 Road", "unknown": "x"},
		"items":    []object{{"sku": "1", "amount": 500_000, "quantity": 1}},
	})
	require.Equal(t, "203.0.113.5", src["ip"])
	require.Equal(t, "0812345678", src["phone_number"])
	require.Equal(t, "0812345678", src["mobile_number"])
	require.Equal(t, "1 Road", src.in("shipping")["street1"])
	require.NotContains(t, src["shipping"], "unknown")
	require.Nil(t, src["billing"])
	item := src["items"].([]any)[0].(map[string]any)
	require.EqualValues(t, 500_000, item["amount"])
	require.Equal(t, "1", item["sku"])

	inline := w.sourceCharge("promptpay").in("source")
	require.Nil(t, inline["ip"])
	image := inline.in("scannable_code").in("image")
	require.Equal(t, "qr", image["kind"])
	require.Regexp(t, "^https://api.omise.co/charges/chrg_test_[0-9a-z]{19}/documents/"+image.id()+"/downloads/[0-9A-Z]{16}$", image["download_uri"])
	require.Equal(t, inline, w.get("/sources/"+inline.id()))
}

func TestInstallmentInterest(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	body := object{"type": "installment_bay", "amount": 200_000, "currency": "thb", "installment_term": "3"}
	src := w.post("/sources", body)
	require.Equal(t, []any{false, "customer", 3.0}, []any{src["zero_interest_installments"], src["absorption_type"], src["installment_term"]})
	w.fails(invalidCharge, "POST", "/charges", object{
		"amount": 200_000, "currency": "thb", "source": src.id(), "return_uri": "https://a.example.com", "zero_interest_installments": true,
	})
	w.patch("/account", object{"zero_interest_installments": true})
	require.Equal(t, "merchant", w.post("/sources", body)["absorption_type"])
}
