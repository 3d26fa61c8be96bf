package omise_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
)

func TestFault37SameKeyAndAnotherBody(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		for _, opt := range []omise.RequestOption{omise.WithIdempotencyKey("order-42"), omise.WithIdempotencyKey("order-43")} {
			for range 2 {
				_, err := fake.Charges.Create(fake.ctx(), p, opt)
				require.NoError(t, err, "the same intent again")
			}
			other := *p
			other.Amount++
			_, err := fake.With(omise.WithTimeout(time.Minute)).Charges.Create(fake.ctx(), &other, opt)
			var problem *omise.ParamError
			require.ErrorAs(t, err, &problem)
			require.Equal(t, "idempotency key", problem.Field)
			time.Sleep(25 * time.Hour)
			_, err = fake.Charges.Create(fake.ctx(), &other, opt)
			require.NoError(t, err, "keys live for a day")
		}
	})
}

func TestIntentIsRefusedForOtherWritesAndOtherText(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		_, err := fake.Customers.Create(fake.ctx(), &omise.CustomerCreateParams{}, omise.WithIntent("order-42"))
		var problem *omise.ParamError
		require.ErrorAs(t, err, &problem)
		require.Equal(t, "intent", problem.Field)
		_, err = fake.Charges.Create(fake.ctx(), fake.chargeOfToken(), omise.WithIntent("ลำดับ"))
		require.ErrorAs(t, err, &problem)
	})
}

// The API may drop a space at an end of a value, and the object is not found again.
func TestAnIntentHasNoSpaceAtItsEnds(t *testing.T) {
	t.Parallel()
	for _, intent := range []string{" ", "A-1 ", " A-1"} {
		requireRefused(t, "intent", "must not begin or end with a space", func(_ context.Context, c *omise.Client) error {
			return errorOf(c.Charges.Create(t.Context(), newCharge(), omise.WithIntent(intent)))
		})
	}
}

// The process died, and only the intent and the time are known.
func TestResolveIntentFindsTheObjectsOfAnIntent(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake = &fakeClient{fake.With(omise.WithMaxRetries(0)), fake.srv, t}
		payer := fake.chargeOfCustomer()
		charge, err := fake.Charges.Create(fake.ctx(), fake.chargeOfToken(), omise.WithIntent("to be refunded"))
		require.NoError(t, err)
		create := func(opts ...omise.RequestOption) {
			fake.Charges.Create(fake.ctx(), payer, opts...)
			fake.Refunds.Create(fake.ctx(), charge.ID, &omise.RefundCreateParams{Amount: 10_000}, opts...)
			fake.Transfers.Create(fake.ctx(), &omise.TransferCreateParams{Amount: new(int64(5_000))}, opts...)
		}
		requireAll := func(want omise.ResolutionState, candidates int, intent string, from, to time.Time) {
			t.Helper()
			c, err := fake.Charges.ResolveIntent(fake.ctx(), intent, from, to)
			require.NoError(t, err)
			r, err := fake.Refunds.ResolveIntent(fake.ctx(), charge.ID, intent, from, to)
			require.NoError(t, err)
			p, err := fake.Transfers.ResolveIntent(fake.ctx(), intent, from, to)
			require.NoError(t, err)
			require.Equal(t, []omise.ResolutionState{want, want, want}, []omise.ResolutionState{c.State, r.State, p.State})
			require.Equal(t, []int{candidates, candidates, candidates}, []int{len(c.Candidates), len(r.Candidates), len(p.Candidates)})
			if want == omise.ResolutionFound {
				require.Equal(t, []string{intent, intent, intent}, []string{
					c.Object.Metadata[omise.IntentKey].(string), r.Object.Metadata[omise.IntentKey].(string), p.Object.Metadata[omise.IntentKey].(string),
				})
			}
		}

		start := time.Now()
		create(omise.WithIntent("another"))
		loses := func(drop func(omisetest.Fault) omisetest.Fault) {
			for _, operation := range []string{"POST /charges", "POST /charges/{id}/refunds", "POST /transfers"} {
				fake.srv.Fault(drop(omisetest.On(operation)).Times(1))
			}
		}
		loses(omisetest.Fault.DropAfter)
		create(omise.WithIntent("done"))
		loses(omisetest.Fault.DropBefore)
		create(omise.WithIntent("not done"))
		end := time.Now()

		requireAll(omise.ResolutionFound, 0, "done", start, end)
		requireAll(omise.ResolutionOpen, 0, "not done", start, end)
		time.Sleep(omise.DefaultMaxProcessingTime)
		requireAll(omise.ResolutionNotFound, 0, "not done", start, end)
		requireAll(omise.ResolutionOpen, 0, "not done", start, time.Time{})

		create(omise.WithIntent("done"), omise.WithIdempotencyKey("again"))
		requireAll(omise.ResolutionDuplicated, 2, "done", start, time.Time{})
	})
}

func TestResolveIntentRefusesInvalidArguments(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		now := time.Now()
		for field, err := range map[string]error{
			"intent": errorOf(fake.Charges.ResolveIntent(fake.ctx(), "", now, now)),
			"from":   errorOf(fake.Transfers.ResolveIntent(fake.ctx(), "payday", time.Time{}, now)),
			"to":     errorOf(fake.Refunds.ResolveIntent(fake.ctx(), chargeID, "return-7", now, now.Add(-1))),
			"id":     errorOf(fake.Refunds.ResolveIntent(fake.ctx(), "", "return-7", now, now)),
		} {
			var problem *omise.ParamError
			require.ErrorAs(t, err, &problem, field)
			require.Equal(t, field, problem.Field)
		}
		fake.srv.AssertCalls("GET /charges", 0)
	})
}
