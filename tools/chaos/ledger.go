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

// books are what the fake has made for each intent, and by which call. They come from
// the fake itself, not from the SDK: that one is under test.
type books struct {
	kind job.Kind

	mu     sync.Mutex
	made   map[string][]entry // by the name of the intent
	orders map[string]string  // names of intents, by the key of a call or by its path
}

// An entry is one object that was made, or one move of its state.
type entry struct {
	job.Receipt
	call int // number in the journal
}

// events are what the fake says when it has done a write.
var events = map[job.Kind]string{
	job.Charge:   "charge.create",
	job.Refund:   "refund.create",
	job.Transfer: "transfer.create",
	job.Capture:  "charge.capture",
	job.Delete:   "transfer.destroy",
}

// enter is called by the fake for every event.
func (b *books) enter(c *fake.Call, e fake.EventState) {
	if c == nil || e.Key != events[b.kind] {
		return
	}
	order := b.orderOf(c)
	if order == "" {
		return // what the intents are to work on
	}
	made := entry{call: c.Number}
	if err := json.Unmarshal(e.Data, &made.Receipt); err != nil {
		panic(err) // it was encoded just now
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.made[order] = append(b.made[order], made)
}

// orderOf returns the name of the intent that a call is for; "" if there is none. In
// memory it is known even where the call does not tell.
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

// note notes which intent a call is for, before the call arrives.
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

// arrivals counts the calls that were to make something for an intent.
func (b *books) arrivals(f *fake.Server) (n int) {
	for _, c := range f.Calls() {
		if c.Is(writes[b.kind]) && b.orderOf(&c) != "" {
			n++
		}
	}
	return n
}
