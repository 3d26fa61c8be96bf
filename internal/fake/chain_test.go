package fake

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// as makes a call with another key.
func (w *world) as(key, method, path string, body any) (int, answer) {
	w.t.Helper()
	hr := w.request(method, path, body)
	hr.SetBasicAuth(key, "")
	return w.send(hr)
}

func TestChain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	id := w.AddChain("malee@example.com")
	path := "/chains/" + id
	c := w.get(path)
	require.Equal(t, []any{false, "malee@example.com"}, []any{c["revoked"], c["email"]})
	key := c.text("key")
	require.Regexp(t, "^ckey_test_[0-9a-z]{19}$", key)
	require.Equal(t, []string{id}, w.get("/chains").ids())
	require.Equal(t, []any{"account", "malee@example.com"}, []any{w.get(path + "/account")["object"], w.get(path + "/account")["email"]})
	require.Equal(t, key, w.get(path + "/keys").data()[0]["key"])
	require.Equal(t, false, w.post(path+"/authorize", nil)["revoked"])
	w.fails(notFound, "GET", path+"/transfer", nil)

	status, charge := w.as(key, "POST", "/charges", object{
		"amount": 100_000, "currency": "thb", "card": w.token(goodCard), "platform_fee": object{"fixed": 500},
	})
	require.Equal(t, http.StatusOK, status, charge)
	require.EqualValues(t, 500, charge.in("platform_fee")["amount"])
	w.fails(notFound, "GET", "/charges/"+charge.id(), nil)
	require.EqualValues(t, 0, w.get("/balance")["total"], "the money is the sub-merchant's")
	w.Advance(settlementDelay)
	_, balance := w.as(key, "GET", "/balance", nil)
	require.EqualValues(t, 96_094, balance["transferable"])
	_, tr := w.as(key, "POST", "/transfers", object{"amount": 5000})
	require.Equal(t, tr.id(), w.get(path+"/transfer").id())

	// Payers act on the accounts of chains as well.
	_, l := w.as(key, "POST", "/links", object{"amount": 5000, "currency": "thb", "title": "A", "description": "B"})
	require.NoError(t, w.PayLink(l.id()))
	_, waiting := w.as(key, "POST", "/charges", object{
		"amount": 5000, "currency": "thb", "source": object{"type": "truemoney_jumpapp"}, "return_uri": "https://a.example.com",
	})
	require.NoError(t, w.Authorize(waiting.id(), true))
	_, charges := w.as(key, "GET", "/charges", nil)
	require.EqualValues(t, 3, charges["total"])

	require.Equal(t, true, w.post(path+"/revoke", nil)["revoked"])
	w.fails(badRequest, "POST", path+"/revoke", nil)
	w.fails(badRequest, "POST", path+"/authorize", nil)
	status, refused := w.as(key, "GET", "/balance", nil)
	require.Equal(t, http.StatusUnauthorized, status)
	require.Equal(t, "authentication_failure", refused["code"])
	status, _ = w.as("ckey_test_x", "GET", "/balance", nil)
	require.Equal(t, http.StatusUnauthorized, status)
	for _, tail := range []string{"", "/account", "/keys", "/transfer"} {
		w.fails(notFound, "GET", "/chains/acch_x"+tail, nil)
	}
}

func TestChainsAreApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	first, second := w.get("/chains/"+w.AddChain("a@example.com")), w.get("/chains/"+w.AddChain("b@example.com"))
	_, made := w.as(first.text("key"), "POST", "/customers", object{"email": "payer@example.com"})
	status, _ := w.as(first.text("key"), "GET", "/customers/"+made.id(), nil)
	require.Equal(t, http.StatusOK, status)
	status, _ = w.as(second.text("key"), "GET", "/customers/"+made.id(), nil)
	require.Equal(t, http.StatusNotFound, status)
	_, account := w.as(first.text("key"), "GET", "/account", nil)
	require.Equal(t, "a@example.com", account["email"])
}
