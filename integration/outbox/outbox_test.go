package outbox_test

import (
	"database/sql"
	"errors"
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

	again, err := w.box().Wait(w.ctx, "order-42")
	require.NoError(t, err)
	require.Equal(t, result.Charge.ID, again.Charge.ID)
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
	require.ErrorIs(t, box.Again(w.ctx, w.db, "order-42", w.byToken(goodCard)), outbox.ErrState)
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

func TestBadParamsAreRefusedBeforeAnythingIsWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	box := w.box()
	charge := func(change func(*omise.ChargeCreateParams)) error {
		p := &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Card: "tokn_test_1"}
		change(p)
		return box.Charge(w.ctx, w.db, "order-42", p)
	}
	for want, err := range map[string]error{
		"outbox: omise: POST /charges: amount must be greater than 0":                                charge(func(p *omise.ChargeCreateParams) { p.Amount = -1 }),
		"outbox: omise: POST /charges: currency is required":                                         charge(func(p *omise.ChargeCreateParams) { p.Currency = "" }),
		"outbox: Description must not hold an API key or a card number, and its text looks like one": charge(func(p *omise.ChargeCreateParams) { p.Description = "4242 4242-4242 4242" }),
		"outbox: card must be the id of a token (tokn_...) or of a card of the customer (card_...)":  charge(func(p *omise.ChargeCreateParams) { p.Card = goodCard }),
		"outbox: metadata[omise_intent] must be left out: the outbox sets it":                        charge(func(p *omise.ChargeCreateParams) { p.Metadata = omise.Metadata{omise.IntentKey: "x"} }),
		"outbox: platform_fee[percentage] must be a number, such as 2.5":                             charge(func(p *omise.ChargeCreateParams) { p.PlatformFee = &omise.PlatformFeeParams{Percentage: "2.5%"} }),
		"outbox: intent is required":                                                                 box.Charge(w.ctx, w.db, "", w.byToken(goodCard)),
		"outbox: intent must not hold an API key or a card number":                                   box.Charge(w.ctx, w.db, "order-4242424242424242", w.byToken(goodCard)),
		"outbox: intent must not begin or end with a space":                                          box.Charge(w.ctx, w.db, "order-42 ", w.byToken(goodCard)),
		"outbox: idemp_key must be left out: the outbox sets it":                                     box.Transfer(w.ctx, w.db, "order-42", &omise.TransferCreateParams{IdempKey: "k-1"}),
		"outbox: params must not be nil":                                                             box.Charge(w.ctx, w.db, "order-42", nil),
		"outbox: there is no transaction":                                                            box.Charge(w.ctx, nil, "order-42", w.byToken(goodCard)),
		"outbox: omise: POST /charges/{id}/refunds: id must be the id of a charge (chrg_...)":        box.Refund(w.ctx, w.db, "order-42", "rfnd_test_1", &omise.RefundCreateParams{Amount: 1}),
	} {
		require.EqualError(t, err, want)
	}
	_, err := box.Look(w.ctx, "order-42")
	require.ErrorIs(t, err, outbox.ErrNoIntent)
	w.AssertCalls("POST /charges", 0)
}

func TestAnIntentIsForOneThing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	box := w.box()
	params := w.byToken(goodCard)
	require.NoError(t, box.Charge(w.ctx, w.db, "order-42", params))
	require.NoError(t, box.Charge(w.ctx, w.db, "order-42", params), "the same again")
	dearer := *params
	dearer.Amount++
	require.ErrorIs(t, box.Charge(w.ctx, w.db, "order-42", &dearer), outbox.ErrIntentUsed)
	require.ErrorIs(t, box.Charge(w.ctx, w.db, "order-43", params), outbox.ErrSingleUse, "the token of another order")
	require.ErrorContains(t, box.Again(w.ctx, w.db, "order-42", &omise.RefundCreateParams{Amount: 1}), "params must be those of a charge")
	require.ErrorContains(t, box.Again(w.ctx, w.db, "order-42", "x"), "params must not be string")
	require.ErrorIs(t, box.Again(w.ctx, w.db, "order-42", params), outbox.ErrState)
	require.ErrorIs(t, box.Again(w.ctx, w.db, "order-44", params), outbox.ErrNoIntent)
	w.settle(box)
	require.NoError(t, box.Charge(w.ctx, w.db, "order-42", params), "the same again, after the end")
	w.settle(box)
	w.AssertCalls("POST /charges", 1)
	require.Len(t, w.told("order-42"), 1)
}

func TestAHandlerThatFailsIsCalledAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	box := w.box()
	require.NoError(t, box.Charge(w.ctx, w.db, "order-42", w.byToken(goodCard)))
	w.broken = errors.New("not today")
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
	var params2, failure, story, single string
	require.NoError(t, w.db.QueryRow("SELECT params, failure, story, COALESCE(single_use, '') FROM omise_outbox").Scan(&params2, &failure, &story, &single))
	for _, secret := range []string{params.Card, w.SecretKey(), w.PublicKey(), goodCard} {
		require.NotContains(t, params2+failure+story+single, secret)
	}
}

func TestTheStoryOfAnIntentIsThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	box := w.box()
	require.NoError(t, box.Charge(w.ctx, w.db, "order-42", w.byToken(goodCard)))
	w.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
	w.settle(box)
	var states []outbox.State
	for _, e := range w.look("order-42").Story {
		states = append(states, e.State)
	}
	require.Equal(t, []outbox.State{outbox.Sending, outbox.Unknown, outbox.Done}, states)
}

func TestEndedIntentsCanBePruned(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	box := w.box()
	require.NoError(t, box.Charge(w.ctx, w.db, "order-42", w.byToken(goodCard)))
	require.NoError(t, box.Drain(w.ctx))
	require.NoError(t, box.Prune(w.ctx, w.Now().Add(time.Hour)))
	require.Equal(t, outbox.Done, w.look("order-42").State, "it was not looked at once more")
	w.settle(box)
	counts, err := box.Counts(w.ctx)
	require.NoError(t, err)
	require.Equal(t, map[outbox.State]int{outbox.Done: 1}, counts.ByState)
	require.NoError(t, box.Prune(w.ctx, w.Now().Add(time.Hour)))
	_, err = box.Look(w.ctx, "order-42")
	require.ErrorIs(t, err, outbox.ErrNoIntent)
}

func TestABoxThatCannotWorkSaysWhy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.EqualError(t, w.box(outbox.WithDialect("oracle")).Run(w.ctx), `outbox: there is no dialect "oracle": it is postgres, mysql or sqlite`)
	require.ErrorContains(t, w.box(outbox.WithTable("nothing")).Run(w.ctx), "outbox: the table nothing cannot be used")
	require.ErrorContains(t, w.box(outbox.WithTable("nothing")).Charge(w.ctx, w.db, "order-42", w.byToken(goodCard)), "outbox: write the intent")
	require.ErrorContains(t, w.box(outbox.WithDialect("mysql")).Charge(w.ctx, w.db, "order-42", w.byToken(goodCard)), "outbox: write the intent")
	require.EqualError(t, w.box(outbox.OnResult(nil)).Run(w.ctx), "outbox: there is no function to report to: see OnResult")
	require.EqualError(t, outbox.New(nil, w.client).CreateTable(w.ctx), "outbox: there is no database")
	require.EqualError(t, outbox.New(w.db, nil).CreateTable(w.ctx), "outbox: there is no client")
	require.ErrorContains(t, w.box(outbox.WithTable("a;b")).CreateTable(w.ctx), "the name of the table")
	long := outbox.WithTable("shop." + strings.Repeat("a", 51))
	require.EqualError(t, w.box(long).CreateTable(w.ctx), "outbox: the name of the table must have at most 50 characters")
}

func TestATableMayHaveAnySoundName(t *testing.T) {
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
