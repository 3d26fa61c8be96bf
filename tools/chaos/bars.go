package main

import (
	"fmt"
	"time"

	"github.com/omisekit/omise-go/tools/chaos/job"
)

// A bar is a condition that a run of this SDK has to meet.
type bar struct {
	name  string
	meant func(run) bool
	holds func(*tally) bool
}

func always(run) bool { return true }

// ordinary reports whether the cost of a run is promised. In all other runs, too, no money
// may be moved twice or reported wrongly.
func ordinary(r run) bool {
	return r.plan.rate <= 0.3 && !r.plan.reads && !r.shared && r.trouble == noTrouble
}

// certain reports whether every caller has to get its object in a run. Deletes are
// excluded: a caller that is told "not found" cannot know whether the object existed.
func certain(r run) bool {
	switch r.promise() {
	case byKey, byBodyKey, oneWay:
		return r.kind != job.Delete && r.plan.rate <= 0.3 && !r.plan.reads && !r.shared
	case inTime, atArrival:
		return ordinary(r)
	}
	return false
}

// tellable reports whether the client can find the object of each write in a run, and can
// tell it from other objects.
func tellable(r run) bool {
	named := r.mode.intent || r.promise() == singleUse || r.promise() == atArrival
	return named && !r.mode.bare && !r.plan.reads && !r.trouble.replaced
}

// resolvable reports whether the kind of a run has a Resolve.
func resolvable(r run) bool { return r.kind != job.Delete }

// disturbed reports whether a run must have more arrivals than intents.
func disturbed(r run) bool { return r.plan.rate >= 0.1 && r.n >= 100 }

var bars = []bar{
	{"dup = wrong = 0", always, func(t *tally) bool { return t.Dup == 0 && t.Wrong == 0 }},
	{"lost = 0: no error says \"not charged\" of what was charged", always, func(t *tally) bool { return t.Lost == 0 }},
	{"held + twice + unknown + refused = N", always, func(t *tally) bool { return t.Held+t.Twice+t.Unknown+t.Refused == t.Intents }},
	{"Resolve says nothing false", always, func(t *tally) bool { return t.Settled+t.Open == t.Unknown }},
	{"Resolve judges nothing of another account", resolvable, func(t *tally) bool { return t.Strange == t.Unknown }},
	{"Resolve settles every unknown", tellable, func(t *tally) bool { return t.Settled == t.Unknown }},
	{"held = N", certain, func(t *tally) bool { return t.Held+t.Twice == t.Intents }},
	{"at most 1.55 arrivals per intent", ordinary, func(t *tally) bool { return float64(t.Arrivals) <= 1.55*float64(t.Intents) }},
	{"no goroutine and no socket is left", always, func(t *tally) bool { return t.Goroutines == 0 && t.Sockets == 0 }},
	{"there were faults", disturbed, func(t *tally) bool { return t.Arrivals > t.Intents }},
}

// missed returns the bars that a run has missed, and its first false answers.
func (r run) missed(t *tally) (all []string) {
	for _, b := range bars {
		if b.meant(r) && !b.holds(t) {
			all = append(all, fmt.Sprintf("%s, %s, trouble: %s, seed %d: missed: %s", r.mode.name, r.kind, r.trouble.name, r.plan.seed, b.name))
		}
	}
	for _, falsehood := range t.Falsehoods[:min(3, len(t.Falsehoods))] {
		all = append(all, "    "+falsehood)
	}
	return all
}

const (
	slowest     = 2750 * time.Millisecond // p99, with attempts of a second and spread waits
	enoughCalls = 5000                    // with fewer calls, p99 depends on a few calls and on chance
)

// slow returns the bar of the latency if the runs of all seeds together have missed it. On a
// port, clients that settle by themselves wait for longer than the bar, so it skips them.
func (r run) slow(line row) (all []string) {
	if p99 := line.percentile(99); ordinary(r) && !(r.port && r.mode.settles) && !r.mode.waits[r.kind] && line.intents() >= enoughCalls && p99 >= slowest {
		all = append(all, fmt.Sprintf("%s, %s, all seeds: missed: p99 below %v, was %v", r.mode.name, r.kind, slowest, p99))
	}
	return all
}
