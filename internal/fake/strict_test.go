package fake

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	apireference "github.com/omisekit/omise-go/internal/reference"
)

// reported makes a call to a strict Server and returns the violations that it reports.
func reported(t *testing.T, method, path string, body any) []string {
	t.Helper()
	var told []string
	w := newWorld(t, Options{Strict: func(problem string) { told = append(told, problem) }})
	w.send(w.request(method, path, body))
	require.Equal(t, told, w.lastCall().Unknown)
	return told
}

func TestStrict(t *testing.T) {
	t.Parallel()
	for want, call := range map[string]struct {
		method, path string
		body         any
	}{
		`POST /charges has no parameter "ammount"; did you mean "amount"?`:                           {"POST", "/charges", object{"ammount": 1}},
		`POST /charges has no parameter "metdata[order]"; did you mean "metadata"?`:                  {"POST", "/charges", object{"metdata": object{"order": 1}}},
		`POST /charges has no parameter "source[typ]"; did you mean "source[type]"?`:                 {"POST", "/charges", object{"source": object{"typ": "x"}}},
		`POST /charges has no parameter "platform_fee[fix]"; did you mean "platform_fee[fixed]"?`:    {"POST", "/charges", object{"platform_fee": object{"fix": 1}}},
		`POST /tokens has no parameter "card[expiry_month]"; did you mean "card[expiration_month]"?`: {"POST", "/tokens", url.Values{"card[expiry_month]": {"1"}}},
		`POST /sources has no parameter "items[][nam]"; did you mean "items[][name]"?`:               {"POST", "/sources", object{"items": []any{object{"nam": 1}}}},
		`GET /charges has no parameter "limi"; did you mean "limit"?`:                                {"GET", "/charges?limi=1", nil},
		`GET /charges/search has no parameter "filters[amont]"; did you mean "filters[amount]"?`:     {"GET", "/charges/search?filters[amont]=1", nil},
		`POST /charges/{id}/capture has no parameter "[redacted]"`:                                   {"POST", "/charges/x/capture", object{goodCard: 1}},
		`POST /charge is not an operation of the API; did you mean POST /charges?`:                   {"POST", "/charge", nil},
	} {
		require.Equal(t, []string{want}, reported(t, call.method, call.path, call.body))
	}
	for want, call := range map[string]struct {
		method, path string
		body         any
	}{
		`POST /charges: "amount" takes a whole number such as 100, not abc`:                   {"POST", "/charges", url.Values{"amount": {"abc"}}},
		`POST /charges: "amount" takes a whole number such as 100, not 10.5`:                  {"POST", "/charges", object{"amount": 10.5}},
		`POST /charges: "amount[]" takes one value, not a list`:                               {"POST", "/charges", object{"amount": []any{1}}},
		`POST /charges: "capture" takes true or false, not maybe`:                             {"POST", "/charges", url.Values{"capture": {"maybe"}}},
		`POST /charges: "description" takes text, not true`:                                   {"POST", "/charges", object{"description": true}},
		`POST /charges: "metadata" takes a group of parameters, not x`:                        {"POST", "/charges", object{"metadata": "x"}},
		`POST /charges: "webhook_endpoints" takes a list`:                                     {"POST", "/charges", object{"webhook_endpoints": "https://a.example.com"}},
		`POST /charges: "platform_fee[percentage]" takes a number such as 2.5, not half`:      {"POST", "/charges", object{"platform_fee": object{"percentage": "half"}}},
		`POST /charges: "source[installment_term]" takes a whole number such as 100, not six`: {"POST", "/charges", object{"source": object{"installment_term": "six"}}},
		`POST /charges: "expires_at" takes a time such as 2026-01-05T03:00:00Z, not tomorrow`: {"POST", "/charges", object{"expires_at": "tomorrow"}},
		`POST /tokens: "card[expiration_month]" takes a whole number such as 100, not May`:    {"POST", "/tokens", object{"card": object{"expiration_month": "May", "number": 7, "security_code": true}}},
		`POST /schedules: "start_date" takes a date such as 2026-01-05, not 05/01/2026`:       {"POST", "/schedules", object{"start_date": "05/01/2026"}},
		`POST /schedules: "on[days_of_month][]" takes a whole number such as 100, not first`:  {"POST", "/schedules", object{"on": object{"days_of_month": []any{1, "first"}}}},
		`GET /charges: "limit" takes a whole number such as 100, not x`:                       {"GET", "/charges?limit=x", nil},
		`GET /charges: "from" takes a time such as 2026-01-05T03:00:00Z, not 2026-13-01`:      {"GET", "/charges?from=2026-13-01", nil},
		`GET /charges/{id}: "expand" takes true or false, not yes`:                            {"GET", "/charges/x?expand=yes", nil},
	} {
		require.Equal(t, []string{want}, reported(t, call.method, call.path, call.body))
	}
	for _, call := range []struct {
		method, path string
		body         any
	}{
		{"POST", "/charges", object{
			"amount": "1", "description": 7, "capture": "true", "expires_at": "2026-01-05", "ip": "", "return_uri": nil, "customer": goodCard,
			"currency": "thb", "platform_fee": object{"percentage": 2.5},
		}},
		{"GET", "/search?scope=charge&filters[amount]=1..2&filters[created]=today", nil},
		{"POST", "/charges", object{
			"amount": 1, "currency": "thb", "metadata": object{"any": object{"thing": 1}}, "platform_fee": object{}, "card": nil,
			"webhook_endpoints": []any{"https://a.example.com"},
			"source":            object{"type": "atome", "phone_number": "1", "items": []any{object{"sku": "A"}}, "shipping": object{"city": "B"}},
		}},
		{"GET", "/charges?limit=1&from=2026-01-01&order=chronological&offset=0", nil},
		{"GET", "/charges/chrg_1?expand=true", nil},
		{"GET", "/search?scope=charge&filters[status]=paid&query=a&page=1", nil},
		{"POST", "/schedules", object{"every": 1, "start_date": "2026-01-05", "period": "week", "on": object{"weekdays": []any{"monday"}}, "charge": object{"customer": "c", "metadata": object{"a": 1}}}},
	} {
		require.Empty(t, reported(t, call.method, call.path, call.body), call.path)
	}
}

