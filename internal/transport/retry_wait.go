package transport

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/omisekit/omise-go/internal/backoff"
)

// betweenAttempts is how long a call waits for another attempt. A server that says
// when to come back is obeyed up to LongestWait; past that the caller gets the error
// now and the time with it, and all calls are held back for so long.
var betweenAttempts = backoff.Policy{First: 250 * time.Millisecond, Last: 8 * time.Second}

const (
	// writeBudget is how long a write is tried, however often that is: giving up
	// leaves money in doubt.
	writeBudget = 60 * time.Second

	// lookTime is how long a refused write is looked for that an earlier attempt may
	// have done. Its work can take a moment to show.
	lookTime = 15 * time.Second

	// mostFailed is how many looks may fail.
	mostFailed = 3

	// longestSpread is how far apart the calls come back that have waited for the
	// same time.
	longestSpread = 2 * time.Second
)

// betweenHeld returns how much longer one of the calls waits that are held back for
// the same time.
func betweenHeld(held time.Duration) time.Duration {
	return rand.N(min(held, longestSpread) + 1)
}

// retryAfter reads a Retry-After header, in seconds or as a date by the clock of the
// server. A value that cannot be read, is negative or past counts as absent.
func retryAfter(h http.Header, now time.Time) time.Duration {
	value := h.Get("Retry-After")
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil {
		return max(0, time.Duration(seconds)*time.Second)
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return max(0, at.Sub(now))
}

// fits reports whether a wait of d ends before the caller's deadline.
func fits(ctx context.Context, d time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return !ok || time.Until(deadline) > d
}
