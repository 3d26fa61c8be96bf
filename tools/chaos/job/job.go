// Package job is what a client under test is asked to do, and what it says it
// has done. It goes through JSON, so that the client may be another program.
package job

import (
	"encoding/json"
	"sync"
	"time"
)

// A Kind is what an intent is to make.
type Kind string

// The kinds.
const (
	Charge   Kind = "charge"
	Refund   Kind = "refund"
	Transfer Kind = "transfer"
	Capture  Kind = "capture" // of an authorized charge
	Delete   Kind = "delete"  // of a transfer
)

// Kinds are those that all clients know.
var Kinds = []Kind{Charge, Refund, Transfer}

// Peers are the other clients, and how they are used: as their README shows it,
// in the loop that everybody writes around that, and at their best.
var Peers = []string{
	"omise-go, README",
	"omise-go, README + loop x3",
	"omise-go, best",
	"stripe-go, README",
	"stripe-go, best",
	"stripe-go, best + loop x6",
}

// OrderKey is the key in the metadata of whatever is made, whose value is the
// name of the intent. The plan of faults goes by it, and so does the judge.
const OrderKey = "order_id"

// An Intent is one payment that somebody wants to happen exactly once.
type Intent struct {
	Name     string `json:"name"`
	Amount   int64  `json:"amount"`
	Token    string `json:"token,omitempty"`    // of a charge, or else
	Customer string `json:"customer,omitempty"` // who has a card
	Charge   string `json:"charge,omitempty"`   // of a refund or a capture
	Transfer string `json:"transfer,omitempty"` // to delete
}

// A Job is what a client has to do.
type Job struct {
	Client    string   `json:"client"` // which, and how it is used
	Kind      Kind     `json:"kind"`
	URL       string   `json:"url"`
	SecretKey string   `json:"secret_key"`
	PublicKey string   `json:"public_key"`
	Callers   int      `json:"callers"`
	PerSecond int      `json:"per_second"` // how many intents come up
	Intents   []Intent `json:"intents"`
}

// A Receipt is the object that a caller holds.
type Receipt struct {
	ID     string `json:"id"`
	Amount int64  `json:"amount"`
}

// A Result is how an intent has ended for its caller: with a receipt or with an
// error.
type Result struct {
	Receipt
	Error   string          `json:"error,omitempty"`
	Outcome string          `json:"outcome,omitempty"` // that the error tells: not_sent, refused, unknown; "" if it tells none
	Stored  json.RawMessage `json:"stored,omitempty"`  // the error as it can be resolved later
	Took    time.Duration   `json:"took"`
}

// Run has the callers pursue the intents, and returns the results in the order
// of the intents. The callers are numbered from 0.
func (j *Job) Run(pursue func(caller int, intent Intent) (Receipt, error)) []Result {
	results := make([]Result, len(j.Intents))
	Each(j.Callers, j.PerSecond, len(j.Intents), func(caller, i int) {
		start := time.Now()
		receipt, err := pursue(caller, j.Intents[i])
		results[i] = Result{Receipt: receipt, Took: time.Since(start)}
		if err != nil {
			results[i].tell(err)
		}
	})
	return results
}

// tell keeps of an error what it says, as far as it says anything.
func (r *Result) tell(err error) {
	r.Error = err.Error()
	stored, isJSON := err.(json.Marshaler)
	if !isJSON {
		return
	}
	text, err := stored.MarshalJSON()
	var told struct {
		Outcome string `json:"outcome"`
	}
	if err == nil && json.Unmarshal(text, &told) == nil {
		r.Outcome, r.Stored = told.Outcome, text
	}
}

// Each has the callers do 0 to n-1, so many of them a second, or as fast as they
// can.
func Each(callers, perSecond, n int, do func(caller, i int)) {
	next := make(chan int)
	var work sync.WaitGroup
	for caller := range callers {
		work.Go(func() {
			for i := range next {
				do(caller, i)
			}
		})
	}
	start := time.Now()
	for i := range n {
		if perSecond > 0 {
			time.Sleep(time.Until(start.Add(time.Duration(i) * time.Second / time.Duration(perSecond))))
		}
		next <- i
	}
	close(next)
	work.Wait()
}
