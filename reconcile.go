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
//		case r.State == omise.ResolutionDuplicated: // done more than once: refund all of r.Candidates except one
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
	// parts of a split transfer. With [ResolutionDuplicated] they are all objects that
	// were made, including Object. With [ResolutionOpen] they are objects that the
	// write may have made. With ResolutionOpen and [ResolutionNotFound] they may also
	// be objects of other calls with the same intent.
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
		return e.write, r, ""
	}
	return nil, nil, "must be of " + strings.Join(known, ", ")
}

// resolveIntent finds the result of writes of a route. Only their intent is known, and
// the time between from and to in which they may have been tried.
func resolveIntent[T any](ctx context.Context, c *Client, r *route, intent string, from, to time.Time, opts []RequestOption, ids ...string) (*Resolution[T], error) {
	now := c.config.now()
	if to.IsZero() {
		to = from.Add(c.longestCall(r) + c.config.maxProcessingTime)
	}
	if to.After(now) {
		to = now
	}
	switch rule := intentRule(intent); {
	case intent == "":
		return nil, r.refuse("intent", "is required")
	case rule != "":
		return nil, r.refuse("intent", rule)
	case from.IsZero():
		return nil, r.refuse("from", "is required")
	case to.Before(from):
		return nil, r.refuse("to", "must not be before from")
	}
	w := &writeRecord{IDs: ids, Intent: intent, First: from, Last: to, stored: true}
	var o callOptions
	o.apply(opts)
	if o.subMerchant != nil {
		w.SubMerchant = *o.subMerchant
	}
	return resolveRecord[T](ctx, c, r, w, opts)
}

// resolveRecord looks for the object of a write and returns the resolution.
func resolveRecord[T any](ctx context.Context, c *Client, r *route, w *writeRecord, opts []RequestOption) (*Resolution[T], error) {
	var place *string // the records of the account itself
	if w.SubMerchant != "" {
		place = &w.SubMerchant
	}
	opts = append(slices.Clip(opts), lookupOptions(place)...)
	found, err := r.lookup.find(ctx, c, w, !w.Refused, opts)
	if err != nil {
		return nil, err
	}
	conclusion := found.conclude(w)
	known := map[string]*T{}
	read := func(finds []candidate) ([]*T, error) { return readAll(ctx, c, w, found, finds, known, opts) }
	resolution := &Resolution[T]{State: conclusion.state}
	if resolution.Candidates, err = read(conclusion.candidates); err != nil {
		return nil, err
	}
	if len(conclusion.object) > 0 {
		object, err := read(conclusion.object)
		if err != nil {
			return nil, err
		}
		resolution.Object = object[0]
	}
	if conclusion.state == ResolutionNotFound && (!c.isProcessingOver(w, found.now) || c.isInFlight(r, w)) {
		resolution.State = ResolutionOpen
	}
	return resolution, nil
}

// readAll reads the objects of some finds. known has those that were read before.
func readAll[T any](ctx context.Context, c *Client, w *writeRecord, found findings, finds []candidate, known map[string]*T, opts []RequestOption) ([]*T, error) {
	var all []*T
	for _, f := range finds[:min(len(finds), mostCandidates)] {
		if known[f.id] == nil {
			object, err := call[T](ctx, c, found.get, nil, opts, found.path(w, f.id)...)
			if err != nil {
				return nil, err
			}
			known[f.id] = object
		}
		all = append(all, known[f.id])
	}
	return all, nil
}

// mostCandidates is the largest number of candidates that are read.
const mostCandidates = 20

// A conclusion is drawn from findings, before the time is considered.
type conclusion struct {
	state      ResolutionState
	object     []candidate // at most one
	candidates []candidate
}

