package omise_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/transport"
	"github.com/omisekit/omise-go/omisetest"
)

// What happens to connections, and to the caller's time.
var networkFaults = []fault{
	{19, "server hangs and the caller has a deadline", "Ends with the deadline, which `errors.Is` finds; a write says that its outcome is unknown.", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			client := silent().client(t, omise.WithMaxRetries(2))
			start := time.Now()
			_, err := client.Charges.Create(within(t, 10*time.Second), newCharge())
			require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			_, err = client.Charges.Get(within(t, 10*time.Second), chargeID)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.Equal(t, 20*time.Second, time.Since(start))
		})
		s := onPort(t)
		s.srv.Fault(omisetest.On("GET /balance").Hang())
		_, err := s.Balance.Get(within(t, 50*time.Millisecond))
		require.ErrorIs(t, err, context.DeadlineExceeded)
	}},
	{20, "server hangs and the caller has no deadline", "An attempt ends after 65 s where a bank has to answer, 30 s elsewhere.", func(t *testing.T) {
		timeouts(t)
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			_, err := silent().client(t).Charges.Create(t.Context(), newCharge())
			require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
			require.Equal(t, 65*time.Second, time.Since(start))
		})
	}},
	{21, "deadline passed once", "A context belongs to one call; the next one is not touched by it.", func(t *testing.T) {
		inTill(t, func(t *testing.T, s *till) {
			s.srv.Fault(omisetest.On("GET /balance").Nth(1).Hang())
			_, err := s.Balance.Get(within(t, time.Second))
			require.ErrorIs(t, err, context.DeadlineExceeded)
			_, err = s.Balance.Get(t.Context())
			require.NoError(t, err)
		})
	}},
	{22, "cancel during backoff", "Returns at once, at every point: in a wait, on the way, in a body, held back by a 429 or a rate limiter.", cancelReturnsAtOnce},
	{23, "remaining time shorter than the next wait", "Returns now, with the last real error.", func(t *testing.T) {
		returnsAtOnce(t, says(429, tooMany, "Retry-After", "3"), 2*time.Second, 3*time.Second)
		synctest.Test(t, func(t *testing.T) { // with waits of the client's own
			_, err := says(500, internalError).client(t, omise.WithMaxRetries(1000)).Transfers.Create(within(t, 10*time.Second), &omise.TransferCreateParams{})
			require.ErrorIs(t, err, omise.ErrCodeInternalError)
			require.NotErrorIs(t, err, context.DeadlineExceeded)
		})
	}},
	{24, "slow drip body", "The time of an attempt covers its body.", drippingBody},
	{25, "reused connection dies on POST with key", "net/http does not send it again by itself. Where keys are honoured the client does, and counts it.", func(t *testing.T) {
		srv := newDying(t)
		e := failure(t, srv.kill(t, func(c *omise.Client) error { return only(c.Charges.Create(t.Context(), ofSavedCard())) }))
		require.Equal(t, omise.OutcomeUnknown, e.Outcome)
		require.Equal(t, 1, e.Attempts)
		require.EqualValues(t, 1, srv.arrivals.Load())
		require.EqualValues(t, 1, srv.connections.Load(), "the connection was used again")

		var resp omise.Response
		srv = newDying(t)
		require.NoError(t, srv.kill(t, func(c *omise.Client) error {
			return only(c.Charges.Create(t.Context(), ofSavedCard(), omise.WithResponseInto(&resp)))
		}, omise.WithIdempotencyKeys(omise.KeysHonoured)))
		require.Equal(t, 2, resp.Attempts)
		require.EqualValues(t, 2, srv.arrivals.Load())
	}},
	{26, "reused connection dies on a write without key", "As 25: a delete is tried again by the client, which counts it, and by nothing below. Where the second one finds nothing, the first has done it.", func(t *testing.T) {
		srv := newDying(t)
		e := failure(t, srv.kill(t, func(c *omise.Client) error {
			return only(c.Customers.Delete(t.Context(), "cust_test_7ix3touu51t1uyi3rpr"))
		}, omise.WithMaxRetries(0)))
		require.Equal(t, omise.OutcomeUnknown, e.Outcome)
		require.EqualValues(t, 1, srv.arrivals.Load())
		require.EqualValues(t, 1, srv.connections.Load(), "the connection was used again")

		var resp omise.Response
		srv = newDying(t)
		require.NoError(t, srv.kill(t, func(c *omise.Client) error {
			return c.Do(t.Context(), "DELETE", "/charges/"+chargeID, nil, nil, omise.WithResponseInto(&resp))
		}))
		require.Equal(t, 2, resp.Attempts)
		require.EqualValues(t, 2, srv.arrivals.Load())
		nothingLeftToDelete(t)
	}},
	{27, "HTTP2 GOAWAY", "A request above the last stream is sent again on another connection, a write as well, and counted. Any other is as 9.", func(t *testing.T) {
		const second = 3 // the stream of the second request
		for _, last := range []uint32{second - 2, second} {
			srv := newGoodbye(t, last, recorded(t, "charge"))
			client := srv.client(t)
			_, err := client.Charges.Get(t.Context(), chargeID)
			require.NoError(t, err)
			var resp omise.Response
			_, err = client.Charges.Create(t.Context(), ofSavedCard(), omise.WithResponseInto(&resp))
			if last < second {
				require.NoError(t, err)
				require.Equal(t, 2, resp.Attempts)
			} else {
				require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
				require.Equal(t, 1, failure(t, err).Attempts)
			}
			require.Equal(t, 2, srv.processed(), "of last stream %d", last)

			srv = newGoodbye(t, last, recorded(t, "charge"))
			client = srv.client(t)
			for range 2 {
				_, err = client.Charges.Get(t.Context(), chargeID)
				require.NoError(t, err)
			}
		}
	}},
	{28, "50 callers at once", "They share at most 64 connections, over HTTP/2 no more than there are callers; each is closed after 50 s without work.", func(t *testing.T) {
		require.Equal(t, 50*time.Second, transport.NewHTTPClient().Transport.(*http.Transport).IdleConnTimeout)
		fewConnections(t)
	}},
	{29, "outage and every call fails", "All calls of a client share a budget of attempts: once it is spent, they add a tenth to the load.", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			api := says(500, internalError)
			client := api.client(t, omise.WithMaxRetries(omise.DefaultReadRetries))
			call := func(i int) {
				if i%2 == 0 {
					client.Charges.Get(t.Context(), chargeID)
				} else {
					client.Transfers.Create(t.Context(), &omise.TransferCreateParams{})
				}
			}
			for i := range 1000 {
				call(i)
			}
			require.Greater(t, len(api.visits), 1400, "the budget is there to be spent")
			spent := len(api.visits)
			for i := range 1000 {
				call(i)
			}
			require.LessOrEqual(t, len(api.visits)-spent, 1100)
		})
	}},
	{30, "responses on error paths", "Read up to a limit and closed, always; the connection is used again.", func(t *testing.T) {
		for status, body := range map[int]string{200: "{}", 201: "null", 204: "", 302: "moved", 400: usedToken, 404: firewall, 429: tooMany, 500: internalError, 502: badGateway, 503: large} {
			got := &report{Reader: strings.NewReader(body)}
			client := downloads(status, got, -1).client(t)
			_, err := client.Charges.Get(t.Context(), chargeID)
			require.Error(t, err, status)
			require.True(t, got.closed, status)
			require.LessOrEqual(t, got.read, 4<<20+1)
		}
		srv := newDying(t)
		srv.dies.Store(false)
		srv.status.Store(500)
		client := srv.client(t, omise.WithMaxRetries(0))
		for range 200 {
			_, err := client.Charges.Get(t.Context(), chargeID)
			require.Error(t, err)
		}
		require.EqualValues(t, 1, srv.connections.Load())
	}},
	{31, "1 GB body", "An error at 4 MiB, also after decompression, and no more memory than that.", hugeAnswers},
	{32, "5 MB error body", "Less than a kilobyte of text, whatever came.", shortErrors},
	{33, "corporate proxy in the environment", "Honoured.", func(t *testing.T) {
		require.Contains(t, behindAProxy(t).hosts, "api.omise.co:443")
	}},
}

