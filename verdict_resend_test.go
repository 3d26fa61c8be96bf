package omise_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
)

// A queue is a rate limiter with a long queue, as rate.NewLimiter(1, 1) in a batch of a thousand
// calls: Wait returns when it is the caller's turn, and obeys its context.
type queue struct{ wait time.Duration }

func (q queue) Wait(ctx context.Context) error {
	select {
	case <-time.After(q.wait):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// losesFirst loses the first POST on its way, after it has called meanwhile.
func losesFirst(meanwhile func()) between {
	posts := 0
	return func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
		if hr.Method == http.MethodPost {
			if posts++; posts == 1 {
				meanwhile()
				return nil, errReset
			}
		}
		return next.RoundTrip(hr)
	}
}

// The charge of a token was lost on the way, and the client looks for 65 s. The payer reloads
// the page, which another process serves, and pays the order with another card.
func TestVerdict11TokenIsNotSentAgainAfterAnotherCallHasPaidTheIntent(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p, second := fake.chargeOfToken(), fake.chargeOfToken()
		client := fake.through(losesFirst(func() {
			go func() {
				time.Sleep(30 * time.Second)
				must1(fake.another().Charges.Create(fake.ctx(), second, forOrder42))
			}()
		}))
		_, err := client.Charges.Create(fake.ctx(), p, forOrder42)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		require.Equal(t, 1, fake.countCharges(), "paid twice")
	})
}

// The request of this process was lost on the way. Before it is sent again, another process has
// charged the same intent, and the look shows it.
func TestVerdict11SavedCardIsNotChargedAgainAfterAnotherCallHasPaidTheIntent(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		client := fake.through(losesFirst(func() {
			must1(fake.another().Charges.Create(fake.ctx(), p, forOrder42))
		}), omise.WithMaxProcessingTime(10*time.Second))
		_, err := client.Charges.Create(fake.ctx(), p, forOrder42)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		require.Equal(t, 1, fake.countCharges(), "paid twice")
	})
}

// The same for a refund.
func TestVerdict11RefundIsNotSentAgainAfterAnotherCallHasMadeIt(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		charge := fake.mustCharge(fake.chargeOfCustomer())
		p := &omise.RefundCreateParams{Amount: 10_000}
		client := fake.through(losesFirst(func() {
			must1(fake.another().Refunds.Create(fake.ctx(), charge.ID, p, omise.WithIntent("return-7")))
		}), omise.WithMaxProcessingTime(10*time.Second))
		_, err := client.Refunds.Create(fake.ctx(), charge.ID, p, omise.WithIntent("return-7"))
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		require.Equal(t, int64(10_000), must1(fake.Charges.Get(fake.ctx(), charge.ID)).RefundedAmount, "refunded twice")
	})
}

// One process has a call in the queue of its limiter; another process asks for its intent.
func TestVerdict08WriteThatARateLimiterHoldsBackIsNotSentLate(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		began := time.Now()
		first := make(chan error)
		go func() {
			_, err := fake.With(omise.WithRateLimiter(queue{15 * time.Minute})).Charges.Create(fake.ctx(), p, forOrder42)
			first <- err
		}()
		synctest.Wait()
		time.Sleep(11 * time.Minute)
		got := must1(fake.another().Charges.ResolveIntent(fake.ctx(), "order-42", began, time.Time{}))
		require.Equal(t, omise.ResolutionNotFound, got.State)
		require.Equal(t, omise.OutcomeNotSent, failure(t, <-first).Outcome)
		require.Zero(t, fake.countCharges())
	})
}

// The second caller of the same client gives up after 20 s and stores its error. Another process
// resolves it.
func TestVerdict12StoredErrorOfAWaitingCallerIsTrueWithARateLimiter(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		client := fake.With(omise.WithRateLimiter(queue{15 * time.Minute}))
		first := make(chan error)
		go func() {
			_, err := client.Charges.Create(fake.ctx(), p, forOrder42)
			first <- err
		}()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(fake.ctx(), 20*time.Second)
		defer cancel()
		_, unknown := client.Charges.Create(ctx, p, forOrder42)
		require.ErrorIs(t, unknown, omise.ErrOutcomeUnknown)
		time.Sleep(11 * time.Minute)
		fake.srv.Advance(11 * time.Minute)
		require.Equal(t, omise.ResolutionNotFound, fake.another().chargeState(throughJSON(t, unknown)))
		require.Error(t, <-first)
		require.Zero(t, fake.countCharges())
	})
}

// The first caller uses a copy of the client that has promised 15 minutes, the second the client
// itself.
func TestVerdict12ErrorOfAWaitingCallerHasTheTimeOfTheCallItWaitsFor(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		client := fake.through(losesFirst(func() {}))
		patient := client.With(omise.WithMaxProcessingTime(15 * time.Minute))
		done := make(chan error)
		go func() {
			_, err := patient.Charges.Create(fake.ctx(), p, forOrder42)
			done <- err
		}()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(fake.ctx(), 20*time.Second)
		defer cancel()
		_, unknown := client.Charges.Create(ctx, p, forOrder42)
		require.ErrorIs(t, unknown, omise.ErrOutcomeUnknown)
		time.Sleep(11 * time.Minute)
		fake.srv.Advance(11 * time.Minute)
		require.Equal(t, omise.ResolutionOpen, fake.another().chargeState(throughJSON(t, unknown)))
		require.NoError(t, <-done)
		require.Equal(t, 1, fake.countCharges())
	})
}
