package main

import (
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/tools/chaos/job"
)

// A shop is this very program.
func TestMain(m *testing.M) {
	if isShop() {
		openShop()
		return
	}
	os.Exit(m.Run())
}

// every calls the test for all modes and the kinds given, several at a time.
func every(t *testing.T, kinds []job.Kind, test func(*testing.T, run)) {
	t.Helper()
	for i := range modes {
		for _, kind := range kinds {
			r := run{
				mode: &modes[i], kind: kind, plan: plan{rate: 0.3, seed: 1}, n: 100, callers: 100, perSecond: 200, crowded: true,
			}
			t.Run(fmt.Sprint(r.mode.name, ", ", kind), func(t *testing.T) {
				t.Parallel()
				test(t, r)
			})
		}
	}
}

func (r run) reachesItsBars(t *testing.T) {
	t.Helper()
	result, err := r.sdk(t)
	require.NoError(t, err)
	require.Empty(t, r.missed(result), "seed %d", r.plan.seed)
}

func TestNobodyIsChargedTwiceOrMisled(t *testing.T) {
	every(t, job.Kinds, func(t *testing.T, r run) {
		for _, r.plan.seed = range []uint64{1, 2} {
			r.reachesItsBars(t)
		}
		r.plan = plan{rate: 0.6, seed: 3}
		r.reachesItsBars(t)
		r.plan = plan{rate: 0.3, seed: 4, reads: true}
		r.reachesItsBars(t)
		r.plan, r.shared = plan{rate: 0.3, seed: 5}, true
		r.reachesItsBars(t)
	})
}

func TestNobodyIsChargedTwiceOrMisledOverAPort(t *testing.T) {
	before := runtime.NumGoroutine()
	t.Run("modes", func(t *testing.T) {
		every(t, []job.Kind{job.Charge}, func(t *testing.T, r run) {
			if r.mode.waits[r.kind] {
				t.Skip("it waits for a minute: in simulated time only")
			}
			r.port = true
			r.reachesItsBars(t)
		})
	})
	require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+1 }, 30*time.Second, 10*time.Millisecond, "no goroutine is left but that which asks")
}

func TestKilledProcessIsResumed(t *testing.T) {
	every(t, []job.Kind{job.Charge}, func(t *testing.T, r run) {
		if r.mode.settles {
			t.Skip("the client goes on by itself")
		}
		r.n = 60
		result, err := r.killed(2)
		require.NoError(t, err)
		require.Empty(t, result.missed(r, 2))
	})
}