// cancelReturnsAtOnce cancels a call at each point where it can be. In a bubble
// no time passes between the two; over real connections at most 10 ms do, in
// one of a few tries on a busy machine.
func cancelReturnsAtOnce(t *testing.T) {
	dripping := &api{answer: func(hr *http.Request) (*http.Response, error) {
		resp := jsonAnswer(200, "")
		resp.Body = io.NopCloser(drip{hr})
		return resp, nil
	}}
	held := says(429, tooMany, "Retry-After", "20")
	get := func(ctx context.Context, c *omise.Client) error { return only(c.Charges.Get(ctx, chargeID)) }
	for name, row := range map[string]struct {
		api  *api
		call func(context.Context, *omise.Client) error
		opts []omise.Option
	}{
		"no answer":      {silent(), get, nil},
		"a body":         {dripping, get, nil},
		"a wait":         {held, get, nil},
		"a write's wait": {held, func(ctx context.Context, c *omise.Client) error { return only(c.Charges.Create(ctx, newCharge())) }, nil},
		"a rate limiter": {silent(), get, []omise.Option{omise.WithRateLimiter(stubborn{})}},
		"held by a 429": {held, func(ctx context.Context, c *omise.Client) error {
			go get(context.WithoutCancel(ctx), c)
			synctest.Wait()
			return get(ctx, c)
		}, nil},
		"a file": {dripping, func(ctx context.Context, c *omise.Client) error {
			file, err := c.RecurringExports.Download(ctx, exportID)
			if err != nil {
				return err
			}
			defer file.Close()
			_, err = io.ReadAll(file)
			return err
		}, nil},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(3*time.Second, cancel)
			start := time.Now()
			err := row.call(ctx, row.api.client(t, append(row.opts, omise.WithMaxRetries(2))...))
			require.ErrorIs(t, err, context.Canceled, name)
			require.Equal(t, 3*time.Second, time.Since(start), name)
			time.Sleep(time.Minute) // what was started beside it
		})
	}
	s := onPort(t)
	for i, fault := range []omisetest.Fault{omisetest.OnAny().Hang(), omisetest.OnAny().Stall(), omisetest.OnAny().TooManyRequests(20 * time.Second)} {
		late := time.Hour
		for n := 0; n < 20 && late > 10*time.Millisecond; n++ {
			s.srv.ClearFaults()
			s.srv.Fault(fault)
			ctx, cancel := context.WithCancel(t.Context())
			var at time.Time
			time.AfterFunc(50*time.Millisecond, func() { at = time.Now(); cancel() })
			_, err := s.Balance.Get(ctx)
			late = time.Since(at)
			require.ErrorIs(t, err, context.Canceled)
		}
		t.Logf("fault %d: %v after the cancel", i, late)
		require.LessOrEqual(t, late, 10*time.Millisecond)
	}
}

