package omise

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/omisekit/omise-go/internal/form"
	"github.com/omisekit/omise-go/internal/transport"
	"github.com/omisekit/omise-go/internal/wire"
)

// call makes the call and returns the model in its answer.
func call[T any](ctx context.Context, c *Client, r *route, params any, opts []RequestOption, ids ...string) (*T, error) {
	model := new(T)
	if err := c.callInto(ctx, r, params, opts, ids, model); err != nil {
		return nil, err
	}
	return model, nil
}

// callInto makes the call and decodes the answer into model.
func (c *Client) callInto(ctx context.Context, r *route, params any, opts []RequestOption, ids []string, model any) error {
	q, err := c.prepare(r, params, opts, ids)
	if err != nil {
		return err
	}
	described, _ := model.(describer)
	q.decode = func(body []byte) (ignored []error, err error) {
		q.unexpected = nil
		if q.isOlder {
			body = c.config.modern(body)
		}
		if ignored, err = wire.Decode(body, model); err != nil {
			return ignored, err
		}
		if err = identify(model, r.kind(), lastOf(ids), r.otherName); err != nil {
			return ignored, err
		}
		if q.record != nil && described != nil {
			if err = q.record.accepts(described.details(), r.takesIntent); err != nil {
				q.unexpected = model
			}
		}
		return ignored, err
	}
	resp, err := c.do(ctx, q)
	if err != nil {
		return err
	}
	resp.Release()
	if r.takesIntent && described != nil {
		this := model.(identified).identity()
		c.config.shared.newest.record(this.kind, q.record.SubMerchant, this.id, described.details().created)
		if !q.mayRepeat {
			c.config.shared.madeIDs.add(this.id)
		}
	}
	return nil
}

// lastOf returns the last id in a path, or "" if the path has no id.
func lastOf(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return ids[len(ids)-1]
}

// download makes the call and returns the file in its answer, which the caller closes.
func download(ctx context.Context, c *Client, r *route, opts []RequestOption, ids ...string) (io.ReadCloser, error) {
	q, err := c.prepare(r, nil, opts, ids)
	if err != nil {
		return nil, err
	}
	resp, err := c.do(ctx, q)
	if err != nil {
		return nil, err
	}
	return resp.Stream, nil
}

// do sends a prepared request and accepts the answer.
func (c *Client) do(ctx context.Context, q *request) (*transport.Response, error) {
	if ctx == nil {
		return nil, q.route.refuse("ctx", "must not be nil")
	}
	q.http.Accept = func(resp *transport.Response) (err error) {
		if q.decode != nil {
			q.ignored, err = q.decode(resp.Body)
		}
		return err
	}
	if q.record != nil {
		q.record.First = c.config.now()
	}
	if q.opts.intent != "" {
		return c.sendOnce(ctx, q)
	}
	resp, failure := c.send(ctx, q)
	if failure != nil {
		return nil, c.newError(q, failure)
	}
	return resp, nil
}

// sendOnce sends a write with an intent. If another call of the client is already
// sending it, sendOnce waits for the answer to that call.
func (c *Client) sendOnce(ctx context.Context, q *request) (*transport.Response, error) {
	key := c.flightKey(q.route, q.record)
	own := newFlight(q, c.longestCall(q.route))
	for {
		current, isOwn := c.config.shared.writes.join(key, own)
		if isOwn {
			resp, failure := c.sendFirst(ctx, q, key, own)
			if failure != nil {
				return nil, c.newError(q, failure)
			}
			return resp, nil
		}
		if current.params != own.params {
			return nil, q.route.refuse("intent", form.IntentUnderWay)
		}
		var reason error
		select {
		case <-current.done:
		case <-ctx.Done():
			reason = ctx.Err()
		case <-time.After(current.last.Sub(c.config.now())): // the first call may wait for this one, in an observer
			reason = errStillSending
		}
		switch {
		case reason != nil:
			current.adoptCall(q)
			err := c.newError(q, &transport.Failure{Outcome: transport.Unknown, Cause: reason})
			q.record.Last = current.last
			return nil, err
		case current.ended: // it is this caller's turn
		case current.failure != nil:
			return nil, c.newError(q, current.failureFor(q))
		default:
			return current.answerTo(q)
		}
	}
}

// sendFirst sends a write that other callers may wait for.
func (c *Client) sendFirst(ctx context.Context, q *request, key string, own *flight) (resp *transport.Response, failure *transport.Failure) {
	failure = &transport.Failure{Outcome: transport.Unknown, Cause: errPanicked} // if an observer or a RoundTripper of the caller panics
	defer func() {
		own.end(ctx, q, resp, failure)
		c.config.shared.writes.leave(key, own)
	}()
	return c.send(ctx, q)
}

var (
	errPanicked     = errors.New("the call that was sending it has panicked")
	errStillSending = errors.New("the call that is sending it does not end")
)

// flightKey identifies an intent among the writes that are being sent. It has the host,
// the operation, the sub-merchant and the intent.
func (c *Client) flightKey(r *route, w *writeRecord) string {
	return fmt.Sprintf("%s %s %q %q", c.hosts[r.host], w.operation, w.SubMerchant, w.Intent)
}

// isInFlight reports whether a call of this client is sending the intent of a write.
func (c *Client) isInFlight(r *route, w *writeRecord) bool {
	return w.Intent != "" && c.config.shared.writes.has(c.flightKey(r, w))
}

