package fake

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestListsLag(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{ListLag: 2 * time.Second})
	charge := w.charge(nil)
	refund := w.post("/charges/"+charge.id()+"/refunds", object{"amount": 10_000})
	refunds := "/charges/" + charge.id() + "/refunds"
	require.Empty(t, w.get("/charges").ids())
	require.Empty(t, w.get(refunds).ids())
	require.Equal(t, charge.id(), w.get("/charges/"+charge.id()).id(), "what has its own path can be read at once")
	w.Advance(2 * time.Second)
	require.Equal(t, []string{charge.id()}, w.get("/charges").ids())
	require.Equal(t, []string{refund.id()}, w.get(refunds).ids())
}

// chargeLate makes a charge that is processed a minute later and breaks the connection.
// Then it makes another one. It returns the number of charges after that minute.
func (w *world) chargeLate(late Rule) int {
	w.t.Helper()
	late.Operation, late.Nth, late.Delay = "POST /charges", 1, time.Minute
	require.NoError(w.t, w.Fault(late))
	card := w.token(goodCard)
	body := object{"amount": 100_000, "currency": "thb", "card": card}
	_, err := (&http.Client{Transport: w.Server}).Do(clientRequest(w.request("POST", "https://api.omise.co/charges", body)))
	require.Error(w.t, err)
	w.chargeOn(card, nil)
	w.Advance(time.Minute)
	return len(w.get("/charges").ids())
}

// clientRequest turns a request of a server into a request of a client.
func clientRequest(hr *http.Request) *http.Request {
	hr.RequestURI = ""
	return hr
}

func TestTokenPaysOnceIfAChargeIsLate(t *testing.T) {
	t.Parallel()
	require.Equal(t, 1, newWorld(t, Options{}).chargeLate(Rule{Effect: Late}))
}

func TestTokenMarkedLatePaysForAllThatArriveMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{TokensMarkedLate: true})
	require.Equal(t, 2, w.chargeLate(Rule{Effect: Late}))
	card := w.token(goodCard)
	w.chargeOn(card, nil)
	w.fails(usedToken, "POST", "/charges", object{"amount": 100_000, "currency": "thb", "card": card})
}

func TestTwiceGoesWithOtherEffects(t *testing.T) {
	t.Parallel()
	for name, rule := range map[string]Rule{
		"drop after":  {Effect: DropAfter},
		"late":        {Effect: Late, Delay: time.Minute},
		"drop before": {Effect: DropBefore},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, Options{})
			rule.Twice = true
			require.NoError(t, w.Fault(rule))
			_, err := (&http.Client{Transport: w.Server}).Do(clientRequest(w.request("POST", "https://api.omise.co/customers", object{})))
			require.Error(t, err)
			w.ClearFaults()
			w.Advance(time.Minute)
			want := 2
			if rule.Effect == DropBefore {
				want = 0
			}
			require.Len(t, w.get("/customers").ids(), want)
		})
	}
}

func TestEventComesWithItsCall(t *testing.T) {
	t.Parallel()
	calls := map[string]int{}
	w := newWorld(t, Options{Event: func(c *Call, e EventState) {
		if c != nil {
			calls[e.Key] = c.Number
		}
	}})
	charge := w.charge(object{"capture": false}) // after the call for its token
	require.NoError(t, w.Fault(Rule{Operation: "POST /charges/{id}/capture", Effect: Late, Delay: time.Minute}))
	_, err := (&http.Client{Transport: w.Server}).Do(clientRequest(w.request("POST", "https://api.omise.co/charges/"+charge.id()+"/capture", nil)))
	require.Error(t, err)
	w.get("/charges/" + charge.id())
	w.Advance(time.Minute)
	require.Equal(t, map[string]int{"charge.create": 2, "charge.capture": 3}, calls)
}
