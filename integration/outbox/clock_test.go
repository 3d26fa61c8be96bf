package outbox_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/outbox"
)

// throughGateway gives the world a client whose answers pass a gateway. The clock of the gateway
// is ahead in the answers to some requests.
func (w *world) throughGateway(ahead time.Duration, some func(*http.Request) bool) {
	w.client = w.clientThrough(func(api http.RoundTripper, r *http.Request) (*http.Response, error) {
		answer, err := api.RoundTrip(r)
		if err == nil && some(r) {
			answer.Header.Set("Date", w.Now().Add(ahead).UTC().Format(http.TimeFormat))
		}
		return answer, err
	})
}

// behindGateways runs a test behind gateways with different clocks. The charge of order-42 meets a
// fault.
func behindGateways(t *testing.T, fault omisetest.Fault, test func(*testing.T, *world)) {
	t.Helper()
	for _, ahead := range []time.Duration{time.Minute, 10 * time.Minute, -10 * time.Minute, 7 * time.Hour} {
		t.Run(fmt.Sprint(ahead), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.throughGateway(ahead, func(*http.Request) bool { return true })
			w.write(w.bySavedCard())
			w.Fault(fault)
			w.settle(w.box())
			test(t, w)
		})
	}
}

// The mark identifies the object, and only the list shows the time of the API.
func TestTheClockOfAGatewayHidesNoObject(t *testing.T) {
	t.Parallel()
	behindGateways(t, omisetest.On("POST /charges").Nth(1).DropAfter(), func(t *testing.T, w *world) {
		require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
		w.AssertCharged(1)
	})
}

func TestTheClockOfAGatewayDoesNotProveAnObjectAbsent(t *testing.T) {
	t.Parallel()
	behindGateways(t, omisetest.On("POST /charges").Nth(1).Late(lease+processing/2), func(t *testing.T, w *world) {
		require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
		w.AssertCharged(1)
	})
}

func TestTheLastLookFindsASecondObjectInSpiteOfTheClockOfAGateway(t *testing.T) {
	t.Parallel()
	behindGateways(t, omisetest.On("POST /charges").Nth(1).Duplicate(), func(t *testing.T, w *world) {
		require.Equal(t, []outbox.State{outbox.Done, outbox.Duplicated}, w.told("order-42"))
	})
}

func TestOneWrongDateHidesNoObject(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.throughGateway(time.Hour, func(r *http.Request) bool { return r.URL.Path == "/account" })
	w.write(w.bySavedCard())
	w.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
	w.AssertCharged(1)
}
