package outbox_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/outbox"
)

// inReview brings order-42 to the state review: its request was lost, and another charge, the
// candidate, looks like it.
func (w *world) inReview() (candidate string) {
	w.t.Helper()
	params := w.bySavedCard()
	w.lose(params)
	charge, err := w.client.Charges.Create(w.ctx, params)
	require.NoError(w.t, err)
	w.settle(w.box())
	require.Equal(w.t, []outbox.State{outbox.Review}, w.told("order-42"))
	return charge.ID
}

// decide decides about order-42 and lets the outbox act.
func (w *world) decide(d outbox.Decision) {
	w.t.Helper()
	require.NoError(w.t, w.box().Decide(w.ctx, w.db, "order-42", d))
	w.settle(w.box())
}

func TestAPersonNamesTheCandidate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	candidate := w.inReview()
	w.decide(outbox.Is(candidate))
	require.Equal(t, []outbox.State{outbox.Review, outbox.Done}, w.told("order-42"))
	require.Equal(t, candidate, w.look("order-42").ObjectID)
	w.AssertCharged(1)
}

func TestAPersonHasItSentAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	candidate := w.inReview()
	w.decide(outbox.SendAgain)
	require.Equal(t, []outbox.State{outbox.Review, outbox.Done}, w.told("order-42"))
	require.NotEqual(t, candidate, w.look("order-42").ObjectID)
	require.Equal(t, 2, w.look("order-42").Attempt)
	w.AssertCharged(2)
}

func TestAPersonGivesItUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inReview()
	w.decide(outbox.GiveUp)
	require.Equal(t, []outbox.State{outbox.Review, outbox.Refused}, w.told("order-42"))
	require.EqualError(t, w.look("order-42").Err, "a person has given it up")
	w.AssertCharged(1)
}

func TestAfterGiveUpAnotherIntentMayUseTheToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	params := w.byToken(goodCard)
	w.lose(params)
	other := *params
	other.Card, other.Customer = "", w.SeedCustomer()
	_, err := w.client.Charges.Create(w.ctx, &other, omise.WithIntent("order-42"))
	require.NoError(t, err)
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Review}, w.told("order-42"))

	require.ErrorIs(t, w.box().Charge(w.ctx, w.db, "order-43", params), outbox.ErrSingleUse)
	w.decide(outbox.GiveUp)
	require.NoError(t, w.box().Charge(w.ctx, w.db, "order-43", params))
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Done}, w.told("order-43"))
}

func TestADecisionAboutAnObjectThatIsNotThereGoesBackToThePerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inReview()
	w.decide(outbox.Is("chrg_test_000000000000000000"))
	require.Equal(t, []outbox.State{outbox.Review, outbox.Review}, w.told("order-42"))
	require.Equal(t, []string{"chrg_test_000000000000000000"}, w.look("order-42").Candidates)
}

// missing makes the API answer that it does not have a charge, until a person is asked about
// order-42.
func (w *world) missing() {
	w.t.Helper()
	w.Fault(omisetest.On("GET /charges/{id}").Error("not_found"))
	for range 3 {
		w.Advance(lease)
		require.NoError(w.t, w.box().Drain(w.ctx))
	}
	require.Equal(w.t, []outbox.State{outbox.Waiting, outbox.Review}, w.told("order-42"))
	w.ClearFaults()
}

func TestADecisionAboutAMissingObjectHidesNoSecondObject(t *testing.T) {
	t.Parallel()
	w := newWorld(t, omisetest.WithThreeDSecure())
	deliverAgain := w.recording()
	params := w.bySavedCard()
	params.ReturnURI = "https://shop.example/back"
	require.NoError(t, w.box().Charge(w.ctx, w.db, "order-42", params))
	first, err := w.box().Wait(w.ctx, "order-42")
	require.NoError(t, err)
	second := deliverAgain()
	w.missing()
	w.Authorize(first.ObjectID, true)
	w.Authorize(second, true)
	w.decide(outbox.Is(first.ObjectID))
	require.Equal(t, []outbox.State{outbox.Waiting, outbox.Review, outbox.Done, outbox.Duplicated}, w.told("order-42"))
	require.ElementsMatch(t, []string{first.ObjectID, second}, w.look("order-42").Candidates)
}

