package omise

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"strings"
	"time"

	"github.com/omisekit/omise-go/internal/form"
)

// ListParams choose the window and the page of a list. The zero value, or nil,
// is the API's default: the first 20 records of all time, oldest first.
//
// See https://docs.omise.co/api-pagination.
type ListParams struct {
	From   time.Time `url:"from,omitempty"`   // earliest creation time
	To     time.Time `url:"to,omitempty"`     // latest creation time; now if zero
	Offset int       `url:"offset,omitempty"` // records to skip
	Limit  int       `url:"limit,omitempty"`  // records on a page, at most 100
	Order  Order     `url:"order,omitempty"`  // by creation time
}

// LargestPage is the largest Limit that the API accepts.
const LargestPage = 100

func (p *ListParams) check() *form.Problem {
	switch {
	case p.Limit < 0 || p.Limit > LargestPage:
		return &form.Problem{Field: "limit", Rule: fmt.Sprintf("must be between 1 and %d", LargestPage)}
	case p.Offset < 0:
		return &form.Problem{Field: "offset", Rule: "must not be negative"}
	}
	return nil
}

// Order sorts a list by creation time.
type Order string

// The orders of a list.
const (
	Chronological        Order = "chronological"         // oldest first, the default
	ReverseChronological Order = "reverse_chronological" // newest first
)

// A List is one page of records, from a List method or inside another object.
type List[T any] struct {
	Object   string    `json:"object" wire:"strict"` // "list"
	Data     []*T      `json:"data" wire:"strict"`   // the records of this page
	Limit    int       `json:"limit"`                // records on a page
	Offset   int       `json:"offset" wire:"strict"` // records before this page
	Total    int       `json:"total" wire:"strict"`  // records in the window, on all pages
	Location string    `json:"location"`             // path of the list
	Order    Order     `json:"order"`                // by creation time
	From     time.Time `json:"from"`                 // start of the window, UTC
	To       time.Time `json:"to"`                   // end of the window, UTC

	origin origin
}

// HasMore tells whether there are records after this page.
func (l *List[T]) HasMore() bool { return l.place().hasMore() }

// Next returns the page after this one, in the same window of time, or nil
// after the last one:
//
//	page, err := client.Charges.List(ctx, params)
//	for ; page != nil; page, err = page.Next(ctx) {
//		...
//	}
//	if err != nil {
//		...
//	}
//
// It belongs to the pages that List methods return; a list inside another
// object has a List method of its own.
func (l *List[T]) Next(ctx context.Context) (*List[T], error) {
	next := new(List[T])
	if more, err := l.place().fetchNext(ctx, next); !more || err != nil {
		return nil, err
	}
	return next, nil
}

// A listed is a page of a list, whatever its records are. What works on it is
// compiled once, what works on a List[T] for every T.
type listed interface{ place() place }

// A place is a page of a list and where it is in it.
type place struct {
	ListParams // as the server tells them
	object     string
	records    any // []*T
	count      int // of them
	total      int // records on all pages
	*origin
}

// place is not inlined, as it would be compiled for every T more than once.
//
//go:noinline
func (l *List[T]) place() place {
	return place{ListParams{l.From, l.To, l.Offset, l.Limit, l.Order}, l.Object, l.Data, len(l.Data), l.Total, &l.origin}
}

// An origin is the call that a page comes from.
type origin struct {
	asked ListParams
	fetch func(context.Context, *ListParams, listed) error // another page; nil if there was no call
}

func (p place) fetchNext(ctx context.Context, next listed) (more bool, err error) {
	switch {
	case !p.hasMore():
		return false, nil
	case p.fetch == nil:
		return true, errors.New("omise: this page did not come from a List method and cannot fetch the next one")
	}
	return true, p.fetch(ctx, p.following(), next)
}

func (p place) hasMore() bool { return p.count > 0 && p.end() < p.total }

// end is the offset after the page. A server that does not tell where the page
// starts, or takes no offset, is believed to have done as asked.
func (p place) end() int { return max(p.Offset, p.asked.Offset) + p.count }

// following returns the params of the next page. The window is the one that
// the server used for this page, so that records created meanwhile neither
// shift nor stretch the list; what the server does not tell is asked for again.
func (p place) following() *ListParams {
	next := p.ListParams
	next.Offset = p.end()
	if next.From.IsZero() {
		next.From = p.asked.From
	}
	if next.To.IsZero() {
		next.To = p.asked.To
	}
	next.Limit = cmp.Or(next.Limit, p.asked.Limit)
	next.Order = cmp.Or(next.Order, p.asked.Order)
	return &next
}

// identify checks that the answer is a list of what was asked for.
func (p place) identify() error {
	if !strings.HasSuffix(p.object, "list") {
		return fmt.Errorf("the answer is %s, not a list", describe(p.object))
	}
	return identifyAll(p.records)
}

// identifyAll checks the records of a page.
func identifyAll(page any) error {
	records := reflect.ValueOf(page)
	id := identityOf(records.Type().Elem().Elem())
	for i := range records.Len() {
		record := records.Index(i)
		if record.IsNil() {
			return fmt.Errorf("record %d is null", i)
		}
		if err := id.check(record.Interface(), "", ""); err != nil {
			return fmt.Errorf("record %d: %w", i, err)
		}
	}
	return nil
}

// list fetches one page.
func list[T any](ctx context.Context, c *Client, r *route, params *ListParams, opts []RequestOption, ids ...string) (*List[T], error) {
	page := new(List[T])
	if err := c.list(ctx, r, params, opts, ids, page); err != nil {
		return nil, err
	}
	return page, nil
}

func (c *Client) list(ctx context.Context, r *route, params *ListParams, opts []RequestOption, ids []string, page listed) error {
	if err := c.into(ctx, r, params, opts, ids, page); err != nil {
		return err
	}
	from := page.place().origin
	if params != nil {
		from.asked = *params
	}
	from.fetch = func(ctx context.Context, params *ListParams, page listed) error {
		return c.list(ctx, r, params, opts, ids, page)
	}
	return nil
}

// all goes through the records of a list. Every page is asked for in the window
// of the first one, as Next does.
func all[T any](ctx context.Context, c *Client, r *route, params *ListParams, opts []RequestOption, ids ...string) iter.Seq2[*T, error] {
	return recordsOf[*T](ctx, c.listPages(r, params, ids, (*List[T])(nil)), opts)
}

// listPages returns the way to the pages of a list, which are of the type of
// like. Inlined, it would be compiled for every T.
//
//go:noinline
func (c *Client) listPages(r *route, params *ListParams, ids []string, like listed) func() (int, fetch) {
	return func() (int, fetch) {
		w := newWindow(params)
		return w.Offset, func(ctx context.Context, at int, opts []RequestOption) (page, error) {
			l := reflect.New(reflect.TypeOf(like).Elem()).Interface().(listed)
			if err := c.list(ctx, r, w.from(at), opts, ids, l); err != nil {
				return page{}, err
			}
			return w.page(l.place()), nil
		}
	}
}

// A window is what all pages of an iterator are asked for.
type window struct {
	ListParams
	pinned bool // to what the first page has told
}

func newWindow(params *ListParams) *window {
	w := &window{}
	if params != nil {
		w.ListParams = *params
	}
	w.Limit = cmp.Or(w.Limit, LargestPage)
	return w
}

func (w *window) from(offset int) *ListParams {
	asked := w.ListParams
	asked.Offset = offset
	return &asked
}

func (w *window) page(at place) page {
	if !w.pinned {
		w.ListParams, w.pinned = *at.following(), true
	}
	return page{records: at.records, next: at.end(), step: at.count, end: at.total}
}
