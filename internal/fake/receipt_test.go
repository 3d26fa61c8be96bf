package fake

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestReceipts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.charge(nil)
	voided := w.charge(nil)
	w.post("/charges/"+voided.id()+"/refunds", object{"amount": 100_000})
	w.chargeOn(w.token(declinedCard), nil)
	require.Empty(t, w.get("/receipts").data(), "the day is not over")
	w.Advance(21 * time.Hour)
	require.Equal(t, "receipt_list", w.get("/receipts")["object"])
	receipts := w.get("/receipts").data()
	require.Len(t, receipts, 1)
	first := receipts[0]
	for key, want := range map[string]any{
		"charge_fee": 7300.0, "voided_fee": 3650.0, "transaction_fee": 3650.0, "transfer_fee": 0.0, "subtotal": 3650.0,
		"vat": 256.0, "wht": 0.0, "total": 3906.0, "credit_note": false, "currency": "THB", "issued_on": "2026-01-05",
		"created_at": "2026-01-06T00:00:00Z", "number": "OMTH202601050001", "adjustment_transaction": nil,
	} {
		require.Equal(t, want, first[key], key)
	}
	require.Equal(t, first, w.get("/receipts/"+first.id()))
	require.EqualValues(t, 100_000-3906, w.get("/balance")["total"], "what the receipt says is what is gone")
	w.fails(notFound, "GET", "/receipts/rcpt_x", nil)

	w.Advance(week)
	require.Len(t, w.get("/receipts").data(), 1, "none for days without fees")
	tr := w.post("/transfers", object{"amount": 5000})
	w.post("/transfers/"+tr.id()+"/mark_as_sent", nil)
	w.Advance(day)
	second := w.get("/receipts").data()[1]
	require.Equal(t, []any{2804.0, 196.0, 3000.0}, []any{second["transfer_fee"], second["vat"], second["total"]})
	require.Equal(t, "OMTH202601130002", second["number"])
}

func TestCreditNote(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{Start: time.Date(2026, 1, 5, 23, 0, 0, 0, time.UTC)})
	c := w.charge(nil)
	w.Advance(2 * time.Hour)
	w.post("/charges/"+c.id()+"/refunds", object{"amount": 100_000})
	w.Advance(day)
	note := w.get("/receipts").data()[1]
	require.Equal(t, []any{true, -3650.0, -256.0, -3906.0}, []any{note["credit_note"], note["subtotal"], note["vat"], note["total"]})
}