func TestGivingUpAMissingObjectHidesNoPaidObject(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	params := w.bySource()
	require.NoError(t, w.box().Charge(w.ctx, w.db, "order-42", params))
	waiting, err := w.box().Wait(w.ctx, "order-42")
	require.NoError(t, err)
	w.missing()
	require.NoError(t, w.box().Decide(w.ctx, w.db, "order-42", outbox.GiveUp))
	_, err = w.client.Charges.MarkAsPaid(w.ctx, waiting.ObjectID)
	require.NoError(t, err)
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Waiting, outbox.Review, outbox.Refused, outbox.Review}, w.told("order-42"))
	require.Equal(t, []string{waiting.ObjectID}, w.look("order-42").Candidates)
}

// A person knows both objects from the report.
func TestAfterADecisionTheOtherObjectIsNotReportedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	params := w.bySavedCard()
	require.NoError(t, w.box().Charge(w.ctx, w.db, "order-42", params))
	w.Fault(omisetest.On("POST /charges").Nth(1).DropBefore())
	require.NoError(t, w.box().Drain(w.ctx))
	for range 2 {
		_, err := w.client.Charges.Create(w.ctx, params, omise.WithIntent("order-42"))
		require.NoError(t, err)
	}
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Duplicated}, w.told("order-42"))
	w.decide(outbox.Is(w.look("order-42").Candidates[0]))
	require.Equal(t, []outbox.State{outbox.Duplicated, outbox.Done}, w.told("order-42"))
}

func TestAfterADecisionTheSameStateIsReportedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	params := w.bySavedCard()
	w.write(params)
	done, err := w.box().Wait(w.ctx, "order-42")
	require.NoError(t, err)
	_, err = w.client.Charges.Create(w.ctx, params, omise.WithIntent("order-42"))
	require.NoError(t, err)
	w.settle(w.box())
	w.decide(outbox.Is(done.ObjectID))
	require.Equal(t, []outbox.State{outbox.Done, outbox.Duplicated, outbox.Done}, w.told("order-42"))
	require.Equal(t, 1, w.look("order-42").Attempt)
}

// A person is asked about the other objects, although one of them is gone.
func TestAPersonIsAskedAlthoughTheObjectIsGone(t *testing.T) {
	t.Parallel()
	for state, card := range map[outbox.State]string{outbox.Duplicated: goodCard, outbox.Review: declinedCard} {
		t.Run(string(state), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			require.NoError(t, w.box().Charge(w.ctx, w.db, "order-42", w.byToken(card)))
			_, err := w.box().Wait(w.ctx, "order-42")
			require.NoError(t, err)
			other, err := w.client.Charges.Create(w.ctx, w.byToken(goodCard), omise.WithIntent("order-42"))
			require.NoError(t, err)
			w.Fault(omisetest.On("GET /charges/{id}").Error("not_found"))
			w.settle(w.box())
			require.Contains(t, w.told("order-42"), state)
			require.Contains(t, w.reportOf("order-42").Candidates, other.ID)
		})
	}
}

func TestADecisionWithAWrongIDIsRefused(t *testing.T) {
	t.Parallel()
	for _, id := range []string{" chrg_test_1", "chrg_test_1\n", "../x", "trsf_test_1", goodCard} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			candidate := w.inReview()
			err := w.box().Decide(w.ctx, w.db, "order-42", outbox.Is(id))
			problem, ok := errors.AsType[*omise.ParamError](err)
			require.True(t, ok, "%v", err)
			require.Equal(t, "id", problem.Field)
			require.NotContains(t, err.Error(), goodCard)
			w.decide(outbox.Is(candidate))
			require.Equal(t, []outbox.State{outbox.Review, outbox.Done}, w.told("order-42"))
		})
	}
}

