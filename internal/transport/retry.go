package transport

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// ErrNotAsked is in the error of an answer that says plainly that something
// else was done than asked for. Asking again would not undo it.
var ErrNotAsked = errors.New("the answer is not what was asked for")

// Do sends the request until it is done, until another attempt would be unsafe
// or useless, or until ctx ends.
func (t *Transport) Do(ctx context.Context, req *Request) (*Response, *Failure) {
	started := time.Now()
	t.Pace.begin()
	if failure := t.wait(ctx, 0, nil); failure != nil {
		return nil, failure
	}
	sent := 0
	unknown := false // once an attempt may have been processed, the call may have been
	for attempt := 1; ; attempt++ {
		start := time.Now()
		resp, failure := t.attempt(ctx, req)
		t.tell(ctx, req, attempt, start, resp, failure)
		if failure == nil {
			t.Pace.answered()
			resp.Attempts += sent
			return resp, nil
		}
		sent += failure.Attempts
		failure.Attempts = sent
		if failure.refusedForGood() {
			t.Pace.answered()
		}
		if unknown && failure.refusedForGood() && req.Look != nil {
			if resp := t.look(ctx, req, failure); resp != nil {
				return resp, nil
			}
		} else if failure.refusedForGood() && req.Twin != nil {
			resp, err := req.Twin(ctx, failure.Response)
			if resp != nil {
				resp.Attempts = sent
				return resp, nil
			}
			unknown = unknown || err != nil
		}
		unknown = unknown || failure.Outcome == Unknown
		if unknown {
			failure.Outcome = Unknown
		}
		delay := failure.RetryAfter
		if delay == 0 {
			delay = backoff(attempt)
		}
		if failure.tooMany() {
			t.Pace.hold(min(delay, t.LongestWait))
		}
		lookFirst := t.looksFirst(req, failure)
		if lookFirst {
			delay = max(delay, t.MaxProcessingTime)
		}
		if ctx.Err() != nil || !lookFirst && !t.mayRetry(req, failure) || failure.RetryAfter > t.LongestWait ||
			!t.mayWait(ctx, req, attempt, started, delay) || !t.Pace.again() {
			return nil, failure
		}
		if failure := t.wait(ctx, delay, failure); failure != nil {
			return nil, failure
		}
		if lookFirst {
			resp, err := req.Look(ctx, nil)
			if resp != nil {
				resp.Attempts = sent
				return resp, nil
			}
			if err != nil {
				return nil, failure
			}
		}
	}
}

// looksFirst tells whether another attempt is safe only after a look that
// finds nothing: an unguarded write that may have been processed, where the
// caller has promised that what is not there by then will not come.
func (t *Transport) looksFirst(req *Request, failure *Failure) bool {
	return failure.Outcome == Unknown && !failure.final && !t.repeats(req) && req.Look != nil && t.MaxProcessingTime > 0
}

// look asks what became of a write that was refused after an attempt with an
// unknown outcome: that attempt may be the reason. What it made can take a
// moment to show.
func (t *Transport) look(ctx context.Context, req *Request, refusal *Failure) *Response {
	for n := range mostLooks {
		if n > 0 && sleep(ctx, backoff(n)) != nil {
			return nil
		}
		resp, err := req.Look(ctx, refusal.Response)
		if resp != nil {
			resp.Attempts = refusal.Attempts
		}
		if resp != nil || err != nil {
			return resp
		}
	}
	return nil
}

// wait keeps a call back for d, and for as long as the server wants to hear
// nothing from the client. before is what the wait is for, nil if nothing was
// sent yet.
func (t *Transport) wait(ctx context.Context, d time.Duration, before *Failure) *Failure {
	for ; ; d = 0 {
		d = max(d, t.Pace.held())
		switch {
		case d == 0:
			return nil
		case before == nil && !fits(ctx, d):
			return &Failure{Outcome: NotSent, Cause: errHeld, RetryAfter: d}
		case before != nil && !fits(ctx, d):
			return before
		}
		if err := sleep(ctx, d); err != nil {
			if before == nil {
				return &Failure{Outcome: NotSent, Cause: fmt.Errorf("%w: %w", errHeld, err)}
			}
			before.Cause = interrupted(err, before.Cause)
			return before
		}
	}
}

var errHeld = errors.New("not sent, because the API has answered other calls of this client with 429")

// interrupted keeps both why the wait ended and why there was one.
func interrupted(err, before error) error {
	if before == nil {
		return err
	}
	return fmt.Errorf("%w while waiting to try again; before that: %w", err, before)
}

func (f *Failure) refusedForGood() bool { return f.final && f.Outcome == Refused }

func (f *Failure) tooMany() bool {
	return f.Response != nil && f.Response.Status == http.StatusTooManyRequests
}

// mayRetry tells whether another attempt is safe and of use.
func (t *Transport) mayRetry(req *Request, failure *Failure) bool {
	return !failure.final && (failure.Outcome != Unknown || t.repeats(req))
}

// repeats tells whether an attempt with an unknown outcome may be repeated.
func (t *Transport) repeats(req *Request) bool {
	switch req.Guard {
	case Read, Repeatable:
		return true
	case BodyKey:
		return !t.KeysIgnored
	case SingleUse, StateMachine:
		// A second attempt does no harm, but its answer ("token was already
		// used") hides the first one's success, so there has to be a way to look.
		return req.Look != nil || t.keyed(req)
	}
	return t.keyed(req)
}

// keyed tells whether the server knows a write by its key.
func (t *Transport) keyed(req *Request) bool { return t.KeysHonoured && req.IdempotencyKey != "" }

// mayWait tells whether there is time for another attempt.
func (t *Transport) mayWait(ctx context.Context, req *Request, attempt int, started time.Time, delay time.Duration) bool {
	switch {
	case !fits(ctx, delay):
		return false
	case req.Guard == Read:
		return attempt <= t.ReadRetries
	}
	return attempt <= t.WriteRetries && time.Since(started)+delay <= writeBudget
}
