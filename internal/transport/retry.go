package transport

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/omisekit/omise-go/internal/backoff"
)

// A call is the state of one request and its attempts.
type call struct {
	*Transport
	req     *Request
	started time.Time
	began   time.Time     // start of the last attempt
	held    time.Duration // time spent waiting because other calls got a 429
	sent    int           // requests
	unknown bool          // an attempt may have been processed
}

// Do sends the request until it is done, until another attempt would be unsafe
// or useless, or until ctx ends.
func (t *Transport) Do(ctx context.Context, req *Request) (*Response, *Failure) {
	c := &call{Transport: t, req: req, started: time.Now()}
	t.Budget.begin()
	if failure := c.wait(ctx, 0, nil); failure != nil {
		return nil, failure
	}
	for attempt := 1; ; attempt++ {
		c.began = time.Now()
		latest := c.started.Add(writeBudget)
		if soon := c.began.Add(LongestQueue); soon.After(latest) {
			latest = soon
		}
		resp, failure := t.attempt(ctx, req, latest)
		t.observe(ctx, req, attempt, c.began, resp, failure)
		if failure == nil {
			t.Budget.answered()
			resp.Attempts += c.sent
			return resp, nil
		}
		resp, again := c.next(ctx, attempt, failure)
		if !again {
			if resp != nil {
				return resp, nil
			}
			return nil, failure
		}
	}
}

// next decides what follows a failed attempt: another attempt, the answer that Find has
// found instead, or neither. It changes the failure into the failure of the whole call.
func (c *call) next(ctx context.Context, attempt int, failure *Failure) (found *Response, again bool) {
	c.sent += failure.Attempts
	failure.Attempts = c.sent
	refused := failure.Outcome == Refused && failure.final
	if refused {
		c.Budget.answered()
	}
	doubtful := refused && c.req.Doubtful != nil && c.req.Doubtful(failure.Response)
	repeatable := failure.Outcome != Unknown || c.repeats()
	c.unknown = c.unknown || failure.Outcome == Unknown
	switch {
	case refused && (c.unknown || doubtful):
		return c.explain(ctx, failure), false
	case refused, failure.final && !c.unknown: // or nothing was sent
		return nil, false
	}
	if c.unknown {
		failure.Outcome = Unknown
	}
	delay := c.delay(attempt, failure)
	if ctx.Err() != nil || failure.RetryAfter > c.LongestWait || !c.hasAttempts(attempt) {
		return nil, false
	}
	if !repeatable || failure.final {
		return c.findOrResend(ctx, failure, delay)
	}
	if !c.hasTime(ctx, delay) || !c.Budget.again() {
		return nil, false
	}
	return nil, c.wait(ctx, delay, failure) == nil
}

// delay returns the wait before another attempt. A 429 holds all calls of the client
// back.
func (c *call) delay(attempt int, failure *Failure) time.Duration {
	delay := failure.RetryAfter
	if delay == 0 {
		delay = betweenAttempts.FullJitter(attempt)
	}
	if failure.tooMany() {
		c.Budget.hold(min(delay, c.LongestWait))
	}
	return delay
}

// explain finds out why a write was refused. It may have been processed before, by an
// attempt whose answer was lost, or by an earlier delivery of this attempt.
func (c *call) explain(ctx context.Context, failure *Failure) *Response {
	if c.req.Find == nil {
		failure.Outcome = Unknown
		return nil
	}
	start := time.Now()
	isTrue := func(result LookupResult) bool { // the refusal is the answer to the only delivery
		return !c.unknown && (result == NotThisCall || result == Absent || result == Unexplained && time.Since(start) >= replicaTime)
	}
	resp, result, _ := c.find(ctx, start.Add(lookTime), func(result LookupResult) bool {
		return result == NotThisCall || result == Undecidable || isTrue(result)
	})
	if isTrue(result) {
		return nil
	}
	failure.Outcome = Unknown
	return resp
}

// findOrResend looks for the result of a write that may have been processed, and that
// could be done twice if it were sent again now. If Find still sees no result after the
// time that the server may take, another attempt is safe, unless the failure is final.
// It looks for an attempt that began within writeBudget, even if the attempt took longer.
func (c *call) findOrResend(ctx context.Context, failure *Failure, delay time.Duration) (found *Response, again bool) {
	duration := c.req.ResendAfter
	if failure.final && (c.repeats() || c.req.Guard == Cumulative) { // nothing is sent again, so the look takes the place of another attempt
		duration = lookTime
	}
	if c.req.Find == nil || duration == 0 || c.began.Sub(c.started) > writeBudget || !fits(ctx, delay) {
		return nil, false
	}
	until := time.Now().Add(max(delay, duration))
	found, result, last := c.find(ctx, until, func(result LookupResult) bool { return result == Undecidable || result == NotThisCall })
	if found != nil || result != Absent || !last || failure.final || ctx.Err() != nil || !c.Budget.again() {
		return found, false
	}
	return nil, c.wait(ctx, 0, failure) == nil
}

