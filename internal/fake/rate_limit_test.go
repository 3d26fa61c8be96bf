package fake

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// ask makes a call with a key and returns its status and Retry-After.
func (w *world) ask(key string) []any {
	w.t.Helper()
	hr := w.request("GET", "/capability", nil)
	hr.SetBasicAuth(key, "")
	resp, err := w.RoundTrip(hr)
	require.NoError(w.t, err)
	return []any{resp.StatusCode, resp.Header.Get("Retry-After")}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{RateLimit: RateLimit{Calls: 2, Per: 10 * time.Second}})
	secret, ok := w.SecretKey(), []any{http.StatusOK, ""}
	require.Equal(t, ok, w.ask(secret))
	w.Advance(2500 * time.Millisecond)
	require.Equal(t, ok, w.ask(secret))
	for range 3 {
		require.Equal(t, []any{http.StatusTooManyRequests, "8"}, w.ask(secret), "7.5 seconds, rounded up")
	}
	require.Equal(t, string(tooManyRequests), w.lastCall().ErrorCode)
	require.NotEmpty(t, w.lastCall().Guesses)
	require.Equal(t, ok, w.ask(w.PublicKey()), "every key has a limit of its own")

	kept := w.Snapshot()
	fork := &world{t: t, Server: w.Fork(nil)}
	require.Equal(t, ok, fork.ask(secret), "a fork has had no calls")
	w.Advance(7500 * time.Millisecond)
	require.Equal(t, ok, w.ask(secret), "the first call is long ago")
	require.Equal(t, []any{http.StatusTooManyRequests, "3"}, w.ask(secret), "the second is not")
	w.Restore(kept)
	require.Equal(t, []any{http.StatusTooManyRequests, "8"}, w.ask(secret))
	require.Equal(t, []any{http.StatusOK, ""}, w.ask(w.PublicKey()))
	require.Equal(t, []any{http.StatusTooManyRequests, "10"}, w.ask(w.PublicKey()))
}

func TestRefusedCallsDoNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{RateLimit: RateLimit{Calls: 1, Per: time.Minute}})
	w.post("/customers", nil)
	w.fails(tooManyRequests, "POST", "/customers", nil)
	require.Len(t, w.customers.all, 1)
}

func TestImpossibleRateLimitsAreRefused(t *testing.T) {
	t.Parallel()
	for _, limit := range []RateLimit{{Calls: 1}, {Per: time.Second}, {Calls: -1, Per: time.Second}} {
		require.PanicsWithValue(t, "fake: rate limit of "+limit.String()+": both must be positive", func() { New(Options{RateLimit: limit}) })
	}
}
