package fake

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func (w *world) lastCall() Call {
	calls := w.Calls()
	return calls[len(calls)-1]
}

func TestJournal(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	require.Empty(t, w.Calls())
	id := w.post("/customers", url.Values{"email": {"a@example.com"}, "metadata[order]": {"A-1"}}).id()
	require.Equal(t, Call{
		Number: 1, Time: w.Now(), Method: "POST", Route: "/customers", Path: "/customers", Status: 200,
		Params: map[string]any{"email": "a@example.com", "metadata": map[string]any{"order": "A-1"}},
	}, w.lastCall())

	w.Advance(time.Hour)
	w.fails(notFound, "GET", "/customers/"+id+"/cards/card_1", nil)
	got := w.lastCall()
	require.Equal(t, "/customers/{id}/cards/{card_id}", got.Route)
	require.Equal(t, "/customers/"+id+"/cards/card_1", got.Path)
	require.Equal(t, 404, got.Status)
	require.Equal(t, "not_found", got.ErrorCode)
	require.Equal(t, w.Now(), got.Time)
	require.True(t, got.Is("GET /customers/{id}/cards/{any}"))
	require.True(t, got.Is("GET /customers/"+id+"/cards/card_1"))
	require.False(t, got.Is("PATCH /customers/{id}/cards/{card_id}"))
	require.False(t, got.Is("GET /customers"))

	w.fails(serviceNotFound, "GET", "/nowhere", nil)
	require.Empty(t, w.lastCall().Route)
	w.get("/external/3388/links")
	require.Equal(t, "/external/{team_id}/links", w.lastCall().Route)

	hr := w.request("POST", "/charges", nil)
	hr.Header.Set("Idempotency-Key", "order-42")
	w.send(hr)
	require.Equal(t, "order-42", w.lastCall().IdempotencyKey)
	require.NoError(t, w.Fault(Rule{Effect: DropAfter}))
	_, err := w.RoundTrip(w.request("GET", "/balance", nil))
	require.Error(t, err)
	require.Equal(t, "drop after", w.lastCall().Fault)
	require.Zero(t, w.lastCall().Status)
}

// TestJournalHasNoSecrets sends made-up secrets in every way in which a client may send
// a secret.
func TestJournalHasNoSecrets(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	chain := w.get("/chains/" + w.AddChain("malee@example.com")).text("key")
	const wallet, code = "wallet-canary", "canary-737"
	canaries := []string{
		goodCard, "4242 4242 4242 4242", "4242-4242-4242-4242", wallet, code,
		w.SecretKey(), w.PublicKey(), w.LinksPlusKey(), chain,
	}
	card := object{"name": "A", "number": goodCard, "security_code": code, "expiration_month": 12, "expiration_year": 2035}
	bodies := []any{
		object{"card": card},
		object{"card": object{"number": json4242, "cvv2": code, "Number": goodCard}},
		object{"card": code, "card_number": goodCard, "cvc": code, goodCard: "x"},
		object{"tokenization": object{"method": "googlepay", "data": wallet, "dat": wallet}},
		object{"tokenization": wallet, "data": object{"card": card}},
		url.Values{"card[number]": {goodCard}, "card[security_code]": {code}, "card[name]": {"4242 4242 4242 4242"}},
		url.Values{"card[" + goodCard + "]": {code}, goodCard: {"4242-4242-4242-4242"}},
	}
	for _, path := range []string{"/tokens", "/tokens/" + goodCard, "/nowhere/" + w.SecretKey()} {
		for _, body := range bodies {
			w.send(w.request("POST", path, body))
		}
	}
	for _, canary := range canaries {
		if canary == code || canary == wallet {
			continue // they look like other words
		}
		for _, body := range []any{
			object{"description": "paid with " + canary + ", thanks", "metadata": object{"x": []any{canary, object{canary: canary}}}},
			url.Values{"email": {canary}, "metadata[" + canary + "]": {canary}},
		} {
			hr := w.request("POST", "/customers?description="+url.QueryEscape(canary), body)
			hr.Header.Set("Idempotency-Key", canary)
			w.send(hr)
		}
		w.send(w.request("GET", "/customers/"+url.PathEscape(canary), nil))
	}
	w.post("/recipients", object{"name": "A", "type": "individual", "bank_account": object{"name": "A", "number": "1234567890", "brand": "bbl"}})
	for _, c := range w.Calls() {
		entry := fmt.Sprintf("%+v", c)
		for _, canary := range append(canaries, "1234567890") {
			require.NotContains(t, entry, canary)
		}
	}
	kept := w.Calls()[1].Params["card"].(map[string]any)
	require.Equal(t, "A", kept["name"])
	require.Equal(t, redaction, kept["number"])
}

