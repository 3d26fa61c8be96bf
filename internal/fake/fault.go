package fake

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/omisekit/omise-go/internal/fake/network"
	"github.com/omisekit/omise-go/internal/fake/shape"
	"github.com/omisekit/omise-go/internal/fake/testcards"
)

// An Effect is the effect of a fault on a call.
type Effect int

// The effects. An effect that changes the answer strikes after the call was processed.
// The other effects replace the processing, unless the rule says otherwise.
const (
	NoEffect       Effect = iota
	Answer                // the answer is Rule.Status and Rule.Body
	DropBefore            // the connection dies, nothing is processed
	DropAfter             // the call is processed, then the connection dies
	ResetInHeaders        // the call is processed, the connection dies within the headers
	Truncate              // the body ends after Rule.Bytes, earlier than Content-Length says
	CutJSON               // the body is the first half of the JSON, with the right Content-Length
	Stall                 // the headers arrive, the body never arrives
	Hang                  // nothing arrives, nothing is processed
	Duplicate             // the call is processed twice, the second answer comes back
	Decline               // charges of the call fail with Rule.Failure after the payer has approved
	Late                  // the connection dies, and the call is processed Rule.Delay later
	Running               // as Late, and until then the call holds its idempotency key
	Latency               // the call takes Rule.Delay; another effect can strike as well
)

// A Rule says which calls fail, and how.
type Rule struct {
	Operation string // such as POST /charges/{id}/capture; empty for all
	Key       string // prefix of the Idempotency-Key or idemp_key, empty for all
	Nth       int    // strikes only the Nth matching call, from 1; 0 for all
	Times     int    // largest number of calls to strike; 0 for no limit
	HasRate   bool
	Rate      float64 // probability that a matching call is struck
	Seed      uint64  // seed of the random choice by Rate

	// By returns the key of the random choice. By default it is the idempotency key.
	By func(*Call) string

	Effect      Effect
	Status      int
	ContentType string
	RetryAfter  string
	Body        []byte
	Bytes       int
	Delay       time.Duration
	Failure     string // failure code of charges
	Processed   bool   // the call is processed with every effect
	Twice       bool   // the network delivers the call twice with every effect

	arrivals, hits int
	byKey          map[string]uint64 // number of calls by the key of the random choice
}

// copied returns a copy that continues as this rule does.
func (r *Rule) copied() *Rule {
	copied := *r
	copied.byKey = maps.Clone(r.byKey)
	return &copied
}

// Fault adds a rule. If several rules apply to a call, the rule that was added first
// strikes.
func (s *Server) Fault(r Rule) error {
	if r.Effect == NoEffect {
		return fmt.Errorf("fake: fault %s has no effect", &r)
	}
	if codes := FailureCodes(); r.Effect == Decline && !slices.Contains(codes, r.Failure) {
		return fmt.Errorf("fake: no charge fails with %q; did you mean %q?", r.Failure, nearest(r.Failure, codes))
	}
	if r.Operation != "" {
		if err := CheckOperation(r.Operation); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = append(s.rules, r.copied())
	return nil
}

// AnswerStatus makes the rule answer with a status and a body.
func (r *Rule) AnswerStatus(code int, body []byte) {
	r.Effect, r.Status, r.Body = Answer, code, body
	r.ContentType = "text/html; charset=utf-8"
	if json.Valid(body) {
		r.ContentType = jsonType
	}
}

// AnswerError makes the rule answer with an error in the form of the API.
func (r *Rule) AnswerError(code string) {
	message, ok := defaultMessages[errorCode(code)]
	if !ok {
		message = strings.ReplaceAll(code, "_", " ")
	}
	err := fail(errorCode(code), "%s", message)
	r.AnswerStatus(err.status, shape.Encode(err.body()))
}

// AnswerHTML makes the rule answer with an HTML page.
func (r *Rule) AnswerHTML(code int) {
	title := strconv.Itoa(code) + " " + http.StatusText(code)
	r.AnswerStatus(code, []byte("<html><head><title>"+title+"</title></head><body><h1>"+title+"</h1></body></html>\n"))
}

// AnswerTooManyRequests makes the rule answer with 429 and a Retry-After in whole
// seconds.
func (r *Rule) AnswerTooManyRequests(retryAfter time.Duration) {
	r.AnswerError(string(tooManyRequests))
	r.RetryAfter = strconv.Itoa(int(retryAfter / time.Second))
}

// A FaultState is a rule with the numbers of its calls.
type FaultState struct {
	Operation string // empty for all
	Effect    string // effect in words
	Matched   int    // calls that matched the rule
	Struck    int    // calls that the rule struck
}

// Faults returns all rules, in the order in which they were added.
func (s *Server) Faults() []FaultState {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]FaultState, len(s.rules))
	for i, r := range s.rules {
		all[i] = FaultState{Operation: r.Operation, Effect: r.what(), Matched: r.arrivals, Struck: r.hits}
	}
	return all
}

// ClearFaults removes all rules.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = nil
}

// matchRule returns the rule that strikes a call, or nil, and the time that the call
// takes. Every rule counts the calls that it matches, even if another rule strikes.
func (s *Server) matchRule(in *incoming) (fault *Rule, latency time.Duration) {
	for _, r := range s.rules {
		switch {
		case !r.matches(in) || !r.hit(in):
		case r.Effect == Latency:
			latency += r.Delay
		case fault == nil:
			fault = r
		}
	}
	return fault, latency
}

func (r *Rule) matches(in *incoming) bool {
	return (r.Operation == "" || in.call.Is(r.Operation)) && strings.HasPrefix(in.key(), r.Key)
}

