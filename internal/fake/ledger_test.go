package fake

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestMoneyAddsUp makes random calls. It compares the balance with the amounts of the
// objects, and each charge with the rules of its state.
func TestMoneyAddsUp(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, Options{Seed: seed})
			random := rand.New(rand.NewPCG(seed, 1))
			for range 150 {
				w.randomAction(random)
			}
			w.checkBalance()
			for _, c := range w.all("/charges") {
				w.checkCharge(c)
			}
		})
	}
}

func (w *world) randomAction(random *rand.Rand) {
	w.t.Helper()
	charge := func() string { return "/charges/" + pick(random, w.charges) }
	dispute := func() string { return "/disputes/" + pick(random, w.disputes) }
	post := func(path string, body any) { w.try("POST", path, body) }
	amount := 2000 + random.Int64N(200_000)
	cards := []string{goodCard, goodCard, goodCard, declinedCard}
	actions := []func(){
		func() {
			w.chargeOn(w.token(cards[random.IntN(len(cards))]), object{
				"amount": amount, "capture": random.IntN(2) == 0, "authorization_type": "pre_auth",
			})
		},
		func() { w.sourceCharge([]string{"promptpay", "wechat_pay", "alipay"}[random.IntN(3)]) },
		func() { post(charge()+"/capture", object{"capture_amount": amount / 2}) },
		func() { post(charge()+"/reverse", nil) },
		func() { post(charge()+"/expire", nil) },
		func() { post(charge()+"/mark_as_paid", nil) },
		func() { post(charge()+"/mark_as_failed", nil) },
		func() { post(charge()+"/refunds", object{"amount": amount / 4}) },
		func() {
			c := w.try("GET", charge(), nil)
			post("/charges/"+c.id()+"/refunds", object{"amount": c.num("captured_amount")})
		},
		func() { post(charge()+"/disputes", nil) },
		func() { w.try("PATCH", dispute(), object{"message": "no"}) },
		func() { w.try("PATCH", dispute()+"/close", object{"status": "won"}) },
		func() { w.try("PATCH", dispute()+"/accept", nil) },
		func() { post("/transfers", object{"amount": amount / 2}) },
		func() { post("/transfers/"+pick(random, w.transfers)+"/mark_as_sent", nil) },
		func() { w.Advance(time.Duration(random.Int64N(int64(2 * day)))) },
	}
	actions[random.IntN(len(actions))]()
}

// pick returns the id of a random record, or an id that does not exist.
func pick[T record](random *rand.Rand, st *store[T]) string {
	if n := random.IntN(len(st.all) + 1); n < len(st.all) {
		return st.all[n].identity()
	}
	return "none"
}

// try makes a call that may be refused. The status of a refusal must be 400 or 404.
func (w *world) try(method, path string, body any) answer {
	w.t.Helper()
	status, a := w.send(w.request(method, path, body))
	require.Contains(w.t, []int{http.StatusOK, http.StatusBadRequest, http.StatusNotFound}, status)
	return a
}

func (w *world) all(path string) []answer {
	w.t.Helper()
	return w.get(path + "?limit=100").data()
}

func (w *world) checkBalance() {
	w.t.Helper()
	var want int64
	for _, c := range w.all("/charges") {
		if c["paid"] == true {
			want += c.num("net")
		}
		for _, f := range c.in("refunds").data() {
			if f["voided"] == true {
				want -= c.num("net")
			} else {
				want -= f.num("funding_amount")
			}
		}
	}
	for _, d := range w.all("/disputes") {
		if d["status"] != "won" {
			want -= d.num("funding_amount")
		}
	}
	for _, tr := range w.all("/transfers") {
		if tr["sent"] == true {
			want -= tr.num("amount")
		}
	}
	balance := w.get("/balance")
	require.Equal(w.t, want, balance.num("total"))
	require.LessOrEqual(w.t, balance.num("transferable"), max(balance.num("total"), 0))
}

func (w *world) checkCharge(c answer) {
	w.t.Helper()
	require.Equal(w.t, c["paid"], c["status"] == "successful")
	require.Equal(w.t, c["paid"], c["transaction"] != nil)
	require.Equal(w.t, c["status"] == "failed", c["failure_code"] != nil)
	require.LessOrEqual(w.t, c.num("refunded_amount"), c.num("captured_amount"))
	require.LessOrEqual(w.t, c.num("captured_amount"), c.num("amount"))
	require.Equal(w.t, c.num("funding_amount")-c.num("fee")-c.num("fee_vat"), c.num("net"))
	require.Equal(w.t, c["capturable"], c["reversible"])
	if c["paid"] == false {
		for _, flag := range []string{"refundable", "disputable", "can_perform_void", "voided"} {
			require.Equal(w.t, false, c[flag], flag)
		}
	}
}

func TestTransactions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	c := w.charge(nil)
	tx := w.get("/transactions/" + c.text("transaction"))
	require.Equal(t, "credit", tx["direction"])
	require.Equal(t, "charge.captured.net", tx["key"])
	require.Equal(t, c.id(), tx["origin"])
	require.EqualValues(t, 96_094, tx["amount"])
	require.Equal(t, "2026-01-06T03:00:00Z", tx["transferable_at"])
	f := w.post("/charges/"+c.id()+"/refunds", object{"amount": 5000})
	require.Equal(t, []string{tx.id(), f.text("transaction")}, w.get("/transactions").ids())
	require.Equal(t, "debit", w.get("/transactions/" + f.text("transaction"))["direction"])
	w.fails(notFound, "GET", "/transactions/trxn_x", nil)
}
