package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// A work is a call that an SDK makes repeatedly, without a network.
type work struct {
	name  string
	bytes int // of an answer, on average
	do    func(*client) func(i int) error
}

func works(docs *documents) []work {
	ctx := context.Background()
	one, page := 0, 0
	for i := range distinct {
		one += len(docs.omise[i])
	}
	for offset := 0; offset < distinct; offset += perPage {
		page += len(docs.omisePage(offset, distinct))
	}
	return []work{
		{"get a charge", one / distinct, func(c *client) func(int) error {
			return func(i int) error { return c.get(ctx, i%distinct) }
		}},
		{"create a charge", one / distinct, func(c *client) func(int) error {
			next := 0 // number of the charge that the API makes next
			return func(int) error {
				i := next % distinct
				next++
				return c.create(ctx, i, docs.orders[i])
			}
		}},
		{"page of 100", page / (distinct / perPage), func(c *client) func(int) error {
			return func(i int) error {
				n, err := c.page(ctx, i%(distinct/perPage)*perPage)
				if err == nil && n != perPage {
					err = fmt.Errorf("a page of %d", n)
				}
				return err
			}
		}},
	}
}

// inMemory connects an SDK to an API in this process.
func inMemory(s sdk, docs *documents) (*client, error) {
	hc := &http.Client{Transport: &api{docs: docs, total: distinct, pages: map[string][]byte{}}}
	return s.connect("http://127.0.0.1", hc)
}

// measureMemory measures a work with all SDKs.
func measureMemory(w work, docs *documents, rounds int, atLeast time.Duration) ([]cost, error) {
	var each []func(int) error
	for _, s := range sdks {
		c, err := inMemory(s, docs)
		if err != nil {
			return nil, err
		}
		each = append(each, w.do(c))
	}
	return inTurns(rounds, atLeast, each)
}

// keysKept counts the keys of a charge that are left when an SDK has decoded it and written its
// model as JSON. It also returns the number of all keys.
func keysKept(s sdk, charge []byte) (kept, all int, err error) {
	model := s.charge()
	if err := json.Unmarshal(charge, model); err != nil {
		return 0, 0, err
	}
	text, err := json.Marshal(model)
	if err != nil {
		return 0, 0, err
	}
	var before, after any
	if err := json.Unmarshal(charge, &before); err != nil {
		return 0, 0, err
	}
	if err := json.Unmarshal(text, &after); err != nil {
		return 0, 0, err
	}
	kept, all = countKeys(before, after)
	return kept, all, nil
}

func countKeys(before, after any) (kept, all int) {
	old, ok := before.(map[string]any)
	if !ok {
		return 0, 0
	}
	now, _ := after.(map[string]any)
	for name, value := range old {
		same, there := now[name]
		if all++; there {
			kept++
		}
		k, a := countKeys(value, same)
		kept, all = kept+k, all+a
	}
	return kept, all
}