// An earlier release may have stored an id that the client refuses to read.
func TestAStoredWrongIDGoesBackToThePerson(t *testing.T) {
	t.Parallel()
	for _, state := range []outbox.State{outbox.Unknown, outbox.Done} {
		t.Run(string(state), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			candidate := w.inReview()
			require.NoError(t, w.box().Decide(w.ctx, w.db, "order-42", outbox.Is(candidate)))
			_, err := w.db.ExecContext(w.ctx, "UPDATE omise_outbox SET object_id = '../x', state = '"+string(state)+"'")
			require.NoError(t, err)
			w.settle(w.box())
			require.Equal(t, []outbox.State{outbox.Review, outbox.Review}, w.told("order-42"))
		})
	}
}

func TestADecisionAboutAnUnknownIntentIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.ErrorIs(t, w.box().Decide(w.ctx, w.db, "order-42", outbox.GiveUp), outbox.ErrNoIntent)
}

func TestADecisionAboutAReadyIntentIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(w.byToken(declinedCard))
	require.ErrorIs(t, w.box().Decide(w.ctx, w.db, "order-42", outbox.GiveUp), outbox.ErrState)
}

func TestAnEmptyDecisionIsRefused(t *testing.T) {
	t.Parallel()
	for name, empty := range map[string]outbox.Decision{"no id": outbox.Is(""), "no decision": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.write(w.byToken(declinedCard))
			require.EqualError(t, w.box().Decide(w.ctx, w.db, "order-42", empty), "outbox: the decision is empty")
		})
	}
}

// The params of a declined attempt are gone.
func TestADeclinedIntentInReviewIsNotSentAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(w.byToken(declinedCard))
	_, err := w.box().Wait(w.ctx, "order-42")
	require.NoError(t, err)
	_, err = w.client.Charges.Create(w.ctx, w.byToken(goodCard), omise.WithIntent("order-42"))
	require.NoError(t, err)
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Declined, outbox.Review}, w.told("order-42"))
	require.EqualError(t, w.box().Decide(w.ctx, w.db, "order-42", outbox.SendAgain),
		"outbox: the state of the intent does not allow it: its params are gone; use GiveUp and Again")
	require.Equal(t, outbox.Review, w.look("order-42").State)
}

func TestADecisionWaitsForTheReport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inReview()
	_, err := w.db.ExecContext(w.ctx, "UPDATE omise_outbox SET reported = ''")
	require.NoError(t, err)
	err = w.box().Decide(w.ctx, w.db, "order-42", outbox.GiveUp)
	require.ErrorIs(t, err, outbox.ErrState)
	require.ErrorContains(t, err, "it is review, and the handler has to get that first")
}

func TestADecisionThatIsRolledBackHasNoEffect(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inReview()
	tx, err := w.db.BeginTx(w.ctx, nil)
	require.NoError(t, err)
	require.NoError(t, w.box().Decide(w.ctx, tx, "order-42", outbox.SendAgain))
	require.NoError(t, tx.Rollback())
	w.settle(w.box())
	require.Equal(t, outbox.Review, w.look("order-42").State)
	w.AssertCharged(1)
}

func TestAPersonCannotNameTheChargeOfAnotherIntent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.box().Charge(w.ctx, w.db, "order-43", w.bySource()))
	w.settle(w.box())
	other := w.look("order-43").ObjectID
	_, err := w.client.Charges.MarkAsPaid(w.ctx, other)
	require.NoError(t, err)
	w.inReview()
	w.decide(outbox.Is(other))
	require.Equal(t, []outbox.State{outbox.Review, outbox.Review}, w.told("order-42"))
	require.EqualError(t, w.look("order-42").Err, "the metadata of the object name another intent")
}
