package fake

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// rich returns a world with money that can be transferred.
func rich(t *testing.T, options Options) *world {
	t.Helper()
	w := newWorld(t, options)
	for range 3 {
		w.charge(nil)
	}
	w.Advance(settlementDelay)
	return w
}

func (w *world) recipient(verified bool) answer {
	w.t.Helper()
	p := w.post("/recipients", object{
		"name": "Malee Shop", "type": "individual",
		"bank_account": object{"brand": "scb", "number": "1234567890", "name": "Malee Shop"},
	})
	if verified {
		p = w.patch("/recipients/"+p.id()+"/verify", nil)
	}
	return p
}

func TestTransferByHand(t *testing.T) {
	t.Parallel()
	w := rich(t, Options{})
	tr := w.post("/transfers", object{"amount": 100_000, "metadata": object{"week": 1}})
	for key, want := range map[string]int64{
		"amount": 100_000, "fee": 2804, "fee_vat": 196, "total_fee": 3000, "net": 97_000,
	} {
		require.Equal(t, want, tr.num(key), key)
	}
	require.Equal(t, true, tr["sendable"])
	require.Equal(t, "123456789", tr.in("bank_account")["account_number"])
	require.Empty(t, tr["transactions"])
	path := "/transfers/" + tr.id()
	w.fails(badRequest, "POST", path+"/mark_as_paid", nil)

	before := w.get("/balance").num("total")
	tr = w.post(path+"/mark_as_sent", nil)
	require.Equal(t, true, tr["sent"])
	require.Equal(t, false, tr["sendable"])
	require.Len(t, tr["transactions"], 1)
	require.Equal(t, before-100_000, w.get("/balance").num("total"))
	w.fails(badRequest, "POST", path+"/mark_as_sent", nil)
	w.fails(badRequest, "PATCH", path, object{"amount": 50_000})
	w.fails(badRequest, "DELETE", path, nil)

	tr = w.post(path+"/mark_as_paid", nil)
	require.Equal(t, true, tr["paid"])
	w.fails(badRequest, "POST", path+"/mark_as_paid", nil)
	w.Advance(week)
	require.Equal(t, tr["paid_at"], w.get(path)["paid_at"])
}

func TestTransferByItself(t *testing.T) {
	t.Parallel()
	w := rich(t, Options{Start: time.Date(2026, 1, 8, 9, 0, 0, 0, time.UTC)}) // then it is Friday
	byItself, half := w.post("/transfers", object{"amount": 5000}), w.post("/transfers", object{"amount": 5000})
	w.post("/transfers/"+half.id()+"/mark_as_sent", nil)
	w.Advance(2 * day)
	require.Equal(t, false, w.get("/transfers/" + byItself.id())["sent"])
	w.Advance(2 * day)
	for _, id := range []string{byItself.id(), half.id()} {
		require.Equal(t, "2026-01-12T08:00:05Z", w.get("/transfers/" + id)["paid_at"])
	}
	require.Equal(t, "2026-01-12T08:00:00Z", w.get("/transfers/" + byItself.id())["sent_at"])
}

func TestTransferNeedsRecipientAndMoney(t *testing.T) {
	t.Parallel()
	w := rich(t, Options{})
	to := w.recipient(false)
	waiting := w.post("/transfers", object{"amount": 5000, "recipient": to.id()})
	hasty := w.post("/transfers", object{"amount": 5000, "recipient": to.id(), "fail_fast": true})
	large := w.post("/transfers", object{"amount": 1_000_000, "fail_fast": true})
	require.Equal(t, false, waiting["sendable"])
	require.Equal(t, false, large["sendable"])
	w.fails(badRequest, "POST", "/transfers/"+waiting.id()+"/mark_as_sent", nil)

	w.Advance(30 * time.Hour)
	require.Equal(t, "invalid_recipient", w.get("/transfers/" + hasty.id())["failure_code"])
	large = w.get("/transfers/" + large.id())
	require.Equal(t, "insufficient_balance", large["failure_code"])
	require.NotNil(t, large["failure_message"])
	w.fails(badRequest, "POST", "/transfers/"+large.id()+"/mark_as_sent", nil)
	require.Equal(t, false, w.get("/transfers/" + waiting.id())["sent"])

	w.patch("/recipients/"+to.id()+"/verify", nil)
	w.Advance(day)
	require.Equal(t, true, w.get("/transfers/" + waiting.id())["paid"])
	require.Equal(t, []string{
		"charge.create", "charge.create", "charge.create", "recipient.create",
		"transfer.create", "transfer.create", "transfer.create", "transfer.fail", "transfer.fail",
		"recipient.verify", "recipient.activate", "transfer.send", "transfer.pay",
	}, w.eventKeys())
	require.Equal(t, "recipient", w.get("/transfers/" + waiting.id() + "?expand=true").in("recipient")["object"])
}

