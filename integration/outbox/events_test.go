package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/integration/database"
	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/outbox"
	"github.com/omisekit/omise-go/webhook"
	"github.com/omisekit/omise-go/webhook/sqlstore"
)

// waiting makes a charge for order-42 that waits for its payer. It returns the id of the charge.
func waiting(t *testing.T) (*world, string) {
	t.Helper()
	w := newWorld(t, omisetest.WithThreeDSecure())
	params := w.byToken(goodCard)
	params.ReturnURI = "https://shop.example/back"
	w.write(params)
	result, err := w.box().Wait(w.ctx, "order-42")
	require.NoError(t, err)
	require.Equal(t, outbox.Waiting, result.State)
	return w, result.ObjectID
}

func TestAWebhookHasTheChargeLookedAtAtOnce(t *testing.T) {
	t.Parallel()
	w, id := waiting(t)
	store := sqlstore.New(w.db)
	require.NoError(t, store.CreateTable(w.ctx))
	var next []omise.EventKey
	once := webhook.Once(store)
	w.Webhooks(webhook.NewHandler([]string{w.WebhookSecret()}, once(w.box().Events(func(_ context.Context, event *omise.Event) error {
		next = append(next, event.Key)
		return nil
	}))))
	require.NoError(t, w.box().Drain(w.ctx))
	require.Equal(t, outbox.Waiting, w.look("order-42").State)
	w.Authorize(id, true)
	w.AssertWebhooksArrived()
	require.Contains(t, next, omise.EventKey("charge.complete"))
	require.NoError(t, w.box().Drain(w.ctx))
	require.Equal(t, []outbox.State{outbox.Waiting, outbox.Done}, w.told("order-42"))
}

// An event can be forged or old, so the outbox asks the API.
func TestAnEventIsNotTrusted(t *testing.T) {
	t.Parallel()
	w, id := waiting(t)
	forged := &omise.Event{Key: "charge.complete", Data: []byte(`{"object":"charge","id":"` + id + `","paid":true,"status":"successful"}`)}
	require.NoError(t, w.box().Events(nil)(w.ctx, forged))
	require.NoError(t, w.box().Drain(w.ctx))
	w.AssertCalls("GET /charges/{id}", 1)
	require.Equal(t, []outbox.State{outbox.Waiting}, w.told("order-42"))
}

func TestAnEventAboutSomethingElseIsHandedOn(t *testing.T) {
	t.Parallel()
	w, _ := waiting(t)
	refused := errors.New("refused")
	events := w.box().Events(func(context.Context, *omise.Event) error { return refused })
	for name, event := range map[string]*omise.Event{
		"a customer":     {Key: "customer.create", Data: []byte(`{"object":"customer","id":"cust_test_1"}`)},
		"another charge": {Key: "charge.create", Data: []byte(`{"object":"charge","id":"chrg_test_1"}`)},
	} {
		require.ErrorIs(t, events(w.ctx, event), refused, name)
	}
	require.NoError(t, w.box().Drain(w.ctx))
	w.AssertCalls("GET /charges/{id}", 0)
}

func TestEventsOfABoxThatCannotWorkAreRefused(t *testing.T) {
	t.Parallel()
	for want, opt := range map[string]outbox.Option{
		"there is no dialect":               outbox.WithDialect("oracle"),
		"outbox: have the intent looked at": outbox.WithTable("nothing"),
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			event := &omise.Event{Key: "charge.complete", Data: []byte(`{"object":"charge","id":"chrg_test_1"}`)}
			require.ErrorContains(t, w.box(opt).Events(nil)(w.ctx, event), want)
		})
	}
}

// writeTransfer writes a transfer as order-42.
func (w *world) writeTransfer() {
	w.t.Helper()
	w.SeedPaidCharges(3)
	w.Advance(14 * 24 * time.Hour) // until the money can be transferred
	require.NoError(w.t, w.box().Transfer(w.ctx, w.db, "order-42", &omise.TransferCreateParams{Amount: new(int64(50_000))}))
}

func TestATransferThatIsDeletedGoesToAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.writeTransfer()
	result, err := w.box().Wait(w.ctx, "order-42")
	require.NoError(t, err)
	require.Equal(t, outbox.Waiting, result.State)
	_, err = w.client.Transfers.Delete(w.ctx, result.ObjectID)
	require.NoError(t, err)
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Waiting, outbox.Review}, w.told("order-42"))
	require.Equal(t, []string{result.ObjectID}, w.look("order-42").Candidates)
}

func TestATransferThatIsDeletedBeforeItsReportGoesToAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.writeTransfer()
	w.broken = errors.New("the handler is broken")
	require.NoError(t, w.box().Drain(w.ctx))
	id := w.look("order-42").ObjectID
	_, err := w.client.Transfers.Delete(w.ctx, id)
	require.NoError(t, err)
	w.broken = nil
	w.settle(w.box()) // of another process, which does not have the object
	require.Equal(t, []outbox.State{outbox.Review}, w.told("order-42"))
	require.Equal(t, []string{id}, w.look("order-42").Candidates)
	require.EqualError(t, w.look("order-42").Err, "the API has no object with this id")
}

