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
	"github.com/omisekit/omise-go/outbox"
)

func TestTheObserverHearsOfEveryChangeAndReport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var mu sync.Mutex
	var changes []outbox.Change
	box := w.box(outbox.WithObserver(func(_ context.Context, c outbox.Change) {
		mu.Lock()
		defer mu.Unlock()
		c.Took = 0
		changes = append(changes, c)
	}))
	require.NoError(t, box.Charge(w.ctx, w.db, "order-42", w.byToken(goodCard)))
	w.broken = errors.New("out of stock")
	require.NoError(t, box.Drain(w.ctx))
	w.broken = nil
	w.Advance(time.Minute)
	require.NoError(t, box.Drain(w.ctx))
	require.Len(t, changes, 4)
	require.ErrorContains(t, changes[2].Err, "outbox: report: out of stock")
	changes[2].Err = nil
	change := func(from, to outbox.State, reported bool) outbox.Change {
		return outbox.Change{Intent: "order-42", Kind: outbox.KindCharge, From: from, To: to, Attempt: 1, Reported: reported}
	}
	require.Equal(t, []outbox.Change{
		change(outbox.Ready, outbox.Sending, false), change(outbox.Sending, outbox.Done, false),
		change(outbox.Done, outbox.Done, false), change(outbox.Done, outbox.Done, true),
	}, changes)
}

func TestTheObserverHearsOfATakeover(t *testing.T) {
	t.Parallel()
	w := onAFile(t)
	require.NoError(t, w.box().Charge(w.ctx, w.db, "order-42", w.bySavedCard()))
	db := w.source.Open(t)
	dying := w.Client(omise.WithHTTPClient(&http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		if r.Method != http.MethodPost {
			return w.HTTPClient().Transport.RoundTrip(r)
		}
		db.Close() // nothing is recorded after the request
		return nil, errDead
	})}))
	_ = w.boxOn(db, dying).Drain(w.ctx)
	require.Equal(t, outbox.Sending, w.look("order-42").State)
	w.Advance(lease)
	var changes []string
	box := w.box(outbox.WithObserver(func(_ context.Context, c outbox.Change) {
		changes = append(changes, fmt.Sprint(c.From, " to ", c.To))
	}))
	require.NoError(t, box.Drain(w.ctx))
	require.Equal(t, "sending to unknown", changes[0])
}

func TestThePanicOfAHandlerShowsNoSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var errs []error
	box := w.box(
		outbox.OnResult(func(context.Context, *outbox.Result) error { panic("the key is " + w.SecretKey()) }),
		outbox.WithObserver(func(_ context.Context, c outbox.Change) { errs = append(errs, c.Err) }),
	)
	require.NoError(t, box.Charge(w.ctx, w.db, "order-42", w.byToken(goodCard)))
	require.NoError(t, box.Drain(w.ctx))
	text := errors.Join(errs...).Error()
	require.NotContains(t, text, w.SecretKey())
	require.Contains(t, text, "outbox: report: the handler panicked with a value of type string\n")
	require.Contains(t, text, "TestThePanicOfAHandlerShowsNoSecret", "the stack")
}

func TestCountsOfAnEmptyOutboxAreEmpty(t *testing.T) {
	t.Parallel()
	counts, err := newWorld(t).box().Counts(t.Context())
	require.NoError(t, err)
	require.Equal(t, &outbox.Counts{ByState: map[outbox.State]int{}}, counts)
}

func TestCountsTellForHowLongTheOldestHasWaited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.orders(2)
	w.Advance(time.Minute)
	w.write(w.byToken(goodCard))
	counts, err := w.box().Counts(w.ctx)
	require.NoError(t, err)
	require.Equal(t, map[outbox.State]int{outbox.Ready: 3}, counts.ByState)
	require.GreaterOrEqual(t, counts.Oldest, time.Minute)
	require.Less(t, counts.Oldest, 2*time.Minute)
}

func TestADoneIntentDoesNotWait(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.orders(3)
	require.NoError(t, w.box().Drain(w.ctx))
	counts, err := w.box().Counts(w.ctx)
	require.NoError(t, err)
	require.Equal(t, map[outbox.State]int{outbox.Done: 3}, counts.ByState)
	require.Zero(t, counts.Oldest)
}

func TestTheObserverHearsFromWhichStateATransferWentToAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.writeTransfer()
	w.broken = errors.New("the handler is broken")
	require.NoError(t, w.box().Drain(w.ctx))
	_, err := w.client.Transfers.Delete(w.ctx, w.look("order-42").ObjectID)
	require.NoError(t, err)
	w.broken = nil
	var changes []string
	w.settle(w.box(outbox.WithObserver(func(_ context.Context, c outbox.Change) {
		changes = append(changes, fmt.Sprint(c.From, " to ", c.To))
	})))
	require.Contains(t, changes, "waiting to review")
}
