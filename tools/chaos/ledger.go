package main

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"sync"

	"github.com/omisekit/omise-go/internal/fake"
	"github.com/omisekit/omise-go/tools/chaos/job"
)

// books has the objects that the fake has made for each intent, and the calls that made
// them. The books come from the fake and not from the SDK, because the SDK is under test.
type books struct {
	kind job.Kind

	mu     sync.Mutex
	made   map[string][]entry // by the name of the intent
	orders map[string]string  // names of intents, by the key of a call or by its path
}

// An entry is one object that was made, or one change of its state.
type entry struct {
	job.Receipt
	call int // number in the journal
}

// events has the keys of the events that the fake sends after each kind of write.
var events = map[job.Kind]string{
	job.Charge:   "charge.create",
	job.Refund:   "refund.create",
	job.Transfer: "transfer.create",
	job.Capture:  "charge.capture",
	job.Delete:   "transfer.destroy",
}

// enter records an event. The fake calls it for every event.
func (b *books) enter(c *fake.Call, e fake.EventState) {
	if c == nil || e.Key != events[b.kind] {
		return
	}
	order := b.orderOf(c)
	if order == "" {
		return // the event belongs to the preparation
	}
	made := entry{call: c.Number}
	if err := json.Unmarshal(e.Data, &made.Receipt); err != nil {
		panic(err) // it was encoded just now
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.made[order] = append(b.made[order], made)
}

// orderOf returns the name of the intent of a call, or "". In memory the name is known even
// if the call does not contain it.
func (b *books) orderOf(c *fake.Call) string {
	metadata, _ := c.Params["metadata"].(map[string]any)
	if order, ok := metadata[job.OrderKey].(string); ok {
		return order
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.orders[cmp.Or(c.IdempotencyKey, c.Path)]
}

// orderKey is the key of the name of the intent in the context of its call.
type orderKey struct{}

// note records the intent of a call before the call arrives.
func (b *books) note(hr *http.Request) {
	order, ok := hr.Context().Value(orderKey{}).(string)
	if ok && hr.Method != http.MethodGet {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.orders[cmp.Or(hr.Header.Get("Idempotency-Key"), hr.URL.Path)] = order
	}
}

func withOrder(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, orderKey{}, name)
}

// arrivals counts the writes for intents that have arrived.
func (b *books) arrivals(f *fake.Server) (n int) {
	for _, c := range f.Calls() {
		if c.Is(writes[b.kind]) && b.orderOf(&c) != "" {
			n++
		}
	}
	return n
}
