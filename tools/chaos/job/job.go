// Package job has the task of a client under test and its results. Both are JSON, so that
// the client can be another program.
package job

import (
	"encoding/json"
	"sync"
	"time"
)

// A Kind is the kind of write that an intent asks for.
type Kind string

// The kinds.
const (
	Charge   Kind = "charge"
	Refund   Kind = "refund"
	Transfer Kind = "transfer"
	Capture  Kind = "capture" // capture of an authorized charge
	Delete   Kind = "delete"  // delete of a transfer
)

// Kinds has the kinds that all clients know.
var Kinds = []Kind{Charge, Refund, Transfer}

// Peers has the other clients and their use: as their README shows it, with the usual loop
// around the call, and at their best.
var Peers = []string{
	"omise-go, README",
	"omise-go, README + loop x3",
	"omise-go, best",
	"stripe-go, README",
	"stripe-go, best",
	"stripe-go, best + loop x6",
}

// OrderKey is a key in the metadata of every object. Its value is the name of the intent.
// The plan of faults and the judge use it.
const OrderKey = "order_id"

// An Intent is one write that a caller wants to happen exactly once.
type Intent struct {
	Name     string `json:"name"`
	Amount   int64  `json:"amount"`
	Token    string `json:"token,omitempty"`    // token to charge, or
	Customer string `json:"customer,omitempty"` // customer with a card to charge
	Charge   string `json:"charge,omitempty"`   // charge to refund or capture
	Transfer string `json:"transfer,omitempty"` // transfer to delete
}

// A Job is the task of a client.
type Job struct {
	Client    string   `json:"client"` // name of the client and of its use
	Kind      Kind     `json:"kind"`
	URL       string   `json:"url"`
	SecretKey string   `json:"secret_key"`
	PublicKey string   `json:"public_key"`
	Callers   int      `json:"callers"`
	PerSecond int      `json:"per_second"` // number of new intents per second
	Intents   []Intent `json:"intents"`
}

// A Receipt is the object that a caller has got.
type Receipt struct {
	ID     string `json:"id"`
	Amount int64  `json:"amount"`
}

// A Result is the end of an intent for its caller: a receipt or an error.
type Result struct {
	Receipt
	Error   string          `json:"error,omitempty"`
	Outcome string          `json:"outcome,omitempty"` // outcome in the error: not_sent, refused or unknown; "" if it has none
	Stored  json.RawMessage `json:"stored,omitempty"`  // the error, stored for Resolve
	Took    time.Duration   `json:"took"`
}

// Run calls pursue for every intent and returns the results in the order of the intents. The
// callers are numbered from 0.
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

// tell stores the outcome in an error, if it has one.
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

// Each calls do with 0 to n-1 from several callers, perSecond times a second. If perSecond
// is 0, it calls do as fast as possible.
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
