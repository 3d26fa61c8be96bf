package transport

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// patient returns a transport that tries a write until its time is over.
func patient(p *peer) *Transport {
	t := p.transport()
	t.WriteRetries = 1000
	return t
}

func TestWritesAreTriedForAMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		peer := newPeer(nil)
		_, failure := patient(peer).Do(t.Context(), write(None))
		require.Equal(t, NotSent, failure.Outcome)
		require.Greater(t, failure.Attempts, 8)
		require.Greater(t, time.Since(start), 40*time.Second)
		require.LessOrEqual(t, time.Since(start), time.Minute)
	})
}

func TestOutageAddsATenthOfLoadAtMost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		peer := newPeer(answers(500, broken))
		transport := peer.transport()
		for range 1000 { // until the budget is spent
			transport.Do(t.Context(), read())
		}
		before := peer.dials
		for range 1000 {
			transport.Do(t.Context(), read())
		}
		require.LessOrEqual(t, peer.dials-before, 1100)
		require.Greater(t, peer.dials-before, 1000, "some attempts are still repeated")
	})
}

// spentBudget returns a budget after 500 lost attempts.
func spentBudget(t *testing.T) *Budget {
	t.Helper()
	budget := &Budget{}
	for range 500 {
		require.True(t, budget.again())
	}
	require.False(t, budget.again())
	return budget
}

func TestAnAnswerAllowsOneRepeatedAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		budget := spentBudget(t)
		budget.answered()
		require.True(t, budget.again())
		require.False(t, budget.again())
	})
}

func TestTenCallsAllowOneRepeatedAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		budget := spentBudget(t)
		for range 10 {
			budget.begin()
		}
		require.True(t, budget.again())
	})
}

// A bad network loses three attempts in ten, for a long time.
func TestBadNetworkDoesNotUseUpTheAttempts(t *testing.T) {
	t.Parallel()
	budget := &Budget{}
	lost := 0
	for call := range 10_000 {
		budget.begin()
		for attempt := 0; (call*7+attempt*3)%10 < 3; attempt++ {
			lost++
			require.True(t, budget.again())
		}
		budget.answered()
	}
	require.GreaterOrEqual(t, lost, 3000)
}

func TestVerdict05TooManyRequestsHoldTheWholeClient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		peer := newPeer(answers(429, tooBusy, "Retry-After: 7"), succeeds)
		transport := peer.transport()
		start := time.Now()
		go transport.Do(t.Context(), read())
		synctest.Wait()
		for range 3 {
			go transport.Do(t.Context(), write(None))
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		require.Len(t, peer.arrivals, 5)
		for _, a := range peer.arrivals[1:] {
			require.GreaterOrEqual(t, a.at.Sub(start), 7*time.Second)
			require.LessOrEqual(t, a.at.Sub(start), 7*time.Second+longestSpread)
		}
	})
}

func TestCallThatCannotWaitIsNotSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		peer, transport := heldBack(t)
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		start := time.Now()
		_, failure := transport.Do(ctx, write(None))
		require.Zero(t, time.Since(start))
		require.Equal(t, NotSent, failure.Outcome)
		require.Equal(t, 7*time.Second, failure.RetryAfter)
		require.ErrorIs(t, failure.Cause, errHeld)
		require.Zero(t, failure.Attempts)
		require.Len(t, peer.arrivals, 1)
	})
}

func TestCallThatIsCancelledWhileItWaitsIsNotSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		peer, transport := heldBack(t)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		_, failure := transport.Do(ctx, write(None))
		require.ErrorIs(t, failure.Cause, context.Canceled)
		require.Equal(t, NotSent, failure.Outcome)
		require.Len(t, peer.arrivals, 1)
	})
}

// heldBack returns a transport whose calls must wait for 7 s, because another call has got
// a 429.
func heldBack(t *testing.T) (*peer, *Transport) {
	t.Helper()
	peer := newPeer(answers(429, tooBusy, "Retry-After: 7"))
	transport := peer.transport()
	go transport.Do(t.Context(), read())
	synctest.Wait()
	return peer, transport
}

func TestVerdict05AbsurdRetryAfterHoldsNoCallForLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		peer := newPeer(answers(429, tooBusy, "Retry-After: 315360000"), succeeds)
		transport := peer.transport()
		_, failure := transport.Do(t.Context(), read())
		require.Equal(t, 315_360_000*time.Second, failure.RetryAfter)
		start := time.Now()
		_, failure = transport.Do(t.Context(), read())
		require.Nil(t, failure)
		require.GreaterOrEqual(t, time.Since(start), transport.LongestWait)
		require.LessOrEqual(t, time.Since(start), transport.LongestWait+longestSpread)
	})
}

func TestHonouredKeyThatIsStillRunningIsSentAgain(t *testing.T) {
	t.Parallel()
	const conflict = `{"object":"error","location":"https://www.omise.co/api-errors","code":"conflict","message":"the first call is still running"}`
	for honoured, want := range map[bool]int{true: 2, false: 1} {
		t.Run(fmt.Sprintf("keys honoured: %t", honoured), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				peer := newPeer(answers(409, conflict), succeeds)
				transport := peer.transport()
				transport.KeysHonoured = honoured
				_, failure := transport.Do(t.Context(), write(None))
				require.Equal(t, honoured, failure == nil)
				require.Len(t, peer.arrivals, want)
			})
		})
	}
}

func TestBodyKeyIsTrustedUnlessKeysAreIgnored(t *testing.T) {
	t.Parallel()
	for ignored, want := range map[bool]int{true: 1, false: 2} {
		t.Run(fmt.Sprintf("keys ignored: %t", ignored), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				peer := newPeer(resetsLate, succeeds)
				transport := peer.transport()
				transport.KeysIgnored = ignored
				_, failure := transport.Do(t.Context(), write(BodyKey))
				require.Equal(t, !ignored, failure == nil)
				require.Len(t, peer.arrivals, want)
			})
		})
	}
}
