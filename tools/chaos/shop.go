package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/tools/chaos/job"
)

// A shop is a merchant's process that may be killed at any time. It writes every intent to a
// journal before the first call, and every result after it. The next process continues from
// the journal:
//
//   - For an unknown outcome, the journal has the error, and Resolve takes it.
//   - Without a result, the process cannot know whether there was a call. If the API honours
//     the key, the same call is made again. Otherwise ResolveIntent finds the outcome.
//   - If the object is absent after the processing time, the call is made again.
type shop struct {
	job    job.Job
	mode   *mode
	client *omise.Client
	later  *omise.Client // knows the processing time
	opened time.Time

	mu      sync.Mutex
	journal *os.File
	last    []note // last note of each intent
}

// A note is a line of the journal.
type note struct {
	Intent  int             `json:"intent"`
	State   string          `json:"state"`
	By      string          `json:"by,omitempty"` // way by which the result is known
	Receipt job.Receipt     `json:"receipt,omitzero"`
	Stored  json.RawMessage `json:"stored,omitempty"`
}

// The states of an intent in the journal.
const (
	begun   = "begun"
	held    = "held"
	unknown = "unknown"
	refused = "refused"
)

// Ways to know that an intent was done.
const (
	byCall     = "call"
	byError    = "stored error"
	byIntent   = "intent"
	bySameCall = "same call"
)

// journalVariable is the environment variable with the path of the journal. A process with
// this variable is a shop.
const journalVariable = "CHAOS_JOURNAL"

func isShop() bool { return os.Getenv(journalVariable) != "" }

// openShop runs a shop. It ends when every intent is held.
func openShop() {
	if err := keepShop(); err != nil {
		fmt.Fprintln(os.Stderr, "chaos: shop:", err)
		os.Exit(1)
	}
}

func keepShop() (err error) {
	s := &shop{opened: time.Now()}
	if err := json.NewDecoder(os.Stdin).Decode(&s.job); err != nil {
		return err
	}
	s.mode = &modes[slices.IndexFunc(modes, func(m mode) bool { return m.name == s.job.Client })]
	path := os.Getenv(journalVariable)
	if s.last, err = readJournal(path, len(s.job.Intents)); err != nil {
		return err
	}
	if s.journal, err = os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600); err != nil {
		return err
	}
	if s.client, err = newClient(&s.job, nil, &sockets{}, s.mode.client); err != nil {
		return err
	}
	s.later = s.client.With(omise.WithMaxProcessingTime(realMaxProcessingTime))
	for {
		var open []int
		for i, n := range s.last {
			if n.State != held {
				open = append(open, i)
			}
		}
		if len(open) == 0 {
			return nil
		}
		time.Sleep(realMaxProcessingTime) // afterwards all earlier calls are processed
		job.Each(s.job.Callers, s.job.PerSecond, len(open), func(_, i int) { s.serve(context.Background(), open[i]) })
	}
}

// serve takes the next step of an intent.
func (s *shop) serve(ctx context.Context, i int) {
	by := byCall
	switch s.last[i].State {
	case unknown:
		found := resolve(ctx, s.later, s.job.Kind, s.last[i].Stored, realMaxProcessingTime)
		if found.isDone() {
			s.write(note{Intent: i, State: held, By: byError, Receipt: found.receipt})
		}
		if found.state != omise.ResolutionNotFound {
			return
		}
	case begun:
		by = bySameCall
		if !s.mode.promises[s.job.Kind].keyed() {
			found := s.find(ctx, s.job.Intents[i])
			if found.isDone() {
				s.write(note{Intent: i, State: held, By: byIntent, Receipt: found.receipt})
			}
			if found.state != omise.ResolutionNotFound {
				return
			}
			by = byCall
		}
	}
	s.write(note{Intent: i, State: begun})
	intent := s.job.Intents[i]
	opts := []omise.RequestOption{omise.WithIntent(intent.Name)}
	if s.mode.promises[s.job.Kind].keyed() { // by a key that the next process knows, too
		opts = append(opts, omise.WithIdempotencyKey(intent.Name))
	}
	results := (&job.Job{Callers: 1, Intents: []job.Intent{intent}}).Run(func(_ int, intent job.Intent) (job.Receipt, error) {
		return pursue(ctx, s.client, s.job.Kind, intent, true, opts...)
	})
	switch result := results[0]; {
	case result.Error == "":
		s.write(note{Intent: i, State: held, By: by, Receipt: result.Receipt})
	case result.Outcome == string(omise.OutcomeUnknown):
		s.write(note{Intent: i, State: unknown, Stored: result.Stored})
	default:
		s.write(note{Intent: i, State: refused})
	}
}

// find looks for the object that an earlier process may have made for an intent.
func (s *shop) find(ctx context.Context, i job.Intent) settlement {
	from, to := s.opened.Add(-time.Hour), s.opened
	switch s.job.Kind {
	case job.Refund:
		return settled(s.later.Refunds.ResolveIntent(ctx, i.Charge, i.Name, from, to))
	case job.Transfer:
		return settled(s.later.Transfers.ResolveIntent(ctx, i.Name, from, to))
	}
	return settled(s.later.Charges.ResolveIntent(ctx, i.Name, from, to))
}

// isDone reports whether a write was done, once or more often.
func (s settlement) isDone() bool {
	return s.state == omise.ResolutionFound || s.state == omise.ResolutionDuplicated
}

func (s *shop) write(n note) {
	line, err := json.Marshal(n)
	if err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.last[n.Intent] = n
		_, err = s.journal.Write(append(line, '\n'))
	}
	if err != nil { // without the journal, the shop must not charge
		fmt.Fprintln(os.Stderr, "chaos: shop:", err)
		os.Exit(1)
	}
}

// readJournal returns the last note of each intent. It ignores a line that the end of a
// process has cut.
func readJournal(path string, n int) ([]note, error) {
	last := make([]note, n)
	text, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	for line := range bytes.Lines(text) {
		var n note
		if json.Unmarshal(line, &n) == nil && n.Intent < len(last) {
			last[n.Intent] = n
		}
	}
	return last, nil
}
