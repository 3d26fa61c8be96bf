package fake

import (
	"maps"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// tryChargeFor makes a charge of 1000 baht for a sub-merchant.
func (w *world) tryChargeFor(merchant string, extra object) (int, answer) {
	w.t.Helper()
	body := object{"amount": 100_000, "currency": "thb", "card": w.token(goodCard)}
	maps.Copy(body, extra)
	hr := w.request("POST", "/charges", body)
	hr.Header.Set("SUB_MERCHANT_ID", merchant)
	return w.send(hr)
}

func (w *world) chargeFor(merchant string, extra object) answer {
	w.t.Helper()
	status, c := w.tryChargeFor(merchant, extra)
	require.Equal(w.t, http.StatusOK, status, c)
	return c
}

func TestSubMerchants(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	require.Equal(t, "name can't be blank", w.fails(badRequest, "POST", "/sub_merchants", nil))
	m := w.post("/sub_merchants", object{"name": "Somchai Coffee"})
	require.Regexp(t, "^team_[0-9a-z]{19}$", m.id())
	require.Equal(t, "Somchai Coffee", m["name"])
	require.Equal(t, "unsubmitted", m["live_account_status"])
	require.EqualValues(t, 1, m["level"])
	require.Equal(t, w.get("/account")["team"], m["parent_team_id"])
	require.Equal(t, []string{m.id()}, w.get("/sub_merchants").ids())

	own := w.charge(nil)
	require.NotContains(t, own, "merchant_uid")
	c := w.chargeFor(m.id(), nil)
	require.Equal(t, m.id(), c["merchant_uid"])
	require.Equal(t, "Somchai Coffee", c["merchant_name"])
	require.Equal(t, c["merchant_uid"], w.get("/charges/" + c.id())["merchant_uid"])

	status, refused := w.tryChargeFor("team_x", nil)
	require.Equal(t, http.StatusNotFound, status)
	require.Equal(t, "sub_merchant team_x was not found", refused["message"])

	raw := w.request("POST", "/charges", object{"amount": 100_000, "currency": "thb", "card": w.token(goodCard)})
	raw.Header["SUB_MERCHANT_ID"] = []string{m.id()}
	_, c = w.send(raw)
	require.Equal(t, m.id(), c["merchant_uid"], "a header that is not in the canonical form")
}
