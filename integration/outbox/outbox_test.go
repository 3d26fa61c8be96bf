package outbox_test

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/integration/database"
	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/outbox"
)

func TestAChargeIsMadeAndReportedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	box := w.box()
	require.NoError(t, box.Charge(w.ctx, w.db, "order-42", w.byToken(goodCard)))
	w.settle(box)
	require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
	w.AssertCharged(1)
	w.AssertCalls("POST /charges", 1)
	require.True(t, w.reports[0].Charge.Paid)
	require.Equal(t, "order-42", w.reports[0].Charge.Metadata[omise.IntentKey])
}

func TestNothingIsChargedForATransactionThatIsRolledBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	box := w.box()
	params := w.byToken(goodCard)
	tx, err := w.db.BeginTx(w.ctx, nil)
	require.NoError(t, err)
	require.NoError(t, box.Charge(w.ctx, tx, "order-42", params))
	require.NoError(t, tx.Rollback())
	w.settle(box)
	w.AssertCalls("POST /charges", 0)
	_, err = box.Look(w.ctx, "order-42")
	require.ErrorIs(t, err, outbox.ErrNoIntent)
}

func TestOneCallWritesSendsAndReturnsTheResult(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	box := w.box()
	params := w.byToken(goodCard)
	result, err := box.Now(w.ctx, "order-42", func(tx *sql.Tx) error { return box.Charge(w.ctx, tx, "order-42", params) })
	require.NoError(t, err)
	require.Equal(t, outbox.Done, result.State)
	require.True(t, result.Charge.Paid)
	require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
}

func TestAnotherProcessGetsTheResultOfADoneIntent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(w.byToken(goodCard))
	first, err := w.box().Wait(w.ctx, "order-42")
	require.NoError(t, err)
	again, err := w.box().Wait(w.ctx, "order-42")
	require.NoError(t, err)
	require.Equal(t, first.Charge.ID, again.Charge.ID)
	w.AssertCalls("POST /charges", 1)
}

func TestADeclineMayHaveAnotherAttempt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	box := w.box()
	require.NoError(t, box.Charge(w.ctx, w.db, "order-42", w.byToken(declinedCard)))
	declined, err := box.Wait(w.ctx, "order-42")
	require.NoError(t, err)
	require.Equal(t, outbox.Declined, declined.State)
	require.Equal(t, omise.ChargeFailureCode("insufficient_fund"), declined.Charge.Failure().Code)

	require.NoError(t, box.Again(w.ctx, w.db, "order-42", w.byToken(goodCard)))
	done, err := box.Wait(w.ctx, "order-42")
	require.NoError(t, err)
	require.Equal(t, outbox.Done, done.State)
	require.Equal(t, 2, done.Attempt)
	w.settle(box)
	require.Equal(t, []outbox.State{outbox.Declined, outbox.Done}, w.told("order-42"))
	w.AssertCharged(1)
}

func TestADoneIntentHasNoOtherAttempt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(w.byToken(goodCard))
	w.settle(w.box())
	require.ErrorIs(t, w.box().Again(w.ctx, w.db, "order-42", w.byToken(goodCard)), outbox.ErrState)
}

// A page of the merchant may show the state before the handler gets it.
func TestAnotherAttemptWaitsForTheReport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	box := w.box()
	require.NoError(t, box.Charge(w.ctx, w.db, "order-42", w.byToken(declinedCard)))
	w.broken = errors.New("the handler is broken")
	require.NoError(t, box.Drain(w.ctx))
	require.Equal(t, outbox.Declined, w.look("order-42").State)
	err := box.Again(w.ctx, w.db, "order-42", w.byToken(goodCard))
	require.EqualError(t, err, "outbox: the state of the intent does not allow it: it is declined, and the handler has to get that first")
	require.ErrorIs(t, err, outbox.ErrState)
	w.broken = nil
	w.settle(box)
	require.Equal(t, []outbox.State{outbox.Declined}, w.told("order-42"))
	require.NoError(t, box.Again(w.ctx, w.db, "order-42", w.byToken(goodCard)))
}