// TestJournalHasNoSecretsInAnySpelling sends a security code and a card number
// at places where the journal does not expect them.
func TestJournalHasNoSecretsInAnySpelling(t *testing.T) {
	t.Parallel()
	const code = "canary-737"
	card := `{"card":{"name":"A","number":"` + goodCard + `","security_code":"` + code + `"}}`
	form, text := "application/x-www-form-urlencoded", "text/plain"
	for _, test := range []struct{ kind, body string }{
		{form, card},
		{form, `{"name":"A&B","security_code":"` + code + `"}`},
		{form, `{"name":"A=B","security_code":"` + code + `"}`},
		{form, "card=" + url.QueryEscape(card)},
		{text, "number: " + goodCard + "\nsecurity_code: " + code},
		{"application/xml", "<card><cvc>" + code + "</cvc></card>"},
		{form, "SecurityCode=" + code + "&security-code=" + code + "&cvv2=" + code + "&card.security_code=" + code},
		{form, "password2=" + code + "&data=" + code + "&PIN=" + code + "&clientSecret=" + code},
		{form, "cvn=" + code + "&CV2=" + code + "&cardCode=" + code + "&payment[verification_value]=" + code}, // of other gateways
		{form, "cardnumber=" + code + "&CardNumber=" + code + "&card_no=4242.4242.4242.4242&x=4242/4242/4242/4242"},
	} {
		for _, path := range []string{"/tokens", "/customers", "/charges"} {
			var said []string
			w := newWorld(t, Options{Strict: func(problem string) { said = append(said, problem) }})
			hr := httptest.NewRequest("POST", path, strings.NewReader(test.body))
			hr.Header.Set("Content-Type", test.kind)
			hr.SetBasicAuth(w.SecretKey(), "")
			w.send(hr)
			kept := fmt.Sprintf("%+v %s %q", w.lastCall(), w.lastCall(), said)
			for _, canary := range []string{code, goodCard, "4242.4242", "4242/4242"} {
				require.NotContains(t, kept, canary, test.body)
			}
		}
	}
}

func TestJournalDropsTheOldestCalls(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{JournalSize: 10})
	for range 100 {
		w.get("/balance")
	}
	calls := w.Calls()
	require.LessOrEqual(t, len(calls), 15)
	require.GreaterOrEqual(t, len(calls), 10)
	require.Equal(t, 100, w.DroppedCalls()+len(calls))
	require.Equal(t, w.DroppedCalls()+1, calls[0].Number)
	require.Equal(t, 100, w.lastCall().Number)

	fork := w.Fork(nil)
	require.Zero(t, fork.DroppedCalls())
	w.Restore(w.Snapshot())
	require.Equal(t, 100, w.DroppedCalls()+len(w.Calls()))
	require.Panics(t, func() { New(Options{JournalSize: -1}) })
}

// json4242 is a number where text is expected.
const json4242 = 4242424242424242

