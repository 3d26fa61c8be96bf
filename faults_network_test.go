package omise_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/internal/transport"
	"github.com/omisekit/omise-go/omisetest"
)

// The tests of this file are about connections, and about deadlines and cancels of the
// caller.

func TestFault19HangOfAWriteWithADeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, err := apitest.Hang().Client(t, omise.WithMaxRetries(2)).Charges.Create(within(t, 10*time.Second), newCharge())
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, 10*time.Second, time.Since(start))
	})
}

func TestFault19HangOfAReadWithADeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, err := apitest.Hang().Client(t, omise.WithMaxRetries(2)).Charges.Get(within(t, 10*time.Second), chargeID)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, 10*time.Second, time.Since(start))
	})
}

func TestFault19HangOverTCPWithADeadline(t *testing.T) {
	t.Parallel()
	fake := newFakeClientOverTCP(t)
	fake.srv.Fault(omisetest.On("GET /balance").Hang())
	_, err := fake.Balance.Get(within(t, 50*time.Millisecond))
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestFault20HangWithoutADeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, err := apitest.Hang().Client(t).Charges.Create(t.Context(), newCharge())
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		require.Equal(t, 65*time.Second, time.Since(start))
	})
}

func TestFault21DeadlinePassedOnce(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.srv.Fault(omisetest.On("GET /balance").Nth(1).Hang())
		_, err := fake.Balance.Get(within(t, time.Second))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		_, err = fake.Balance.Get(t.Context())
		require.NoError(t, err)
	})
}

func TestFault23DeadlineBeforeRetryAfter(t *testing.T) {
	t.Parallel()
	requireReturnsAtOnce(t, apitest.Respond(429, tooMany, "Retry-After", "3"), 2*time.Second, 3*time.Second)
}

func TestFault23DeadlineBeforeTheClientsOwnWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, err := apitest.Respond(500, internalError).Client(t, omise.WithMaxRetries(1000)).Transfers.Create(within(t, 10*time.Second), &omise.TransferCreateParams{})
		require.Equal(t, omise.ErrCodeInternalError, failure(t, err).Code)
		require.NotErrorIs(t, err, context.DeadlineExceeded)
	})
}

func TestFault25DyingConnectionOfAWriteWithKey(t *testing.T) {
	t.Parallel()
	srv := newDyingServer(t)
	e := failure(t, srv.dieDuring(t, func(c *omise.Client) error { return errorOf(c.Charges.Create(t.Context(), chargeOfSavedCard())) }))
	require.Equal(t, omise.OutcomeUnknown, e.Outcome)
	require.Equal(t, 1, e.Attempts)
	require.EqualValues(t, 1, srv.arrivals.Load())
	require.EqualValues(t, 1, srv.connections.Load(), "the connection was used again")
}

func TestFault25DyingConnectionWhereKeysAreHonoured(t *testing.T) {
	t.Parallel()
	var resp omise.Response
	srv := newDyingServer(t)
	require.NoError(t, srv.dieDuring(t, func(c *omise.Client) error {
		return errorOf(c.Charges.Create(t.Context(), chargeOfSavedCard(), omise.WithResponseInto(&resp)))
	}, omise.WithIdempotencyKeys(omise.KeysHonoured)))
	require.Equal(t, 2, resp.Attempts)
	require.EqualValues(t, 2, srv.arrivals.Load())
}

func TestFault26DyingConnectionOfADeleteWithoutRetries(t *testing.T) {
	t.Parallel()
	srv := newDyingServer(t)
	e := failure(t, srv.dieDuring(t, func(c *omise.Client) error {
		return errorOf(c.Customers.Delete(t.Context(), "cust_test_7ix3touu51t1uyi3rpr"))
	}, omise.WithMaxRetries(0)))
	require.Equal(t, omise.OutcomeUnknown, e.Outcome)
	require.EqualValues(t, 1, srv.arrivals.Load())
	require.EqualValues(t, 1, srv.connections.Load(), "the connection was used again")
}

func TestFault26DyingConnectionOfADelete(t *testing.T) {
	t.Parallel()
	var resp omise.Response
	srv := newDyingServer(t)
	require.NoError(t, srv.dieDuring(t, func(c *omise.Client) error {
		return c.Do(t.Context(), "DELETE", "/charges/"+chargeID, nil, nil, omise.WithResponseInto(&resp))
	}))
	require.Equal(t, 2, resp.Attempts)
	require.EqualValues(t, 2, srv.arrivals.Load())
}

// The streams of the first two requests of an HTTP/2 connection.
const firstStream, secondStream = 1, 3

func TestFault27GoAwayBeforeAWriteWasProcessed(t *testing.T) {
	t.Parallel()
	srv := newHTTP2Server(t, apitest.ObjectJSON(t, "charge"), sendsGoaway(firstStream))
	client := srv.client(t)
	_, err := client.Charges.Get(t.Context(), chargeID)
	require.NoError(t, err)
	var resp omise.Response
	_, err = client.Charges.Create(t.Context(), chargeOfSavedCard(), omise.WithResponseInto(&resp))
	require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
	require.Equal(t, 1, srv.processed())
}

func TestFault27GoAwayAfterAWriteWasProcessed(t *testing.T) {
	t.Parallel()
	srv := newHTTP2Server(t, apitest.ObjectJSON(t, "charge"), sendsGoaway(secondStream))
	client := srv.client(t)
	_, err := client.Charges.Get(t.Context(), chargeID)
	require.NoError(t, err)
	_, err = client.Charges.Create(t.Context(), chargeOfSavedCard())
	require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
	require.Equal(t, 1, failure(t, err).Attempts)
	require.Equal(t, 2, srv.processed())
}