// find looks several times: until it finds the result, until enough accepts a result,
// until too many looks have failed, until the context is about to end, or until the time
// until. A look that began before that time does not show all that was processed by
// then, so last reports whether the look that it returns began at that time or later.
// So find ends at most two times longestLook after until.
func (c *call) find(ctx context.Context, until time.Time, enough func(LookupResult) bool) (resp *Response, result LookupResult, last bool) {
	failed := 0
	for n := 1; ; n++ {
		last = !time.Now().Before(until)
		resp, result = c.lookOnce(ctx, max(0, time.Until(until))+longestLook)
		if result == Failed {
			failed++
		}
		if resp != nil || enough(result) || failed == mostFailed || last {
			return resp, result, last
		}
		pause := min(betweenAttempts.HalfJitter(n), time.Until(until))
		if !fits(ctx, pause) || backoff.Sleep(ctx, pause) != nil {
			return nil, result, false
		}
	}
}

// lookOnce looks once, for at most a time of d: a list can have many pages, and each of
// them can be slow.
func (c *call) lookOnce(ctx context.Context, d time.Duration) (*Response, LookupResult) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	resp, result := c.req.Find(ctx, c.unknown)
	if resp != nil {
		resp.Attempts = c.sent
	}
	return resp, result
}

// wait waits for d, or longer if a 429 holds all calls of the client back. before is
// the failure before the wait, nil if nothing was sent yet.
func (c *call) wait(ctx context.Context, d time.Duration, before *Failure) *Failure {
	for {
		held := c.Budget.held()
		if held > d {
			c.held += held - d
			d = held
		}
		if d == 0 {
			return nil
		}
		if !fits(ctx, d) || c.held > c.LongestWait {
			if before != nil {
				return before
			}
			return &Failure{Outcome: NotSent, Cause: errHeld, RetryAfter: d}
		}
		if held > 0 { // without this, all waiting calls would be sent at the same moment
			if spread := d + betweenHeld(held); fits(ctx, spread) {
				d = spread
			}
		}
		if err := backoff.Sleep(ctx, d); err != nil {
			if before == nil {
				return &Failure{Outcome: NotSent, Cause: fmt.Errorf("%w: %w", errHeld, err)}
			}
			before.Cause = interrupted(err, before.Cause)
			return before
		}
		if held > 0 { // wait only once: each 429 of an earlier call would delay this call again
			return nil
		}
		d = 0
	}
}

var errHeld = errors.New("not sent, because the API has answered other calls of this client with 429")

// interrupted returns an error that says why the wait ended and why there was a wait.
func interrupted(err, before error) error {
	if before == nil {
		return err
	}
	return fmt.Errorf("%w while waiting to try again; before that: %w", err, before)
}

func (f *Failure) tooMany() bool {
	return f.Response != nil && f.Response.Status == http.StatusTooManyRequests
}

// repeats reports whether an attempt with an unknown outcome may be repeated while the
// server may still process it.
func (c *call) repeats() bool {
	switch c.req.Guard {
	case Read, Repeatable:
		return true
	case BodyKey:
		return !c.KeysIgnored
	case StateMachine, SingleUseAtArrival:
		// A second attempt does no harm, but its answer ("token was already used")
		// hides the success of the first one. So there must be a Find, or a key.
		return c.req.Find != nil || c.keyed()
	}
	return c.keyed()
}

// keyed reports whether the server recognizes a write by its key.
func (c *call) keyed() bool { return c.KeysHonoured && c.req.IdempotencyKey != "" }

// hasAttempts reports whether the call may have another attempt.
func (c *call) hasAttempts(attempt int) bool {
	if c.req.Guard == Read {
		return attempt <= c.ReadRetries
	}
	return attempt <= c.WriteRetries
}

// hasTime reports whether another attempt can begin in time.
func (c *call) hasTime(ctx context.Context, delay time.Duration) bool {
	return fits(ctx, delay) && (c.req.Guard == Read || time.Since(c.started)+delay <= writeBudget)
}