// A job queue calls a job again with its first params.
func TestAJobMayBeCalledAgainAfterAnotherAttempt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	box := w.box()
	first, second := w.byToken(declinedCard), w.byToken(goodCard)
	require.NoError(t, box.Charge(w.ctx, w.db, "order-42", first))
	require.NoError(t, box.Drain(w.ctx))
	require.NoError(t, box.Again(w.ctx, w.db, "order-42", second))
	w.settle(box)
	require.NoError(t, box.Charge(w.ctx, w.db, "order-42", first))
	require.NoError(t, box.Charge(w.ctx, w.db, "order-42", second))
	require.ErrorIs(t, box.Charge(w.ctx, w.db, "order-42", w.byToken(goodCard)), outbox.ErrIntentUsed)
	w.settle(box)
	require.Equal(t, []outbox.State{outbox.Declined, outbox.Done}, w.told("order-42"))
}

func TestTheHandlerMayMakeAnotherAttempt(t *testing.T) {
	t.Parallel()
	w := onAFile(t)
	second := w.byToken(goodCard)
	var box *outbox.Box
	box = w.box(outbox.OnResult(func(ctx context.Context, r *outbox.Result) error {
		if err := w.handle(ctx, r); err != nil || r.State != outbox.Declined {
			return err
		}
		return box.Again(ctx, outbox.Tx(ctx), r.Intent, second)
	}))
	require.NoError(t, box.Charge(w.ctx, w.db, "order-42", w.byToken(declinedCard)))
	w.settle(box)
	require.Equal(t, []outbox.State{outbox.Declined, outbox.Done}, w.told("order-42"))
	w.AssertCharged(1)
}

func TestAPayerWhoPaysLaterIsReportedAgain(t *testing.T) {
	t.Parallel()
	for name, paid := range map[string]bool{"paid": true, "not paid": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, omisetest.WithThreeDSecure())
			box := w.box()
			params := w.byToken(goodCard)
			params.ReturnURI = "https://shop.example/back"
			require.NoError(t, box.Charge(w.ctx, w.db, "order-42", params))
			waiting, err := box.Wait(w.ctx, "order-42")
			require.NoError(t, err)
			require.Equal(t, outbox.Waiting, waiting.State)
			require.NotEmpty(t, waiting.Charge.AuthorizeURI)

			want := outbox.Declined
			if paid {
				want = outbox.Done
			}
			w.Authorize(waiting.ObjectID, paid)
			w.settle(box)
			require.Equal(t, []outbox.State{outbox.Waiting, want}, w.told("order-42"))
		})
	}
}

func TestAHandlerThatFailsIsCalledAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	box := w.box()
	require.NoError(t, box.Charge(w.ctx, w.db, "order-42", w.byToken(goodCard)))
	w.broken = errors.New("the handler is broken")
	w.settle(box)
	require.Empty(t, w.told("order-42"))
	require.Greater(t, len(w.reports), 3)
	w.broken = nil
	w.settle(box)
	require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
	w.AssertCalls("POST /charges", 1)
}

func TestARefusalIsReportedWithItsReason(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	box := w.box()
	require.NoError(t, box.Charge(w.ctx, w.db, "order-42", &omise.ChargeCreateParams{Amount: 1, Currency: omise.THB, Card: w.token(goodCard)}))
	refused, err := box.Wait(w.ctx, "order-42")
	require.NoError(t, err)
	require.Equal(t, outbox.Refused, refused.State)
	require.ErrorIs(t, refused.Err, omise.ErrCodeInvalidCharge)
	require.NoError(t, box.Again(w.ctx, w.db, "order-42", w.byToken(goodCard)))
	w.settle(box)
	require.Equal(t, []outbox.State{outbox.Refused, outbox.Done}, w.told("order-42"))
}

