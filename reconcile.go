package omise

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
)

// A Resolution is the result of a write that ended with [ErrOutcomeUnknown].
//
//	charge, err := client.Charges.Create(ctx, params, omise.WithIntent("order-42"))
//	if errors.Is(err, omise.ErrOutcomeUnknown) {
//		r, err := client.Charges.Resolve(ctx, err)
//		switch {
//		case err != nil: // the API could not be asked: try later
//		case r.State == omise.ResolutionFound: // r.Object is the charge: see Charge.NextStep
//		case r.State == omise.ResolutionDuplicated: // done more than once: refund or expire all of r.Candidates except one
//		case r.State == omise.ResolutionNotFound: // not charged: it is safe to try again
//		case r.State == omise.ResolutionOpen: // ask later, or let a person look at r.Candidates
//		}
//	}
//
// The error can be stored with [MarshalError] and resolved by another process.
type Resolution[T any] struct {
	State  ResolutionState
	Object *T // what the write has made or changed, if it was found

	// Candidates are further objects. With [ResolutionFound] they are objects of other
	// calls with the same intent, such as an earlier declined charge, or the other
	// parts of a split transfer, or a charge that still waits for its payer, who can pay
	// it, too, until it is expired. With [ResolutionDuplicated] they are the objects that
	// were made, including Object. With [ResolutionOpen] they are objects that the write
	// may have made. With ResolutionOpen and [ResolutionNotFound] they may also be objects
	// of other calls with the same intent. There are at most 20.
	Candidates []*T
}

// ResolutionState says whether a write was done.
type ResolutionState string

// The states of a resolution.
const (
	// ResolutionFound: the write was done. Object agrees with the write in amount,
	// currency, customer or card, recipient and intent.
	ResolutionFound ResolutionState = "found"

	// ResolutionDuplicated: the write was done more than once, by two deliveries of one
	// call, or by two calls with the same intent.
	ResolutionDuplicated ResolutionState = "duplicated"

	// ResolutionNotFound: the write was not done and will not be done, because the time
	// that the API may take has passed. See [WithMaxProcessingTime].
	ResolutionNotFound ResolutionState = "not_found"

	// ResolutionOpen: the result is not known. Nothing was found, but the API may still
	// process the write or its list may be out of date; or another write may have made
	// the object that was found. If two equal writes use no token and no source, only
	// [WithIntent] can tell them apart.
	ResolutionOpen ResolutionState = "open"
)

// resolve finds the result of a write of one of the routes.
func resolve[T any](ctx context.Context, c *Client, unknown error, opts []RequestOption, routes ...*route) (*Resolution[T], error) {
	w, r, rule := c.resolvable(unknown, routes)
	if rule != "" {
		return nil, &ParamError{Field: "unknown", Rule: rule}
	}
	return resolveRecord[T](ctx, c, r, w, opts)
}

// resolvable returns the record of the write behind unknown and its route, or the
// rule that unknown breaks.
func (c *Client) resolvable(unknown error, routes []*route) (*writeRecord, *route, string) {
	e, ok := errorIn(unknown)
	if !ok || e.Outcome != OutcomeUnknown || e.write == nil {
		return nil, nil, "must be an error of this package that is ErrOutcomeUnknown"
	}
	var known []string
	for _, r := range routes {
		if r.method != e.Method || r.path != e.PathTemplate {
			known = append(known, r.method+" "+r.path)
			continue
		}
		if len(e.write.IDs) != len(r.template().placeholders) || e.write.Last.IsZero() {
			return nil, nil, "must be as it was stored"
		}
		if key, err := c.key(r); err == nil && e.write.Account != c.account(r, key) {
			return nil, nil, "must be of a call with the key and the base URL of this client: another account, mode or server knows nothing of it"
		}
		w := *e.write // two callers may resolve the same error
		return &w, r, ""
	}
	return nil, nil, "must be of " + strings.Join(known, ", ")
}

// resolveIntent finds the result of writes of a route. Only their intent is known, and
// the time between tried.First and tried.Last in which they may have been tried.
func resolveIntent[T any](ctx context.Context, c *Client, r *route, tried *writeRecord, opts []RequestOption) (*Resolution[T], error) {
	now := c.config.now()
	if tried.Last.IsZero() {
		tried.Last = tried.First.Add(c.longestCall(r) + c.config.maxProcessingTime)
	}
	if tried.Last.After(now) {
		tried.Last = now
	}
	switch rule := intentRule(tried.Intent); {
	case tried.Intent == "":
		return nil, r.refuse("intent", "is required")
	case rule != "":
		return nil, r.refuse("intent", rule)
	case tried.First.IsZero():
		return nil, r.refuse("from", "is required")
	case tried.Last.Before(tried.First):
		return nil, r.refuse("to", "must not be before from")
	}
	tried.stored = true
	var o callOptions
	o.apply(opts)
	if o.subMerchant != nil {
		tried.SubMerchant = *o.subMerchant
	}
	return resolveRecord[T](ctx, c, r, tried, opts)
}

