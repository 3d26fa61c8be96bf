package main

import (
	"fmt"
	"net/http"
	"time"

	"github.com/omisekit/omise-go/internal/fake"
	"github.com/omisekit/omise-go/tools/chaos/job"
)

// writes has the operation of each kind.
var writes = map[job.Kind]string{
	job.Charge:   "POST /charges",
	job.Refund:   "POST /charges/{id}/refunds",
	job.Transfer: "POST /transfers",
	job.Capture:  "POST /charges/{id}/capture",
	job.Delete:   "DELETE /transfers/{id}",
}

// faults returns the eleven faults.
func faults() []fake.Rule {
	var internal, tooMany fake.Rule
	gateway := fake.Rule{Processed: true}
	internal.AnswerError("internal_error")
	gateway.AnswerHTML(http.StatusBadGateway)
	tooMany.AnswerTooManyRequests(time.Second)
	return []fake.Rule{
		{Effect: fake.DropBefore},
		{Effect: fake.DropAfter},
		internal,
		gateway,
		tooMany,
		{Effect: fake.Truncate, Bytes: 100},
		{Effect: fake.Stall},
		{Effect: fake.Hang, Processed: true},
		{Effect: fake.ResetInHeaders},
		{Effect: fake.Late, Delay: lateness},
		{Effect: fake.Duplicate},
	}
}

// A plan says which arrivals fail, and how. The choice depends only on the seed, the name of
// the intent and the number of the arrival, so that every client meets the same faults.
type plan struct {
	rate  float64
	seed  uint64
	reads bool // reads fail, too
}

// disturb adds the faults of the plan to the writes of a kind. Each fault gets the same share
// of the rate, although the faults before it strike first.
func (p plan) disturb(w *world, kind job.Kind, with *trouble) error {
	rules := with.rules(faults())
	share := p.rate / float64(len(rules))
	for i, r := range rules {
		r.HasRate, r.Rate = true, share/(1-share*float64(i))
		r.Seed = (p.seed*100 + uint64(i)) << 20
		r.By = w.books.orderOf
		if !p.reads {
			r.Operation = writes[kind]
		}
		if err := w.Fault(r); err != nil {
			return fmt.Errorf("fault %d: %w", i+1, err)
		}
	}
	return nil
}
