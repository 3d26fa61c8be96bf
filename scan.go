package omise

import (
	"context"
	"errors"
	"slices"
	"time"
)

// A window is the time in which a write may have made an object, by the clock of the
// API.
type window struct {
	earliest    time.Time // the write has made no object before this time
	surelyAfter time.Time // an object of this time or later was made after the write had begun
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

// excludes reports whether an object was created before the window. An answer without
// the time excludes nothing.
func (s window) excludes(created time.Time) bool {
	return !created.IsZero() && created.Before(s.earliest)
}

// scanned says what a scan has seen of a list.
type scanned struct {
	complete bool // it has read all records back to the window, in the order that was asked for, from a current list
	records  recordCheck
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
	seen.records.ids = map[string]bool{}
	current := isCurrent(answer.Header)
	total := page.Total // of the last page
	for n := 0; page != nil && n < mostScanned; n += LargestPage {
		total = page.Total
		for _, record := range page.Data {
			created := any(record).(describer).details().created
			if seen.records.add(idOf(record), created) {
				visit(record, seen.span)
			}
			if current && seen.records.descend() && seen.span.excludes(created) {
				seen.complete = true // the rest of the page is visited, too
			}
		}
		if seen.complete {
			return seen, nil
		}
		page, err = page.Next(ctx)
		if errors.Is(err, errEmptyPage) || errors.Is(err, errNoTotal) || errors.Is(err, errShrunk) { // the list is not complete
			return seen, nil
		}
		if err != nil {
			return seen, err
		}
	}
	seen.complete = current && page == nil && len(seen.records.ids) >= total
	return seen, nil
}

// A recordCheck checks the records of a list while it is read: a page that is empty or
// that repeats another is not the rest of the list, and a list in another order may
// have the record of the write at its end.
type recordCheck struct {
	ids            map[string]bool
	newest, oldest time.Time
	last           time.Time // of the record before
	ascends        bool      // a record is newer than the one before
}

// add adds the next record. It reports whether the record is seen for the first time.
func (l *recordCheck) add(id string, created time.Time) bool {
	seen := l.ids[id]
	l.ids[id] = true
	if created.IsZero() { // it does not show the order
		return !seen
	}
	l.ascends = l.ascends || !l.last.IsZero() && created.After(l.last)
	l.last = created
	if created.After(l.newest) {
		l.newest = created
	}
	if l.oldest.IsZero() || created.Before(l.oldest) {
		l.oldest = created
	}
	return !seen
}

// descend reports whether the list is seen to be in the order that was asked for.
// Records of the same time do not show the order.
func (l *recordCheck) descend() bool { return !l.ascends && l.oldest.Before(l.newest) }

// hasNewest reports whether a list of the account reaches to the newest record that this
// client has made. Otherwise it is out of date.
func (s scanned) hasNewest(c *Client, w *writeRecord, k kind) bool {
	newest := c.config.shared.newest.of(k, w.SubMerchant)
	return s.records.newest.After(newest.created) || newest.id == "" || s.records.ids[newest.id]
}

// mostScanned is the largest number of records of a list that are read.
const mostScanned = 20_000

// classify adds an object to the evidence of a write that only metadata can identify.
func (f *evidence) classify(c *Client, w *writeRecord, it candidate, span window) {
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

// finish completes the evidence after a scan. current says that the list is up to date.
func (f *evidence) finish(seen scanned, current bool) {
	f.complete, f.now = seen.complete && current, seen.now
	for _, objects := range [][]candidate{f.own, f.related, f.possible} {
		slices.SortStableFunc(objects, func(a, b candidate) int { return a.created.Compare(b.created) })
	}
}
