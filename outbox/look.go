package outbox

import (
	"context"
	"slices"
	"time"

	"github.com/omisekit/omise-go"
)

// workOn works on leased rows that are not to be sent: it reports them, reads their
// object, or looks for their object.
func (b *Box) workOn(ctx context.Context, leases []*lease) {
	var jobs []func()
	groups := map[search][]*lease{}
	for _, l := range leases {
		switch {
		case !l.needsEvidence():
			jobs = append(jobs, func() { b.readOrReport(ctx, l) })
		case l.Kind == KindRefund || l.Kind == KindCapture: // each has its own list or charge
			jobs = append(jobs, func() { b.gatherAndJudge(ctx, []*lease{l}) })
		default:
			one := search{l.Kind, l.NoObjectAfter > 0, l.BeganAt / searchTime.Milliseconds()}
			groups[one] = append(groups[one], l)
		}
	}
	for _, group := range groups {
		jobs = append(jobs, func() { b.gatherAndJudge(ctx, group) })
	}
	eachOf(jobs, b.concurrency, func(job func()) {
		if ctx.Err() == nil { // otherwise another worker does it after the lease
			job()
		}
	})
}

// needsEvidence reports whether a look at the row is a search for objects, which may
// read a long list. Otherwise the row is reported, or its object is read.
func (r *row) needsEvidence() bool {
	lost := r.State == Unknown && r.ObjectID == ""
	return lost || r.State.ended() && r.Reported == r.State
}

// A search identifies the rows that one read of a list can serve: rows of the same list
// and of about the same time.
type search struct {
	kind    Kind
	bounded bool // the time after which no object can be made is known
	began   int64
}

// searchTime is the largest time between attempts that one read of a list serves.
const searchTime = 10 * time.Minute

// readOrReport reports a row, or reads its object.
func (b *Box) readOrReport(ctx context.Context, l *lease) {
	reading, cancel := l.readContext(ctx)
	defer cancel()
	ctx, cancel = l.context(ctx)
	defer cancel()
	if l.State.reportable() && l.Reported != l.State {
		b.report(ctx, l)
		return
	}
	start, before := time.Now(), *l.row
	model, err := l.fetch(reading, b.client)
	if b.isMissing(reading, l.row, err) {
		l.objectMissing()
		b.keep(ctx, l, &before, 0, start, err)
		return
	}
	if err != nil {
		l.Tries++
		b.keep(ctx, l, &before, l.retryWait(), start, err)
		return
	}
	if reason := l.contradicts(model); reason != "" {
		l.wrongObject(reason)
		b.keep(ctx, l, &before, 0, start, nil)
		return
	}
	o := object{id: l.ObjectID, attempt: l.Attempt, state: stateOf(model), model: model}
	if o.state == l.State { // it still waits
		b.keep(ctx, l, &before, b.lookEvery, start, nil)
		return
	}
	b.setObject(l.row, o)
	l.addEntry(Entry{})
	if b.keep(ctx, l, &before, 0, start, nil) {
		b.report(ctx, l)
	}
}

// contradicts says why an object that a person has named cannot be the object of the row.
// It returns "" if nothing speaks against it.
func (r *row) contradicts(model any) string {
	if r.State != Unknown {
		return ""
	}
	if charge, ok := model.(*omise.Charge); ok && r.Kind == KindCapture {
		if isOpen(charge) {
			return "the charge is not captured"
		}
		return ""
	}
	if intent, ok := factsOf(model).metadata[omise.IntentKey].(string); ok && intent != r.Intent {
		return "the metadata of the object name another intent"
	}
	return ""
}

// gatherAndJudge gathers evidence for rows of one search and judges each.
func (b *Box) gatherAndJudge(ctx context.Context, group []*lease) {
	longest := slices.MaxFunc(group, func(a, b *lease) int { return a.over.Compare(b.over) })
	reading, cancel := longest.readContext(ctx)
	defer cancel()
	start := time.Now()
	rows := make([]*row, len(group))
	for i, l := range group {
		rows[i] = l.row
	}
	found, err := b.gather(reading, rows)
	// Even if ctx has ended, the evidence is written as long as the leases last.
	ctx, cancel = context.WithDeadline(context.WithoutCancel(ctx), longest.over)
	defer cancel()
	eachOf(group, b.concurrency, func(l *lease) {
		before := *l.row
		var due time.Duration
		switch {
		case err == nil:
			due = b.judge(l.row, found[l.row])
		case !b.judgePart(l.row, found[l.row]):
			l.Tries++
			b.keep(ctx, l, &before, min(l.retryWait(), time.Minute), start, err)
			return
		}
		if l.State != before.State {
			l.addEntry(Entry{Note: "by evidence"})
		}
		if b.keep(ctx, l, &before, due, start, nil) && l.State.reportable() && l.Reported != l.State {
			b.report(ctx, l)
		}
	})
}

