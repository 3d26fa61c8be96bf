package outbox_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/outbox"
)

func TestWaitReturnsAReportedResultAlthoughItsObjectCannotBeRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.box().Charge(w.ctx, w.db, "order-42", w.bySavedCard()))
	require.NoError(t, w.box().Drain(w.ctx))
	w.Fault(omisetest.On("GET /charges/{id}").Error("internal_error"))
	result, err := w.box().Wait(w.ctx, "order-42")
	require.NoError(t, err)
	require.Equal(t, outbox.Done, result.State)
	require.Equal(t, w.reports[0].ObjectID, result.ObjectID)
	require.Nil(t, result.Charge)
}

// A payer who has to act needs the address of the page, which is in the object.
func TestWaitWaitsForTheObjectOfAPayerWhoHasToAct(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	source, err := w.client.Sources.Create(w.ctx, &omise.SourceCreateParams{Type: omise.SourceTypePromptPay, Amount: 50_000, Currency: omise.THB})
	require.NoError(t, err)
	require.NoError(t, w.box().Charge(w.ctx, w.db, "order-42", &omise.ChargeCreateParams{Amount: 50_000, Currency: omise.THB, Source: source.ID}))
	require.NoError(t, w.box().Drain(w.ctx))
	w.Fault(omisetest.On("GET /charges/{id}").Nth(1).Error("internal_error"))
	result, err := w.boxOn(w.db, w.Client(omise.WithMaxRetries(0))).Wait(w.ctx, "order-42")
	require.NoError(t, err)
	require.Equal(t, outbox.Waiting, result.State)
	require.NotNil(t, result.Charge)
}

func TestWaitWaitsWhileTheAPIIsDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.box().Charge(w.ctx, w.db, "order-42", w.bySavedCard()))
	w.Fault(omisetest.On("GET /account").Nth(1).Error("internal_error"))
	var heard atomic.Int32
	observe := outbox.WithObserver(func(_ context.Context, c outbox.Change) {
		if c.Err != nil {
			heard.Add(1)
		}
	})
	ctx, cancel := context.WithTimeout(w.ctx, 20*time.Second)
	defer cancel()
	result, err := w.boxOn(w.db, w.Client(omise.WithMaxRetries(0)), observe).Wait(ctx, "order-42")
	require.NoError(t, err)
	require.Equal(t, outbox.Done, result.State)
	require.EqualValues(t, 1, heard.Load())
}

func TestWaitEndsAtOnceIfTheKeyIsWrong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(w.bySavedCard())
	_, err := w.boxOn(w.db, w.Client(omise.WithSecretKey("skey_test_5xuy4w91xqz7d1w9u0u"))).Wait(w.ctx, "order-42")
	require.ErrorIs(t, err, omise.ErrCodeAuthenticationFailure)
}

func TestWaitReturnsTheEndOfAChargeThatIsPaidMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(w.bySource())
	result, err := w.box().Wait(w.ctx, "order-42")
	require.NoError(t, err)
	require.Equal(t, outbox.Waiting, result.State)
	_, err = w.client.Charges.MarkAsPaid(w.ctx, result.ObjectID)
	require.NoError(t, err)
	result, err = w.box().Wait(w.ctx, "order-42") // the payer loads the page again
	require.NoError(t, err)
	require.Equal(t, outbox.Done, result.State)
	require.Equal(t, []outbox.State{outbox.Waiting, outbox.Done}, w.told("order-42"))
}
