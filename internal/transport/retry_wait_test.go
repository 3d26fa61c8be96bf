package transport

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	tests := map[string]time.Duration{
		"":                                 0,
		"3":                                3 * time.Second,
		"0":                                0,
		"-5":                               0,
		"1.5":                              0,
		"1e309":                            0,
		"NaN":                              0,
		"soon":                             0,
		"99999999999999999999":             0,
		"315360000":                        315_360_000 * time.Second,
		"Sat, 31 Jan 2026 12:00:07 GMT":    7 * time.Second,
		"Saturday, 31-Jan-26 12:00:07 GMT": 7 * time.Second,
		"Sat, 31 Jan 2026 11:59:59 GMT":    0,
		"Thu, 31 Jan 2036 12:00:00 GMT":    87_648 * time.Hour,
	}
	for value, want := range tests {
		require.Equal(t, want, retryAfter(http.Header{"Retry-After": {value}}, now), value)
	}
}

func TestCallWaitsAsRetryAfterSays(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"seconds": "Retry-After: 7",
		"date":    "Retry-After: Sat, 01 Jan 2000 00:00:07 GMT", // the clock of a bubble starts at 2000-01-01
	}
	for name, header := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				peer := newPeer(answers(429, tooBusy, header), succeeds)
				_, failure := peer.transport().Do(t.Context(), write(None))
				require.Nil(t, failure)
				require.GreaterOrEqual(t, peer.arrivals[1].at.Sub(start), 7*time.Second)
				require.LessOrEqual(t, peer.arrivals[1].at.Sub(start), 7*time.Second+longestSpread)
			})
		})
	}
}

func TestWaitThatDoesNotFitEndsTheCallAtOnce(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		header     string
		deadline   time.Duration
		retryAfter time.Duration
	}{
		{"beyond the deadline", "Retry-After: 20", 10 * time.Second, 20 * time.Second},
		{"on the deadline", "Retry-After: 10", 10 * time.Second, 10 * time.Second},
		{"longer than the longest wait", "Retry-After: 31", time.Hour, 31 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), tt.deadline)
				defer cancel()
				start := time.Now()
				_, failure := newPeer(answers(429, tooBusy, tt.header)).transport().Do(ctx, write(None))
				require.Zero(t, time.Since(start))
				require.NoError(t, ctx.Err())
				require.Equal(t, 1, failure.Attempts)
				require.Equal(t, 429, failure.Response.Status)
				require.Equal(t, tt.retryAfter, failure.RetryAfter)
			})
		})
	}
}

func TestCancelEndsAWaitAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(3*time.Second, cancel)
		start := time.Now()
		_, failure := newPeer(answers(429, tooBusy, "Retry-After: 7")).transport().Do(ctx, write(None))
		require.Equal(t, 3*time.Second, time.Since(start))
		require.ErrorIs(t, failure.Cause, context.Canceled)
		require.Equal(t, 429, failure.Response.Status, "the earlier failure stays visible")
		require.Equal(t, Refused, failure.Outcome)
	})
}

func TestCancelledWaitNamesTheEarlierFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		peer := newPeer(nil)
		transport := peer.transport()
		transport.WriteRetries = 1000
		time.AfterFunc(20*time.Second, cancel)
		_, failure := transport.Do(ctx, write(None))
		require.ErrorIs(t, failure.Cause, context.Canceled)
		require.ErrorContains(t, failure.Cause, "connection refused")
	})
}

func TestCancelEndsAnAttemptAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(300*time.Millisecond, cancel)
		start := time.Now()
		_, failure := newPeer(hangs).transport().Do(ctx, read())
		require.Equal(t, 300*time.Millisecond, time.Since(start))
		require.ErrorIs(t, failure.Cause, context.Canceled)
		require.Equal(t, 1, failure.Attempts)
	})
}

func TestAttemptTimeoutCoversTheBody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		transport := newPeer(drips).transport()
		transport.WriteRetries = 0
		_, failure := transport.Do(t.Context(), write(None))
		require.Equal(t, time.Second, time.Since(start))
		require.ErrorIs(t, failure.Cause, context.DeadlineExceeded)
		require.Equal(t, Unknown, failure.Outcome)
		time.Sleep(time.Second) // until the server sees the end
	})
}