// A stubborn rate limiter lets nobody go.
type stubborn struct{}

func (stubborn) Wait(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

// A dying server answers with a charge; while it dies, it closes the connection
// once it has read the next request, without a word.
type dying struct {
	*httptest.Server
	dies                  atomic.Bool
	status                atomic.Int32
	arrivals, connections atomic.Int32
}

func newDying(t *testing.T) *dying {
	t.Helper()
	d := &dying{}
	d.status.Store(200)
	charge := recorded(t, "charge")
	d.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		io.Copy(io.Discard, hr.Body)
		d.arrivals.Add(1)
		if d.dies.Swap(false) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				conn.Close()
			}
			return
		}
		w.WriteHeader(int(d.status.Load()))
		io.WriteString(w, charge)
	}))
	d.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			d.connections.Add(1)
		}
	}
	d.Start()
	t.Cleanup(d.Close)
	return d
}

func (d *dying) client(t *testing.T, opts ...omise.Option) *omise.Client {
	t.Helper()
	client, err := omise.NewClient(testSecret, append(opts, omise.WithBaseURL(d.URL))...)
	require.NoError(t, err)
	return client
}

// kill makes a call on a connection that was used before and dies, and counts
// the arrivals of that call alone.
func (d *dying) kill(t *testing.T, call func(*omise.Client) error, opts ...omise.Option) error {
	t.Helper()
	client := d.client(t, opts...)
	_, err := client.Charges.Get(t.Context(), chargeID)
	require.NoError(t, err)
	d.arrivals.Store(0)
	d.dies.Store(true)
	err = call(client)
	require.False(t, d.dies.Load(), "the call has not arrived")
	return err
}
