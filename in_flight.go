package omise

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/omisekit/omise-go/internal/transport"
)

// inFlight has the writes with an intent that are being sent. Calls with the same
// intent wait for the first one and get its answer.
type inFlight struct {
	mu     sync.Mutex
	writes map[string]*flight
}

// A flight is one write that is being sent.
type flight struct {
	params string // parameters that every caller must have
	call   string // mark of the call that is sent, see CallKey
	key    string // idempotency key of that call
	first  time.Time
	last   time.Time // until then, the call may send the write
	done   chan struct{}

	// These are set when done is closed.
	answer  *transport.Response
	failure *transport.Failure // nil if there is an answer
	refused bool               // see writeRecord.Refused
	ended   bool               // the context of its caller ended before anything was sent
}

// newFlight returns the flight of a request, which may be sent until the longest time has
// passed. The mark and the key of a call differ in every call, so they do not count as
// parameters.
func newFlight(q *request, longest time.Duration) *flight {
	params := strings.ReplaceAll(q.http.Body, q.record.Call, "")
	params = strings.ReplaceAll(params, "idemp_key="+url.QueryEscape(q.opts.idempotencyKey), "")
	return &flight{
		params: params, call: q.record.Call, key: q.http.IdempotencyKey,
		first: q.record.First, last: q.record.First.Add(longest), done: make(chan struct{}),
	}
}

// join returns the flight of an intent, and whether it is the caller's own.
func (w *inFlight) join(key string, own *flight) (current *flight, isOwn bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if current = w.writes[key]; current != nil {
		return current, false
	}
	if w.writes == nil {
		w.writes = map[string]*flight{}
	}
	w.writes[key] = own
	return own, true
}

// end records the result of the flight. The context is that of its caller: its end is
// not the end of the contexts of the others.
func (f *flight) end(ctx context.Context, q *request, resp *transport.Response, failure *transport.Failure) {
	f.refused = q.record.Refused
	if failure == nil {
		f.answer = copyOf(resp)
		return
	}
	other := *failure
	other.Response = copyOf(failure.Response)
	f.ended = failure.Outcome == transport.NotSent && ctx.Err() != nil
	if ctx.Err() != nil && errors.Is(failure.Cause, ctx.Err()) {
		other.Cause = fmt.Errorf("the call that was sending it has ended: %v", failure.Cause)
	}
	f.failure = &other
}

// copyOf returns a copy of an answer that shares no memory with it, or nil.
func copyOf(resp *transport.Response) *transport.Response {
	if resp == nil {
		return nil
	}
	return &transport.Response{
		Status: resp.Status, Header: resp.Header.Clone(), Body: bytes.Clone(resp.Body), RequestID: resp.RequestID, Attempts: resp.Attempts,
	}
}

// leave ends the flight.
func (w *inFlight) leave(key string, f *flight) {
	w.mu.Lock()
	delete(w.writes, key)
	w.mu.Unlock()
	close(f.done)
}

// has reports whether a write of an intent is being sent.
func (w *inFlight) has(key string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.writes[key] != nil
}

// adoptCall gives the request of another caller the mark, the key and the begin of the
// flight, because only the request of the flight was sent.
func (f *flight) adoptCall(q *request) {
	q.record.Call, q.record.First, q.http.IdempotencyKey = f.call, f.first, f.key
}

// answerTo gives another caller the answer to the flight.
func (f *flight) answerTo(q *request) (*transport.Response, error) {
	f.adoptCall(q)
	resp := copyOf(f.answer)
	_, err := q.decode(resp.Body)
	q.opts.keep(resp, resp.Attempts, q.ignored)
	return resp, err
}

// failureFor gives another caller the failure of the flight.
func (f *flight) failureFor(q *request) *transport.Failure {
	f.adoptCall(q)
	q.record.Refused = f.refused
	failure := *f.failure
	failure.Response = copyOf(f.failure.Response)
	if resp := failure.Response; resp != nil {
		_, _ = q.decode(resp.Body) // for the object in the answer, if it is not the one that was asked for
		q.opts.keep(resp, failure.Attempts, nil)
	}
	return &failure
}
