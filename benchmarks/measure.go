package main

import (
	"runtime"
	"runtime/metrics"
	"slices"
	"syscall"
	"time"
)

// A cost is the cost of one piece of work.
type cost struct {
	CPU    time.Duration // of all threads, with the garbage collector
	Allocs float64
	Bytes  float64
}

// cpuTime returns the CPU time of this process so far.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err) // the system has no such call
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// costOf does the work n times, each time with another number.
func costOf(n int, work func(i int) error) (cost, error) {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := cpuTime()
	for i := range n {
		if err := work(i); err != nil {
			return cost{}, err
		}
	}
	took := cpuTime() - start
	runtime.ReadMemStats(&after)
	return cost{
		CPU:    took / time.Duration(n),
		Allocs: float64(after.Mallocs-before.Mallocs) / float64(n),
		Bytes:  float64(after.TotalAlloc-before.TotalAlloc) / float64(n),
	}, nil
}

// inTurns measures several ways to do a work in turns, so that other load of the machine
// affects all of them. It returns the median of each.
func inTurns(rounds int, atLeast time.Duration, works []func(i int) error) ([]cost, error) {
	times := make([]int, len(works))
	for w, work := range works {
		c, err := costOf(20, work)
		if err != nil {
			return nil, err
		}
		times[w] = max(20, int(atLeast/max(c.CPU, time.Microsecond)))
	}
	all := make([][]cost, len(works))
	for range rounds {
		for w, work := range works {
			c, err := costOf(times[w], work)
			if err != nil {
				return nil, err
			}
			all[w] = append(all[w], c)
		}
	}
	medians := make([]cost, len(works))
	for w, costs := range all {
		slices.SortFunc(costs, func(a, b cost) int { return int(a.CPU - b.CPU) })
		medians[w] = costs[len(costs)/2]
	}
	return medians, nil
}

// peakHeap watches the heap until stop is called. stop returns the largest number of bytes in
// objects. This includes dead objects that were not collected yet.
func peakHeap() (stop func() uint64) {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	done, peak := make(chan struct{}), make(chan uint64)
	go func() {
		most := uint64(0)
		for {
			metrics.Read(sample)
			most = max(most, sample[0].Value.Uint64())
			select {
			case <-done:
				peak <- most
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	return func() uint64 { close(done); return <-peak }
}