// longestCall returns a time after which no call on a route can begin an attempt. It is
// the minute in which attempts begin, the timeout of the last of them, the time in which
// the API may process it, the timeout of one more attempt, the longest Retry-After, and the
// wait for a rate limiter before that attempt.
func (c *Client) longestCall(r *route) time.Duration {
	const least = 5 * time.Minute // for calls of other clients, whose options may differ
	return max(least, time.Minute+2*c.timeout(r)+max(bankTimeout, c.config.maxProcessingTime)+c.config.maxRetryAfter+transport.LongestQueue)
}

// send makes the attempts of a request.
func (c *Client) send(ctx context.Context, q *request) (*transport.Response, *transport.Failure) {
	common := c.config.shared
	if q.record != nil {
		c.reconcile(q)
	}
	resp, failure := c.transport.Do(ctx, &q.http)
	if failure != nil {
		if resp := failure.Response; resp != nil && isAPIError(resp.Body) { // a page may come from another machine
			c.seeClock(q.route, resp.Header)
		}
		q.opts.keep(failure.Response, failure.Attempts, nil)
		return nil, failure
	}
	c.seeClock(q.route, resp.Header)
	q.opts.keep(resp, resp.Attempts, q.ignored)
	if q.route.changesState() {
		common.stateChanges.add(q.record.operation)
	}
	if q.route.method == http.MethodDelete {
		common.newest.forget(q.route.kind(), q.record.SubMerchant, lastOf(q.record.IDs))
	}
	return resp, nil
}

// seeClock records the time in an answer, unless it is of the vault, which has a clock of
// its own.
func (c *Client) seeClock(r *route, answer http.Header) {
	if r.host == hostAPI {
		c.config.shared.clock.see(answer, c.config.now())
	}
}

// lookFirst is the ResendAfter of a write that is looked for at once: it is as short as
// possible.
const lookFirst = time.Nanosecond

// reconcile tells the transport how to find the result of a write.
func (c *Client) reconcile(q *request) {
	r, w := q.route, q.record
	keyPrevents := q.http.Guard == transport.BodyKey && c.config.keys != KeysIgnored // a second delivery gets the first answer
	if r.maybeDone != nil && !keyPrevents {
		q.http.Doubtful = func(refusal *transport.Response) bool {
			body, ok := parseAPIError(refusal.Body)
			return ok && r.maybeDone(body)
		}
	}
	if r.lookup == nil {
		return
	}
	q.http.Find = func(ctx context.Context, lost bool) (*transport.Response, transport.LookupResult) {
		w.Refused, w.Gone = !lost, false
		found, err := r.lookup.find(ctx, c, w, lost, q.opts.forLookup())
		if err != nil {
			return nil, transport.Failed
		}
		w.Gone = found.gone
		return c.answer(ctx, q, found)
	}
	switch guard := q.http.Guard; {
	case guard == transport.Cumulative:
		q.http.ResendAfter = lookFirst
	case guard == transport.SingleUse && c.config.maxProcessingTime == 0:
		q.http.ResendAfter = bankTimeout
	case guard == transport.SingleUse, w.Intent != "":
		q.http.ResendAfter = c.config.maxProcessingTime
	}
}

// answer turns the evidence of a lookup into the answer to the write.
func (c *Client) answer(ctx context.Context, q *request, found evidence) (*transport.Response, transport.LookupResult) {
	switch {
	case len(found.own) == 1 && found.gone:
		resp := &transport.Response{Status: http.StatusOK, Body: q.deleted(c.config.livemode())}
		if _, err := q.decode(resp.Body); err != nil {
			return nil, transport.Undecidable
		}
		return resp, transport.Found
	case len(found.own) == 1 && !(q.record.Parts && found.own[0].Amount < q.record.Amount): // otherwise it is one part of a split transfer
		resp, err := c.read(ctx, q, found)
		if err != nil {
			return nil, transport.Failed
		}
		q.mayRepeat = true
		return resp, transport.Found
	case len(found.own) > 0:
		return nil, transport.Undecidable
	case found.other:
		return nil, transport.NotThisCall
	case len(found.possible) > 0, slices.ContainsFunc(found.related, paysTheIntent):
		return nil, transport.Undecidable
	case found.complete && found.unexplained:
		return nil, transport.Unexplained
	case found.complete:
		return nil, transport.Absent
	}
	return nil, transport.NotSeen
}

// paysTheIntent reports whether an object of another call has done what the intent asks
// for, so that the write must not be sent again.
func paysTheIntent(it candidate) bool { return it.taken && !it.returned }

// read reads the object that was found, as the answer to the write.
func (c *Client) read(ctx context.Context, q *request, found evidence) (*transport.Response, error) {
	get, err := c.prepare(found.get, nil, q.opts.forLookup(), found.path(q.record, found.own[0].id))
	if err != nil {
		return nil, err
	}
	get.decode = q.decode
	return c.do(ctx, get)
}

// deleted returns the answer to the delete of an object that no longer exists.
func (q *request) deleted(livemode bool) []byte {
	body, _ := json.Marshal(map[string]any{ // cannot fail
		"object": cmp.Or(q.route.otherName, kinds[q.route.kind()].name), "id": q.record.IDs[len(q.record.IDs)-1], "livemode": livemode, "deleted": true,
	})
	return body
}

// newError turns a failure of the transport into an Error without secrets.
func (c *Client) newError(q *request, failure *transport.Failure) *Error {
	e := newError(q, failure)
	if q.unexpected != nil {
		e.Object = q.unexpected
	}
	if w := q.record; w != nil {
		w.digest()
		now := c.config.now()
		w.Last, w.Account = now, c.account(q.route, q.http.Key)
		if at := c.config.shared.clock.at(now); !at.IsZero() {
			w.ServerFirst = at.Add(-w.elapsed(now))
		}
		e.Outcome, e.write = Outcome(failure.Outcome.String()), w
	}
	return e
}
