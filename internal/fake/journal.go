package fake

import (
	"slices"
	"time"

	"github.com/omisekit/omise-go/internal/fake/params"
)

// A Call is an entry of the journal. It contains no secrets: no card numbers, security
// codes, wallet data or keys.
type Call struct {
	Number         int // from 1
	Time           time.Time
	Method         string
	Route          string // path with placeholders, empty if the API has no such path
	Path           string
	Params         map[string]any
	IdempotencyKey string
	Status         int      // status that the client saw, 0 if it saw none
	ErrorCode      string   // code if the answer was an error of the API
	Fault          string   // fault that struck the call, if any
	Guesses        []string // guesses that the answer depends on
	Unknown        []string // in strict mode: parameters, values and paths that the API does not have
}

const defaultJournalSize = 100_000

// record adds a call to the journal. The journal may grow to one and a half times its
// size before the oldest calls are dropped, so that calls are dropped rarely.
func (s *Server) record(c *Call) {
	s.calls = append(s.calls, c)
	if size := s.options.JournalSize; len(s.calls) > size+size/2 {
		s.dropped += len(s.calls) - size
		s.calls = slices.Clone(s.calls[len(s.calls)-size:])
	}
}

// Calls returns the calls in the journal, the oldest first. These are all calls so far
// except those that DroppedCalls counts.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Call, len(s.calls))
	for i, c := range s.calls {
		all[i] = *c
	}
	return all
}

// DroppedCalls returns how many of the oldest calls the journal has dropped, because
// there were more than Options.JournalSize.
func (s *Server) DroppedCalls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dropped
}

// guess notes that the answer to the current call depends on a guess.
func (s *Server) guess(what string) {
	if c := s.current; c != nil && !slices.Contains(c.Guesses, what) {
		c.Guesses = append(c.Guesses, what)
	}
}

// guessGone notes the guess about deleted objects.
func (s *Server) guessGone() {
	s.guess("later calls about a deleted object answer 404, because it is gone")
}

// newMetadata returns the metadata of the call, or the old metadata if the call has none.
func (s *Server) newMetadata(p params.Map, old map[string]any, bad *params.Problems) map[string]any {
	if p.Has("metadata") && len(old) > 0 {
		s.guess("new metadata replaces the old metadata as a whole")
	}
	return p.Metadata(old, bad)
}
