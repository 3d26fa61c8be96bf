package omise_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
)

// If everyByte is set in the environment, every byte is tested, as in the nightly run.
const everyByte = "OMISE_TEST_EVERY_BYTE"

// A trouble breaks a connection, or ends its context, at a byte of the request or of the
// answer.
type trouble struct {
	at      int  // number of bytes that pass before it; -1 for no trouble
	answer  bool // bytes of the answer count
	cancels bool // true: the context ends, and the bytes still pass; false: the connection breaks
}

// A troubledConn is the connection of one call.
type troubledConn struct {
	net.Conn
	trouble
	cancel context.CancelFunc

	sent, received atomic.Int64 // bytes of the request, of the answer
}

var errCut = errors.New("connection reset by peer")

// before returns how many of n bytes come before the trouble.
func (c *troubledConn) before(answer bool, n int, passed *atomic.Int64) int {
	if left := c.at - int(passed.Load()); answer == c.answer && left >= 0 {
		return min(n, left)
	}
	return n
}

// strike makes the trouble happen. It reports whether the connection still works.
func (c *troubledConn) strike() bool {
	if c.cancels {
		c.cancel()
		time.Sleep(100 * time.Microsecond) // so that net/http sees it before the next bytes
		return true
	}
	c.Close()
	return false
}

func (c *troubledConn) Write(b []byte) (int, error) {
	first := c.before(false, len(b), &c.sent)
	n, err := c.Conn.Write(b[:first])
	c.sent.Add(int64(n))
	if err != nil || first == len(b) {
		return n, err
	}
	if !c.strike() {
		return n, errCut
	}
	more, err := c.Conn.Write(b[first:])
	c.sent.Add(int64(more))
	return n + more, err
}

func (c *troubledConn) Read(b []byte) (int, error) {
	first := c.before(true, len(b), &c.received)
	if first == 0 {
		if !c.strike() {
			return 0, errCut
		}
		first = len(b)
	}
	n, err := c.Conn.Read(b[:first])
	c.received.Add(int64(n))
	return n, err
}

// A pipe connects a client to a fake. Each call has its own connection, and the server
// closes the connection after it has processed the request.
type pipe struct {
	*fakeClient
	next   trouble
	cancel context.CancelFunc
	last   *troubledConn
	accept chan net.Conn
	closed chan struct{}
}

func newPipe(t *testing.T) *pipe {
	t.Helper()
	fake := newFakeClient(t, omise.WithBaseURL("http://127.0.0.1")) // plain http, for the pipe
	w := &pipe{fakeClient: fake, accept: make(chan net.Conn), closed: make(chan struct{}, 10)}
	srv := &http.Server{
		Handler: http.HandlerFunc(func(rw http.ResponseWriter, hr *http.Request) {
			hr.URL.Scheme, hr.URL.Host = "https", hr.Host
			resp, err := fake.srv.HTTPClient().Transport.RoundTrip(hr.WithContext(context.WithoutCancel(hr.Context())))
			if err != nil {
				panic(http.ErrAbortHandler)
			}
			maps.Copy(rw.Header(), resp.Header)
			rw.WriteHeader(resp.StatusCode)
			io.Copy(rw, resp.Body)
		}),
		ConnState: func(_ net.Conn, state http.ConnState) {
			if state == http.StateClosed {
				w.closed <- struct{}{}
			}
		},
	}
	go srv.Serve(w)
	t.Cleanup(func() { srv.Close() })
	return w
}

// Accept, Close and Addr make the pipe a net.Listener.
func (w *pipe) Accept() (net.Conn, error) {
	conn, ok := <-w.accept
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}

func (w *pipe) Close() error { close(w.accept); return nil }

func (w *pipe) Addr() net.Addr { return &net.TCPAddr{} }

func (w *pipe) dial(context.Context, string, string) (net.Conn, error) {
	near, far := net.Pipe()
	w.accept <- far
	w.last = &troubledConn{Conn: near, trouble: w.next, cancel: w.cancel}
	return w.last, nil
}

// during makes a call with a trouble. It returns after the server has closed the
// connection.
func (w *pipe) during(next trouble, call func(context.Context, *omise.Client) error) error {
	ctx, cancel := context.WithCancel(w.ctx())
	defer cancel()
	w.next, w.cancel = next, cancel
	client := w.With(omise.WithMaxRetries(0), omise.WithHTTPClient(&http.Client{
		Transport: &http.Transport{DialContext: w.dial, DisableKeepAlives: true},
	}))
	err := call(ctx, client)
	<-w.closed
	return err
}

// A sweptWrite is a write that is broken at each byte.
type sweptWrite struct {
	call    func(context.Context, *omise.Client) error
	done    func() int // how often the write was done
	resolve func(error) omise.ResolutionState
}

// sweptWrites prepare the object that a write needs.
var sweptWrites = map[string]func(*fakeClient, omise.RequestOption) sweptWrite{
	"charge": sweptCharge, "refund": sweptRefund, "capture": sweptCapture, "transfer": sweptTransfer,
}

