package omise

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/omisekit/omise-go/internal/transport"
)

// A Resolution says what became of a write that ended with
// [ErrOutcomeUnknown].
//
//	charge, err := client.Charges.Create(ctx, params, omise.WithIntent("order-42"))
//	if errors.Is(err, omise.ErrOutcomeUnknown) {
//		r, err := client.Charges.Resolve(ctx, err)
//		switch {
//		case err != nil: // the API could not be asked: later
//		case r.State == omise.ResolutionFound: // r.Object is the charge
//		case r.State == omise.ResolutionNotFound: // not charged: it is safe to try again
//		case r.State == omise.ResolutionOpen: // later, or a person looks at r.Candidates
//		}
//	}
//
// The error can be stored as JSON and resolved by another process.
type Resolution[T any] struct {
	State  ResolutionState
	Object *T // what the write has made or changed, if it was found

	// Candidates are several objects that could be it. With
	// [ResolutionFound] the write was done more than once, and Object is the
	// first of them.
	Candidates []*T
}

// ResolutionState is what is known of a write in the end.
type ResolutionState string

// The states of a resolution.
const (
	// ResolutionFound: it was done.
	ResolutionFound ResolutionState = "found"

	// ResolutionNotFound: it was not done, and the processing time has passed, so
	// it will not be either. See [WithMaxProcessingTime].
	ResolutionNotFound ResolutionState = "not_found"

	// ResolutionOpen: nothing was found, but the API may still be at work; or
	// what was found need not be it. Only [WithIntent] tells two equal writes
	// apart that pay with neither a token nor a source.
	ResolutionOpen ResolutionState = "open"
)

// A finder looks for what a write has made or changed. It is data like the route
// that it belongs to, so that a program is linked with none that it does not use.
type finder struct {
	find func(context.Context, *Client, *trace, []RequestOption) (finding, error) // what was made, by its intent or else
	done func(*Charge, *trace) bool                                               // or whether an action on a charge was
}

func (f *finder) look(ctx context.Context, c *Client, t *trace, opts []RequestOption) (finding, error) {
	if f.find != nil {
		return f.find(ctx, c, t, opts)
	}
	charge, err := c.Charges.Get(ctx, t.IDs[0], opts...)
	found := finding{get: chargeGet, exact: true}
	if err == nil && f.done(charge, t) {
		found.ids = []string{charge.ID}
	}
	return found, err
}

// A finding is the ids of objects that fit.
type finding struct {
	get   *route   // of such an object
	ids   []string // oldest first
	exact bool     // what fits is it; otherwise it only looks like it
}

// path returns what fills the path of the route: the id, and before it those of
// the write.
func (f finding) path(t *trace, id string) []string {
	all := append(slices.Clone(t.IDs), id)
	return all[len(all)-strings.Count(f.get.path, "{"):]
}

// A trace is what a write leaves in its error, enough to find what became of
// it. Nothing in it is secret.
type trace struct {
	IDs    []string `json:"ids,omitempty"` // of its path
	Intent string   `json:"intent,omitempty"`
	subject
	First time.Time `json:"first_attempt"`
	Last  time.Time `json:"last_attempt"`

	// Spent says that nothing was unknown until the API answered that the token
	// or source was used before: by this very call, delivered twice, or by
	// another one.
	Spent bool `json:"spent,omitempty"`

	stored bool // it went through JSON, and its times are of some other clock
}

// A subject is what a write is about.
type subject struct {
	Amount    int64    `json:"amount,omitempty"`
	Currency  Currency `json:"currency,omitempty"`
	Token     string   `json:"token,omitempty"`
	Source    string   `json:"source,omitempty"`
	Customer  string   `json:"customer,omitempty"`
	Recipient string   `json:"recipient,omitempty"`

	metadata Metadata // not stored: it may hold personal data
}

// subjectOf leaves out an id that is none: a card number in the wrong place must
// not get into an error.
func subjectOf(params any) subject {
	p, ok := params.(interface{ subject() subject })
	if !ok || isNil(params) {
		return subject{}
	}
	s := p.subject()
	for _, named := range [...]struct {
		path string
		id   *string
	}{{"/tokens", &s.Token}, {"/sources", &s.Source}, {"/customers", &s.Customer}, {"/recipients", &s.Recipient}} {
		if *named.id != "" && idRule(*named.id, kindAfter(named.path), false) != "" {
			*named.id = ""
		}
	}
	return s
}

// resolve finds out what became of a write of one of the routes.
func resolve[T any](ctx context.Context, c *Client, unknown error, opts []RequestOption, routes ...*route) (*Resolution[T], error) {
	e, r, rule := resolvable(unknown, routes)
	if rule != "" {
		return nil, &ParamError{Field: "unknown", Rule: rule}
	}
	return settle[T](ctx, c, r.finder, e.trace, opts)
}

// settle finds out what became of the write that has left the trace.
func settle[T any](ctx context.Context, c *Client, f *finder, t *trace, opts []RequestOption) (*Resolution[T], error) {
	found, err := f.look(ctx, c, t, opts)
	if err != nil {
		return nil, err
	}
	fits := make([]*T, len(found.ids))
	for i, id := range found.ids {
		if fits[i], err = call[T](ctx, c, found.get, nil, opts, found.path(t, id)...); err != nil {
			return nil, err
		}
	}
	switch {
	case len(fits) == 1 && found.exact:
		return &Resolution[T]{State: ResolutionFound, Object: fits[0]}, nil
	case len(fits) > 1 && found.exact:
		return &Resolution[T]{State: ResolutionFound, Object: fits[0], Candidates: fits}, nil
	case len(fits) == 0 && time.Since(t.Last) >= cmp.Or(c.config.maxProcessingTime, DefaultMaxProcessingTime):
		return &Resolution[T]{State: ResolutionNotFound}, nil
	}
	return &Resolution[T]{State: ResolutionOpen, Candidates: fits}, nil
}

