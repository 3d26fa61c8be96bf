package omise_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/omisetest"
)

func TestFault80SharedClient(t *testing.T) {
	t.Parallel()
	client := omisetest.NewServer(t).Client()
	card := secretToken()
	card.Card.SecurityCode = omise.NewSensitive("123")
	metadata := &omise.ChargeUpdateParams{Metadata: omise.Metadata{"order": "A-1"}}
	window := &omise.ListParams{Limit: 5}
	concurrently(50, func(int) {
		token, err := client.Tokens.Create(t.Context(), card)
		if !assert.NoError(t, err) {
			return
		}
		charge, err := client.Charges.Create(t.Context(), &omise.ChargeCreateParams{Amount: 2000, Currency: omise.THB, Card: token.ID})
		if !assert.NoError(t, err) {
			return
		}
		charge, err = client.Charges.Update(t.Context(), charge.ID, metadata)
		assert.NoError(t, err)
		assert.Equal(t, "A-1", charge.Metadata["order"])
		_, err = client.Charges.List(t.Context(), window)
		assert.NoError(t, err)
	})
	charged := 0
	for _, err := range client.Charges.All(t.Context(), window) {
		require.NoError(t, err)
		charged++
	}
	require.Equal(t, 50, charged)
	require.Equal(t, &omise.ListParams{Limit: 5}, window)
}

func TestFault81OptionsOfOneCall(t *testing.T) {
	t.Parallel()
	api := &apitest.API{Respond: func(hr *http.Request) (*http.Response, error) {
		resp := apitest.Response(200, apitest.ObjectJSON(t, "charge"))
		resp.Header.Set("X-Request-Id", hr.Header.Get("Idempotency-Key"))
		return resp, nil
	}}
	client := api.Client(t, omise.WithRateLimiter(openLimiter{}), omise.WithLogger(slog.New(slog.DiscardHandler)))
	params := newCharge()
	concurrently(100, func(i int) {
		var resp omise.Response
		key := fmt.Sprintf("order-%d", i)
		c := client
		if i%2 == 0 {
			c = client.With(omise.WithTimeout(time.Minute))
		}
		_, err := c.Charges.Create(t.Context(), params,
			omise.WithIdempotencyKey(key), omise.WithIntent(key), omise.WithSubMerchant(key), omise.WithParam("n", key), omise.WithResponseInto(&resp))
		assert.NoError(t, err)
		assert.Equal(t, key, resp.RequestID)
	})
	require.Len(t, api.Requests(), 100)
	for _, request := range api.Requests() {
		key := request.Header.Get("Idempotency-Key")
		require.Equal(t, key, formOf(t, request.Payload).Get("n"))
		require.Equal(t, key, formOf(t, request.Payload).Get("metadata["+omise.IntentKey+"]"))
		require.Equal(t, key, request.Header.Get("SUB_MERCHANT_ID"))
	}
}

// openLimiter is a rate limiter that delays no call.
type openLimiter struct{}

func (openLimiter) Wait(context.Context) error { return nil }

// The test is not parallel, because it counts goroutines, so no other test may run.
func TestFault28FewConnections(t *testing.T) {
	for _, tt := range []struct {
		protocol string
		callers  int
	}{{"HTTP/1.1", 40}, {"HTTP/1.1", 64}, {"HTTP/1.1", 100}, {"HTTP/2.0", 64}} {
		before := runtime.NumGoroutine()
		var opened, peak int32
		for range 10 { // on a busy machine, net/http may replace a connection and open a new one
			opened, peak = connections(t, tt.protocol, 5000, tt.callers)
			require.LessOrEqual(t, peak, int32(64), "open at a time")
			if opened <= 64 {
				break
			}
		}
		t.Logf("%s: 5000 calls of %d callers over %d connections", tt.protocol, tt.callers, opened)
		require.LessOrEqual(t, opened, int32(64), "opened in all")
		require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+1 }, 30*time.Second, 10*time.Millisecond,
			"goroutines are left") // Eventually has one goroutine of its own
	}
}

// connections makes calls over TLS with the default transport. It returns how many
// connections were opened, and how many were open at a time. It counts in the client,
// because the server sees a close later.
func connections(t *testing.T, protocol string, calls, callers int) (opened, peak int32) {
	t.Helper()
	body := apitest.ObjectJSON(t, "charge")
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		assert.Equal(t, protocol, hr.Proto)
		io.WriteString(w, body)
	}))
	srv.EnableHTTP2 = protocol == "HTTP/2.0"
	srv.StartTLS()
	defer srv.Close()
	count := &connectionCounter{}
	hc := trusting(t, srv.Certificate(), func(network *http.Transport) { network.DialContext = count.dial(network.DialContext) })
	defer hc.CloseIdleConnections()
	client, err := omise.NewClient(testSecret, omise.WithBaseURL(srv.URL), omise.WithHTTPClient(hc), omise.WithMaxRetries(0))
	require.NoError(t, err)

	var left atomic.Int32
	left.Store(int32(calls))
	concurrently(callers, func(int) {
		for left.Add(-1) >= 0 {
			_, err := client.Charges.Get(t.Context(), chargeID)
			assert.NoError(t, err)
		}
	})
	count.mu.Lock()
	defer count.mu.Unlock()
	return count.opened, count.peak
}

// connectionCounter counts the connections that a dialer has open.
type connectionCounter struct {
	mu                 sync.Mutex
	opened, open, peak int32
}

type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

func (c *connectionCounter) dial(next dialFunc) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := next(ctx, network, address)
		if err != nil {
			return nil, err
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.opened++
		c.open++
		c.peak = max(c.peak, c.open)
		return &countedConn{Conn: conn, counter: c}, nil
	}
}

// countedConn is a connection that a connectionCounter counts.
type countedConn struct {
	net.Conn
	counter *connectionCounter
	once    sync.Once
}

func (c *countedConn) Close() error {
	c.once.Do(func() {
		c.counter.mu.Lock()
		defer c.counter.mu.Unlock()
		c.counter.open--
	})
	return c.Conn.Close()
}
