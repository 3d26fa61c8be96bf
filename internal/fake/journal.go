package fake

import (
	"slices"
	"time"

	"github.com/omisekit/omise-go/internal/fake/params"
)

// A Call is an entry of the journal. It has no secrets: no card numbers,
// security codes, wallet data or keys.
type Call struct {
	Number         int // from 1
	Time           time.Time
	Method         string
	Route          string // path with placeholders, empty if the API has no such path
	Path           string
	Params         map[string]any
	IdempotencyKey string
	Status         int      // that the client saw, 0 if it saw none
	ErrorCode      string   // of the API's error, if it was one
	Fault          string   // that was injected, if any
	Guesses        []string // that the answer rests on
	Unknown        []string // in strict mode: what the API does not have, or not like that
}

const defaultJournalSize = 100_000

// record adds a call to the journal. The journal may grow by half beyond its
// size before the oldest calls are dropped, so that this happens rarely.
func (s *Server) record(c *Call) {
	s.calls = append(s.calls, c)
	if size := s.options.JournalSize; len(s.calls) > size+size/2 {
		s.dropped += len(s.calls) - size
		s.calls = slices.Clone(s.calls[len(s.calls)-size:])
	}
}

// Calls returns the calls in the journal, in the order in which they came: all
// calls so far, but for those that DroppedCalls counts.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Call, len(s.calls))
	for i, c := range s.calls {
		all[i] = *c
	}
	return all
}

// DroppedCalls returns how many calls the journal no longer has, the oldest
// ones, because there were more than Options.JournalSize.
func (s *Server) DroppedCalls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dropped
}

// guess notes that the answer to the current call rests on a guess.
func (s *Server) guess(what string) {
	if c := s.current; c != nil && !slices.Contains(c.Guesses, what) {
		c.Guesses = append(c.Guesses, what)
	}
}

// guessGone notes that something is deleted.
func (s *Server) guessGone() {
	s.guess("what is deleted is gone, later calls answer 404")
}

// newMetadata returns the metadata given, or the old one.
func (s *Server) newMetadata(p params.Map, old map[string]any, bad *params.Problems) map[string]any {
	if p.Has("metadata") && len(old) > 0 {
		s.guess("new metadata replaces the old one as a whole")
	}
	return p.Metadata(old, bad)
}
