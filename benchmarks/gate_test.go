package main

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"net/http"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/webhook"
)

// limits has the largest allowed cost of a call. Times differ between machines, but allocations
// and bytes do not, and ratios differ little. The ratios have a margin for a busy machine.
// docs/performance.md has the measured values.
var limits = map[string]struct {
	allocs, bytes   float64
	ratio, ratio127 float64 // of the CPU time of omise-go
}{
	"get a charge":    {allocs: 55, bytes: 6150, ratio: 0.5, ratio127: 0.65},
	"create a charge": {allocs: 79, bytes: 9100, ratio: 0.55, ratio127: 0.75},
	"page of 100":     {allocs: 1837, bytes: 258_000, ratio: 0.33, ratio127: 0.5},
}

func TestACallAllocatesAtMostItsLimit(t *testing.T) {
	docs := newTestDocuments(t)
	for _, w := range works(docs) {
		c, err := inMemory(sdks[0], docs)
		if err != nil {
			t.Fatal(err)
		}
		do, i := w.do(c), 0
		call := func() {
			if err := do(i); err != nil {
				t.Fatal(err)
			}
			i++
		}
		for range distinct / perPage {
			call() // afterwards the pages and the decoders are cached
		}
		n := distinct
		if w.name == "page of 100" {
			n = distinct / perPage
		}
		allocs, bytes := allocated(n, call)
		limit := limits[w.name]
		t.Logf("%s: %.0f allocations, %.0f bytes", w.name, allocs, bytes)
		if allocs > limit.allocs || bytes > limit.bytes {
			t.Errorf("%s: %.0f allocations, %.0f bytes; at most %.0f and %.0f", w.name, allocs, bytes, limit.allocs, limit.bytes)
		}
	}
}

// allocated returns the allocations and bytes of a call. They are rounded, because the runtime
// sometimes allocates as well. Pools keep their values meanwhile, because there is one
// processor and no garbage collection.
func allocated(n int, call func()) (allocs, bytes float64) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	call()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range n {
		call()
	}
	runtime.ReadMemStats(&after)
	per := func(before, after uint64) float64 { return math.Round(float64(after-before) / float64(n)) }
	return per(before.Mallocs, after.Mallocs), per(before.TotalAlloc, after.TotalAlloc)
}

func TestNoCallIsSlowerThanOtherSDKs(t *testing.T) {
	docs := newTestDocuments(t)
	for _, w := range works(docs) {
		limit := limits[w.name]
		requireRatio(t, w.name, limit.ratio, limit.ratio127, func(rounds int) ([]cost, error) {
			return measureMemory(w, docs, rounds, 50*time.Millisecond)
		})
	}
	works, err := webhookWorks(docs, true)
	if err != nil {
		t.Fatal(err)
	}
	requireRatio(t, "webhook and its charge", 0.5, 0.8, func(rounds int) ([]cost, error) {
		return inTurns(rounds, 50*time.Millisecond, works)
	})
}

// Signatures are left out: both sides compute the same SHA-256, which takes a quarter of
// the time on some processors and half of it on others.
func TestParsingAnEventIsNotSlowerThanEncodingJSON(t *testing.T) {
	docs := newTestDocuments(t)
	var bodies [][]byte
	for i := range deliveries {
		bodies = append(bodies, eventAbout(docs.omise[i]))
	}
	ours := func(i int) error {
		_, err := webhook.Parse(bodies[i%deliveries])
		return err
	}
	plain := func(i int) error {
		var event struct {
			ID, Key string
			Data    json.RawMessage
		}
		return json.Unmarshal(bodies[i%deliveries], &event)
	}
	requireRatio(t, "parse an event", 0.5, 0.8, func(rounds int) ([]cost, error) {
		return inTurns(rounds, 50*time.Millisecond, []func(int) error{ours, plain})
	})
}

