package outbox_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/outbox"
)

// A roundTripper is a function that is an http.RoundTripper.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// throughGateway gives the world a client whose answers pass a gateway. The clock of the gateway
// is ahead in the answers to some requests.
func (w *world) throughGateway(ahead time.Duration, some func(*http.Request) bool) {
	api := w.HTTPClient().Transport
	w.client = w.Client(omise.WithHTTPClient(&http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		answer, err := api.RoundTrip(r)
		if err == nil && some(r) {
			answer.Header.Set("Date", w.Now().Add(ahead).UTC().Format(http.TimeFormat))
		}
		return answer, err
	})}))
}

func always(*http.Request) bool { return true }

func (w *world) bySavedCard() *omise.ChargeCreateParams {
	return &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Customer: w.SeedCustomer()}
}

var gateways = []time.Duration{time.Minute, 10 * time.Minute, -10 * time.Minute, 7 * time.Hour}

// The mark identifies the object, and only the list says which time it is at the API.
func TestTheClockOfAGatewayHidesNoObject(t *testing.T) {
	t.Parallel()
	for _, ahead := range gateways {
		t.Run(fmt.Sprint(ahead), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.throughGateway(ahead, always)
			require.NoError(t, w.box().Charge(w.ctx, w.db, "order-42", w.bySavedCard()))
			w.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
			w.settle(w.box())
			require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
			w.AssertCharged(1)
		})
	}
}

func TestTheClockOfAGatewayDoesNotProveAnObjectAbsent(t *testing.T) {
	t.Parallel()
	for _, ahead := range gateways {
		t.Run(fmt.Sprint(ahead), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.throughGateway(ahead, always)
			require.NoError(t, w.box().Charge(w.ctx, w.db, "order-42", w.bySavedCard()))
			w.Fault(omisetest.On("POST /charges").Nth(1).Late(lease + processing/2))
			w.settle(w.box())
			require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
			w.AssertCharged(1)
		})
	}
}

func TestTheLastLookFindsASecondObjectInSpiteOfTheClockOfAGateway(t *testing.T) {
	t.Parallel()
	for _, ahead := range gateways {
		t.Run(fmt.Sprint(ahead), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.throughGateway(ahead, always)
			require.NoError(t, w.box().Charge(w.ctx, w.db, "order-42", w.bySavedCard()))
			w.Fault(omisetest.On("POST /charges").Nth(1).Duplicate())
			w.settle(w.box())
			require.Equal(t, []outbox.State{outbox.Done, outbox.Duplicated}, w.told("order-42"))
		})
	}
}

func TestOneWrongDateHidesNoObject(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.throughGateway(time.Hour, func(r *http.Request) bool { return r.URL.Path == "/account" })
	require.NoError(t, w.box().Charge(w.ctx, w.db, "order-42", w.bySavedCard()))
	w.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
	w.AssertCharged(1)
}
