package fake

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/omisekit/omise-go/internal/fake/params"
	"github.com/omisekit/omise-go/internal/redact"
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

// Calls returns all calls so far, in the order in which they came.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Call, len(s.calls))
	for i, c := range s.calls {
		all[i] = *c
	}
	return all
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

const redaction = redact.Mark

// cardGroups are the groups of parameters that describe a card.
var cardGroups = []string{"card", "tokenization"}

// harmless are the details of a card that are kept.
var harmless = []string{"name", "expiration_month", "expiration_year", "city", "postal_code", "state", "country", "method", "brand"}

// secretParams are the names of parameters that are never kept.
var secretParams = []string{
	"number", "account_number", "security_code", "cvc", "cvv", "csc", "pin", "password", "secret", "secret_key",
}

// redactedParams returns the parameters of a call without its secrets. Of a
// call to the vault, or to a path that may be a misspelt one of the vault, it
// keeps only what is known to be harmless.
func (s *Server) redactedParams(c *Call, p params.Map) map[string]any {
	if len(p) == 0 {
		return nil
	}
	safe := s.redactedMap(p)
	if c.Route == "" || strings.HasPrefix(c.Route, "/tokens") {
		for key, value := range safe {
			if _, isGroup := value.(map[string]any); !isGroup || !slices.Contains(cardGroups, key) {
				safe[key] = redaction
			}
		}
	}
	return safe
}

func (s *Server) redactedMap(m map[string]any) map[string]any {
	safe := make(map[string]any, len(m))
	for key, value := range m {
		group, isGroup := value.(map[string]any)
		switch {
		case isSecret(key):
			safe[key] = redaction
		case isGroup && slices.Contains(cardGroups, key):
			safe[key] = s.redactedCard(group)
		default:
			safe[s.redacted(key)] = s.redactedValue(value)
		}
	}
	return safe
}

// redactedCard keeps the details of a card or a wallet that are harmless.
func (s *Server) redactedCard(group map[string]any) map[string]any {
	safe := make(map[string]any, len(group))
	for key, value := range group {
		if slices.Contains(harmless, key) {
			safe[key] = s.redactedValue(value)
		} else {
			safe[s.redacted(key)] = redaction
		}
	}
	return safe
}

func isSecret(name string) bool {
	return slices.Contains(secretParams, strings.ToLower(name))
}

func (s *Server) redactedValue(v any) any {
	switch v := v.(type) {
	case string:
		return s.redacted(v)
	case json.Number:
		return json.Number(s.redacted(v.String()))
	case map[string]any:
		return s.redactedMap(v)
	case []any:
		safe := make([]any, len(v))
		for i, element := range v {
			safe[i] = s.redactedValue(element)
		}
		return safe
	}
	return v
}

// redacted returns text without keys and without whatever may be a card number.
func (s *Server) redacted(text string) string {
	return redact.Clean(text, redact.New(s.options.LinksPlusKey))
}