func TestTransferOfEverything(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.charge(nil)
	require.EqualValues(t, 96_094, w.get("/balance")["total"])
	require.EqualValues(t, 0, w.get("/balance")["transferable"])
	w.fails(badRequest, "POST", "/transfers", nil)
	w.Advance(settlementDelay)
	require.EqualValues(t, 96_094, w.get("/balance")["transferable"])
	require.EqualValues(t, 96_094, w.post("/transfers", nil)["amount"])
}

func TestTransferChanges(t *testing.T) {
	t.Parallel()
	w := rich(t, Options{})
	tr := w.post("/transfers", object{"amount": 100_000})
	changed := w.patch("/transfers/"+tr.id(), object{"amount": 5000, "metadata": object{"a": "b"}})
	require.EqualValues(t, 5000, changed["amount"])
	require.EqualValues(t, 97_000, changed["net"])
	require.Empty(t, w.lastCall().Guesses)
	require.Nil(t, w.patch("/transfers/"+tr.id(), object{"success": false, "failure_code": "account_closed"})["failure_code"])
	require.Equal(t, []string{"success and the failure of a changed transfer are ignored"}, w.lastCall().Guesses)
	for _, amount := range []any{2999, "x"} {
		w.fails(badRequest, "POST", "/transfers", object{"amount": amount})
		w.fails(badRequest, "PATCH", "/transfers/"+tr.id(), object{"amount": amount})
	}
	w.fails(notFound, "POST", "/transfers", object{"recipient": "recp_x"})

	gone := w.ok("DELETE", "/transfers/"+tr.id(), nil)
	require.Equal(t, true, gone["deleted"])
	require.Equal(t, true, gone["sendable"])
	w.fails(notFound, "GET", "/transfers/"+tr.id(), nil)
	before := w.get("/balance")["total"]
	w.Advance(week)
	require.Equal(t, before, w.get("/balance")["total"])
	events := w.get("/events?order=reverse_chronological").data()
	require.Equal(t, answer{"object": "transfer", "id": tr.id(), "livemode": false, "deleted": true}, events[0].in("data"))
}

func TestTransferIdempKey(t *testing.T) {
	t.Parallel()
	body := object{"amount": 5000, "idemp_key": "payout-1"}
	ignoring := rich(t, Options{IgnoreIdempKeys: true})
	require.NotEqual(t, ignoring.post("/transfers", body).id(), ignoring.post("/transfers", body).id())
	honouring := rich(t, Options{})
	require.Equal(t, honouring.post("/transfers", body).id(), honouring.post("/transfers", body).id())
	require.EqualValues(t, 1, honouring.get("/transfers")["total"])
}

func TestRecipient(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	account := w.get("/recipients").data()[0]
	require.Equal(t, []any{true, true, true}, []any{account["default"], account["active"], account["verified"]})
	w.fails(failedDeletion, "DELETE", "/recipients/"+account.id(), nil)

	p := w.recipient(false)
	require.Equal(t, []any{false, false, false}, []any{p["default"], p["active"], p["verified"]})
	require.Equal(t, "", p["tax_id"])
	require.Equal(t, "Siam Commercial Bank", p.in("bank_account")["brand"])
	require.Equal(t, "7890", p.in("bank_account")["last_digits"])

	p = w.patch("/recipients/"+p.id()+"/verify", nil)
	require.Equal(t, []any{true, true}, []any{p["active"], p["verified"]})
	w.fails(badRequest, "PATCH", "/recipients/"+p.id()+"/verify", nil)
	p = w.patch("/recipients/"+p.id(), object{"email": "m@example.com", "description": "x"})
	require.Equal(t, true, p["verified"])
	p = w.patch("/recipients/"+p.id(), object{"bank_account": object{"number": "999"}})
	require.Equal(t, false, p["verified"])
	require.Equal(t, "999", p.in("bank_account")["last_digits"])

	require.Equal(t, true, w.ok("DELETE", "/recipients/"+p.id(), nil)["deleted"])
	w.fails(notFound, "GET", "/recipients/"+p.id(), nil)
}

func TestRecipientRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	require.Equal(t, "name can't be blank and type can't be blank", w.fails(invalidRecipient, "POST", "/recipients", nil))
	w.fails(invalidRecipient, "POST", "/recipients", object{"name": "A", "type": "cat"})
	require.Equal(t, "name can't be blank, number can't be blank, and brand can't be blank",
		w.fails(invalidBankAccount, "POST", "/recipients", object{"name": "A", "type": "individual"}))
	require.Equal(t, "brand is not supported", w.fails(invalidBankAccount, "POST", "/recipients", object{
		"name": "A", "type": "individual", "bank_account": object{"name": "A", "number": "1", "brand": "nope"},
	}))

	japan := newWorld(t, Options{Country: "JP"})
	p := japan.post("/recipients", object{"name": "A", "type": "corporation", "bank_account": object{
		"name": "A", "number": "1234567", "bank_code": "0001", "branch_code": "001", "type": "normal",
	}})
	require.Equal(t, "0001", p.in("bank_account")["bank_code"])
	require.Equal(t, "normal", p.in("bank_account")["type"])
}
