// Command benchmarks measures this SDK beside omise-go, stripe-go and a floor of
// net/http and encoding/json, on this machine and in one run:
//
//	cd benchmarks && go run .
//
// Ratios compare with omise-go, for webhooks with encoding/json; below 1 is less. Times are CPU
// times with garbage collection, unless a title says otherwise. For benchstat, run
// go test -run '^$' -bench . -count 10.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"
)

func main() {
	task := flag.String("job", "", "do one job, as JSON; for the processes that this program starts")
	runs := flag.Int("runs", 5, "how often each measurement is made; the median counts")
	only := flag.String("only", "memory,lists,calls,crowd,build", "the parts to measure")
	flag.Parse()
	run := func() error { return printAll(*runs, *only) }
	if *task != "" {
		run = func() error { return runJob(*task) }
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "benchmarks:", err)
		os.Exit(1)
	}
}

func printAll(runs int, only string) error {
	docs, err := newDocuments()
	if err != nil {
		return err
	}
	fmt.Printf("%s, %s/%s, %d CPUs\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	parts := map[string]func(*table, *documents, int) error{
		"memory": printMemory, "lists": printLists, "calls": printCalls, "crowd": printCrowd, "build": printBuild,
	}
	for part := range strings.SplitSeq(only, ",") {
		print, ok := parts[part]
		if !ok {
			return fmt.Errorf("there is no part %q", part)
		}
		t := newTable()
		if err := print(t, docs, runs); err != nil {
			return err
		}
		if err := t.w.Flush(); err != nil {
			return err
		}
	}
	return nil
}

func printMemory(t *table, docs *documents, runs int) error {
	for _, w := range works(docs) {
		costs, err := measureMemory(w, docs, runs, 200*time.Millisecond)
		if err != nil {
			return err
		}
		t.title("In memory: %s", w.name)
		t.costs(sdkNames(), costs, w.bytes, 1)
	}
	for _, object := range []bool{false, true} {
		works, err := webhookWorks(docs, object)
		if err != nil {
			return err
		}
		costs, err := inTurns(runs, 200*time.Millisecond, works)
		if err != nil {
			return err
		}
		t.title("Webhook: verify and parse%s", map[bool]string{true: ", with the charge in it"}[object])
		t.costs(webhookNames, costs, len(eventAbout(docs.omise[0])), 1)
	}
	t.title("Keys of a charge that survive")
	for _, s := range sdks {
		if s.charge == nil {
			continue
		}
		kept, all, err := keysKept(s, docs.omise[0])
		if err != nil {
			return err
		}
		t.row(s.name, fmt.Sprintf("%d of %d", kept, all))
	}
	return nil
}

func sdkNames() (names []string) {
	for _, s := range sdks {
		names = append(names, s.name)
	}
	return names
}

// A table aligns its columns when all rows are written.
type table struct{ w *tabwriter.Writer }

func newTable() *table { return &table{tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)} }

func (t *table) title(format string, args ...any) { fmt.Fprintf(t.w, "\n"+format+"\n", args...) }

func (t *table) row(cells ...string) { fmt.Fprintln(t.w, "  "+strings.Join(cells, "\t")) }

// costs writes the costs of a work. The ratios compare each cost with the cost at index base.
func (t *table) costs(names []string, costs []cost, size, base int) {
	t.row("", "CPU", "", "MB/s", "allocations", "bytes")
	for i, c := range costs {
		t.row(names[i], micros(c.CPU), ratio(float64(c.CPU), float64(costs[base].CPU)),
			fmt.Sprintf("%.0f", float64(size)/c.CPU.Seconds()/1e6), fmt.Sprintf("%.0f", c.Allocs), fmt.Sprintf("%.0f", c.Bytes))
	}
}

func micros(d time.Duration) string { return fmt.Sprintf("%.1f µs", float64(d.Nanoseconds())/1000) }

func ratio(a, b float64) string { return fmt.Sprintf("%.2fx", a/b) }

func megabytes(n uint64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
