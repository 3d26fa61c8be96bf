package outbox_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net/http"
	"runtime"
	"strings"
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

// Wait may start work at any moment, and a WaitGroup panics if work is added while another call
// waits for its end.
func TestDrainWaitsOnlyForItsOwnWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sent, answer := make(chan bool), make(chan bool)
	box := w.boxOn(w.db, w.clientThrough(func(api http.RoundTripper, r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodPost {
			close(sent)
			<-answer
		}
		return api.RoundTrip(r)
	}))
	require.NoError(t, box.Charge(w.ctx, w.db, "order-42", w.byToken(goodCard)))
	waited, drained := make(chan error, 1), make(chan error, 1)
	go func() {
		_, err := box.Wait(w.ctx, "order-42")
		waited <- err
	}()
	<-sent
	go func() { drained <- box.Drain(w.ctx) }()
	select {
	case err := <-drained:
		require.NoError(t, err)
	case <-time.After(10 * time.Second):
		t.Error("Drain waits for the request of Wait")
	}
	close(answer)
	require.NoError(t, <-waited)
}

// A look at a long list may take ten leases. It changes nothing, so Run does not wait for its end.
func TestRunBreaksOffALookWhenItsContextEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.orders(1)
	w.Fault(omisetest.On("POST /charges").Nth(1).DropBefore())
	require.NoError(t, w.box().Drain(w.ctx))
	ctx, stop := context.WithCancel(w.ctx)
	reading := make(chan bool, 1)
	client := w.clientThrough(func(api http.RoundTripper, r *http.Request) (*http.Response, error) {
		if r.URL.Path == "/charges" {
			reading <- true
			<-r.Context().Done()
			return nil, r.Context().Err()
		}
		return api.RoundTrip(r)
	})
	w.Advance(lease)
	ended := make(chan error, 1)
	go func() { ended <- w.boxOn(w.db, client).Run(ctx) }()
	<-reading
	stop()
	select {
	case err := <-ended:
		require.NoError(t, err)
	case <-time.After(10 * time.Second):
		t.Error("Run waits for the look")
	}
	require.Equal(t, outbox.Unknown, w.look("order-1").State)
}

func TestRunStartsNoReportAfterItsContextHasEnded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.orders(2)
	w.broken = errors.New("the handler is broken")
	require.NoError(t, w.box().Drain(w.ctx))
	w.Advance(time.Minute)
	ctx, stop := context.WithCancel(w.ctx)
	reports := 0
	box := w.box(outbox.WithConcurrency(1), outbox.OnResult(func(context.Context, *outbox.Result) error {
		reports++
		stop()
		return nil
	}))
	require.NoError(t, box.Run(ctx))
	require.Equal(t, 1, reports)
}

// A busy database rolls back the transaction of Wait, and another worker takes the intent.
func TestWaitSendsNothingForALeaseThatWasRolledBack(t *testing.T) {
	t.Parallel()
	w := onAFile(t)
	require.NoError(t, w.box().Charge(w.ctx, w.db, "order-42", w.bySavedCard()))
	var resume func()
	db := w.refusing(1, func() {
		resume = w.paused(func(g *gate) *process { return w.process(g) })
	}, errors.New("Error 1213 (40001): Deadlock found when trying to get lock; try restarting transaction"))
	ctx, cancel := context.WithTimeout(w.ctx, 300*time.Millisecond)
	defer cancel()
	_, err := w.boxOn(db, w.Client()).Wait(ctx, "order-42")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	w.AssertCalls("POST /charges", 0) // the other worker has not sent its request yet
	resume()
	require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
}

func TestALookWhoseLeaseWasRolledBackReadsNothing(t *testing.T) {
	t.Parallel()
	w := onAFile(t)
	require.NoError(t, w.box().Charge(w.ctx, w.db, "order-42", w.bySavedCard()))
	w.Fault(omisetest.On("POST /charges").Nth(1).DropBefore())
	require.NoError(t, w.box().Drain(w.ctx))
	w.AssertCalls("GET /charges", 1)
	w.Advance(lease)
	reset := errors.New("connection reset")
	db := w.refusing(3, func() {}, reset) // after those for what is to be sent and to be read
	require.ErrorIs(t, w.boxOn(db, w.client).Drain(w.ctx), reset)
	w.AssertCalls("GET /charges", 1)
}

// A handler must return when its context ends. Go cannot stop a handler that does not.
func TestRunEndsAlthoughAHandlerHangs(t *testing.T) {
	t.Parallel()
	w := onAFile(t)
	release, entered := make(chan bool), make(chan bool, 1)
	defer close(release)
	box := w.box(outbox.WithLease(time.Second), outbox.OnResult(func(context.Context, *outbox.Result) error {
		entered <- true
		<-release
		return nil
	}))
	require.NoError(t, box.Charge(w.ctx, w.db, "order-42", w.bySavedCard()))
	ctx, stop := context.WithCancel(w.ctx)
	ended := make(chan error, 1)
	go func() { ended <- box.Run(ctx) }()
	<-entered
	stop()
	select {
	case err := <-ended:
		require.NoError(t, err)
	case <-time.After(10 * time.Second):
		t.Error("Run waits for the handler")
	}
}