func TestFault27GoAwayOfARead(t *testing.T) {
	t.Parallel()
	for name, last := range map[string]uint32{"not processed": firstStream, "processed": secondStream} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := newHTTP2Server(t, apitest.ObjectJSON(t, "charge"), sendsGoaway(last)).client(t)
			for range 2 {
				_, err := client.Charges.Get(t.Context(), chargeID)
				require.NoError(t, err)
			}
		})
	}
}

func TestFault28IdleConnectionsAreClosed(t *testing.T) {
	t.Parallel()
	transport.NewHTTPClient(func(network *http.Transport) { require.Equal(t, 50*time.Second, network.IdleConnTimeout) })
}

func TestFault29BudgetInAnOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := apitest.Respond(500, internalError)
		client := api.Client(t, omise.WithMaxRetries(omise.DefaultReadRetries))
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
		require.Greater(t, len(api.Requests()), 1400, "the budget allows attempts")
		spent := len(api.Requests())
		for i := range 1000 {
			call(i)
		}
		require.LessOrEqual(t, len(api.Requests())-spent, 1100)
	})
}

func TestFault30BodiesAreClosed(t *testing.T) {
	t.Parallel()
	for status, body := range map[int]string{
		200: "{}", 201: "null", 204: "", 302: "moved", 400: usedToken, 404: firewall, 429: tooMany, 500: internalError, 502: badGateway, 503: large,
	} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			got := &trackedBody{Reader: strings.NewReader(body)}
			_, err := respondWithFile(status, got, -1).Client(t).Charges.Get(t.Context(), chargeID)
			require.Error(t, err)
			require.True(t, got.closed)
			require.LessOrEqual(t, got.read, 4<<20+1)
		})
	}
}

func TestFault30ConnectionIsUsedAgainAfterErrors(t *testing.T) {
	t.Parallel()
	srv := newDyingServer(t)
	srv.dies.Store(false)
	srv.status.Store(500)
	client := srv.client(t, omise.WithMaxRetries(0))
	for range 200 {
		_, err := client.Charges.Get(t.Context(), chargeID)
		require.Error(t, err)
	}
	// A connection is free a moment after its answer, so a call may need a new
	// connection.
	require.Less(t, srv.connections.Load(), int32(20), "of 200 calls")
}

func TestFault33ProxyOfTheEnvironment(t *testing.T) {
	t.Parallel()
	require.Contains(t, everyCallBehindAProxy(t).hosts, "api.omise.co:443")
}

// The test cancels a call at each point at which it can wait. In a bubble, no time passes
// between the cancel and the return.
func TestFault22CancelAtEachPoint(t *testing.T) {
	t.Parallel()
	dripping := respondWithDrips()
	held := apitest.Respond(429, tooMany, "Retry-After", "20")
	get := func(ctx context.Context, c *omise.Client) error { return errorOf(c.Charges.Get(ctx, chargeID)) }
	for name, row := range map[string]struct {
		api  *apitest.API
		call func(context.Context, *omise.Client) error
		opts []omise.Option
	}{
		"no answer":      {apitest.Hang(), get, nil},
		"a body":         {dripping, get, nil},
		"a wait":         {held, get, nil},
		"a write's wait": {held, func(ctx context.Context, c *omise.Client) error { return errorOf(c.Charges.Create(ctx, newCharge())) }, nil},
		"a rate limiter": {apitest.Hang(), get, []omise.Option{omise.WithRateLimiter(blockingLimiter{})}},
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
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(3*time.Second, cancel)
				start := time.Now()
				err := row.call(ctx, row.api.Client(t, append(row.opts, omise.WithMaxRetries(2))...))
				require.ErrorIs(t, err, context.Canceled)
				require.Equal(t, 3*time.Second, time.Since(start))
				time.Sleep(time.Minute) // until the calls next to it have ended
			})
		})
	}
}

// A call must return within 10 ms after the cancel. On a busy machine, a few tries are
// allowed. The test is not parallel, because it measures time.
func TestFault22CancelOverTCP(t *testing.T) {
	for name, fault := range map[string]omisetest.Fault{
		"no answer": omisetest.OnAny().Hang(), "a body": omisetest.OnAny().Stall(), "a wait": omisetest.OnAny().TooManyRequests(20 * time.Second),
	} {
		t.Run(name, func(t *testing.T) {
			fake := newFakeClientOverTCP(t)
			late := time.Hour
			for n := 0; n < 20 && late > 10*time.Millisecond; n++ {
				fake.srv.ClearFaults()
				fake.srv.Fault(fault)
				ctx, cancel := context.WithCancel(t.Context())
				var at time.Time
				time.AfterFunc(50*time.Millisecond, func() { at = time.Now(); cancel() })
				_, err := fake.Balance.Get(ctx)
				late = time.Since(at)
				require.ErrorIs(t, err, context.Canceled)
			}
			t.Logf("%v after the cancel", late)
			require.LessOrEqual(t, late, 10*time.Millisecond)
		})
	}
}

// blockingLimiter is a rate limiter that delays every call until its context ends.
type blockingLimiter struct{}

func (blockingLimiter) Wait(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}
