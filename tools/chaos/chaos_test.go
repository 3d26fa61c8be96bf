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

// A shop is a process of this test program.
func TestMain(m *testing.M) {
	if isShop() {
		openShop()
		return
	}
	os.Exit(m.Run())
}

// every calls the test for all runs that meant accepts, several at the same time.
func every(t *testing.T, meant func(run) bool, test func(*testing.T, run)) {
	t.Helper()
	small := run{plan: plan{rate: 0.3, seed: 1}, n: 100, callers: 100, perSecond: 200, crowded: true}
	for r := range small.each {
		if !meant(r) {
			continue
		}
		t.Run(fmt.Sprint(r.mode.name, ", ", r.kind, ", ", r.trouble.name), func(t *testing.T) {
			t.Parallel()
			test(t, r)
		})
	}
}

func isUntroubled(r run) bool { return r.trouble == noTrouble }

func isChargeOverAPort(r run) bool { return r.overAPort() && r.kind == job.Charge }

func (r run) reachesItsBars(t *testing.T) {
	t.Helper()
	result, err := r.sdk(t)
	require.NoError(t, err)
	require.Empty(t, r.missed(result), "seed %d", r.plan.seed)
}

func TestNoCallerIsChargedTwiceOrMisled(t *testing.T) {
	every(t, isUntroubled, func(t *testing.T, r run) {
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

func TestNoCallerIsChargedTwiceOrMisledInAnyTrouble(t *testing.T) {
	every(t, func(r run) bool { return !isUntroubled(r) }, func(t *testing.T, r run) {
		r.n, r.callers, r.perSecond = 60, 20, 10 // for longer than lists lag
		r.reachesItsBars(t)
		r.plan, r.shared = plan{rate: 0.6, seed: 2}, true
		r.reachesItsBars(t)
	})
}

func TestNoCallerIsChargedTwiceOrMisledOverAPort(t *testing.T) {
	before := runtime.NumGoroutine()
	t.Run("modes", func(t *testing.T) {
		every(t, isChargeOverAPort, func(t *testing.T, r run) {
			if r.mode.waits[r.kind] {
				t.Skip("it waits for a minute, so it runs in simulated time only")
			}
			r.port = true
			r.reachesItsBars(t)
		})
	})
	require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+1 }, 30*time.Second, 10*time.Millisecond, "a goroutine is left beside the one that counts")
}

func TestKilledProcessIsResumed(t *testing.T) {
	every(t, isChargeOverAPort, func(t *testing.T, r run) {
		if r.mode.settles {
			t.Skip("the client goes on by itself")
		}
		r.n = 60
		result, err := r.killed(2)
		require.NoError(t, err)
		require.Empty(t, result.missed(r, 2))
	})
}
