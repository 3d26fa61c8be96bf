package outbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/integration/database"
	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/outbox"
)

// paused starts a process that stops before its first write request. resume continues the
// process and waits for its end.
func (w *world) paused(box func(*gate) *process) (resume func()) {
	w.t.Helper()
	reached, going, ended := make(chan bool), make(chan bool), make(chan bool)
	var first atomic.Bool
	p := box(&gate{pause: func(step string) {
		if step == "POST" && first.CompareAndSwap(false, true) {
			close(reached)
			<-going
		}
	}})
	go func() {
		defer close(ended)
		p.run(w)
	}()
	<-reached
	return func() {
		close(going)
		<-ended
		p.db.Close()
	}
}

// recording records the last request to make a charge. deliverAgain delivers it again, as a
// network may, and returns the id of the charge that it makes.
func (w *world) recording() (deliverAgain func() (chargeID string)) {
	api := w.HTTPClient().Transport
	var last *http.Request
	var body []byte
	w.client = w.Client(omise.WithHTTPClient(&http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodPost && r.URL.Path == "/charges" {
			body, _ = io.ReadAll(r.Body) // of memory
			r.Body = io.NopCloser(bytes.NewReader(body))
			last = r.Clone(context.WithoutCancel(r.Context()))
		}
		return api.RoundTrip(r)
	})}))
	return func() string {
		w.t.Helper()
		last.Body = io.NopCloser(bytes.NewReader(body))
		answer, err := api.RoundTrip(last)
		require.NoError(w.t, err)
		defer answer.Body.Close()
		var charge omise.Charge
		require.NoError(w.t, json.NewDecoder(answer.Body).Decode(&charge))
		return charge.ID
	}
}

// onAFile makes a world in a file, which several processes can open.
func onAFile(t *testing.T) *world {
	t.Helper()
	source := database.SQLite(t)
	return worldOn(t, source.Open(t), source, "")
}

// A worker that stops for longer than its lease sends late. Its request is found, and nothing
// is sent twice.
func TestALateRequestIsFound(t *testing.T) {
	t.Parallel()
	for _, p := range plots {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			w := onAFile(t)
			require.NoError(t, p.prepare(w)(w.db, w.box(), "order-42"))
			resume := w.paused(func(g *gate) *process { return w.process(g) })
			w.Advance(lease + time.Second)
			next := w.process(&gate{})
			next.run(w)
			require.Equal(t, outbox.Unknown, w.look("order-42").State)
			w.Advance(lease + processing - 2*time.Second)
			next.run(w)
			require.Equal(t, outbox.Unknown, w.look("order-42").State, "it is not proven absent yet")
			resume()
			for range 16 {
				w.Advance(lease)
				next.run(w)
				w.finish("order-42")
			}
			next.db.Close()
			require.Equal(t, 1, w.made(p.operation, "order-42"))
			w.AssertCalls(p.operation, 1)
			require.Equal(t, outbox.Done, w.look("order-42").State)
		})
	}
}

// A request that arrives later than promised cannot be stopped. If the API has no guard, both
// objects are reported.
func TestARequestLaterThanPromisedIsReportedAsDuplicated(t *testing.T) {
	t.Parallel()
	for _, p := range plots {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			w := onAFile(t)
			require.NoError(t, p.prepare(w)(w.db, w.box(), "order-42"))
			resume := w.paused(func(g *gate) *process { return w.process(g) })
			next := w.process(&gate{})
			for range 4 {
				w.Advance(lease + processing)
				next.run(w)
			}
			w.AssertCalls(p.operation, 1)
			resume()
			for range 20 {
				w.Advance(lease)
				next.run(w)
				w.finish("order-42")
			}
			next.db.Close()
			result := w.look("order-42")
			if p.guarded {
				require.Equal(t, outbox.Done, result.State)
				require.Equal(t, 1, w.made(p.operation, "order-42"))
				return
			}
			require.Equal(t, outbox.Duplicated, result.State)
			require.Len(t, result.Candidates, 2)
			require.Equal(t, []outbox.State{outbox.Done, outbox.Duplicated}, w.told("order-42"))

			require.NoError(t, w.box().Decide(w.ctx, w.db, "order-42", outbox.Is(result.Candidates[0])))
			last := w.process(&gate{})
			defer last.db.Close()
			last.run(w)
			require.Equal(t, outbox.Done, w.look("order-42").State)
		})
	}
}

