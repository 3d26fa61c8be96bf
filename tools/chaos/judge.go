package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/tools/chaos/job"
)

// A tally counts the ends of the intents of one run.
type tally struct {
	Intents int

	Held  int // made once, and the caller has it
	Dup   int // made by two calls or more
	Twice int // made more than once by one call that the network has delivered twice; the caller has one
	Lost  int // made, and the caller has an error that says nothing about this possibility
	Clean int // not made, and the caller has an error
	Wrong int // the caller has an object of another intent or of another amount

	Unknown int // the error says that money may have moved
	Refused int // the error says that no money has moved: refused or not sent

	Settled int // unknown, and Resolve has found the truth
	Open    int // unknown, and Resolve could not decide
	Strange int // unknown, and the client of another account has refused to judge

	Arrivals int
	Took     []time.Duration // sorted

	Goroutines, Sockets int // left at the end

	Falsehoods []string // false answers
}

// judge compares the results of the callers with the ledger.
func judge(intents []job.Intent, results []job.Result, made map[string][]entry) *tally {
	t := &tally{Intents: len(intents)}
	for i, intent := range intents {
		result, entries := results[i], made[intent.Name]
		t.Took = append(t.Took, result.Took)
		if byTwoCalls(entries) {
			t.Dup++
			t.Falsehoods = append(t.Falsehoods, fmt.Sprintf("%s was made twice: %v", intent.Name, entries))
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

// add adds the tally of further intents.
func (t *tally) add(more *tally) {
	for _, sum := range []struct{ to, from *int }{
		{&t.Intents, &more.Intents},
		{&t.Held, &more.Held},
		{&t.Dup, &more.Dup},
		{&t.Twice, &more.Twice},
		{&t.Lost, &more.Lost},
		{&t.Clean, &more.Clean},
		{&t.Wrong, &more.Wrong},
		{&t.Unknown, &more.Unknown},
		{&t.Refused, &more.Refused},
		{&t.Settled, &more.Settled},
		{&t.Open, &more.Open},
		{&t.Strange, &more.Strange},
		{&t.Arrivals, &more.Arrivals},
		{&t.Goroutines, &more.Goroutines},
		{&t.Sockets, &more.Sockets},
	} {
		*sum.to += *sum.from
	}
	t.Took = append(t.Took, more.Took...)
	slices.Sort(t.Took)
	t.Falsehoods = append(t.Falsehoods, more.Falsehoods...)
}

// byTwoCalls reports whether two calls of the client have made objects. A call that the
// network has delivered twice is one call.
func byTwoCalls(entries []entry) bool {
	return slices.ContainsFunc(entries, func(e entry) bool { return e.call != entries[0].call })
}

func (t *tally) hold(intent job.Intent, r job.Receipt, entries []entry) {
	switch {
	case !has(entries, r) || r.Amount != intent.Amount:
		t.Wrong++
		t.Falsehoods = append(t.Falsehoods, fmt.Sprintf("%s got %s over %d, the ledger has %v", intent.Name, r.ID, r.Amount, entries))
	case len(entries) == 1:
		t.Held++
	case !byTwoCalls(entries):
		t.Twice++
	}
}

func has(entries []entry, r job.Receipt) bool {
	return slices.ContainsFunc(entries, func(e entry) bool { return e.Receipt == r })
}

// settle checks the answer of Resolve about an intent. Resolve may leave the intent open, but
// it must not say anything false.
func (t *tally) settle(intent job.Intent, s settlement, entries []entry) {
	if s.stranger {
		t.Strange++
	}
	switch {
	case s.err != nil || s.state == omise.ResolutionOpen:
		t.Open++
	case s.state == omise.ResolutionFound && len(entries) == 1 && has(entries, s.receipt),
		s.state == omise.ResolutionDuplicated && len(entries) > 1 && has(entries, s.receipt),
		s.state == omise.ResolutionNotFound && len(entries) == 0:
		t.Settled++
	default:
		t.Falsehoods = append(t.Falsehoods, fmt.Sprintf("%s is %s %v, the ledger has %v", intent.Name, s.state, s.receipt, entries))
	}
}
