package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/omisekit/omise-go/tools/chaos/job"
)

// A row has the results of one client in some runs.
type row struct {
	mode    string
	kind    job.Kind
	trouble string
	client  string
	promise promise
	tallies []*tally
}

const thisSDK = "this SDK"

// A column shows one figure of a row.
type column struct {
	name string
	cell func(row) string
}

var (
	kindColumn    = column{"kind", func(r row) string { return string(r.kind) }}
	clientColumn  = column{"client", func(r row) string { return r.client }}
	modeColumn    = column{"mode", func(r row) string { return r.mode }}
	promiseColumn = column{"rests on", func(r row) string { return string(r.promise) }}
	troubleColumn = column{"trouble", func(r row) string { return r.trouble }}
)

// counts returns the columns with the counts of a tally. by turns a count into a cell.
func counts(by func(func(*tally) int) func(row) string) []column {
	return []column{
		{"held", by(func(t *tally) int { return t.Held })},
		{"dup", by(func(t *tally) int { return t.Dup })},
		{"twice", by(func(t *tally) int { return t.Twice })},
		{"lost", by(func(t *tally) int { return t.Lost })},
		{"wrong", by(func(t *tally) int { return t.Wrong })},
		{"clean", by(func(t *tally) int { return t.Clean })},
		{"unknown", told(by(func(t *tally) int { return t.Unknown }))},
		{"refused", told(by(func(t *tally) int { return t.Refused }))},
		{"settled", told(by(func(t *tally) int { return t.Settled }))},
		{"open", told(by(func(t *tally) int { return t.Open }))},
	}
}

var costs = []column{
	{"arrivals", span(func(t *tally) float64 { return float64(t.Arrivals) / float64(t.Intents) }, "%.2f")},
	{"p50 ms", span(func(t *tally) float64 { return ms(percentile(t.Took, 50)) }, "%.1f")},
	{"p99 ms", span(func(t *tally) float64 { return ms(percentile(t.Took, 99)) }, "%.0f")},
	{"p99 of all", func(r row) string { return fmt.Sprintf("%.0f", ms(r.percentile(99))) }},
}

// percentile returns a percentile of sorted times.
func percentile(took []time.Duration, p int) time.Duration { return took[len(took)*p/100] }

// percentile returns a percentile of all seeds together.
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

// total shows the sum of a count over the seeds.
func total(of func(*tally) int) func(row) string {
	return func(r row) string {
		sum := 0
		for _, t := range r.tallies {
			sum += of(t)
		}
		return strconv.Itoa(sum)
	}
}

// told shows a cell only for this SDK, because only its errors have the value.
func told(cell func(row) string) func(row) string {
	return func(r row) string {
		if r.client != thisSDK {
			return "-"
		}
		return cell(r)
	}
}

// span shows the range of a value over the seeds.
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

// layOut writes the rows, a table for each mode, or two tables about all troubles.
func layOut(out io.Writer, rows []row, allTroubles bool) {
	if allTroubles {
		byPayment := fold(rows, func(r row) row { r.trouble = ""; return r })
		byTrouble := fold(rows, func(r row) row { return row{trouble: r.trouble, client: r.client} })
		writeTable(out, "by payment, over all troubles", byPayment, slices.Concat([]column{modeColumn, kindColumn, promiseColumn}, counts(count)))
		writeTable(out, "by trouble, all payments together", byTrouble, slices.Concat([]column{troubleColumn, {"intents", total(func(t *tally) int { return t.Intents })}}, counts(total)))
		return
	}
	for _, m := range modes {
		ofMode := slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return r.mode != m.name })
		writeTable(out, m.name, ofMode, slices.Concat([]column{kindColumn, clientColumn, promiseColumn}, counts(count), costs))
	}
}

// fold merges rows that differ only in their tallies.
func fold(rows []row, like func(row) row) (folded []row) {
	for _, r := range rows {
		key := like(r)
		key.tallies = nil
		i := slices.IndexFunc(folded, func(f row) bool {
			return f.mode == key.mode && f.kind == key.kind && f.trouble == key.trouble && f.client == key.client
		})
		if i < 0 {
			i, folded = len(folded), append(folded, key)
		}
		folded[i].tallies = append(folded[i].tallies, r.tallies...)
	}
	return folded
}

func writeTable(out io.Writer, title string, rows []row, columns []column) {
	if len(rows) == 0 {
		return
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "\n%s\n", title)
	for _, c := range columns {
		fmt.Fprint(table, c.name, "\t")
	}
	fmt.Fprintln(table)
	for _, r := range rows {
		for _, c := range columns {
			fmt.Fprint(table, c.cell(r), "\t")
		}
		fmt.Fprintln(table)
	}
	_ = table.Flush() // the caller has no use for this error
}
