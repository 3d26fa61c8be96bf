package outbox_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/outbox"
)

// states returns the states of an intent, in their order.
func (w *world) states(intent string) (states []outbox.State) {
	w.t.Helper()
	for _, e := range w.look(intent).Story {
		states = append(states, e.State)
	}
	return states
}

func TestAnAnswerThatArrivesNeedsNoEvidence(t *testing.T) {
	t.Parallel()
	for _, p := range plots {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			require.NoError(t, p.prepare(w)(w.db, w.box(), "order-42"))
			require.NoError(t, w.box().Drain(w.ctx))
			states := w.states("order-42")
			require.Len(t, states, 2)
			require.Equal(t, outbox.Sending, states[0])
			require.Contains(t, []outbox.State{outbox.Waiting, outbox.Done}, states[1])
		})
	}
}

// An object has the same metadata as an object of a call of the client with the intent. So
// Resolve of the client finds the object.
func TestAnObjectCarriesTheMarksOfTheClient(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(w.byToken(goodCard))
	result, err := w.box().Wait(w.ctx, "order-42")
	require.NoError(t, err)
	require.Equal(t, "order-42", result.Charge.Metadata[omise.IntentKey])
	require.Len(t, result.Charge.Metadata[omise.CallKey], 24)
	require.Len(t, result.Charge.Metadata, 2)
	resolution, err := w.client.Charges.ResolveIntent(w.ctx, "order-42", w.Now().Add(-lease), w.Now())
	require.NoError(t, err)
	require.Equal(t, result.ObjectID, resolution.Object.ID)
}

// A call outside of the outbox with the same intent may have paid the order. A person
// looks before anything is sent again.
func TestAnObjectOfAnotherCallWithTheIntentIsACandidate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	params := w.bySavedCard()
	w.lose(params)
	other, err := w.client.Charges.Create(w.ctx, params, omise.WithIntent("order-42"))
	require.NoError(t, err)
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Review}, w.told("order-42"))
	require.Equal(t, []string{other.ID}, w.reports[0].Candidates)
	require.EqualError(t, w.reports[0].Err, "another call with the same intent has made an object")
	w.AssertCharged(1)
}

// If a person decided earlier, the person would not learn of the object of the lost request.
func TestAPersonIsAskedOnlyWhenALostRequestCanNoLongerArrive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	params := w.bySavedCard()
	w.write(params)
	w.Fault(omisetest.On("POST /charges").Nth(1).Late(processing / 2)) // within the promise
	require.NoError(t, w.box().Drain(w.ctx))
	_, err := w.client.Charges.Create(w.ctx, params, omise.WithIntent("order-42"))
	require.NoError(t, err)
	for range 2 {
		w.Advance(2 * time.Second)
		require.NoError(t, w.box().Drain(w.ctx))
	}
	require.Equal(t, outbox.Unknown, w.look("order-42").State)
	require.ErrorIs(t, w.box().Decide(w.ctx, w.db, "order-42", outbox.GiveUp), outbox.ErrState)

	w.settle(w.box())
	w.AssertCharged(2)
	require.Equal(t, []outbox.State{outbox.Duplicated}, w.told("order-42"))
	require.Len(t, w.look("order-42").Candidates, 2)
}

// Two outboxes, such as for orders and for subscriptions, have an intent of the same name. They
// send it with one client at the same time, so both get the answer to one request.
func TestTwoIntentsAreNotPaidWithOneCharge(t *testing.T) {
	t.Parallel()
	w := onAFile(t)
	sent, answer := make(chan bool, 2), make(chan bool)
	api := w.HTTPClient().Transport
	client := w.Client(omise.WithHTTPClient(&http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodPost {
			sent <- true
			<-answer
		}
		return api.RoundTrip(r)
	})}))
	params := w.bySavedCard()
	orders := w.boxOn(w.db, client)
	subscriptions := w.boxOn(w.db, client, outbox.WithTable("subscriptions"))
	require.NoError(t, subscriptions.CreateTable(w.ctx))
	var both sync.WaitGroup
	for _, box := range []*outbox.Box{orders, subscriptions} {
		require.NoError(t, box.Charge(w.ctx, w.db, "order-42", params))
		both.Go(func() { assert.NoError(t, box.Drain(w.ctx)) })
	}
	<-sent
	time.Sleep(200 * time.Millisecond) // until the other call waits for the answer
	close(answer)
	both.Wait()
	w.settle(orders)
	w.settle(subscriptions)
	order, err := orders.Look(w.ctx, "order-42")
	require.NoError(t, err)
	subscription, err := subscriptions.Look(w.ctx, "order-42")
	require.NoError(t, err)
	require.NotEqual(t, order.ObjectID, subscription.ObjectID)
	require.Contains(t, w.told("order-42"), outbox.Done)
}

