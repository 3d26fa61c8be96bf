package fake

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAChargeSaysHowThePayerWasAuthenticated(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{ThreeDSecure: true})
	c := w.waiting()
	require.NotContains(t, c, "three_ds_info")
	w.visit(c.text("authorize_uri"), "yes")
	c = w.get("/charges/" + c.id())
	require.Equal(t, "3DS", c["authenticated_by"])
	require.Equal(t, c["authorized_at"], c.in("three_ds_info")["authenticated_at"])

	declined := w.waiting()
	w.visit(declined.text("authorize_uri"), "no")
	require.NotContains(t, w.get("/charges/"+declined.id()), "three_ds_info")
}

func TestAPasskeyMayChargeNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	nothing := object{"amount": 0, "currency": "thb", "authentication": "PASSKEY", "return_uri": shop}
	c := w.post("/charges", object{"card": w.token(goodCard)}.With(nothing))
	require.Equal(t, "pending", c["status"])
	w.visit(c.text("authorize_uri"), "yes")
	c = w.get("/charges/" + c.id())
	require.Equal(t, []any{"successful", true, "PASSKEY", nil}, []any{c["status"], c["paid"], c["authenticated_by"], c["transaction"]})
	require.EqualValues(t, 0, w.get("/balance")["total"])

	w.fails(invalidCharge, "POST", "/charges", object{"customer": w.post("/customers", object{"card": w.token(goodCard)}).id()}.With(nothing))
	w.fails(invalidCharge, "POST", "/charges", object{"card": w.token(goodCard)}.With(nothing).With(object{"authentication": "3DS"}))
}

func TestAnotherBankAccountDeactivatesARecipient(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	bank := object{"brand": "bbl", "number": "1234567890", "name": "Malee"}
	p := w.post("/recipients", object{"name": "Malee", "type": "individual", "bank_account": bank})
	w.patch("/recipients/"+p.id(), object{"bank_account": object{"number": "1111111111"}})
	require.NotContains(t, w.eventKeys(), "recipient.deactivate", "it was not active")
	w.patch("/recipients/"+p.id()+"/verify", nil)
	w.Advance(time.Hour)
	p = w.patch("/recipients/"+p.id(), object{"bank_account": object{"number": "2222222222"}})
	require.Equal(t, []any{false, false}, []any{p["active"], p["verified"]})
	require.Equal(t, "recipient.deactivate", w.eventKeys()[len(w.eventKeys())-1])
}
