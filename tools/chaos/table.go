package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/omisekit/omise-go/tools/chaos/job"
)

// A row is what one client has come to with all seeds.
type row struct {
	mode    string
	kind    job.Kind
	client  string
	tallies []*tally
}

const thisSDK = "this SDK"

var columns = []struct {
	name string
	cell func(row) string
}{
	{"kind", func(r row) string { return string(r.kind) }},
	{"client", func(r row) string { return r.client }},
	{"held", count(func(t *tally) int { return t.Held })},
	{"dup", count(func(t *tally) int { return t.Dup })},
	{"lost", count(func(t *tally) int { return t.Lost })},
	{"clean", count(func(t *tally) int { return t.Clean })},
	{"unknown", told(func(t *tally) int { return t.Unknown })},
	{"refused", told(func(t *tally) int { return t.Refused })},
	{"wrong", count(func(t *tally) int { return t.Wrong })},
	{"settled", told(func(t *tally) int { return t.Settled })},
	{"arrivals", span(func(t *tally) float64 { return float64(t.Arrivals) / float64(t.Intents) }, "%.2f")},
	{"p50 ms", span(func(t *tally) float64 { return ms(percentile(t.Took, 50)) }, "%.1f")},
	{"p99 ms", span(func(t *tally) float64 { return ms(percentile(t.Took, 99)) }, "%.0f")},
	{"p99 of all", func(r row) string { return fmt.Sprintf("%.0f", ms(r.percentile(99))) }},
}

// percentile is of times that are in order.
func percentile(took []time.Duration, p int) time.Duration { return took[len(took)*p/100] }

// percentile is that of all seeds together.
func (r row) percentile(p int) time.Duration {
	var took []time.Duration
	for _, t := range r.tallies {
		took = append(took, t.Took...)
	}
	slices.Sort(took)
	return percentile(took, p)
}

func (r row) intents() (n int) {
	for _, t := range r.tallies {
		n += t.Intents
	}
	return n
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func count(of func(*tally) int) func(row) string {
	return span(func(t *tally) float64 { return float64(of(t)) }, "%.0f")
}

// told is a count of what only an error can say that knows it.
func told(of func(*tally) int) func(row) string {
	return func(r row) string {
		if r.client != thisSDK {
			return "-"
		}
		return count(of)(r)
	}
}

// span is the range of a value over the seeds.
func span(of func(*tally) float64, format string) func(row) string {
	return func(r row) string {
		low, high := of(r.tallies[0]), of(r.tallies[0])
		for _, t := range r.tallies {
			low, high = min(low, of(t)), max(high, of(t))
		}
		from, to := fmt.Sprintf(format, low), fmt.Sprintf(format, high)
		if from == to {
			return from
		}
		return from + "-" + to
	}
}

// layOut writes the rows, a table for each mode.
func layOut(out io.Writer, rows []row) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	mode := ""
	for _, r := range rows {
		if r.mode != mode {
			mode = r.mode
			fmt.Fprintf(table, "\n%s\n", mode)
			for _, c := range columns {
				fmt.Fprint(table, c.name, "\t")
			}
			fmt.Fprintln(table)
		}
		for _, c := range columns {
			fmt.Fprint(table, c.cell(r), "\t")
		}
		fmt.Fprintln(table)
	}
	_ = table.Flush() // what cannot be printed cannot be complained about either
}
