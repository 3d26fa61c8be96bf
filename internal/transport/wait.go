package transport

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// Between two attempts: full jitter, 0.25 s doubling up to 8 s. A server that
// says when to come back is obeyed up to LongestWait; past that the caller gets
// the error now and the time with it, and all calls are held back for so long.
const (
	firstBackoff = 250 * time.Millisecond
	lastBackoff  = 8 * time.Second

	// A write is tried for as long as somebody may still be waiting for it,
	// however often that is: giving up leaves money in doubt.
	writeBudget = 60 * time.Second

	// A refusal that an earlier attempt has caused comes before that attempt's
	// work is to be seen.
	mostLooks = 5
)

// backoff returns the wait after attempt n, counted from 1.
func backoff(n int) time.Duration {
	ceiling := min(lastBackoff, firstBackoff<<min(n-1, 8))
	return time.Duration(rand.Int64N(int64(ceiling) + 1))
}

// retryAfter reads a Retry-After header, in seconds or as a date. What cannot
// be read, is negative or past counts as absent.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := h.Get("Retry-After")
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil {
		return max(0, time.Duration(seconds)*time.Second)
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

// fits tells whether a wait of d ends before the caller's deadline.
func fits(ctx context.Context, d time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return !ok || time.Until(deadline) > d
}

// sleep waits for d or until ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
