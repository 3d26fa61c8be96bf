package omise

import (
	"bytes"
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
	done   chan struct{}

	// These are set when done is closed.
	answer transport.Response
	err    error
	ended  bool // the context of its caller ended before anything was sent
}

// newFlight returns the flight of a request. The mark and the key of a call differ in
// every call, so they do not count as parameters.
func newFlight(q *request) *flight {
	params := strings.ReplaceAll(q.http.Body, q.record.Call, "")
	params = strings.ReplaceAll(params, "idemp_key="+url.QueryEscape(q.opts.idempotencyKey), "")
	return &flight{params: params, call: q.record.Call, key: q.http.IdempotencyKey, first: q.record.First, done: make(chan struct{})}
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

// leave ends the flight with its result.
func (w *inFlight) leave(key string, f *flight, resp *transport.Response, err error, ended bool) {
	f.err, f.ended = err, ended
	if resp != nil {
		f.answer = transport.Response{
			Status: resp.Status, Header: resp.Header.Clone(), Body: bytes.Clone(resp.Body), RequestID: resp.RequestID, Attempts: resp.Attempts,
		}
	}
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
	resp := f.answer
	resp.Body, resp.Header = bytes.Clone(resp.Body), resp.Header.Clone()
	_, err := q.decode(resp.Body)
	q.opts.keep(&resp, resp.Attempts, q.ignored)
	return &resp, err
}