// The API may add an attribute that this SDK does not know.
func TestAnUnknownAttributeTakesAlmostNoTime(t *testing.T) {
	docs := newTestDocuments(t)
	more := &documents{orders: docs.orders}
	for _, charge := range docs.omise {
		more.omise = append(more.omise, bytes.Replace(charge, []byte(`"net":`), []byte(`"network_token":null,"net":`), 1))
	}
	var each []func(int) error
	for _, docs := range []*documents{more, docs} {
		c, err := inMemory(sdks[0], docs)
		if err != nil {
			t.Fatal(err)
		}
		each = append(each, works(docs)[2].do(c))
	}
	requireRatio(t, "page of charges with an unknown attribute", 1.05, 1.05, func(rounds int) ([]cost, error) {
		return inTurns(rounds, 50*time.Millisecond, each)
	})
}

// requireRatio repeats a measurement that is above the limit, for twice as long each time,
// because the machine may have been busy.
func requireRatio(t *testing.T, name string, limit, limit127 float64, measure func(rounds int) ([]cost, error)) {
	t.Helper()
	if runtime.Version() >= "go1.27" {
		limit = limit127
	}
	got := math.Inf(1)
	for rounds := 9; rounds <= 150 && got > limit; rounds *= 2 {
		costs, err := measure(rounds)
		if err != nil {
			t.Fatal(err)
		}
		got = float64(costs[0].CPU) / float64(costs[1].CPU)
		t.Logf("%s: %.2f of the CPU time", name, got)
	}
	if got > limit {
		t.Errorf("%s takes %.2f of the CPU time, at most %.2f", name, got, limit)
	}
}

func TestNoKeyIsLost(t *testing.T) {
	docs := newTestDocuments(t)
	for i := range 20 {
		kept, all, err := keysKept(sdks[0], docs.omise[i])
		if err != nil || kept != all {
			t.Fatalf("%d of %d keys are kept: %v", kept, all, err)
		}
	}
}

// live returns the number of bytes in use.
func live() int64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC() // a second time, because the collector empties pools in two steps
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

func newTestClient(t *testing.T, docs *documents, total int) *omise.Client {
	t.Helper()
	client, err := omise.NewClient(secretKey, omise.WithHTTPClient(&http.Client{Transport: &api{docs: docs, total: total}}))
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// A program that searches keeps one charge of each page.
func TestAKeptChargeTakesAboutItsOwnSize(t *testing.T) {
	const charges = 10_000
	client := newTestClient(t, newTestDocuments(t), charges)
	one, err := client.Charges.Get(context.Background(), omiseID(0))
	if err != nil {
		t.Fatal(err)
	}
	var kept []*omise.Charge
	before, i := live(), 0
	for charge, err := range client.Charges.All(context.Background(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		if i++; i%perPage == 0 {
			kept = append(kept, charge)
		}
	}
	each := (live() - before) / int64(len(kept))
	t.Logf("%d bytes for each kept charge", each)
	if each > 2875 {
		t.Errorf("a kept charge takes %d bytes, its JSON 2350", each)
	}
	runtime.KeepAlive(kept)
	runtime.KeepAlive(client)
	runtime.KeepAlive(one)
}

func TestALongListTakesNoMoreMemoryThanAShortOne(t *testing.T) {
	for _, prefetch := range []int{1, 8} {
		const charges = 60_000
		client := newTestClient(t, newTestDocuments(t), charges)
		early, i := int64(0), 0
		for _, err := range client.Charges.All(context.Background(), nil, omise.WithPrefetch(prefetch)) {
			if err != nil {
				t.Fatal(err)
			}
			switch i++; i {
			case 5000:
				early = live()
			case charges - 5000:
				if grown := live() - early; grown > 4<<20 {
					t.Errorf("with %d pages at a time, 50,000 charges more take %d bytes", prefetch, grown)
				}
			}
		}
		if i != charges {
			t.Errorf("%d charges, not %d", i, charges)
		}
	}
}
