package main

import (
	"fmt"
	"net/http"
	"time"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/fake"
	"github.com/omisekit/omise-go/tools/chaos/job"
)

// A mode is what keeps a write from being done twice, and how the client is
// told.
type mode struct {
	name   string
	server fake.Options
	client []omise.Option
	tokens bool // charges pay with single-use tokens, not with a saved card
	intent bool // every write names its intent

	// guarded are the kinds that the API itself keeps from being made twice.
	guarded map[job.Kind]bool
	keyed   map[job.Kind]bool // by a key, so that the same call again does no harm
	settles bool              // the client may wait, look and go on by itself

	// waits are the kinds whose client looks for a lost write for a minute, before it
	// sends the write again.
	waits map[job.Kind]bool
}

var modes = []mode{
	{
		name:    "keys honoured",
		server:  fake.Options{HonourKeys: true},
		client:  []omise.Option{omise.WithIdempotencyKeys(omise.KeysHonoured)},
		guarded: map[job.Kind]bool{job.Charge: true, job.Refund: true, job.Transfer: true},
		keyed:   map[job.Kind]bool{job.Charge: true, job.Refund: true, job.Transfer: true},
	},
	{
		name:    "single use", // of the token; a transfer has its idemp_key, a refund has nothing
		tokens:  true,
		guarded: map[job.Kind]bool{job.Charge: true, job.Transfer: true},
		keyed:   map[job.Kind]bool{job.Transfer: true},
		waits:   map[job.Kind]bool{job.Charge: true},
	},
	{
		name:    "used at arrival", // of the token, and the client was told
		client:  []omise.Option{omise.WithTokensUsedAtArrival()},
		tokens:  true,
		guarded: map[job.Kind]bool{job.Charge: true, job.Transfer: true},
		keyed:   map[job.Kind]bool{job.Transfer: true},
	},
	{
		name:   "no guard",
		server: fake.Options{IgnoreIdempKeys: true},
		client: []omise.Option{omise.WithIdempotencyKeys(omise.KeysIgnored)},
		intent: true,
	},
	{
		name:    "processing time",
		server:  fake.Options{IgnoreIdempKeys: true},
		client:  []omise.Option{omise.WithIdempotencyKeys(omise.KeysIgnored)},
		intent:  true,
		settles: true,
	},
}

const (
	lateness = 150 * time.Millisecond // of the slowest processing
	attempt  = time.Second            // limit of one attempt of a client that has one
	patience = 3 * time.Second        // after which the server gives up a stalled or hung call
)

// What is promised of the slowest processing: twice what it is, or ten times
// where a busy machine may add to it.
const (
	maxProcessingTime     = 2 * lateness
	realMaxProcessingTime = 10 * lateness
)

func (r run) maxProcessingTime() time.Duration {
	if r.port {
		return realMaxProcessingTime
	}
	return maxProcessingTime
}

// holds tells whether every caller has to end up with what it wanted.
func (m *mode) holds(kind job.Kind) bool { return m.guarded[kind] && !m.waits[kind] || m.settles }

// writes are the operations that make something.
var writes = map[job.Kind]string{
	job.Charge:   "POST /charges",
	job.Refund:   "POST /charges/{id}/refunds",
	job.Transfer: "POST /transfers",
}

// faults are the eleven. Where nothing guards a write, the network must not
// deliver it twice: no client could help that.
func faults(guarded bool) []fake.Rule {
	var internal, tooMany fake.Rule
	gateway := fake.Rule{Processed: true}
	internal.AnswerError("internal_error")
	gateway.AnswerHTML(http.StatusBadGateway)
	tooMany.AnswerTooManyRequests(time.Second)
	all := []fake.Rule{
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
	}
	if guarded {
		all = append(all, fake.Rule{Effect: fake.Duplicate})
	}
	return all
}

// A plan says what befalls which arrival: it depends on nothing but the seed,
// the name of the intent and the number of the arrival, so that every client
// meets the same.
type plan struct {
	rate  float64
	seed  uint64
	reads bool // calls that only read are disturbed, too
}

// disturb has the plan carried out on the writes of a kind. Each fault gets the
// same share of the rate, whichever of the others come before it.
func (p plan) disturb(f *fake.Server, kind job.Kind, guarded bool) error {
	rules := faults(guarded)
	share := p.rate / float64(len(rules))
	for i, r := range rules {
		r.HasRate, r.Rate = true, share/(1-share*float64(i))
		r.Seed = (p.seed*100 + uint64(i)) << 20
		r.By = orderOf
		if !p.reads {
			r.Operation = writes[kind]
		}
		if err := f.Fault(r); err != nil {
			return fmt.Errorf("fault %d: %w", i+1, err)
		}
	}
	return nil
}

// orderOf returns the name of the intent that a call is for; "" if there is
// none.
func orderOf(c *fake.Call) string {
	metadata, _ := c.Params["metadata"].(map[string]any)
	order, _ := metadata[job.OrderKey].(string)
	return order
}
