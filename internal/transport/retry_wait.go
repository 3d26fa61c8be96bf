package transport

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/omisekit/omise-go/internal/backoff"
)

// betweenAttempts is the wait before another attempt. If the server asks for a wait,
// the call waits as long as it says, up to LongestWait. If it asks for a longer wait,
// the caller gets the error and the time at once; after a 429, all calls are held back
// for LongestWait.
var betweenAttempts = backoff.Policy{First: 250 * time.Millisecond, Last: 8 * time.Second}

const (
	// writeBudget is the time in which attempts of a write begin. The number of
	// attempts does not count, because giving up may leave the outcome of a payment
	// unknown.
	writeBudget = 60 * time.Second

	// lookTime is how long the client looks for the result of a refused write that an
	// earlier attempt may have done. The result can take a moment to appear.
	lookTime = 15 * time.Second

	// LongestQueue is how long a write waits for a rate limiter if writeBudget is over: an
	// attempt may begin later, after a look for its result.
	LongestQueue = 10 * time.Second

	// replicaTime is how long an object may look unchanged, because a replica of the API
	// answers the reads. A refusal that the object does not explain is believed only after
	// it.
	replicaTime = 3 * time.Second

	// longestLook is the time of the last look, and how long a look that began earlier
	// may go on after the time to look is over.
	longestLook = 30 * time.Second

	// mostFailed is how many looks may fail.
	mostFailed = 3

	// longestSpread is the time over which calls are spread that were held back
	// together.
	longestSpread = 2 * time.Second
)

// betweenHeld returns a random further wait for a call, so that calls that were held
// back together are not sent at the same moment.
func betweenHeld(held time.Duration) time.Duration {
	return rand.N(min(held, longestSpread) + 1)
}

// retryAfter reads a Retry-After header, in seconds or as a date by the clock of the
// server. It returns 0 for a value that cannot be read, is negative or is in the past.
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
