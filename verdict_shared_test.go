package omise_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
)

// The caller tries again, and the second call returns the object of the first.
func TestVerdict08ObjectThatTheNextCallReturnedIsFound(t *testing.T) {
	t.Parallel()
	t.Run("transfer with its key", func(t *testing.T) {
		t.Parallel()
		withFakeClient(t, func(t *testing.T, fake *fakeClient) {
			fake.mustCharge(fake.chargeOfToken())
			fake.srv.Advance(7 * day)
			params := &omise.TransferCreateParams{Amount: new(int64(50_000))}
			fake.srv.Fault(omisetest.On("POST /transfers").Nth(1).DropAfter())
			_, unknown := fake.With(omise.WithMaxRetries(0)).Transfers.Create(fake.ctx(), params, omise.WithIdempotencyKey("payout-1"))
			require.ErrorIs(t, unknown, omise.ErrOutcomeUnknown)
			must1(fake.Transfers.Create(fake.ctx(), params, omise.WithIdempotencyKey("payout-1")))
			fake.srv.AssertCalls("POST /transfers", 2)
			require.Equal(t, 1, must1(fake.Transfers.List(fake.ctx(), nil)).Total)
			fake.srv.Advance(omise.DefaultMaxProcessingTime + time.Minute)
			require.NotEqual(t, omise.ResolutionNotFound, must1(fake.Transfers.Resolve(fake.ctx(), unknown)).State)
		})
	})
	t.Run("charge of a token", func(t *testing.T) {
		t.Parallel()
		withFakeClient(t, func(t *testing.T, fake *fakeClient) {
			p := fake.chargeOfToken()
			p.Metadata = omise.Metadata{"order_id": "42"}
			fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
			_, unknown := fake.With(omise.WithMaxRetries(0)).Charges.Create(fake.ctx(), p)
			require.ErrorIs(t, unknown, omise.ErrOutcomeUnknown)
			must1(fake.Charges.Create(fake.ctx(), p))
			fake.srv.AssertCharged(1)
			fake.srv.Advance(omise.DefaultMaxProcessingTime + time.Minute)
			fake.requireState(omise.ResolutionFound, unknown)
		})
	})
	t.Run("charge with its key", func(t *testing.T) {
		t.Parallel()
		srv := omisetest.NewServer(t, omisetest.WithHonouredKeys())
		fake := &fakeClient{srv.Client(omise.WithIdempotencyKeys(omise.KeysHonoured)), srv, t}
		p := fake.chargeOfCustomer()
		fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
		_, unknown := fake.With(omise.WithMaxRetries(0)).Charges.Create(fake.ctx(), p, omise.WithIdempotencyKey("order-42"))
		require.ErrorIs(t, unknown, omise.ErrOutcomeUnknown)
		must1(fake.Charges.Create(fake.ctx(), p, omise.WithIdempotencyKey("order-42")))
		fake.srv.AssertCharged(1)
		fake.srv.Advance(omise.DefaultMaxProcessingTime + time.Minute)
		require.NotEqual(t, omise.ResolutionNotFound, must1(fake.Charges.Resolve(fake.ctx(), unknown)).State)
	})
}

