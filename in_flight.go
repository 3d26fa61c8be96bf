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
	params := strings.ReplaceAll(q.sent.Body, q.record.Call, "")
	params = strings.ReplaceAll(params, "idemp_key="+url.QueryEscape(q.opts.idempotencyKey), "")
	return &flight{params: params, call: q.record.Call, key: q.sent.IdempotencyKey, first: q.record.First, done: make(chan struct{})}
}

// join returns the flight of an intent, and whether it is the caller's own.
func (f *inFlight) join(intent string, own *flight) (one *flight, first bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if one = f.writes[intent]; one != nil {
		return one, false
	}
	if f.writes == nil {
		f.writes = map[string]*flight{}
	}
	f.writes[intent] = own
	return own, true
}

// leave ends the flight with its result.
func (f *inFlight) leave(intent string, one *flight, resp *transport.Response, err error, ended bool) {
	one.err, one.ended = err, ended
	if resp != nil {
		one.answer = transport.Response{
			Status: resp.Status, Header: resp.Header.Clone(), Body: bytes.Clone(resp.Body), RequestID: resp.RequestID, Attempts: resp.Attempts,
		}
	}
	f.mu.Lock()
	delete(f.writes, intent)
	f.mu.Unlock()
	close(one.done)
}

// has reports whether a write of an intent is being sent.
func (f *inFlight) has(intent string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.writes[intent] != nil
}

// follow gives the request of another caller the mark, the key and the begin of the
// flight, because only the flight was sent.
func (one *flight) follow(q *request) {
	q.record.Call, q.record.First, q.sent.IdempotencyKey = one.call, one.first, one.key
}

// share gives another caller the answer to the flight.
func (one *flight) share(q *request) (*transport.Response, error) {
	one.follow(q)
	resp := one.answer
	resp.Body, resp.Header = bytes.Clone(resp.Body), resp.Header.Clone()
	_, err := q.decode(resp.Body)
	q.opts.keep(&resp, resp.Attempts, q.ignored)
	return &resp, err
}