// The first report of each intent fails, so the next is made in the round of reports.
func TestAHandlerThatHangsHoldsBackOtherReportsOnlyForALease(t *testing.T) {
	t.Parallel()
	source := database.Postgres(t)
	w := worldOn(t, source.Open(t), source, "")
	release, entered := make(chan bool), make(chan bool, 10)
	var mu sync.Mutex
	calls := map[string]int{}
	box := w.box(outbox.WithClock(nil), outbox.WithLease(2*time.Second), outbox.OnResult(func(ctx context.Context, r *outbox.Result) error {
		mu.Lock()
		calls[r.Intent]++
		first := calls[r.Intent] == 1
		mu.Unlock()
		switch {
		case first:
			return errors.New("not yet")
		case r.Intent == "order-1":
			entered <- true
			<-release
		}
		return w.handle(ctx, r)
	}))
	params := w.bySavedCard()
	require.NoError(t, box.Charge(w.ctx, w.db, "order-1", params))
	ctx, stop := context.WithCancel(w.ctx)
	var run sync.WaitGroup
	run.Go(func() { _ = box.Run(ctx) })
	defer run.Wait()
	defer stop()
	defer close(release)
	<-entered
	require.NoError(t, box.Charge(w.ctx, w.db, "order-2", params))
	require.Eventually(t, func() bool { return len(w.told("order-2")) == 1 }, 20*time.Second, 20*time.Millisecond)
}

func TestAHandlerThatEndsItsGoroutineIsCalledAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var last error
	box := w.box(
		outbox.OnResult(func(context.Context, *outbox.Result) error { runtime.Goexit(); return nil }),
		outbox.WithObserver(func(_ context.Context, c outbox.Change) { last = c.Err }),
	)
	require.NoError(t, box.Charge(w.ctx, w.db, "order-42", w.bySavedCard()))
	require.NoError(t, box.Drain(w.ctx))
	require.EqualError(t, last, "outbox: report: the handler has ended its goroutine")
	w.Advance(time.Minute)
	require.NoError(t, w.box().Drain(w.ctx))
	require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
}

// A list that could not be read may be read for up to ten leases.
func TestAListThatHangsHoldsBackNoFirstSearch(t *testing.T) {
	t.Parallel()
	w := onAFile(t)
	reading := make(chan bool, 10)
	api := w.HTTPClient().Transport
	client := w.Client(omise.WithHTTPClient(&http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/refunds") {
			reading <- true
			<-r.Context().Done()
			return nil, r.Context().Err()
		}
		return api.RoundTrip(r)
	})}))
	box := w.boxOn(w.db, client, outbox.WithLease(3*time.Second), outbox.WithClock(nil))
	require.NoError(t, box.Refund(w.ctx, w.db, "refund-1", w.SeedPaidCharges(1)[0], &omise.RefundCreateParams{Amount: 100}))
	_, err := w.db.ExecContext(w.ctx, "UPDATE omise_outbox SET state = 'unknown', tries = 9, began_at = 1")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(w.ctx)
	var run sync.WaitGroup
	defer run.Wait()
	defer stop()
	run.Go(func() { _ = box.Run(ctx) })
	<-reading
	w.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
	require.NoError(t, box.Charge(w.ctx, w.db, "order-42", w.bySavedCard()))
	require.Eventually(t, func() bool { return len(w.told("order-42")) == 1 }, 15*time.Second, 20*time.Millisecond)
}

// A lockTimeout is PostgreSQL's error for a statement that waits too long for a table, such as
// during a migration.
type lockTimeout struct{}

func (lockTimeout) Error() string    { return "ERROR: canceling statement due to lock timeout" }
func (lockTimeout) SQLState() string { return "55P03" }

// A lockedOnce opens connections whose first query is refused once.
type lockedOnce struct {
	gatedConnector
	refused *atomic.Bool
}

func (c lockedOnce) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.gatedConnector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return lockedConn{conn.(*gatedConn), c.refused}, nil
}

type lockedConn struct {
	*gatedConn
	refused *atomic.Bool
}

func (c lockedConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if c.refused.CompareAndSwap(false, true) {
		return nil, lockTimeout{}
	}
	return c.gatedConn.QueryContext(ctx, query, args)
}

func TestRunWaitsForATableThatIsLockedWhenItStarts(t *testing.T) {
	t.Parallel()
	w := onAFile(t)
	w.orders(1)
	refused := new(atomic.Bool)
	db := sql.OpenDB(lockedOnce{gatedConnector{&gate{}, w.db.Driver(), w.source.DSN}, refused})
	defer db.Close()
	ctx, stop := context.WithCancel(w.ctx)
	ended := make(chan error, 1)
	go func() { ended <- w.boxOn(db, w.client).Run(ctx) }()
	require.Eventually(t, func() bool { return len(w.told("order-1")) > 0 }, 10*time.Second, 10*time.Millisecond)
	stop()
	require.NoError(t, <-ended)
	require.True(t, refused.Load())
}
