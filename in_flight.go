package omise

import (
	"bytes"
	"sync"

	"github.com/omisekit/omise-go/internal/transport"
)

// inFlight has the writes with an intent that are under way. Calls with the same
// intent wait for the first one and get its answer.
type inFlight struct {
	mu     sync.Mutex
	writes map[string]*flight
}

// A flight is one write that is under way.
type flight struct {
	params string // that every caller must have
	done   chan struct{}

	// These are set when done is closed.
	body  []byte // of the answer
	err   error
	ended bool // the context of its caller ended before anything was sent
}

// join returns the flight of an intent, and whether the caller has to make it.
func (f *inFlight) join(intent, params string) (one *flight, first bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if one = f.writes[intent]; one != nil {
		return one, false
	}
	if f.writes == nil {
		f.writes = map[string]*flight{}
	}
	one = &flight{params: params, done: make(chan struct{})}
	f.writes[intent] = one
	return one, true
}

// leave ends the flight with what came of it.
func (f *inFlight) leave(intent string, one *flight, resp *transport.Response, err error, ended bool) {
	one.err, one.ended = err, ended
	if resp != nil {
		one.body = bytes.Clone(resp.Body)
	}
	f.mu.Lock()
	delete(f.writes, intent)
	f.mu.Unlock()
	close(one.done)
}