// key returns the idempotency key of a call.
func (in *incoming) key() string {
	if key := in.hr.Header.Get("Idempotency-Key"); key != "" {
		return key
	}
	return in.request.params.Text("idemp_key")
}

// hit counts a call and reports whether the rule applies to it.
func (r *Rule) hit(in *incoming) bool {
	r.arrivals++
	ok := r.Nth == 0 || r.arrivals == r.Nth
	ok = ok && (r.Times == 0 || r.hits < r.Times)
	if r.HasRate && !r.draw(r.by(in)) {
		ok = false
	}
	if ok {
		r.hits++
	}
	return ok
}

func (r *Rule) by(in *incoming) string {
	if r.By != nil {
		return r.By(in.call)
	}
	return in.key()
}

// draw reports whether the rule strikes, by its rate. The result depends only on the
// seed, the key and the number of calls with this key. Calls with other keys do not
// change it.
func (r *Rule) draw(key string) bool {
	if r.byKey == nil {
		r.byKey = map[string]uint64{}
	}
	r.byKey[key]++
	h := fnv.New64a()
	_, _ = h.Write([]byte(key)) // a hash never fails
	return rand.New(rand.NewPCG(r.Seed+r.byKey[key], h.Sum64())).Float64() < r.Rate
}

// apply processes a call as far as the fault lets it.
func (s *Server) apply(in *incoming, fault *Rule) (any, *apiError) {
	in.paysWithUsedToken = s.mayPayWithUsedToken(in)
	if fault != nil {
		switch fault.Effect {
		case Answer, Hang, DropBefore:
			if !fault.Processed {
				return nil, nil
			}
		case Running:
			s.home(in).begin(in.request)
			fallthrough
		case Late:
			for range fault.deliveries() {
				at(s, s.clock.time.Add(fault.Delay), in.late(), (*Server).processLate)
			}
			return nil, nil
		case Decline:
			s.declining = testcards.Outcome(fault.Failure)
			defer func() { s.declining = testcards.Succeeds }()
		}
		if fault.deliveries() == 2 {
			s.processNoting(in)
		}
	}
	return s.processNoting(in)
}

// deliveries returns how often the network delivers the call.
func (r *Rule) deliveries() int {
	if r.Twice || r.Effect == Duplicate {
		return 2
	}
	return 1
}

// mayPayWithUsedToken reports whether a call may pay with its token even if another call
// uses the token first.
func (s *Server) mayPayWithUsedToken(in *incoming) bool {
	t, ok := s.tokens.get(in.request.params.Text("card"))
	return ok && !t.used && s.options.TokensMarkedLate
}

// processNoting processes a call and notes in it the guesses that its answer depends on.
func (s *Server) processNoting(in *incoming) (any, *apiError) {
	s.current, s.paysWithUsedToken = in.call, in.paysWithUsedToken
	defer func() { s.current, s.paysWithUsedToken = nil, false }()
	return s.process(in)
}

// A lateCall is processed later, when its client no longer waits.
type lateCall struct {
	entity
	incoming *incoming
}

// late returns a call to be processed later. Its later processing does not change the
// journal entry.
func (in *incoming) late() *lateCall { return &lateCall{incoming: in.copied()} }

// copied returns a copy of a call with a journal entry of its own.
func (in *incoming) copied() *incoming {
	copied, call := *in, *in.call
	copied.call = &call
	return &copied
}

func (s *Server) processLate(l *lateCall) {
	// No client waits for the answer.
	_, _ = s.processNoting(l.incoming)
	s.home(l.incoming).end(l.incoming.request)
}

// applyTo changes a reply by the effect of the rule.
func (r *Rule) applyTo(to *network.Reply) {
	switch r.Effect {
	case Answer:
		to.Status, to.ContentType, to.Body, to.RetryAfter = r.Status, r.ContentType, r.Body, r.RetryAfter
	case CutJSON:
		to.Body = to.Body[:len(to.Body)/2]
	case DropBefore, DropAfter, Late, Running:
		to.Break = network.Reset
	case ResetInHeaders:
		to.Break = network.HeaderCut
	case Hang:
		to.Break = network.Silent
	case Stall:
		to.Break = network.Stalled
	case Truncate:
		to.Break, to.Kept = network.BodyCut, r.Bytes
	}
}

// status returns the status that the client sees, 0 if it sees none.
func (r *Rule) status(original int) int {
	switch r.Effect {
	case Answer:
		return r.Status
	case DropBefore, DropAfter, ResetInHeaders, Hang, Late, Running:
		return 0
	}
	return original
}

// what returns the effect in words.
func (r *Rule) what() string {
	switch r.Effect {
	case Answer:
		return fmt.Sprintf("status %d %s", r.Status, http.StatusText(r.Status))
	case Decline:
		return "decline with " + r.Failure
	case Late:
		return fmt.Sprintf("late by %v", r.Delay)
	case Running:
		return fmt.Sprintf("running for %v", r.Delay)
	case Truncate:
		return fmt.Sprintf("truncate after %d bytes", r.Bytes)
	}
	return [...]string{
		DropBefore: "drop before", DropAfter: "drop after", ResetInHeaders: "reset in headers",
		CutJSON: "cut JSON", Stall: "stall", Hang: "hang", Duplicate: "duplicate", Latency: "latency",
	}[r.Effect]
}

func (r *Rule) String() string {
	if r.Operation == "" {
		return "on any call"
	}
	return "on " + r.Operation
}