// resolveRecord looks for the object of a write and returns the resolution.
func resolveRecord[T any](ctx context.Context, c *Client, r *route, w *writeRecord, opts []RequestOption) (*Resolution[T], error) {
	var place *string // the records of the account itself
	if w.SubMerchant != "" {
		place = &w.SubMerchant
	}
	opts = append(slices.Clip(opts), lookupOptions(place)...)
	if path, err := r.fill(w.IDs, c.config.livemode()); err == nil { // the JSON does not have it
		w.operation = r.method + " " + path
	}
	inFlight := c.isInFlight(r, w)
	found, err := r.lookup.find(ctx, c, w, !w.Refused, opts)
	if err != nil {
		return nil, err
	}
	conclusion := found.conclude(w)
	objects := objectReader[T]{c, w, found, opts, map[string]*T{}}
	resolution := &Resolution[T]{State: conclusion.state}
	if resolution.Candidates, err = objects.read(ctx, conclusion.candidates); err != nil {
		return nil, err
	}
	if len(conclusion.object) > 0 {
		object, err := objects.read(ctx, conclusion.object)
		if err != nil {
			return nil, err
		}
		resolution.Object = object[0]
	}
	if conclusion.state == ResolutionNotFound && (!c.isProcessingOver(w, found.now) || inFlight || c.isInFlight(r, w)) {
		resolution.State = ResolutionOpen
	}
	return resolution, nil
}

// An objectReader reads the objects that a lookup has found. It reads each object once.
type objectReader[T any] struct {
	client *Client
	write  *writeRecord
	found  evidence
	opts   []RequestOption
	known  map[string]*T // those that were read before
}

// read reads the first objects of some candidates.
func (r *objectReader[T]) read(ctx context.Context, candidates []candidate) ([]*T, error) {
	var all []*T
	for _, it := range candidates[:min(len(candidates), mostCandidates)] {
		if r.known[it.id] == nil {
			object, err := call[T](ctx, r.client, r.found.get, nil, r.opts, r.found.path(r.write, it.id)...)
			if err != nil {
				return nil, err
			}
			r.known[it.id] = object
		}
		all = append(all, r.known[it.id])
	}
	return all, nil
}

// mostCandidates is the largest number of candidates that are read.
const mostCandidates = 20

// A conclusion is what the evidence says, before the time is considered.
type conclusion struct {
	state      ResolutionState
	object     []candidate // at most one
	candidates []candidate
}

// conclude judges the evidence. The first case that fits counts:
//
//	parts of a split transfer of this call      the sum of the parts decides
//	several live parts of one split transfer    found
//	several live objects of different orders    open
//	one object took money, the others wait      found
//	several live objects                        duplicated
//	one live object                             found
//	an object of this call that is not live     found
//	an object that may be of this call          open
//	the records are complete, or another write
//	has used the token or changed the object    not found
//	otherwise                                   open
//
// An object is live if it took money or may still take it.
func (f evidence) conclude(w *writeRecord) conclusion {
	all := append(slices.Clone(f.own), f.related...)
	live := f.liveObjects(w)
	taken := slices.DeleteFunc(slices.Clone(live), func(it candidate) bool { return !it.taken })
	switch {
	case w.Parts && slices.ContainsFunc(f.own, func(it candidate) bool { return it.live }):
		return concludeParts(w, f.own, live)
	case len(live) > 1 && len(w.IDs) == 0 && isOneTransfer(live):
		return conclusion{ResolutionFound, live[:1], without(all, live[0])}
	case len(live) > 1 && !sameOrder(live):
		return conclusion{state: ResolutionOpen, candidates: all}
	case len(taken) == 1 && len(f.own) < 2: // the others still wait for their payers
		return conclusion{ResolutionFound, taken, without(all, taken[0])}
	case len(live) > 1:
		return conclusion{ResolutionDuplicated, append(taken, live...)[:1], live}
	case len(live) == 1:
		return conclusion{ResolutionFound, live, without(all, live[0])}
	case len(f.own) > 0:
		return conclusion{ResolutionFound, f.own[:1], without(all, f.own[0])}
	case len(f.possible) > 0:
		return conclusion{state: ResolutionOpen, candidates: f.possible}
	case f.complete || f.other:
		return conclusion{state: ResolutionNotFound, candidates: f.related}
	}
	return conclusion{state: ResolutionOpen, candidates: f.related}
}

