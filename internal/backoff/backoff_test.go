package backoff

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

var policy = Policy{First: 250 * time.Millisecond, Last: 8 * time.Second}

// The longest wait after each failure, under policy.
var longest = []time.Duration{250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 8 * time.Second}

func TestFullJitterReachesFromZeroToADoublingCeiling(t *testing.T) {
	t.Parallel()
	for i, ceiling := range longest {
		shortest, most := spread(policy.FullJitter, i+1)
		require.GreaterOrEqual(t, shortest, time.Duration(0))
		require.LessOrEqual(t, most, ceiling)
		require.Less(t, shortest, ceiling/20, "failure %d", i+1)
		require.Greater(t, most, ceiling/20*19, "failure %d", i+1)
	}
}

func TestHalfJitterReachesFromHalfToADoublingCeiling(t *testing.T) {
	t.Parallel()
	for i, ceiling := range longest {
		shortest, most := spread(policy.HalfJitter, i+1)
		require.GreaterOrEqual(t, shortest, ceiling/2)
		require.LessOrEqual(t, most, ceiling)
		require.Less(t, shortest, ceiling/20*11, "failure %d", i+1)
		require.Greater(t, most, ceiling/20*19, "failure %d", i+1)
	}
}

// spread returns the shortest and the longest of many waits.
func spread(wait func(int) time.Duration, n int) (shortest, most time.Duration) {
	shortest = time.Hour
	for range 2000 {
		d := wait(n)
		shortest, most = min(shortest, d), max(most, d)
	}
	return shortest, most
}

func TestManyFailuresDoNotOverflow(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 64, 100, 1 << 30} {
		require.LessOrEqual(t, policy.FullJitter(n), policy.Last)
		require.GreaterOrEqual(t, policy.FullJitter(n), time.Duration(0))
	}
}

func TestSleepWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		require.NoError(t, Sleep(t.Context(), time.Minute))
		require.Equal(t, time.Minute, time.Since(start))
	})
}

func TestSleepEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		require.ErrorIs(t, Sleep(ctx, time.Minute), context.DeadlineExceeded)
		require.Equal(t, time.Second, time.Since(start))
	})
}