// TestEveryOperationIsDocumented compares the routes with the reference.
func TestEveryOperationIsDocumented(t *testing.T) {
	t.Parallel()
	served := map[string]bool{}
	for _, o := range operations() {
		served[anonymous(o)] = true
	}
	for name, e := range endpoints() {
		if !served[name] {
			t.Errorf("internal/fake/router.go has no route for %s, which %s has", e.Operation(), apireference.File)
		}
	}
	for name := range served {
		if _, ok := endpoints()[name]; !ok && name != "GET /receipts/search" {
			t.Errorf("%s has no row for %s, which internal/fake/router.go has", apireference.File, name)
		}
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	words := []string{"amount", "currency", "card"}
	require.Equal(t, "amount", nearest("amuont", words))
	require.Equal(t, "card", nearest("cart", words))
	require.Empty(t, nearest(strings.Repeat("z", 20), words))
	require.Equal(t, 3, distance("kitten", "sitting"))
}

// TestWrongValuesWithoutStrict is about values that the API itself refuses.
func TestWrongValuesWithoutStrict(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	card := w.token(goodCard)
	order := func(key string, value any) object {
		return object{"amount": 100_000, "currency": "thb", "card": card}.With(object{key: value})
	}
	require.Equal(t, "amount is not a number", w.fails(invalidCharge, "POST", "/charges", order("amount", "abc")))
	require.Equal(t, "capture must be true or false", w.fails(invalidCharge, "POST", "/charges", order("capture", "maybe")))
	require.Equal(t, "Metadata should be a JSON hash", w.fails(invalidCharge, "POST", "/charges", order("metadata", "x")))
	require.Equal(t, "limit is not a number", w.fails(badRequest, "GET", "/charges?limit=x", nil))
	require.Equal(t, "from is not a valid date", w.fails(badRequest, "GET", "/charges?from=2026-13-01", nil))
	w.post("/charges", order("description", true))
}