func TestADoubleOfAnotherCallGoesToAPersonWithBothIDs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	params := w.bySavedCard()
	w.write(params)
	done, err := w.box().Wait(w.ctx, "order-42")
	require.NoError(t, err)
	other, err := w.client.Charges.Create(w.ctx, params, omise.WithIntent("order-42"))
	require.NoError(t, err)
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Done, outbox.Duplicated}, w.told("order-42"))
	require.ElementsMatch(t, []string{done.ObjectID, other.ID}, w.look("order-42").Candidates)
}

// The object may be that of the attempt, and a program may have replaced its metadata.
func TestAnObjectWithoutMarksKeepsTheOutboxFromSendingAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	params := w.bySavedCard()
	w.lose(params)
	other, err := w.client.Charges.Create(w.ctx, params)
	require.NoError(t, err)
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Review}, w.told("order-42"))
	require.Equal(t, []string{other.ID}, w.reports[0].Candidates)
	w.AssertCharged(1)
}

// A list may fail at its last page when the object of the attempt was on the first page.
func TestAnObjectOnAPageBeforeTheOneThatFailsIsFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.SeedPaidCharges(150)
	w.write(w.byToken(goodCard))
	w.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
	w.Fault(omisetest.On("GET /charges").Nth(2).Error("authentication_failure"))
	require.NoError(t, w.box().Drain(w.ctx))
	require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
	w.AssertCalls("GET /charges", 2)
}

// A list that could not be read to its end proves nothing absent.
func TestAPageThatFailsProvesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.lose(w.byToken(goodCard))
	w.SeedPaidCharges(150)
	w.Fault(omisetest.On("GET /charges").Error("authentication_failure"))
	w.Advance(lease + 2*processing)
	for range 10 {
		require.NoError(t, w.box().Drain(w.ctx))
		w.Advance(lease)
	}
	require.Equal(t, outbox.Unknown, w.look("order-42").State)
	w.ClearFaults()
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
	w.AssertCalls("POST /charges", 2)
}

// The time in which a request may still arrive counts from the first page of a list, also if a
// later page fails.
func TestAPageThatFailsDelaysNoProof(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.SeedPaidCharges(150)
	w.write(w.byToken(goodCard))
	w.Fault(omisetest.On("POST /charges").Nth(1).DropBefore())
	w.Fault(omisetest.On("GET /charges").Nth(2).Error("authentication_failure"))
	require.NoError(t, w.box().Drain(w.ctx))
	w.AssertCalls("GET /charges", 2)
	w.Advance(lease + 2*processing)
	require.NoError(t, w.box().Drain(w.ctx))
	w.AssertCalls("POST /charges", 2)
}

// With the key of another account the object would not be found, and would seem absent.
func TestAnIntentBelongsToTheAccountOfItsFirstAttempt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.lose(w.byToken(goodCard))
	w.Advance(lease + 2*processing)

	other := omisetest.NewServer(t, omisetest.WithSeed(2))
	other.Advance(lease + 2*processing)
	box := w.boxOn(w.db, other.Client())
	for range 3 {
		require.NoError(t, box.Drain(w.ctx))
		w.Advance(lease)
		other.Advance(lease)
	}
	ctx, cancel := context.WithTimeout(w.ctx, 50*time.Millisecond)
	defer cancel()
	_, err := box.Wait(ctx, "order-42")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Equal(t, outbox.Unknown, w.look("order-42").State)
	other.AssertCalls("GET /charges", 0)
	other.AssertCalls("POST /charges", 0)
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
}

