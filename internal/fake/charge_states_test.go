package fake

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The states of a charge that decide which actions are allowed.
const (
	waitsForCard   = "pending, for the payer of a card"
	waitsForSource = "pending, for the payer of a source"
	isHeld         = "pending, authorized"
	isPaid         = "successful"
	isFailed       = "failed"
	isExpired      = "expired"
	isReversed     = "reversed"
	isLapsed       = "reversed, past its time"
)

// A turn is the effect of an action on a charge in a state: a refusal with a code, or the
// next state.
type turn struct {
	code errorCode
	next string
}

func refused(code errorCode) turn { return turn{code: code} }
func leads(next string) turn      { return turn{next: next} }

var actions = []string{"capture", "reverse", "expire", "mark_as_paid", "mark_as_failed", "refunds", "disputes"}

// turns has every pair of a state and an action, in the order of actions. Refunds and
// disputes of paid charges depend on more than the state.
var turns = map[string][]turn{
	waitsForCard: {
		refused(failedCapture), refused(failedReverse), refused(failedExpire),
		refused(invalidCharge), refused(invalidCharge), refused(failedRefund), refused(badRequest),
	},
	waitsForSource: {
		refused(failedCapture), refused(failedReverse), leads(isExpired),
		leads(isPaid), leads(isFailed), refused(failedRefund), refused(badRequest),
	},
	isHeld: {
		leads(isPaid), leads(isReversed), refused(failedExpire),
		refused(invalidCharge), refused(invalidCharge), refused(failedRefund), refused(badRequest),
	},
	isPaid: {
		refused(failedCapture), refused(failedReverse), refused(failedExpire),
		refused(invalidCharge), refused(invalidCharge), leads(isPaid), leads(isPaid),
	},
	isFailed: {
		refused(failedCapture), refused(failedReverse), refused(failedExpire),
		refused(invalidCharge), refused(invalidCharge), refused(failedRefund), refused(badRequest),
	},
	isExpired: {
		refused(expiredCharge), refused(expiredCharge), refused(failedExpire),
		refused(expiredCharge), refused(expiredCharge), refused(failedRefund), refused(badRequest),
	},
	isReversed: {
		refused(failedCapture), refused(failedReverse), refused(failedExpire),
		refused(invalidCharge), refused(invalidCharge), refused(failedRefund), refused(badRequest),
	},
	isLapsed: {
		refused(expiredCharge), refused(expiredCharge), refused(failedExpire),
		refused(expiredCharge), refused(expiredCharge), refused(failedRefund), refused(badRequest),
	},
}

// TestEveryStateAndAction tries all pairs.
func TestEveryStateAndAction(t *testing.T) {
	t.Parallel()
	returnURI := object{"return_uri": "https://shop.example.com"}
	reach := map[string]func(*world) string{
		waitsForCard:   func(w *world) string { return w.charge(returnURI).id() },
		waitsForSource: func(w *world) string { return w.sourceCharge("promptpay").id() },
		isHeld:         func(w *world) string { return w.charge(object{"capture": false}).id() },
		isPaid:         func(w *world) string { return w.charge(nil).id() },
		isFailed:       func(w *world) string { return w.chargeOn(w.token(declinedCard), nil).id() },
		isExpired: func(w *world) string {
			id := w.sourceCharge("alipay").id()
			return w.post("/charges/"+id+"/expire", nil).id()
		},
		isReversed: func(w *world) string {
			id := w.charge(object{"capture": false}).id()
			return w.post("/charges/"+id+"/reverse", nil).id()
		},
		isLapsed: func(w *world) string {
			id := w.charge(object{"capture": false}).id()
			w.Advance(8 * day)
			return id
		},
	}
	require.Len(t, reach, len(turns))
	for state, start := range reach {
		for i, action := range actions {
			w := newWorld(t, Options{ThreeDSecure: true})
			id := start(w)
			want := turns[state][i]
			before := w.get("/charges/" + id)
			status, got := w.send(w.request("POST", "/charges/"+id+"/"+action, object{"amount": 100}))
			after := w.get("/charges/" + id)
			if want.code != "" {
				require.Equal(t, string(want.code), got["code"], "%s: %s", state, action)
				require.Equal(t, before, after, "a refusal changes nothing")
				continue
			}
			require.Equal(t, http.StatusOK, status, "%s: %s: %v", state, action, got)
			wire, _, _ := strings.Cut(want.next, ",")
			require.Equal(t, wire, after["status"])
		}
	}
}
