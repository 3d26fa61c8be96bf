package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/tools/chaos/job"
)

// A tally is what came of the intents of one run.
type tally struct {
	Intents int

	Held  int // made once, and the caller has it
	Dup   int // made twice or more
	Lost  int // made, and the caller has an error that does not say that it may be
	Clean int // not made, and the caller has an error
	Wrong int // the caller has what was not made for this intent, or is of another amount

	Unknown int // the error says that money may have moved
	Refused int // the error says that none has moved: refused or not sent

	Settled int // of the unknown: Resolve has found out the truth
	Open    int // of the unknown: Resolve could not tell

	Arrivals int
	Took     []time.Duration // in order

	Goroutines, Sockets int // that are left at the end

	Falsehoods []string // what was said that is not so
}

// judge compares what the callers were told with what the ledger has.
func judge(intents []job.Intent, results []job.Result, made map[string][]job.Receipt) *tally {
	t := &tally{Intents: len(intents)}
	for i, intent := range intents {
		result, entries := results[i], made[intent.Name]
		t.Took = append(t.Took, result.Took)
		if len(entries) > 1 {
			t.Dup++
		}
		switch {
		case result.Error == "":
			t.hold(intent, result.Receipt, entries)
			continue
		case result.Outcome == string(omise.OutcomeUnknown):
			t.Unknown++
		case result.Outcome != "":
			t.Refused++
		}
		switch {
		case len(entries) == 0:
			t.Clean++
		case result.Outcome != string(omise.OutcomeUnknown):
			t.Lost++
			t.Falsehoods = append(t.Falsehoods, fmt.Sprintf("%s was made (%s), the caller was told: %s", intent.Name, entries[0].ID, result.Error))
		}
	}
	slices.Sort(t.Took)
	return t
}

func (t *tally) hold(intent job.Intent, r job.Receipt, entries []job.Receipt) {
	switch {
	case !slices.Contains(entries, r) || r.Amount != intent.Amount:
		t.Wrong++
		t.Falsehoods = append(t.Falsehoods, fmt.Sprintf("%s got %s over %d, the ledger has %v", intent.Name, r.ID, r.Amount, entries))
	case len(entries) == 1:
		t.Held++
	}
}

// settle checks what Resolve has found out of an intent. It may leave it open,
// but not say what is not so.
func (t *tally) settle(intent job.Intent, s settlement, entries []job.Receipt) {
	switch {
	case s.err != nil || s.state == omise.ResolutionOpen:
		t.Open++
	case s.state == omise.ResolutionFound && len(entries) == 1 && s.receipt == entries[0],
		s.state == omise.ResolutionNotFound && len(entries) == 0:
		t.Settled++
	default:
		t.Falsehoods = append(t.Falsehoods, fmt.Sprintf("%s is %s %v, the ledger has %v", intent.Name, s.state, s.receipt, entries))
	}
}