func TestAnIntentOfALiveKeyIsNotSentWithATestKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	live, err := omise.NewClient("skey_live_5xsrnhy5yl6sc7x4pxb")
	require.NoError(t, err)
	require.NoError(t, w.boxOn(w.db, live).Charge(w.ctx, w.db, "order-42", w.bySavedCard()))
	w.settle(w.box())
	w.AssertCalls("POST /charges", 0)
	require.Equal(t, outbox.Ready, w.look("order-42").State)
}

// The process has worked before, so it knows the account of its key.
func TestAnIntentIsNotSentToAnotherAccountThanThatOfItsWriter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	box := w.box()
	require.NoError(t, box.Drain(w.ctx))
	require.NoError(t, box.Charge(w.ctx, w.db, "order-42", w.bySavedCard()))
	other := omisetest.NewServer(t, omisetest.WithSeed(2))
	require.NoError(t, w.boxOn(w.db, other.Client()).Drain(w.ctx))
	other.AssertCalls("POST /charges", 0)
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
}

// The network can deliver a request twice. If the API has a guard, it refuses the second
// delivery, and the client may get the answer of that delivery. If the API has no guard, a person
// learns of both objects.
func TestASecondDeliveryOfARequestIsFound(t *testing.T) {
	t.Parallel()
	for _, p := range plots {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			require.NoError(t, p.prepare(w)(w.db, w.box(), "order-42"))
			w.Fault(omisetest.On(p.operation).Nth(1).Duplicate())
			for range 12 {
				require.NoError(t, w.box().Drain(w.ctx))
				w.finish("order-42")
				w.Advance(lease)
			}
			want, objects := outbox.Done, 1
			if !p.guarded {
				want, objects = outbox.Duplicated, 2
			}
			require.Equal(t, want, w.look("order-42").State)
			require.Equal(t, objects, w.made(p.operation, "order-42"))
		})
	}
}

// An earlier delivery may have caused a refusal. So the refusal is reported only after the
// evidence has shown that there was no earlier delivery.
func TestAFullRefundIsNotRefusedBecauseOfItsSecondDelivery(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	charge, err := w.client.Charges.Get(w.ctx, w.SeedPaidCharges(1)[0])
	require.NoError(t, err)
	require.NoError(t, w.box().Refund(w.ctx, w.db, "order-42", charge.ID, &omise.RefundCreateParams{Amount: charge.Amount}))
	w.Fault(omisetest.On("POST /charges/{id}/refunds").Nth(1).Duplicate())
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
}

// The first request arrives later than promised, and the API refuses the second request.
func TestARefusalIsNotReportedWhileAnEarlierRequestMayArrive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	params := w.bySavedCard()
	w.write(params)
	w.Fault(omisetest.On("POST /charges").Nth(1).Late(2 * (lease + processing)))
	w.Fault(omisetest.On("POST /charges").Nth(2).Error("invalid_charge"))
	w.settle(w.box())
	w.AssertCalls("POST /charges", 2)
	require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
}

// The place that was read does not know the charge, so it proves nothing.
func TestALostRefundOfAMissingChargeGoesToAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.box().Refund(w.ctx, w.db, "order-42", missingCharge, &omise.RefundCreateParams{Amount: 3_000}))
	w.requireReviewAfterALoss("POST /charges/{id}/refunds")
}

func TestALostCaptureOfAMissingChargeGoesToAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.box().Capture(w.ctx, w.db, "order-42", missingCharge, nil))
	w.requireReviewAfterALoss("POST /charges/{id}/capture")
}

const missingCharge = "chrg_test_5xuy4w91xqz7d1w9u0t"

// requireReviewAfterALoss loses the first request of order-42. A person is asked, because its
// charge does not exist.
func (w *world) requireReviewAfterALoss(operation string) {
	w.t.Helper()
	w.Fault(omisetest.On(operation).Nth(1).DropBefore())
	w.settle(w.box())
	require.Equal(w.t, []outbox.State{outbox.Review}, w.told("order-42"))
	require.ErrorContains(w.t, w.look("order-42").Err, "the API does not have the charge")
}

// A refund of a charge that does not exist, with an answer that arrives, needs no evidence.
func TestARefundOfAMissingChargeIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.box().Refund(w.ctx, w.db, "order-42", missingCharge, &omise.RefundCreateParams{Amount: 3_000}))
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Refused}, w.told("order-42"))
	require.ErrorIs(t, w.look("order-42").Err, omise.ErrCodeNotFound)
}