// A list may be too long to be read within a lease. Each try has more time than the one
// before.
func TestALookThatDoesNotEndGetsALongerLease(t *testing.T) {
	t.Parallel()
	w := onAFile(t)
	w.orders(1)
	w.Fault(omisetest.On("POST /charges").Nth(1).DropBefore())
	require.NoError(t, w.box().Drain(w.ctx))
	w.Fault(omisetest.On("GET /charges").Error("authentication_failure"))
	var leases []time.Duration
	for range 12 {
		w.Advance(2 * time.Minute)
		var due int64
		p := w.process(&gate{pause: func(step string) {
			if step == http.MethodGet { // the list is the last one
				require.NoError(t, w.db.QueryRow("SELECT due_at FROM omise_outbox").Scan(&due))
			}
		}})
		p.end(w)
		leases = append(leases, time.UnixMilli(due).Sub(w.Now()).Round(10*time.Second))
	}
	require.Equal(t, 2*lease, leases[0], "the look after the lost call has found nothing")
	require.Equal(t, 3*lease, leases[1])
	require.Equal(t, 10*lease, leases[11])
}

func TestAListThatHangsHoldsBackNoPaidCharge(t *testing.T) {
	t.Parallel()
	w := onAFile(t)
	opts := []outbox.Option{outbox.WithLease(10 * time.Second), outbox.WithPoll(5 * time.Millisecond)}
	require.NoError(t, w.box(opts...).Charge(w.ctx, w.db, "order-41", w.byToken(goodCard)))
	w.Fault(omisetest.On("POST /charges").Nth(1).DropBefore())
	w.Fault(omisetest.On("GET /charges").Hang())
	params := w.bySource()

	ctx, stop := context.WithCancel(w.ctx)
	var run sync.WaitGroup
	run.Go(func() { _ = w.box(opts...).Run(ctx) })
	defer run.Wait()
	defer stop()
	called := func() bool {
		return slices.ContainsFunc(w.Calls(), func(c omisetest.Call) bool { return c.Method == "GET" && c.Path == "/charges" })
	}
	require.Eventually(t, called, 5*time.Second, 10*time.Millisecond, "the list hangs")
	w.write(params)
	require.Eventually(t, func() bool { return w.look("order-42").State == outbox.Waiting }, 5*time.Second, 10*time.Millisecond)
	id := w.look("order-42").ObjectID
	_, err := w.client.Charges.MarkAsPaid(w.ctx, id)
	require.NoError(t, err)
	w.tell(id)
	require.Eventually(t, func() bool { return len(w.told("order-42")) == 2 }, 5*time.Second, 10*time.Millisecond)
}

// The workers are down for hours after the first attempt.
func TestALateObjectOfAnEarlierAttemptIsFoundAfterHours(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	deliverAgain := w.recording()
	params := w.bySavedCard()
	require.NoError(t, w.box().Charge(w.ctx, w.db, "order-42", params))
	w.Fault(omisetest.On("POST /charges").Nth(1).Decline("timeout"))
	require.NoError(t, w.box().Drain(w.ctx))
	late := deliverAgain()
	w.Advance(2 * time.Hour)
	require.NoError(t, w.box().Again(w.ctx, w.db, "order-42", params))
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Declined, outbox.Done, outbox.Duplicated}, w.told("order-42"))
	require.Contains(t, w.look("order-42").Candidates, late)
}
