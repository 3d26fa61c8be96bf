package fake

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// in makes a call with a version of the API.
func (w *world) in(version, method, path string, body any) (int, answer) {
	w.t.Helper()
	hr := w.request(method, path, body)
	hr.Header.Set("Omise-Version", version)
	return w.send(hr)
}

func TestOlderVersionsHaveTheirOwnNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	for _, version := range []string{"2014-07-27", "2015-11-17", "2017-11-02"} {
		_, c := w.in(version, "POST", "/charges", object{"amount": 100_000, "currency": "thb", "card": w.token(goodCard)})
		require.Equal(t, []any{true, nil, "thb", 0.0}, []any{c["captured"], c["paid"], c["currency"], c["refunded"]})
		require.Equal(t, c["created"], c.in("card")["created"])
		require.NotContains(t, c, "created_at")
		_, transaction := w.in(version, "GET", "/transactions/"+c.text("transaction"), nil)
		require.Equal(t, []any{"credit", c.id()}, []any{transaction["type"], transaction["source"]})
		_, events := w.in(version, "GET", "/events?order=reverse_chronological", nil)
		event := events.data()[0]
		require.Equal(t, []any{c["created"], true}, []any{event["created"], event.in("data")["paid"]}, "the data has the version of the account")
	}
	status, c := w.in("2019-05-29", "GET", "/charges", nil)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, true, c.data()[0]["paid"])
}

func TestAVersionThatDoesNotExistIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	for _, version := range []string{"2031-01-01", "junk", "2019-05-29 "} {
		status, refusal := w.in(version, "GET", "/balance", nil)
		require.Equal(t, []any{http.StatusBadRequest, "bad_request"}, []any{status, refusal["code"]}, version)
	}
}
