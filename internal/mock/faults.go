package mock

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/omisekit/omise-go/internal/fake"
)

// A fault says which calls fail and how. The names are those of omisetest.
type fault struct {
	On        string   `json:"on"` // such as POST /charges; empty for all
	Nth       int      `json:"nth"`
	Times     int      `json:"times"`
	Rate      *float64 `json:"rate"`
	Seed      uint64   `json:"seed"` // seed of the random choice by rate
	Key       string   `json:"key"`  // prefix of the idempotency key
	Processed bool     `json:"processed"`

	Effect string `json:"effect"`
	Status int    `json:"status"` // for status and html
	Body   string `json:"body"`   // for status
	Code   string `json:"code"`   // for error and decline
	Bytes  int    `json:"bytes"`  // for truncate
	Delay  string `json:"delay"`  // for too_many_requests, late, running and latency
}

// effects has functions that set the named effect of a rule.
var effects = map[string]func(*fake.Rule, *fault) error{
	"status":            answersStatus,
	"error":             answersError,
	"html":              answersHTML,
	"too_many_requests": answersTooManyRequests,
	"drop_before":       has(fake.DropBefore),
	"drop_after":        has(fake.DropAfter),
	"reset_in_headers":  has(fake.ResetInHeaders),
	"truncate":          has(fake.Truncate),
	"cut_json":          has(fake.CutJSON),
	"stall":             has(fake.Stall),
	"hang":              has(fake.Hang),
	"duplicate":         has(fake.Duplicate),
	"decline":           declines,
	"late":              takesTime(fake.Late),
	"running":           takesTime(fake.Running),
	"latency":           takesTime(fake.Latency),
}

func has(effect fake.Effect) func(*fake.Rule, *fault) error {
	return func(r *fake.Rule, _ *fault) error {
		r.Effect = effect
		return nil
	}
}

func takesTime(effect fake.Effect) func(*fake.Rule, *fault) error {
	return func(r *fake.Rule, f *fault) (err error) {
		r.Effect = effect
		r.Delay, err = readDuration("delay", f.Delay)
		return err
	}
}

func answersStatus(r *fake.Rule, f *fault) error {
	r.AnswerStatus(f.Status, []byte(f.Body))
	return checkStatus(f)
}

func answersHTML(r *fake.Rule, f *fault) error {
	r.AnswerHTML(f.Status)
	return checkStatus(f)
}

func checkStatus(f *fault) error {
	if f.Status < 200 || f.Status > 599 {
		return &Invalid{"status", "must be between 200 and 599"}
	}
	return nil
}

func answersError(r *fake.Rule, f *fault) error {
	if f.Code == "" {
		return &Invalid{"code", "must be that of an error of the API, such as internal_error"}
	}
	r.AnswerError(f.Code)
	return nil
}

func declines(r *fake.Rule, f *fault) error {
	r.Effect, r.Failure = fake.Decline, f.Code
	if codes := fake.FailureCodes(); !slices.Contains(codes, f.Code) {
		return &Invalid{"code", "must be one of " + strings.Join(codes, ", ")}
	}
	return nil
}

func answersTooManyRequests(r *fake.Rule, f *fault) error {
	wait := time.Second
	if f.Delay != "" {
		var err error
		if wait, err = readDuration("delay", f.Delay); err != nil {
			return err
		}
	}
	r.AnswerTooManyRequests(wait)
	return nil
}

func (f *fault) rule() (fake.Rule, error) {
	r := fake.Rule{
		Operation: f.On, Nth: f.Nth, Times: f.Times, Seed: f.Seed, Key: f.Key, Processed: f.Processed, Bytes: f.Bytes,
	}
	if f.Rate != nil {
		r.HasRate, r.Rate = true, *f.Rate
	}
	if err := checkShare("rate", r.Rate); err != nil {
		return r, err
	}
	for field, n := range map[string]int{"nth": f.Nth, "times": f.Times, "bytes": f.Bytes} {
		if n < 0 {
			return r, &Invalid{field, "must not be negative"}
		}
	}
	if f.On != "" {
		if err := fake.CheckOperation(f.On); err != nil {
			return r, &Invalid{"on", "must be an operation of the API: " + plainly(err)}
		}
	}
	set, ok := effects[f.Effect]
	if !ok {
		return r, &Invalid{"effect", "must be one of " + strings.Join(slices.Sorted(maps.Keys(effects)), ", ")}
	}
	return r, set(&r, f)
}

// addFault adds a fault.
func (w *World) addFault(r *http.Request) (any, error) {
	var f fault
	if err := read(r, &f); err != nil {
		return nil, err
	}
	rule, err := f.rule()
	if err != nil {
		return nil, err
	}
	if err := w.Fake().Fault(rule); err != nil {
		return nil, fmt.Errorf("fault: %w", err)
	}
	return w.listFaults(r)
}

func (w *World) listFaults(*http.Request) (any, error) {
	faults := []object{}
	for _, f := range w.Fake().Faults() {
		faults = append(faults, object{"on": f.Operation, "effect": f.Effect, "matched": f.Matched, "struck": f.Struck})
	}
	return object{"faults": faults}, nil
}

func (w *World) clearFaults(r *http.Request) (any, error) {
	w.Fake().ClearFaults()
	return w.listFaults(r)
}