func TestTheTableHasNoSecrets(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	box := w.box()
	params := w.byToken(goodCard)
	require.NoError(t, box.Charge(w.ctx, w.db, "order-42", params))
	w.Fault(omisetest.On("POST /charges").Nth(1).DropBefore())
	w.settle(box)
	require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
	for _, secret := range []string{params.Card, w.SecretKey(), w.PublicKey(), goodCard} {
		require.NotContains(t, w.stored(), secret)
	}
}

// stored returns the texts that the table has of one intent.
func (w *world) stored() string {
	w.t.Helper()
	var params, failure, story, single string
	row := w.db.QueryRowContext(w.ctx, "SELECT params, failure, story, COALESCE(single_use, '') FROM omise_outbox")
	require.NoError(w.t, row.Scan(&params, &failure, &story, &single))
	return params + failure + story + single
}

// The error of a write has a record of the write for Resolve. The table has the error without it.
func TestARefusalLeavesNoTokenAndNoNameOfTheMetadataInTheTable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	params := w.byToken(goodCard)
	params.Metadata = omise.Metadata{"somchai@example.com": "yes"}
	require.NoError(t, w.box().Charge(w.ctx, w.db, "order-42", params))
	w.Fault(omisetest.On("POST /charges").Nth(1).Error("invalid_charge"))
	w.settle(w.box())
	require.ErrorIs(t, w.look("order-42").Err, omise.ErrCodeInvalidCharge)
	require.NotContains(t, w.stored(), params.Card)
	require.NotContains(t, w.stored(), "somchai@example.com")
}

func TestAnIntentHasItsStory(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(w.byToken(goodCard))
	w.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Sending, outbox.Unknown, outbox.Done}, w.states("order-42"))
}

func TestAnEndedIntentIsKeptUntilItsLastLook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(w.byToken(goodCard))
	require.NoError(t, w.box().Drain(w.ctx))
	require.NoError(t, w.box().Prune(w.ctx, w.Now().Add(time.Hour)))
	require.Equal(t, outbox.Done, w.look("order-42").State)
}

func TestAnEndedIntentIsPruned(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(w.byToken(goodCard))
	w.settle(w.box())
	counts, err := w.box().Counts(w.ctx)
	require.NoError(t, err)
	require.Equal(t, map[outbox.State]int{outbox.Done: 1}, counts.ByState)
	require.NoError(t, w.box().Prune(w.ctx, w.Now().Add(time.Hour)))
	_, err = w.box().Look(w.ctx, "order-42")
	require.ErrorIs(t, err, outbox.ErrNoIntent)
}

func TestARateThatCannotBeKeptIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, rate := range []float64{-1, math.Inf(1), math.NaN(), 1e300, 1e-300} {
		require.ErrorContains(t, w.box(outbox.WithRate(rate)).Run(w.ctx), "outbox: the rate must be 0 or from 0.000001 to 1,000,000", "%v", rate)
	}
}

func TestATableMayHaveALongNameAndASchema(t *testing.T) {
	t.Parallel()
	schema := map[string]string{"pgx": "public.", "mysql": "mysql.", "sqlite": "main."}
	database.OnEach(t, func(t *testing.T, source database.Source) {
		w := worldOn(t, source.Open(t), source, "")
		for _, name := range []string{strings.Repeat("a", 50), schema[source.Driver] + strings.Repeat("b", 50)} {
			box := w.box(outbox.WithTable(name))
			require.NoError(t, box.CreateTable(w.ctx))
			require.NoError(t, box.CreateTable(w.ctx), "it exists")
			require.NoError(t, box.Charge(w.ctx, w.db, "order-"+name[:1], w.byToken(goodCard)))
			require.NoError(t, box.Drain(w.ctx))
			require.Equal(t, []outbox.State{outbox.Done}, w.told("order-"+name[:1]))
		}
	})
}
