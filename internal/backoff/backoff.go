// Package backoff computes the wait before another attempt, and waits.
package backoff

import (
	"context"
	"math/rand/v2"
	"time"
)

// A Policy doubles the longest wait with every failure, from First up to Last.
// The wait itself is random, so that programs that failed at the same time do not try
// again at the same time.
type Policy struct {
	First, Last time.Duration
}

// FullJitter returns the wait after failure n, counted from 1: between zero and
// the longest wait. It spreads the load of many programs best.
func (p Policy) FullJitter(n int) time.Duration {
	return rand.N(p.longest(n) + 1)
}

// HalfJitter returns the wait after failure n, counted from 1: between half of the
// longest wait and all of it. With it, a loop that repeats a call waits every time.
func (p Policy) HalfJitter(n int) time.Duration {
	half := p.longest(n) / 2
	return half + rand.N(half+1)
}

func (p Policy) longest(n int) time.Duration {
	wait := p.First
	for range n - 1 {
		if wait >= p.Last {
			break
		}
		wait *= 2
	}
	return min(wait, p.Last)
}

// Sleep waits for d or until ctx ends, and returns the error of ctx if it ended
// first.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