// boxAndThen returns a box that calls do once, when the API has answered a request and the box
// has not seen the answer yet.
func (w *world) boxAndThen(method, path string, do func()) *outbox.Box {
	var once sync.Once
	client := w.clientThrough(func(api http.RoundTripper, r *http.Request) (*http.Response, error) {
		answer, err := api.RoundTrip(r)
		if r.Method == method && r.URL.Path == path {
			once.Do(do)
		}
		return answer, err
	})
	return w.boxOn(w.db, client, outbox.WithLookEvery(10*time.Hour))
}

// tell hands the box an event about a charge.
func (w *world) tell(chargeID string) {
	w.t.Helper()
	event := &omise.Event{Key: "charge.complete", Data: []byte(`{"object":"charge","id":"` + chargeID + `"}`)}
	require.NoError(w.t, w.box().Events(nil)(w.ctx, event))
}

func TestAWebhookThatComesDuringALookIsNotLost(t *testing.T) {
	t.Parallel()
	w, id := waiting(t)
	box := w.boxAndThen(http.MethodGet, "/charges/"+id, func() {
		w.Authorize(id, true)
		w.tell(id)
	})
	w.Advance(lease)
	require.NoError(t, box.Drain(w.ctx))
	require.Equal(t, []outbox.State{outbox.Waiting, outbox.Done}, w.told("order-42"))
}

// No row has the id of the charge yet. So the outbox looks again soon after its report.
func TestAWebhookThatComesBeforeTheAnswerIsNotLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	params := w.bySource()
	box := w.boxAndThen(http.MethodPost, "/charges", func() {
		charges, err := w.client.Charges.List(w.ctx, nil)
		require.NoError(t, err)
		_, err = w.client.Charges.MarkAsPaid(w.ctx, charges.Data[0].ID)
		require.NoError(t, err)
		w.tell(charges.Data[0].ID)
	})
	require.NoError(t, box.Charge(w.ctx, w.db, "order-42", params))
	require.NoError(t, box.Drain(w.ctx))
	require.Equal(t, []outbox.State{outbox.Waiting}, w.told("order-42"), "as the answer said")
	w.Advance(5 * time.Second)
	require.NoError(t, box.Drain(w.ctx))
	require.Equal(t, []outbox.State{outbox.Waiting, outbox.Done}, w.told("order-42"))
}

// MySQL locks the gap between rows if a statement looks for a row that does not exist.
func TestAnEventAboutAnUnknownObjectLocksNothing(t *testing.T) {
	t.Parallel()
	source := database.MariaDB(t)
	unknown := func(id int) *omise.Event {
		return &omise.Event{ID: fmt.Sprint("evnt_test_", id), Key: "charge.complete", Data: fmt.Appendf(nil, `{"object":"charge","id":"chrg_test_%d"}`, id)}
	}
	t.Run("another transaction writes an intent", func(t *testing.T) {
		w := worldOn(t, source.Open(t), source, "_1")
		params := w.bySavedCard()
		handle := webhook.Once(sqlstore.New(w.db))(w.box().Events(func(context.Context, *omise.Event) error {
			ctx, cancel := context.WithTimeout(w.ctx, 5*time.Second)
			defer cancel()
			return w.box().Charge(ctx, w.db, "order-42", params)
		}))
		require.NoError(t, sqlstore.New(w.db).CreateTable(w.ctx))
		require.NoError(t, handle(w.ctx, unknown(1)))
	})
	t.Run("two handlers write an intent each", func(t *testing.T) {
		w := worldOn(t, source.Open(t), source, "_2")
		params := w.bySavedCard()
		var both sync.WaitGroup
		both.Add(2)
		handle := webhook.Once(sqlstore.New(w.db))(w.box().Events(func(ctx context.Context, event *omise.Event) error {
			both.Done()
			both.Wait()
			return w.box().Charge(ctx, outbox.Tx(ctx), event.ID, params)
		}))
		require.NoError(t, sqlstore.New(w.db).CreateTable(w.ctx))
		errs := make(chan error, 2)
		for i := range 2 {
			go func() { errs <- handle(w.ctx, unknown(10+i)) }()
		}
		require.NoError(t, errors.Join(<-errs, <-errs))
	})
}

// The e-mail with the QR code cannot be sent, but the payer has scanned the code.
func TestAPaidChargeIsReportedAlthoughTheHandlerRefusesWaiting(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(w.bySource())
	box := w.box(outbox.OnResult(func(ctx context.Context, r *outbox.Result) error {
		if r.State == outbox.Waiting {
			return errors.New("no e-mail")
		}
		return w.handle(ctx, r)
	}))
	require.NoError(t, box.Drain(w.ctx))
	_, err := w.client.Charges.MarkAsPaid(w.ctx, w.look("order-42").ObjectID)
	require.NoError(t, err)
	w.settle(box)
	require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
}