// judge changes a row as the evidence says, and returns the wait until it is due again.
func (b *Box) judge(r *row, found *evidence) (due time.Duration) {
	paying := found.moneyObjects()
	// The worker that had the lease may send until the lease is over, and the API may
	// need its processing time after that. Both times count from an answer of the API
	// that came after this worker took the row, because the clock of a process may be
	// wrong.
	b.setNoObjectAfter(r, found.asOf)
	switch {
	case r.State.ended() && found.parentMissing: // it shows no second object: look again
		r.Tries++
		return r.retryWait()
	case r.State.ended():
		return r.judgeEnd(paying, found.asOf)
	}
	switch {
	case len(paying) == 1 && paying[0].attempt == r.Attempt:
		b.setObject(r, paying[0])
	case len(paying) == 0 && r.ownOf(found.objects) != nil:
		b.setObject(r, *r.ownOf(found.objects))
	case found.asOf.UnixMilli() < r.NoObjectAfter: // before a person decides, no request may be able to arrive
		r.Tries++
		rest := time.Duration(r.NoObjectAfter-found.asOf.UnixMilli()) * time.Millisecond
		return min(rest, min(r.retryWait(), time.Minute))
	case found.parentMissing:
		r.giveToPerson(Review, "the API does not have the charge, so it does not show what was done", nil)
	case len(paying) > 1:
		r.giveToPerson(Duplicated, "more than one object was made", ids(paying))
	case len(paying) == 1 && paying[0].attempt == outsideOutbox:
		r.giveToPerson(Review, "another call with the same intent has made an object", ids(paying))
	case len(paying) == 1:
		r.giveToPerson(Review, "an earlier attempt, which seemed to have ended, has made an object", ids(paying))
	case len(found.similar) > 0:
		r.giveToPerson(Review, "nothing has the mark of the attempt, but an object without any mark looks like it", ids(found.similar))
	case isRefusal(r.failure()):
		b.refuse(r, certain(r.failure()))
	default: // proven absent
		r.State, r.Tries = Ready, 0
	}
	if r.State == Review || r.State == Duplicated {
		r.LookedAgain = 1 // the person knows of all objects of the attempt
	}
	return 0
}

// judgePart judges a row after a list that could not be read to its end. If the object
// of the attempt was found, the attempt has ended; a second object is found by the look
// after the end. judgePart reports whether the row has changed.
func (b *Box) judgePart(r *row, found *evidence) bool {
	if found == nil || found.asOf.IsZero() || r.State.ended() {
		return false
	}
	b.setNoObjectAfter(r, found.asOf) // its first page was read
	paying := found.moneyObjects()
	if len(paying) != 1 || paying[0].attempt != r.Attempt {
		return false
	}
	b.setObject(r, paying[0])
	return true
}

// judgeEnd judges a row in the look after the end, which looks for a second object.
func (r *row) judgeEnd(paying []object, asOf time.Time) time.Duration {
	if rest := r.NoObjectAfter - asOf.UnixMilli(); rest > 0 {
		return time.Duration(rest) * time.Millisecond
	}
	r.LookedAgain = 1
	others := slices.DeleteFunc(ids(paying), func(id string) bool { return id == r.ObjectID })
	switch {
	case len(others) == 0:
		return never
	case r.State == Done:
		r.giveToPerson(Duplicated, "another object was made later", append([]string{r.ObjectID}, others...))
	default:
		r.giveToPerson(Review, "the attempt seemed to have ended without one, but an object was made", others)
	}
	return 0
}

// ownOf returns the last object of the present attempt, or nil if there is no such
// object.
func (r *row) ownOf(objects []object) (own *object) {
	for _, o := range objects {
		if o.attempt == r.Attempt {
			own = &o
		}
	}
	return own
}

func ids(objects []object) (all []string) {
	for _, o := range objects {
		all = append(all, o.id)
	}
	return all
}