func sweptCharge(fake *fakeClient, intent omise.RequestOption) sweptWrite {
	params := fake.chargeOfCustomer()
	before := fake.countCharges()
	return sweptWrite{
		call: func(ctx context.Context, c *omise.Client) error {
			return errorOf(c.Charges.Create(ctx, params, intent))
		},
		done:    func() int { return fake.countCharges() - before },
		resolve: fake.chargeState,
	}
}

func sweptRefund(fake *fakeClient, intent omise.RequestOption) sweptWrite {
	charge := fake.mustCharge(fake.chargeOfToken())
	return sweptWrite{
		call: func(ctx context.Context, c *omise.Client) error {
			return errorOf(c.Refunds.Create(ctx, charge.ID, &omise.RefundCreateParams{Amount: 10_000}, intent))
		},
		done:    func() int { return must1(fake.Charges.ListRefunds(fake.ctx(), charge.ID, nil)).Total },
		resolve: fake.refundState,
	}
}

func sweptCapture(fake *fakeClient, _ omise.RequestOption) sweptWrite {
	charge := heldCharge(fake)
	return sweptWrite{
		call: func(ctx context.Context, c *omise.Client) error {
			return errorOf(c.Charges.Capture(ctx, charge.ID, &omise.ChargeCaptureParams{CaptureAmount: new(int64(30_000))}))
		},
		done: func() int {
			if must1(fake.Charges.Get(fake.ctx(), charge.ID)).Paid {
				return 1
			}
			return 0
		},
		resolve: fake.chargeState,
	}
}

func sweptTransfer(fake *fakeClient, intent omise.RequestOption) sweptWrite {
	count := func() int { return must1(fake.Transfers.List(fake.ctx(), nil)).Total }
	before := count()
	return sweptWrite{
		call: func(ctx context.Context, c *omise.Client) error {
			return errorOf(c.Transfers.Create(ctx, &omise.TransferCreateParams{Amount: new(int64(5_000))}, intent))
		},
		done:    func() int { return count() - before },
		resolve: fake.transferState,
	}
}

// The context ends, or the connection breaks, at each byte of the request and of the
// answer. The client never reports a false outcome, and Resolve finds the true outcome.
func TestVerdictEveryByteOfAWrite(t *testing.T) {
	t.Parallel()
	step := 131
	if os.Getenv(everyByte) != "" {
		step = 1
	}
	for name, prepare := range sweptWrites {
		for kind, trouble := range map[string]trouble{
			"request cut":       {},
			"request cancelled": {cancels: true},
			"answer cut":        {answer: true},
			"answer cancelled":  {answer: true, cancels: true},
		} {
			t.Run(name+", "+kind, func(t *testing.T) {
				t.Parallel()
				t.Log(sweep(t, prepare, trouble, step))
			})
		}
	}
}

// sweep breaks a write at each byte and returns how often each outcome came.
func sweep(t *testing.T, prepare func(*fakeClient, omise.RequestOption) sweptWrite, next trouble, step int) string {
	t.Helper()
	tally := map[string]int{}
	var w *pipe
	length := 0
	for n := 0; n == 0 || n*step <= length; n++ {
		if n%100 == 0 { // so that the lists stay short
			w = newPipe(t)
			w.mustCharge(w.chargeOfToken())
			length = w.length(prepare(w.fakeClient, omise.WithIntent("order-0000")), next.answer)
		}
		next.at = n * step
		write := prepare(w.fakeClient, omise.WithIntent(fmt.Sprint("order-", n)))
		outcome := requireTrueOutcome(t, write, w.during(next, write.call), fmt.Sprintf("byte %d of %d", next.at, length))
		tally[outcome]++
	}
	return fmt.Sprintf("%d bytes: %v", length, tally)
}

// requireTrueOutcome compares the outcome of a write with the objects of the API. It
// returns the outcome.
func requireTrueOutcome(t *testing.T, write sweptWrite, err error, where string) string {
	t.Helper()
	times := write.done()
	require.LessOrEqual(t, times, 1, where)
	if err == nil {
		require.Equal(t, 1, times, "%s: said to be done", where)
		return "done"
	}
	outcome := failure(t, err).Outcome
	switch outcome {
	case omise.OutcomeNotSent:
		require.Zero(t, times, "%s: said not to be sent", where)
	case omise.OutcomeUnknown:
		found := write.resolve(throughJSON(t, err)) == omise.ResolutionFound
		require.Equal(t, times == 1, found, "%s: resolved wrongly, done %d times", where, times)
	default:
		require.FailNow(t, "the server has refused nothing", "%s: %v", where, err)
	}
	return string(outcome)
}

// length returns how many bytes the request, or the answer, of a write has.
func (w *pipe) length(write sweptWrite, answer bool) int {
	w.t.Helper()
	require.NoError(w.t, w.during(trouble{at: -1}, write.call))
	if answer {
		return int(w.last.received.Load())
	}
	return int(w.last.sent.Load())
}
