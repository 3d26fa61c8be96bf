package main

import (
	"fmt"
	"slices"
	"time"
)

// A contender is an sdk, with or without prefetched pages.
type contender struct {
	sdk      string
	prefetch int
}

func (c contender) String() string {
	if c.prefetch > 1 {
		return fmt.Sprintf("%s, WithPrefetch(%d)", c.sdk, c.prefetch)
	}
	return c.sdk
}

// medianOf runs a job several times and returns the run with the median time and the number of
// its connections.
func medianOf(runs int, a *api, tls bool, j job) (result, int64, error) {
	type run struct {
		result
		connections int64
	}
	var all []run
	for range runs {
		a.created.Store(0)
		server, connections := a.listen(tls)
		r, err := inChild(j, server)
		server.Close()
		if err != nil {
			return r, 0, err
		}
		all = append(all, run{r, connections.Load()})
	}
	slices.SortFunc(all, func(a, b run) int { return int((a.Seconds - b.Seconds) * 1e6) })
	middle := all[len(all)/2]
	return middle.result, middle.connections, nil
}

func printLists(t *table, docs *documents, runs int) error {
	const charges = 10_000
	t.title("All %d charges over loopback, %d a page, 20 ms a page", charges, perPage)
	t.row("", "time", "", "peak heap", "", "CPU")
	a := &api{docs: docs, total: charges, delay: 20 * time.Millisecond}
	var base result
	for _, c := range []contender{{"omise-go", 0}, {"this SDK", 0}, {"this SDK", 8}, {"stripe-go", 0}, {"floor", 0}} {
		r, _, err := medianOf(runs, a, false, job{Kind: "all", SDK: c.sdk, N: charges, Prefetch: c.prefetch})
		if err != nil {
			return err
		}
		if c.sdk == "omise-go" {
			base = r
		}
		t.row(c.String(), fmt.Sprintf("%.2f s", r.Seconds), fmt.Sprintf("%.1fx faster", base.Seconds/r.Seconds),
			megabytes(r.Heap), ratio(float64(r.Heap), float64(base.Heap)), fmt.Sprintf("%.2f s", r.CPU.Seconds()))
	}

	t.title("Memory of a longer list, this SDK, WithPrefetch(8), no delay")
	t.row("", "peak heap")
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		r, _, err := medianOf(1, &api{docs: docs, total: n}, false, job{Kind: "all", SDK: "this SDK", N: n, Prefetch: 8})
		if err != nil {
			return err
		}
		t.row(fmt.Sprint(n, " charges"), megabytes(r.Heap))
	}
	return nil
}

func printCalls(t *table, docs *documents, runs int) error {
	const calls = 4000
	for _, kind := range []string{"get", "create"} {
		t.title("%d calls over loopback, one after the other: %s", calls, kind)
		t.row("", "CPU a call", "")
		results := map[string]result{}
		for _, s := range sdks {
			r, _, err := medianOf(runs, &api{docs: docs, total: distinct}, false, job{Kind: kind, SDK: s.name, N: calls})
			if err != nil {
				return err
			}
			results[s.name] = r
		}
		for _, s := range sdks {
			cpu := results[s.name].CPU
			t.row(s.name, micros(cpu/calls), ratio(float64(cpu), float64(results["omise-go"].CPU)))
		}
	}
	return nil
}

func printCrowd(t *table, docs *documents, runs int) error {
	const calls = 5000
	t.title("%d goroutines, %d calls over TLS, each SDK with its defaults", callers, calls)
	t.row("", "calls/s", "", "connections")
	results, connections := map[string]result{}, map[string]int64{}
	for _, s := range sdks {
		var err error
		results[s.name], connections[s.name], err = medianOf(runs, &api{docs: docs, total: distinct}, true, job{Kind: "crowd", SDK: s.name, N: calls})
		if err != nil {
			return err
		}
	}
	for _, s := range sdks {
		t.row(s.name, fmt.Sprintf("%.0f", calls/results[s.name].Seconds),
			fmt.Sprintf("%.1fx", results["omise-go"].Seconds/results[s.name].Seconds), fmt.Sprint(connections[s.name]))
	}
	return nil
}
