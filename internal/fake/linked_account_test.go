package fake

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func (w *world) linkedAccount() answer {
	w.t.Helper()
	return w.post("/linked_accounts", object{
		"type": "direct_debit_kbank", "return_uri": "https://shop.example.com/linked", "metadata": object{"a": "b"},
	})
}

func TestLinkedAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	a := w.linkedAccount()
	require.Regexp(t, "^lnac_test_[0-9a-z]{19}$", a.id())
	require.Equal(t, []any{"pending", nil, nil, "2026-01-06T03:00:00Z"}, []any{a["status"], a["last_digits"], a["registered_at"], a["expires_at"]})
	order := func(extra object) object {
		return object{"amount": 100_000, "currency": "thb", "linked_account": a.id()}.With(extra)
	}
	require.Equal(t, "linked account is pending", w.fails(badRequest, "POST", "/charges", order(nil)))
	require.NoError(t, w.RegisterLinkedAccount(a.id(), true))
	require.ErrorContains(t, w.RegisterLinkedAccount(a.id(), true), "is successful")
	require.ErrorContains(t, w.RegisterLinkedAccount("lnac_x", true), "was not found")
	a = w.get("/linked_accounts/" + a.id())
	require.Equal(t, []any{"successful", "2026-01-05T03:00:00Z"}, []any{a["status"], a["registered_at"]})
	require.Len(t, a["last_digits"], 4)

	c := w.post("/charges", order(nil))
	require.Equal(t, []any{"successful", a.id(), nil, nil, false}, []any{c["status"], c.in("linked_account")["id"], c["card"], c["source"], c["refundable"]})
	require.Equal(t, "linked_account", c.in("linked_account")["object"])
	w.fails(failedRefund, "POST", "/charges/"+c.id()+"/refunds", object{"amount": 100})
	w.fails(invalidCharge, "POST", "/charges", order(object{"currency": "usd"}))
	w.fails(invalidCharge, "POST", "/charges", order(object{"capture": false}))
	w.fails(notFound, "POST", "/charges", order(object{"linked_account": "lnac_x"}))

	owner := w.post("/customers", nil)
	w.fails(notFound, "POST", "/charges", order(object{"customer": owner.id()}))
	w.fails(notFound, "POST", "/charges", order(object{"customer": "cust_x"}))
	w.fails(notFound, "PATCH", "/customers/"+owner.id(), object{"linked_account": "lnac_x"})
	owner = w.patch("/customers/"+owner.id(), object{"linked_account": a.id()})
	require.Equal(t, []string{a.id()}, owner.in("linked_accounts").ids())
	require.Equal(t, owner.id(), w.post("/charges", order(object{"customer": owner.id()}))["customer"])

	require.Equal(t, "deleted", w.ok("DELETE", "/linked_accounts/"+a.id(), nil)["status"])
	w.fails(badRequest, "DELETE", "/linked_accounts/"+a.id(), nil)
	w.fails(badRequest, "POST", "/charges", order(nil))
	require.Equal(t, "deleted", w.get("/linked_accounts").data()[0]["status"])
}

func TestLinkedAccountRegistrationEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	failed, late := w.linkedAccount(), w.linkedAccount()
	require.NoError(t, w.RegisterLinkedAccount(failed.id(), false))
	failed = w.get("/linked_accounts/" + failed.id())
	require.Equal(t, "failed", failed["status"])
	require.NotNil(t, failed["failure_code"])
	w.Advance(day)
	require.Equal(t, "expired", w.get("/linked_accounts/" + late.id())["status"])
	require.Equal(t, "failed", w.get("/linked_accounts/" + failed.id())["status"])
	require.Error(t, w.RegisterLinkedAccount(late.id(), true))

	require.Equal(t, "Type is not supported", w.fails(badRequest, "POST", "/linked_accounts", object{"type": "direct_debit_x", "return_uri": "https://a.example.com"}))
	require.Equal(t, "return uri is invalid", w.fails(badRequest, "POST", "/linked_accounts", object{"type": "direct_debit_bay"}))
	w.fails(notFound, "GET", "/linked_accounts/lnac_x", nil)
}