// resolvable returns the error behind unknown and its route, or what it has to
// be.
func resolvable(unknown error, routes []*route) (*Error, *route, string) {
	e, ok := errors.AsType[*Error](unknown)
	if !ok || e.Outcome != OutcomeUnknown || e.trace == nil {
		return nil, nil, "must be an error of this package that is ErrOutcomeUnknown"
	}
	var known []string
	for _, r := range routes {
		if r.method == e.Method && r.path == e.PathTemplate {
			if len(e.trace.IDs) != strings.Count(r.path, "{") || e.trace.Last.IsZero() {
				return nil, nil, "must be as it was stored"
			}
			return e, r, ""
		}
		known = append(known, r.method+" "+r.path)
	}
	return nil, nil, "must be of " + strings.Join(known, ", ")
}

// look returns a way to find out, within the call, whether an attempt with an
// unknown outcome has done the work; nil if nothing would be sure. What is
// found takes the place of the answer and is decoded like it.
func (c *Client) look(r *route, t *trace, guard transport.Guard, o *callOptions, decode func([]byte) ([]error, error)) transport.Look {
	if r.method == http.MethodDelete && len(t.IDs) > 0 {
		return c.lookForGone(r, t, decode)
	}
	if r.finder == nil || guard != transport.SingleUse && guard != transport.StateMachine && t.Intent == "" {
		return nil
	}
	return func(ctx context.Context, _ *transport.Response) (*transport.Response, error) {
		found, err := r.finder.look(ctx, c, t, o.forLook())
		switch {
		case err != nil:
			return nil, err
		case len(found.ids) == 0:
			return nil, nil
		case !found.exact:
			return nil, errors.New("more than one object could be it")
		}
		return c.do(ctx, found.get, nil, o.forLook(), found.path(t, found.ids[0]), decode)
	}
}

// lookForTwin returns a way to find out whether a token or a source is spent
// because the network has delivered the call twice.
func (t *trace) lookForTwin(look transport.Look) transport.Look {
	if look == nil {
		return nil
	}
	return func(ctx context.Context, refusal *transport.Response) (*transport.Response, error) {
		e, _ := parseAPIError(refusal.Body)
		if e.Code != ErrCodeUsedToken && !(e.Code == ErrCodeInvalidCharge && strings.Contains(e.Message, "already used")) {
			return nil, nil
		}
		t.Spent = true
		return look(ctx, refusal)
	}
}

// lookForGone takes it for a success that there is nothing to delete any more:
// the attempt before has deleted it.
func (c *Client) lookForGone(r *route, t *trace, decode func([]byte) ([]error, error)) transport.Look {
	return func(_ context.Context, refusal *transport.Response) (*transport.Response, error) {
		if refusal.Status != http.StatusNotFound {
			return nil, errors.New("refused for another reason")
		}
		body, err := json.Marshal(map[string]any{
			"object": cmp.Or(r.also, kinds[r.kind()].name), "id": t.IDs[len(t.IDs)-1], "livemode": c.config.livemode(), "deleted": true,
		})
		if err == nil {
			_, err = decode(body)
		}
		return refusal, err
	}
}

func newTrace(params any, o *callOptions, ids []string) *trace {
	return &trace{IDs: ids, Intent: o.intent, subject: subjectOf(params), First: time.Now()}
}

// recently returns the ids of the records that fit among those made since the
// first attempt, oldest first; with only, it ends at the first.
func recently[T any](t *trace, created func(*T) time.Time, fits func(*T) bool, only bool,
	all func(*ListParams, ...RequestOption) iter.Seq2[*T, error], opts []RequestOption) (ids []string, err error) {
	var page Response
	var start time.Time
	opts = append(slices.Clone(opts), WithResponseInto(&page))
	for record, err := range all(&ListParams{Order: ReverseChronological}, opts...) {
		if err != nil {
			return nil, err
		}
		if start.IsZero() {
			start = t.start(page.Header)
		}
		if created(record).Before(start) {
			break
		}
		if fits(record) {
			ids = append(ids, idOf(record))
			if only {
				break
			}
		}
	}
	slices.Reverse(ids)
	return ids, nil
}

// start is when the write was first tried, by the clock of the server: it may
// be another than ours. A server that does not tell the time has all of its
// records searched.
func (t *trace) start(answer http.Header) time.Time {
	now, err := http.ParseTime(answer.Get("Date"))
	if err != nil {
		return time.Time{}
	}
	margin := 5 * time.Second
	if t.stored {
		margin = 5 * time.Minute
	}
	return now.Add(-time.Since(t.First) - margin)
}

// carries tells whether an object was made with the intent of the write.
func (t *trace) carries(m Metadata) bool { return m[IntentKey] == t.Intent }

// named tells whether an object says of itself what it is for as the write did.
func (t *trace) named(m Metadata) bool {
	for key, value := range t.metadata {
		if fmt.Sprint(m[key]) != fmt.Sprint(value) {
			return false
		}
	}
	return t.Intent == "" || t.carries(m)
}
