package omise

import (
	"context"
	"iter"
	"reflect"
	"slices"
	"sync"
)

// A page is what the All methods need of a page of a list or a search.
type page struct {
	records any // []*T
	next    int // where the page after it begins: an offset, or the number of a page
	step    int // how far the pages after it are apart, as far as one can tell
	end     int // no page begins here or later
}

// A fetch gets the page that begins at a place. The first one comes alone; it
// may settle what all others ask for.
type fetch func(ctx context.Context, at int, opts []RequestOption) (page, error)

// recordsOf goes through the records of the pages to which open shows the way,
// anew each time: where they begin, and how to get them. P is a pointer, so that
// this is compiled once for all, as long as it is not inlined.
//
//go:noinline
func recordsOf[P any](ctx context.Context, open func() (int, fetch), opts []RequestOption) iter.Seq2[P, error] {
	return func(yield func(P, error) bool) {
		at, get := open()
		records(ctx, at, opts, get, func(record any, err error) bool {
			r, _ := record.(P)
			return yield(r, err)
		})
	}
}

// records yields the records of pages. It ends with the pages and on one of
// nothing but records it has seen; an error is yielded once and ends it, too.
func records(ctx context.Context, at int, opts []RequestOption, get fetch, yield func(record any, err error) bool) {
	var seen recent
	for page, err := range pages(ctx, at, opts, get) {
		if err != nil {
			yield(nil, err)
			return
		}
		all := reflect.ValueOf(page.records)
		id := identityOf(all.Type().Elem().Elem())
		progress := false
		for i := range all.Len() {
			record := all.Index(i)
			if !seen.add(id.of(record.Elem())) {
				continue
			}
			progress = true
			if !yield(record.Interface(), nil) {
				return
			}
		}
		if !progress {
			return
		}
	}
}

// pages yields one page after the other, up to the first error.
func pages(ctx context.Context, at int, opts []RequestOption, get fetch) iter.Seq2[page, error] {
	if len(opts) > 0 {
		if o := newCallOptions(opts); o.prefetch > 1 {
			return (&prefetch{get: get, most: o.prefetch, opts: opts, response: o.response}).pages(ctx, at)
		}
	}
	return func(yield func(page, error) bool) {
		p, err := get(ctx, at, opts)
		for yield(p, err) && err == nil && p.next < p.end {
			p, err = get(ctx, p.next, opts)
		}
	}
}

// A prefetch yields the same pages, and fetches the next ones meanwhile. The
// page that the loop is at and those ahead of it are never more than most.
type prefetch struct {
	get      fetch
	most     int
	opts     []RequestOption
	response *Response // what WithResponseInto fills, with the page that the loop is at

	ctx     context.Context // of what is in flight
	stop    context.CancelFunc
	running sync.WaitGroup
	ahead   []*fetched // in their order
	at      int        // where the page after them begins
}

// fetched is a page that is on its way or has arrived.
type fetched struct {
	at       int
	done     chan struct{}
	page     page
	err      error
	response Response
}

func (f *prefetch) pages(ctx context.Context, at int) iter.Seq2[page, error] {
	return func(yield func(page, error) bool) {
		p, err := f.get(ctx, at, f.opts)
		if err != nil {
			yield(p, err)
			return
		}
		f.begin(ctx, p.next)
		defer f.end()
		for {
			if p.next != f.following() { // a page of another size than those before it
				f.end()
				f.begin(ctx, p.next)
			}
			f.fill(p, f.most-1)
			if !yield(p, nil) || p.next >= p.end {
				return
			}
			if ctx.Err() == nil {
				f.fill(p, f.most)
				p, err = f.take()
			} else { // pages that have arrived are not an answer to that
				p, err = f.get(ctx, p.next, f.opts)
			}
			if err != nil {
				yield(p, err)
				return
			}
		}
	}
}

func (f *prefetch) begin(ctx context.Context, at int) {
	f.ctx, f.stop = context.WithCancel(ctx)
	f.ahead, f.at = nil, at
}

// end stops what is in flight and returns when nothing is left of it.
func (f *prefetch) end() {
	f.stop()
	f.running.Wait()
}

// following is where the page after the one that the loop is at was thought to
// begin.
func (f *prefetch) following() int {
	if len(f.ahead) > 0 {
		return f.ahead[0].at
	}
	return f.at
}

// fill fetches pages ahead of p until they are so many.
func (f *prefetch) fill(p page, many int) {
	for ; len(f.ahead) < many && f.at < p.end && p.step > 0; f.at += p.step {
		one := &fetched{at: f.at, done: make(chan struct{})}
		ctx, opts := f.ctx, f.opts
		if f.response != nil {
			opts = append(slices.Clip(opts), WithResponseInto(&one.response))
		}
		f.ahead = append(f.ahead, one)
		f.running.Go(func() {
			defer close(one.done)
			one.page, one.err = f.get(ctx, one.at, opts)
		})
	}
}

// take waits for the first of the pages ahead.
func (f *prefetch) take() (page, error) {
	one := f.ahead[0]
	f.ahead = slices.Delete(f.ahead, 0, 1)
	<-one.done
	if f.response != nil && one.response.StatusCode != 0 {
		*f.response = one.response
	}
	return one.page, one.err
}

// recent remembers the ids of the last thousand records or two: enough to drop
// what a shifting list repeats, and no more for a list of millions.
type recent struct{ young, old map[string]bool }

// add tells whether the id is new. Records without an id always are.
func (r *recent) add(id string) bool {
	if id == "" {
		return true
	}
	if r.young[id] || r.old[id] {
		return false
	}
	if r.young == nil || len(r.young) >= 1000 {
		r.young, r.old = r.old, r.young
		clear(r.young)
	}
	if r.young == nil {
		r.young = map[string]bool{}
	}
	r.young[id] = true
	return true
}
