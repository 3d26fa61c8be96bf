package omise

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
)

// A page is a page of a list or of a search, as the All methods see it. P is a
// pointer to the model of its records.
type page[P any] struct {
	records []P
	next    int // where the next page begins: an offset, or the number of a page
	step    int // expected distance between the next pages
	end     int // no page begins here or later

	// ordered says that new records do not change the order, so a page that repeats others
	// is the end, and an end that comes nearer means that records have left the list.
	ordered bool
}

// A fetch gets the page that begins at a position. The first page is fetched alone,
// because its answer may change the requests for the other pages.
type fetch[P any] func(ctx context.Context, at int, opts []RequestOption) (page[P], error)

// errShrunk is the error of a page whose list has fewer records than before. A record was
// deleted, or another machine answers that does not have the newest records yet, so the
// page leaves records out.
var errShrunk = errors.New("omise: the list has lost records while it was read")

// records yields the records of the pages from at on. It ends after the last page, after
// an empty page, after a page of an ordered list that has no new records, and after an
// error, which it yields once.
func records[P any](ctx context.Context, at int, opts []RequestOption, yield func(P, error) bool, get fetch[P]) {
	var seen seenIDs
	end := 0
	for page, err := range pages(ctx, at, opts, get) {
		if err == nil && page.ordered && page.end < end {
			err = errShrunk
		}
		if err != nil {
			var none P
			yield(none, err)
			return
		}
		end = page.end
		progress := false
		for _, record := range page.records {
			if !seen.add(idOf(record)) {
				continue
			}
			progress = true
			if !yield(record, nil) {
				return
			}
		}
		if !progress && (page.ordered || len(page.records) == 0) {
			return
		}
	}
}

// pages yields one page after the other, up to the first error.
func pages[P any](ctx context.Context, at int, opts []RequestOption, get fetch[P]) iter.Seq2[page[P], error] {
	if len(opts) > 0 {
		var o callOptions
		o.apply(opts)
		if o.prefetch > 1 {
			ahead := &prefetch[P]{get: get, limit: o.prefetch, opts: opts, response: o.response}
			return func(yield func(page[P], error) bool) { ahead.pages(ctx, at, yield) }
		}
	}
	return func(yield func(page[P], error) bool) {
		p, err := get(ctx, at, opts)
		for yield(p, err) && err == nil && p.next < p.end {
			p, err = get(ctx, p.next, opts)
		}
	}
}

// A prefetch yields the same pages, and fetches the next pages at the same time. It
// never has more than most pages, counting the current page of the loop.
type prefetch[P any] struct {
	get      fetch[P]
	limit    int
	opts     []RequestOption
	response *Response // of WithResponseInto; it gets the answer of the current page

	ctx     context.Context // of the running fetches
	stop    context.CancelFunc
	running sync.WaitGroup
	ahead   []*fetched[P] // being fetched or arrived, in order
	at      int           // where the page after ahead begins
}

// fetched is a page that is being fetched or has arrived.
type fetched[P any] struct {
	at       int
	done     chan struct{}
	page     page[P]
	err      error
	response Response
}

func (f *prefetch[P]) pages(ctx context.Context, at int, yield func(page[P], error) bool) {
	p, err := f.get(ctx, at, f.opts)
	if err != nil {
		yield(p, err)
		return
	}
	f.start(ctx, p.next)
	defer f.stopAll()
	for {
		if p.next != f.nextPosition() { // this page has another size than the earlier ones
			f.stopAll()
			f.start(ctx, p.next)
		}
		f.fetchAhead(p, f.limit-1)
		if !yield(p, nil) || p.next >= p.end {
			return
		}
		if ctx.Err() == nil {
			f.fetchAhead(p, f.limit)
			p, err = f.take()
		} else { // get returns the error of ctx
			p, err = f.get(ctx, p.next, f.opts)
		}
		if err != nil {
			yield(p, err)
			return
		}
	}
}

func (f *prefetch[P]) start(ctx context.Context, at int) {
	f.ctx, f.stop = context.WithCancel(ctx)
	f.ahead, f.at = nil, at
}

// stopAll stops the running fetches and waits for their end.
func (f *prefetch[P]) stopAll() {
	f.stop()
	f.running.Wait()
}

// nextPosition returns where the next page was expected to begin.
func (f *prefetch[P]) nextPosition() int {
	if len(f.ahead) > 0 {
		return f.ahead[0].at
	}
	return f.at
}

// fetchAhead starts fetches until limit pages after p are fetched or being fetched.
func (f *prefetch[P]) fetchAhead(p page[P], many int) {
	for ; len(f.ahead) < many && f.at < p.end && p.step > 0; f.at += p.step {
		next := &fetched[P]{at: f.at, done: make(chan struct{})}
		ctx, opts := f.ctx, f.opts
		if f.response != nil {
			opts = append(slices.Clip(opts), WithResponseInto(&next.response))
		}
		f.ahead = append(f.ahead, next)
		f.running.Go(func() {
			defer close(next.done)
			next.page, next.err = f.get(ctx, next.at, opts)
		})
	}
}

// take waits for the first of the pages ahead and removes it.
func (f *prefetch[P]) take() (page[P], error) {
	next := f.ahead[0]
	f.ahead = slices.Delete(f.ahead, 0, 1)
	<-next.done
	if f.response != nil && next.response.StatusCode != 0 {
		*f.response = next.response
	}
	return next.page, next.err
}

// seenIDs remembers the ids of the last 1000 to 2000 records. That is enough to drop
// the records that a shifting list repeats, and stays small for a list of millions.
type seenIDs struct{ recent recentSet }

const mostSeenIDs = 1000

// add reports whether the id is new. A record without an id is always new.
func (s *seenIDs) add(id string) bool {
	if id == "" {
		return true
	}
	if s.recent.has(id) {
		return false
	}
	s.recent.add(id, mostSeenIDs)
	return true
}