// Another process reports the charge, and reads it from a replica of the API.
func TestAPaidChargeThatAReplicaDoesNotHaveYetIsReportedAsPaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.box().Charge(w.ctx, w.db, "order-42", w.bySavedCard()))
	w.broken = errors.New("the handler is broken")
	require.NoError(t, w.box().Drain(w.ctx))
	w.broken = nil
	require.Equal(t, outbox.Done, w.look("order-42").State)
	w.Fault(omisetest.On("GET /charges/{id}").Nth(1).Error("not_found"))
	w.Advance(2 * time.Second)
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
}

func TestAWaitingChargeThatAReplicaDoesNotHaveYetIsReadAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.box().Charge(w.ctx, w.db, "order-42", w.bySource()))
	waiting, err := w.box().Wait(w.ctx, "order-42")
	require.NoError(t, err)
	_, err = w.client.Charges.MarkAsPaid(w.ctx, waiting.ObjectID)
	require.NoError(t, err)
	w.Fault(omisetest.On("GET /charges/{id}").Nth(1).Error("not_found"))
	w.Advance(5 * time.Second)
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Waiting, outbox.Done}, w.told("order-42"))
}

func TestADuplicatedIntentKeepsNoParams(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.lose(w.byToken(goodCard))
	for range 2 {
		_, err := w.client.Charges.Create(w.ctx, w.bySavedCard(), omise.WithIntent("order-42"))
		require.NoError(t, err)
	}
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Duplicated}, w.told("order-42"))
	var params string
	require.NoError(t, w.db.QueryRow("SELECT params FROM omise_outbox").Scan(&params))
	require.Empty(t, params)
}

// The client could not look for the charge after the refusal. Later, the list shows none.
func TestARefusalThatEvidenceConfirmsIsCertain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	params := w.byToken(goodCard)
	_, err := w.client.Charges.Create(w.ctx, params, omise.WithIntent("elsewhere")) // uses the token
	require.NoError(t, err)
	w.write(params)
	w.Fault(omisetest.On("GET /charges").Error("internal_error"))
	ctx, cancel := context.WithTimeout(w.ctx, 20*time.Second)
	defer cancel()
	_ = w.boxOn(w.db, w.Client(omise.WithMaxRetries(0))).Drain(ctx)
	require.Equal(t, outbox.Unknown, w.look("order-42").State)
	w.ClearFaults()
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Refused}, w.told("order-42"))
	require.ErrorIs(t, w.look("order-42").Err, omise.ErrCodeUsedToken)
	require.NotErrorIs(t, w.look("order-42").Err, omise.ErrOutcomeUnknown)
}

// The answer is lost. A person refunds the charge, because the order is still open.
func TestARefundedChargeDoesNotPayTheOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(w.bySavedCard())
	w.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
	w.Fault(omisetest.On("GET /charges").Error("authentication_failure"))
	require.NoError(t, w.box().Drain(w.ctx))
	w.ClearFaults()
	charges, err := w.client.Charges.List(w.ctx, nil)
	require.NoError(t, err)
	_, err = w.client.Refunds.Create(w.ctx, charges.Data[0].ID, &omise.RefundCreateParams{Amount: charges.Data[0].Amount})
	require.NoError(t, err)
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Review}, w.told("order-42"))
	require.EqualError(t, w.look("order-42").Err, "the charge was refunded in full")
}

// The metadata of the first charge were replaced, so its mark is gone.
func TestADuplicatedIntentHasBothCharges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	params := w.bySavedCard()
	w.write(params)
	done, err := w.box().Wait(w.ctx, "order-42")
	require.NoError(t, err)
	_, err = w.client.Charges.Update(w.ctx, done.ObjectID, &omise.ChargeUpdateParams{Metadata: omise.Metadata{"note": "vip"}})
	require.NoError(t, err)
	other, err := w.client.Charges.Create(w.ctx, params, omise.WithIntent("order-42"))
	require.NoError(t, err)
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Done, outbox.Duplicated}, w.told("order-42"))
	require.Equal(t, []string{done.ObjectID, other.ID}, w.look("order-42").Candidates)
}
