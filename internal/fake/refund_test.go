package fake

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFullRefundBeforeSettlementIsVoid(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	c := w.charge(nil)
	f := w.post("/charges/"+c.id()+"/refunds", object{"amount": 100_000, "void": true, "metadata": object{"why": "x"}})
	require.Equal(t, true, f["voided"])
	require.Equal(t, "closed", f["status"])
	require.Equal(t, map[string]any{"why": "x"}, f["metadata"])
	require.NotNil(t, f["transaction"])
	require.NotContains(t, f, "reason")

	c = w.get("/charges/" + c.id())
	require.Equal(t, "successful", c["status"])
	require.EqualValues(t, 100_000, c["refunded_amount"])
	require.Equal(t, f, c.in("refunds").data()[0])
	requireFlags(t, c, "authorized", "capture", "paid", "voided")
	require.EqualValues(t, 0, w.get("/balance")["total"])
	w.fails(failedRefund, "POST", "/charges/"+c.id()+"/refunds", object{"amount": 1})
}

func TestRefundAfterSettlement(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	c := w.charge(nil)
	w.Advance(settlementDelay)
	require.Equal(t, false, w.get("/charges/" + c.id())["can_perform_void"])
	w.fails(failedVoid, "POST", "/charges/"+c.id()+"/refunds", object{"amount": 100_000, "void": true})
	f := w.post("/charges/"+c.id()+"/refunds", object{"amount": 100_000})
	require.Equal(t, false, f["voided"])
	require.Equal(t, false, w.get("/charges/" + c.id())["voided"])
	require.EqualValues(t, 96_094-100_000, w.get("/balance")["total"])
}

func TestPartialRefunds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	c := w.charge(nil)
	path := "/charges/" + c.id() + "/refunds"
	w.fails(failedVoid, "POST", path, object{"amount": 10_000, "void": true})
	for i := range maxRefunds {
		f := w.post(path, object{"amount": 10})
		require.Equal(t, false, f["voided"])
		require.EqualValues(t, 10*(i+1), w.get("/charges/" + c.id())["refunded_amount"])
	}
	require.Equal(t, false, w.get("/charges/" + c.id())["refundable"])
	w.fails(failedRefund, "POST", path, object{"amount": 10})
	require.EqualValues(t, maxRefunds, w.get(path)["total"])
	require.EqualValues(t, maxRefunds, w.get("/refunds")["total"])
}

func TestRefundRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	c := w.charge(nil)
	path := "/charges/" + c.id() + "/refunds"
	require.Equal(t, "amount is not a number", w.fails(failedRefund, "POST", path, nil))
	w.fails(failedRefund, "POST", path, object{"amount": 0})
	w.fails(failedRefund, "POST", path, object{"amount": 100_001})
	w.fails(notFound, "POST", "/charges/chrg_x/refunds", object{"amount": 1})

	held := w.charge(object{"capture": false})
	w.fails(failedRefund, "POST", "/charges/"+held.id()+"/refunds", object{"amount": 1})
	wechat := w.sourceCharge("wechat_pay")
	wechat = w.post("/charges/"+wechat.id()+"/mark_as_paid", nil)
	require.EqualValues(t, 0, wechat["fee"])
	require.EqualValues(t, 100_000, wechat["net"])
	requireFlags(t, wechat, "authorized", "capture", "paid")
	w.fails(failedRefund, "POST", "/charges/"+wechat.id()+"/refunds", object{"amount": 1})

	w.Advance(refundWindow)
	w.post(path, object{"amount": 1})
	w.Advance(day)
	w.fails(failedRefund, "POST", path, object{"amount": 1})
}

func TestGetRefund(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	c, other := w.charge(nil), w.charge(nil)
	f := w.post("/charges/"+c.id()+"/refunds", object{"amount": 5000, "reason": strings.Repeat("é", 300)})
	require.Equal(t, strings.Repeat("é", 255), f["reason"])
	require.Equal(t, f, w.get(f.text("location")))
	expanded := w.get(f.text("location") + "?expand=true")
	require.Equal(t, c.id(), expanded.in("charge")["id"])
	require.EqualValues(t, 5000, expanded.in("transaction")["amount"])
	w.fails(notFound, "GET", "/charges/"+other.id()+"/refunds/"+f.id(), nil)
	require.Equal(t, "refund x was not found", w.fails(notFound, "GET", "/charges/"+c.id()+"/refunds/x", nil))
}

func TestForeignRefundsAddUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	c := w.charge(object{"amount": 10_001, "currency": "usd"})
	var funding int64
	for _, amount := range []int64{3333, 3333, 3335} {
		funding += w.post("/charges/"+c.id()+"/refunds", object{"amount": amount}).num("funding_amount")
	}
	require.Equal(t, c.num("funding_amount"), funding)
}