// While Resolve reads, a second call of the client with the same intent ends.
func TestVerdict12CallThatEndsWhileResolveReads(t *testing.T) {
	t.Parallel()
	t.Run("refund", func(t *testing.T) {
		t.Parallel()
		withFakeClient(t, func(t *testing.T, fake *fakeClient) {
			charge := fake.mustCharge(fake.chargeOfToken())
			race := newRace(fake, "/charges/"+charge.ID+"/refunds")
			refund := func() error {
				return errorOf(race.client.Refunds.Create(fake.ctx(), charge.ID, &omise.RefundCreateParams{Amount: 10_000}, forOrder42))
			}
			fake.srv.Fault(omisetest.On("POST /charges/{id}/refunds").Nth(1).DropBefore())
			unknown := refund()
			require.ErrorIs(t, unknown, omise.ErrOutcomeUnknown)
			fake.srv.Advance(omise.DefaultMaxProcessingTime + time.Minute)
			race.start(refund)
			got := must1(race.client.Refunds.Resolve(fake.ctx(), unknown))
			require.NotEqual(t, omise.ResolutionNotFound, got.State)
			require.NoError(t, race.err)
		})
	})
	t.Run("charge of the same second as another", func(t *testing.T) {
		t.Parallel()
		withFakeClient(t, func(t *testing.T, fake *fakeClient) {
			params, other := fake.chargeOfCustomer(), fake.chargeOfCustomer()
			race := newRace(fake, "/charges")
			charge := func() error { return errorOf(race.client.Charges.Create(fake.ctx(), params, forOrder42)) }
			fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropBefore())
			unknown := charge()
			require.ErrorIs(t, unknown, omise.ErrOutcomeUnknown)
			fake.srv.Advance(omise.DefaultMaxProcessingTime + time.Minute)
			fake.another().mustCharge(other)
			race.start(charge)
			got := must1(race.client.Charges.Resolve(fake.ctx(), unknown))
			require.NotEqual(t, omise.ResolutionNotFound, got.State)
			require.NoError(t, race.err)
		})
	})
}

// A race is a call whose request gets through only after a list was read, and which ends
// before the reader gets the list.
type race struct {
	client         *fakeClient
	on             atomic.Bool
	release, ended chan struct{}
	err            error // of the call
}

func newRace(fake *fakeClient, list string) *race {
	r := &race{release: make(chan struct{}), ended: make(chan struct{})}
	r.client = fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
		if r.on.Load() && hr.Method == http.MethodPost {
			<-r.release
		}
		resp, err := next.RoundTrip(hr)
		if hr.Method == http.MethodGet && hr.URL.Path == list && r.on.CompareAndSwap(true, false) {
			close(r.release)
			<-r.ended
		}
		return resp, err
	})
	return r
}

// start begins the call, which then waits until the list is read.
func (r *race) start(call func() error) {
	r.on.Store(true)
	go func() {
		defer close(r.ended)
		r.err = call()
	}()
	time.Sleep(time.Millisecond) // the call is in flight
}

// While Resolve reads, a call with the same intent begins. It is still being sent when Resolve
// has read everything.
func TestVerdict12CallThatBeginsWhileResolveReads(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		var on atomic.Bool
		sending, release, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
		var client *fakeClient
		client = fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
			resp, err := next.RoundTrip(hr)
			switch {
			case hr.Method == http.MethodGet && on.CompareAndSwap(true, false):
				go func() {
					defer close(ended)
					_, _ = client.Charges.Create(fake.ctx(), p, forOrder42)
				}()
				<-sending
			case hr.Method == http.MethodPost && err == nil:
				close(sending)
				<-release
			}
			return resp, err
		}, omise.WithMaxRetries(0))
		fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropBefore())
		_, unknown := client.Charges.Create(fake.ctx(), p, forOrder42)
		require.ErrorIs(t, unknown, omise.ErrOutcomeUnknown)
		fake.srv.Advance(omise.DefaultMaxProcessingTime + time.Minute)
		on.Store(true)
		require.Equal(t, omise.ResolutionOpen, must1(client.Charges.Resolve(fake.ctx(), unknown)).State)
		close(release)
		<-ended
	})
}

// The vault is another server, and its clock is ten minutes behind.
func TestVerdict08ClockOfTheVaultIsNotTheClockOfTheAPI(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		client := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
			resp, err := next.RoundTrip(hr)
			if err == nil && strings.HasPrefix(hr.URL.Path, "/tokens") {
				resp.Header.Set("Date", time.Now().Add(-10*time.Minute).UTC().Format(http.TimeFormat))
			}
			return resp, err
		}, omise.WithMaxRetries(0))
		must1(client.Account.Get(fake.ctx()))
		token := client.newToken()
		fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropBefore())
		_, err := client.Charges.Create(fake.ctx(), &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Card: token})
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		for name, err := range map[string]error{"in the process": err, "stored": throughJSON(t, err)} {
			require.Equal(t, omise.ResolutionOpen, must1(client.Charges.Resolve(fake.ctx(), err)).State, name)
		}
	})
}
