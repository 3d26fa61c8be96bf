package main

import (
	"fmt"
	"time"

	"github.com/omisekit/omise-go/tools/chaos/job"
)

// A bar is what a run of this SDK has to reach.
type bar struct {
	name  string
	meant func(run) bool
	holds func(*tally) bool
}

func always(run) bool { return true }

// ordinary runs are those whose cost is promised; whatever the rate and the trouble,
// no money may be moved twice or misreported.
func ordinary(r run) bool {
	return r.plan.rate <= 0.3 && !r.plan.reads && !r.shared && r.trouble == noTrouble
}

// certain runs are those in which every caller has to end up with what it wanted. Who
// is told that there is nothing to delete cannot know whether there ever was.
func certain(r run) bool {
	switch r.promise() {
	case byKey, byBodyKey, oneWay:
		return r.kind != job.Delete && r.plan.rate <= 0.3 && !r.plan.reads && !r.shared
	case inTime, atArrival:
		return ordinary(r)
	}
	return false
}

// tellable runs let the client see what there is, and tell it from all else.
func tellable(r run) bool {
	named := r.mode.intent || r.promise() == singleUse || r.promise() == atArrival
	return named && !r.mode.bare && !r.plan.reads && !r.trouble.replaced
}

// resolvable runs are of a kind that has a Resolve.
func resolvable(r run) bool { return r.kind != job.Delete }

// disturbed runs cannot go without a second arrival.
func disturbed(r run) bool { return r.plan.rate >= 0.1 && r.n >= 100 }

var bars = []bar{
	{"dup = wrong = 0", always, func(t *tally) bool { return t.Dup == 0 && t.Wrong == 0 }},
	{"lost = 0: no error says \"not charged\" of what was charged", always, func(t *tally) bool { return t.Lost == 0 }},
	{"held + twice + unknown + refused = N", always, func(t *tally) bool { return t.Held+t.Twice+t.Unknown+t.Refused == t.Intents }},
	{"Resolve says nothing that is not so", always, func(t *tally) bool { return t.Settled+t.Open == t.Unknown }},
	{"Resolve judges nothing of another account", resolvable, func(t *tally) bool { return t.Strange == t.Unknown }},
	{"Resolve settles every unknown", tellable, func(t *tally) bool { return t.Settled == t.Unknown }},
	{"held = N", certain, func(t *tally) bool { return t.Held+t.Twice == t.Intents }},
	{"at most 1.55 arrivals per intent", ordinary, func(t *tally) bool { return float64(t.Arrivals) <= 1.55*float64(t.Intents) }},
	{"no goroutine and no socket is left", always, func(t *tally) bool { return t.Goroutines == 0 && t.Sockets == 0 }},
	{"there were faults", disturbed, func(t *tally) bool { return t.Arrivals > t.Intents }},
}

// missed returns the bars that a run has missed, with what was said falsely.
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
	enoughCalls = 5000                    // with fewer, p99 is a handful of calls and much chance
)

// slow returns the bar of the latency, if the runs of all seeds together have
// missed it. On a port, who settles by itself waits for longer than the bar.
func (r run) slow(line row) (all []string) {
	if p99 := line.percentile(99); ordinary(r) && !(r.port && r.mode.settles) && !r.mode.waits[r.kind] && line.intents() >= enoughCalls && p99 >= slowest {
		all = append(all, fmt.Sprintf("%s, %s, all seeds: missed: p99 below %v, was %v", r.mode.name, r.kind, slowest, p99))
	}
	return all
}