func (f findings) conclude(w *writeRecord) conclusion {
	all := append(slices.Clone(f.own), f.related...)
	live := slices.DeleteFunc(slices.Clone(all), func(f candidate) bool { return !f.live })
	if kept := slices.DeleteFunc(slices.Clone(live), func(f candidate) bool { return f.returned }); len(kept) > 0 {
		live = kept // a person has refunded the others
	}
	switch {
	case w.Parts && len(f.own) > 1:
		return partsVerdict(w, f.own)
	case len(live) > 1 && len(w.IDs) == 0 && isOneTransfer(live):
		return conclusion{ResolutionFound, live[:1], without(all, live[0])}
	case len(live) > 1 && !sameOrder(live):
		return conclusion{state: ResolutionOpen, candidates: all}
	case len(live) > 1:
		return conclusion{ResolutionDuplicated, live[:1], live}
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

// partsVerdict judges the parts of a split transfer. If they add up to more than the
// amount, the transfer was made more than once.
func partsVerdict(w *writeRecord, own []candidate) conclusion {
	var sum int64
	for _, part := range own {
		sum += part.Amount
	}
	switch {
	case w.Amount == 0 || sum == w.Amount:
		return conclusion{ResolutionFound, own[:1], own[1:]}
	case sum > w.Amount:
		return conclusion{ResolutionDuplicated, own[:1], own}
	}
	return conclusion{state: ResolutionOpen, candidates: own}
}

// sameOrder reports whether objects with one intent can be of the same order. Another
// shop may use the same intent for another order.
func sameOrder(finds []candidate) bool {
	return !slices.ContainsFunc(finds, func(f candidate) bool {
		first := finds[0]
		return f.Amount != first.Amount || f.Currency != first.Currency || f.Recipient != first.Recipient
	})
}

// isOneTransfer reports whether all objects are parts of one split transfer.
func isOneTransfer(finds []candidate) bool {
	return !slices.ContainsFunc(finds, func(f candidate) bool { return f.parent == "" || f.parent != finds[0].parent })
}

func without(finds []candidate, one candidate) []candidate {
	return slices.DeleteFunc(slices.Clone(finds), func(f candidate) bool { return f.id == one.id })
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

// A window is the time in which a write may have made an object, by the clock of the
// API.
type window struct {
	begin     time.Time // no earlier object can be of the write
	notBefore time.Time // an object of this time or later is not older than the write
}

// How far the times in a window may be wrong.
const (
	clockSteps   = 2 * time.Second // times are given in whole seconds
	clockSkew    = 5 * time.Minute // between the machines of the API
	machinesSkew = time.Hour       // between this machine, the machine of the write, and the machines of the API
)

// window returns the window of a write.
func (w *writeRecord) window(c *Client, api apiTime) window {
	now := api.records
	ours := c.config.now()
	elapsed := w.elapsed(ours)
	if w.stored && !w.ServerFirst.IsZero() {
		first := api.toRecordClock(w.ServerFirst)
		begin := first
		if ahead := first.Sub(w.First); ahead > 0 && ahead < machinesSkew { // perhaps the Date header was wrong
			begin = w.First
		}
		return window{begin.Add(-clockSkew), first.Add(-clockSteps)}
	}
	if now.IsZero() {
		return window{w.First.Add(-machinesSkew), w.First.Add(machinesSkew)}
	}
	start := now.Add(-elapsed)
	if w.stored { // by the clock of this machine or of another one
		begin, sure := start, w.First
		if sure.Before(begin) {
			begin, sure = sure, begin
		}
		return window{begin.Add(-machinesSkew), sure.Add(machinesSkew)}
	}
	return window{start.Add(-clockSkew), start.Add(-clockSteps)}
}

// classify adds an object to the findings of a write that only metadata can identify.
func (f *findings) classify(c *Client, w *writeRecord, it candidate, span window) {
	name := w.compareMetadata(it.metadata)
	differs := w.mismatch(it.details) != ""
	switch {
	case w.hasCallMark(it.details) && (differs || span.excludes(it.created)):
		f.possible = append(f.possible, it) // the object was changed, or a clock is wrong
	case differs:
	case name == matchThis && w.Intent != "":
		f.own = append(f.own, it)
	case w.Intent != "" && it.metadata[IntentKey] == w.Intent:
		f.related = append(f.related, it)
	case w.Intent == "" && c.config.shared.madeIDs.has(it.id): // another call of this client made it
	case name != matchOther && !span.excludes(it.created):
		f.possible = append(f.possible, it)
	}
}

// excludes reports whether an object was created before the window. An answer without
// the time excludes nothing.
func (s window) excludes(created time.Time) bool { return !created.IsZero() && created.Before(s.begin) }

// scanned says what a scan has seen of a list.
type scanned struct {
	complete bool      // it has read all records back to the window, in the order that was asked for, from a current list
	newest   time.Time // creation time of the newest record in the list
	now      apiTime
	span     window
}

// scan reads the records that a write may have made, newest first, and calls visit with
// each. It also visits the older records on the same page. ids are in the path of the
// list.
func scan[T any](ctx context.Context, c *Client, r *route, w *writeRecord, opts []RequestOption, visit func(*T, window), ids ...string) (scanned, error) {
	var answer Response
	page, err := list[T](ctx, c, r, &ListParams{Order: ReverseChronological, Limit: LargestPage}, append(slices.Clip(opts), WithResponseInto(&answer)), ids...)
	if err != nil {
		return scanned{}, err
	}
	seen := scanned{now: timeOf(page.To, answer.Header)}
	seen.span = w.window(c, seen.now)
	current := answer.Header.Get("Age") == "" // otherwise it is from a cache
	distinct := map[string]bool{}             // an empty or a repeated page is not the rest of the list
	var before time.Time
	ordered, descends := true, false // records of the same time do not show the order
	total := page.Total
	for n := 0; page != nil && n < mostScanned; {
		if page.Total < total { // after a delete, the next page leaves a record out
			return seen, nil
		}
		total = page.Total
		for _, record := range page.Data {
			created := any(record).(describer).details().created
			if created.After(seen.newest) {
				seen.newest = created
			}
			ordered = ordered && (before.IsZero() || !created.After(before))
			descends = descends || created.Before(before)
			before = created
			if id := idOf(record); !distinct[id] {
				distinct[id] = true
				visit(record, seen.span)
			}
			seen.complete = seen.complete || current && ordered && descends && seen.span.excludes(created)
		}
		if seen.complete {
			return seen, nil
		}
		n += LargestPage
		switch page, err = page.Next(ctx); {
		case errors.Is(err, errEmptyPage): // the list is not complete
			return seen, nil
		case err != nil:
			return seen, err
		}
	}
	seen.complete = current && page == nil && len(distinct) >= total
	return seen, nil
}

// hasNewest reports whether a list of the account reaches to the newest record that this
// client has made. Otherwise it is out of date.
func (s scanned) hasNewest(c *Client, w *writeRecord, k kind) bool {
	return !s.newest.Before(c.config.shared.newest.of(k, w.SubMerchant))
}

// finish completes the findings after a scan. current says that the list is up to date.
func (f *findings) finish(seen scanned, current bool) {
	f.complete, f.now = seen.complete && current, seen.now
	for _, finds := range [][]candidate{f.own, f.related, f.possible} {
		slices.SortStableFunc(finds, func(a, b candidate) int { return a.created.Compare(b.created) })
	}
}

// mostScanned is the largest number of records of a list that are read.
const mostScanned = 20_000

// isNotFound reports whether a refusal says that there is no such object.
func isNotFound(e apiError) bool { return e.Code == ErrCodeNotFound }

// deleteLookup is the lookup for the delete of an object that get reads.
type deleteLookup struct{ get *route }

func (l *deleteLookup) find(ctx context.Context, c *Client, w *writeRecord, lost bool, opts []RequestOption) (findings, error) {
	var object struct {
		Deleted bool `json:"deleted"`
	}
	f := findings{get: l.get}
	q, err := c.prepare(l.get, nil, opts, w.IDs)
	if err != nil {
		return f, err
	}
	q.decode = func(body []byte) ([]error, error) { return nil, json.Unmarshal(body, &object) }
	resp, err := c.do(ctx, q)
	f.gone = errors.Is(err, ErrCodeNotFound)
	if err != nil && !f.gone {
		return f, err
	}
	if err == nil {
		resp.Release()
	}
	it := candidate{id: w.IDs[len(w.IDs)-1]}
	byAnotherCall := !lost && c.config.shared.stateChanges.has(w.operation)
	switch {
	case !f.gone && !object.Deleted:
		f.complete = true
	case byAnotherCall:
		f.other = true
	case lost || object.Deleted:
		f.own = []candidate{it}
	default: // the object may never have existed
		f.possible = []candidate{it}
	}
	return f, nil
}