func TestGuessesAreNoted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{HonourKeys: true})
	guessed := func(text string) {
		t.Helper()
		require.Contains(t, strings.Join(w.lastCall().Guesses, "\n"), text)
	}
	customer := w.payer(goodCard)
	w.get("/customers/" + customer)
	require.Empty(t, w.lastCall().Guesses)
	w.patch("/customers/"+customer, object{"metadata": object{"a": 1}})
	require.Empty(t, w.lastCall().Guesses)
	w.patch("/customers/"+customer, object{"metadata": object{"b": 1}})
	guessed("replaces")

	w.post("/tokens", object{"card": object{"name": "A", "number": goodCard, "expiration_month": 1, "expiration_year": 2035}})
	guessed("security code")
	w.post("/tokens", object{"tokenization": object{"method": "applepay", "data": "{}"}})
	guessed("wallet")

	c := w.charge(object{"platform_fee": object{"fixed": 100}})
	guessed("platform_fee")
	w.post("/charges/"+c.id()+"/refunds", object{"amount": 100_000})
	guessed("void")
	w.fails(failedRefund, "POST", "/charges/"+c.id()+"/refunds", object{"amount": 1})
	guessed("refused refunds")
	w.fails(badRequest, "POST", "/charges/"+c.id()+"/disputes", nil)
	guessed("disputes")
	held := w.charge(object{"capture": false}).id()
	w.fails(failedCapture, "POST", "/charges/"+held+"/capture", object{"capture_amount": 1})
	guessed("capture_amount")

	w.post("/charges/"+w.sourceCharge("promptpay").id()+"/mark_as_failed", nil)
	guessed("mark_as_failed")
	w.post("/charges/"+w.sourceCharge("promptpay").id()+"/expire", nil)
	guessed("can be expired")
	w.post("/transfers", object{"amount": 9_000_000, "idemp_key": "k"})
	guessed("exceeds the balance")
	w.post("/transfers", object{"amount": 9_000_000, "idemp_key": "k"})
	guessed("second use")
	recipient := w.post("/recipients", object{"name": "A", "type": "individual", "bank_account": object{"name": "A", "number": "1", "brand": "bbl"}}).id()
	w.patch("/recipients/"+recipient+"/verify", nil)
	guessed("activates")
	w.ok("DELETE", "/recipients/"+recipient, nil)
	guessed("gone")
	w.get("/search?scope=charge")
	guessed("oldest")
	w.fails(badRequest, "GET", "/charges?limit=0", nil)
	guessed("page")
	for _, email := range []string{"a@example.com", "b@example.com"} {
		hr := w.request("POST", "/customers", object{"email": email})
		hr.Header.Set("Idempotency-Key", "k")
		w.ServeHTTP(httptest.NewRecorder(), hr)
	}
	guessed("422")
}

// FuzzJournal sends text around a card number, with any content type. Neither the journal
// nor strict mode may show the number.
func FuzzJournal(f *testing.F) {
	form := "application/x-www-form-urlencoded"
	f.Add("/tokens", form, "card[number]=", "&card[name]=A")
	f.Add("/tokens", form, `{"card":{"number":"`, `"}}`)
	f.Add("/charges", "application/json", `{"description":[{"a":`, `}]}`)
	f.Add("/charges", "text/plain", "a ", " b")
	f.Add("/customers", "", "metadata[", "]=1")
	f.Add("/customers?a=", form, "%34", "%")
	f.Fuzz(func(t *testing.T, path, kind, before, after string) {
		target, err := url.ParseRequestURI(path)
		if err != nil || target.Host != "" {
			return
		}
		var said []string
		w := newWorld(t, Options{Strict: func(problem string) { said = append(said, problem) }})
		hr := httptest.NewRequest("POST", "/", strings.NewReader(before+goodCard+after))
		hr.URL = target
		hr.Header.Set("Content-Type", kind)
		hr.SetBasicAuth(w.SecretKey(), "")
		w.send(hr)
		require.NotContains(t, fmt.Sprintf("%+v %q", w.Calls(), said), goodCard)
	})
}