// liveObjects returns the objects of the intent that took money or may still take it. A
// charge that was refunded does not count beside another one, and that of another call
// does not count at all: the order is not paid. If the call is not known, every object of
// the intent may be of it.
func (f evidence) liveObjects(w *writeRecord) []candidate {
	var live, returned []candidate
	for _, it := range f.own {
		switch {
		case it.live && it.returned:
			returned = append(returned, it)
		case it.live:
			live = append(live, it)
		}
	}
	for _, it := range f.related {
		switch {
		case it.live && it.returned && w.Call == "":
			returned = append(returned, it)
		case it.live && !it.returned:
			live = append(live, it)
		}
	}
	if len(live) == 0 {
		return returned
	}
	return live
}

// concludeParts judges the parts of a split transfer. If they add up to more than the
// amount, or if there are parts of another call, the transfer was made more than once.
func concludeParts(w *writeRecord, own, live []candidate) conclusion {
	var sum int64
	for _, part := range own {
		sum += part.Amount
	}
	isOwn := func(it candidate) bool {
		return slices.ContainsFunc(own, func(part candidate) bool { return part.id == it.id })
	}
	twice := slices.ContainsFunc(live, func(it candidate) bool { return !isOwn(it) })
	switch {
	case sum > w.Amount && w.Amount != 0, twice:
		return conclusion{ResolutionDuplicated, own[:1], append(slices.DeleteFunc(live, isOwn), own...)}
	case sum == w.Amount || w.Amount == 0:
		return conclusion{ResolutionFound, own[:1], own[1:]}
	}
	return conclusion{state: ResolutionOpen, candidates: own}
}

// sameOrder reports whether objects with one intent can be of the same order. Another
// shop may use the same intent for another order.
func sameOrder(objects []candidate) bool {
	first := objects[0]
	return !slices.ContainsFunc(objects, func(it candidate) bool {
		return it.Amount != first.Amount || it.Currency != first.Currency || it.Recipient != first.Recipient || it.Customer != "" && first.Customer != "" && it.Customer != first.Customer
	})
}

// isOneTransfer reports whether all objects are parts of one split transfer.
func isOneTransfer(objects []candidate) bool {
	return !slices.ContainsFunc(objects, func(it candidate) bool { return it.group == "" || it.group != objects[0].group })
}

func without(objects []candidate, one candidate) []candidate {
	return slices.DeleteFunc(slices.Clone(objects), func(it candidate) bool { return it.id == one.id })
}

// isProcessingOver reports whether the time has passed in which the API may still process a
// write, or not yet show it in its lists.
func (c *Client) isProcessingOver(w *writeRecord, now apiTime) bool {
	if w.Last.IsZero() {
		return false // the write is being sent
	}
	longest := cmp.Or(c.config.maxProcessingTime, DefaultMaxProcessingTime)
	if w.stored && !w.ServerFirst.IsZero() && !now.records.IsZero() {
		sinceFirst := now.records.Sub(now.toRecordClock(w.ServerFirst))
		sinceLast := sinceFirst - max(0, w.Last.Sub(w.First))
		return sinceLast >= longest
	}
	ours := c.config.now()
	if w.stored && !now.records.IsZero() && now.records.Sub(ours).Abs() < machinesSkew {
		ours = earlier(ours, now.records) // the clock of this machine may be ahead
	}
	return ours.Sub(w.Last) >= longest
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// isNotFound reports whether a refusal says that there is no such object.
func isNotFound(e apiError) bool { return e.Code == ErrCodeNotFound }

// deleteLookup is the lookup for the delete of an object that get reads.
type deleteLookup struct{ get *route }

func (l *deleteLookup) find(ctx context.Context, c *Client, w *writeRecord, lost bool, opts []RequestOption) (evidence, error) {
	var object struct {
		Deleted bool `json:"deleted"`
	}
	f := evidence{get: l.get}
	var answer Response
	q, err := c.prepare(l.get, nil, append(slices.Clip(opts), WithResponseInto(&answer)), w.IDs)
	if err != nil {
		return f, err
	}
	q.decode = func(body []byte) ([]error, error) { return nil, json.Unmarshal(body, &object) }
	resp, err := c.do(ctx, q)
	missing, current := errors.Is(err, ErrCodeNotFound), isCurrent(answer.Header)
	if err != nil && !missing {
		return f, err
	}
	if err == nil {
		resp.Release()
	}
	f.gone = missing && current
	it := candidate{id: w.IDs[len(w.IDs)-1]}
	byAnotherCall := !lost && c.config.shared.stateChanges.has(w.operation)
	switch {
	case !f.gone && !object.Deleted:
		f.complete = current
	case byAnotherCall:
		f.other = true
	case lost || object.Deleted:
		f.own = []candidate{it}
	default: // the object may never have existed
		f.possible = []candidate{it}
	}
	return f, nil
}
