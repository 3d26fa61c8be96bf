package omise

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/omisekit/omise-go/internal/form"
)

// ListParams choose the window and the page of a list. The zero value, or nil,
// is the API's default: the first 20 records of all time, oldest first.
//
// Do not delete records of a list in the loop over it. The records after a deleted one
// move to an earlier place, so the next page would leave some out, and is an error. Delete
// after the loop.
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

var _ checker = (*ListParams)(nil)

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

	asked ListParams                                           // of the call that fetched the page
	fetch func(context.Context, *ListParams) (*List[T], error) // another page; nil if there was no call
}

// HasMore reports whether there are records after this page.
func (l *List[T]) HasMore() bool { return l.end() < l.Total }

// Next returns the page after this one, in the same window of time, or nil after the
// last page:
//
//	page, err := client.Charges.List(ctx, params)
//	for ; page != nil; page, err = page.Next(ctx) {
//		...
//	}
//	if err != nil {
//		...
//	}
//
// Next returns an error after an empty page whose total says that there are more records,
// after a page with records that has no total, and if the next page has a smaller total.
// It works on the pages that List methods return; a list inside another object
// has a List method of its own.
func (l *List[T]) Next(ctx context.Context) (*List[T], error) {
	switch {
	case l.isWithoutTotal():
		return nil, errNoTotal
	case !l.HasMore():
		return nil, nil
	case l.fetch == nil:
		return nil, errors.New("omise: this page did not come from a List method and cannot fetch the next one")
	case len(l.Data) == 0:
		return nil, errEmptyPage
	}
	next, err := l.fetch(ctx, l.following())
	if err == nil && next.Total < l.Total {
		return nil, errShrunk
	}
	return next, err
}

// errEmptyPage is the error of a page that is not the end of its list. The list would lose
// records if it ended there.
var errEmptyPage = errors.New("omise: a page is empty, although the list has more records")

// errNoTotal is the error of a page that does not say how many records the list has.
var errNoTotal = errors.New("omise: a page has records, but its list has no total")

func (l *List[T]) isWithoutTotal() bool {
	return l.fetch != nil && l.Total == 0 && len(l.Data) > 0
}

// end returns the offset after the page. If the server does not say where the page
// starts, or says 0, the offset that was asked for counts.
func (l *List[T]) end() int { return max(l.Offset, l.asked.Offset) + len(l.Data) }

// following returns the params of the next page. They repeat the time window that the
// server used for this page, so that new records do not change the list. If the server
// does not name a value, they repeat the value that was asked for.
func (l *List[T]) following() *ListParams {
	return completed(ListParams{From: l.From, To: l.To, Offset: l.end(), Limit: l.Limit, Order: l.Order}, &l.asked)
}

// completed returns params with the values of asked that params do not have.
func completed(params ListParams, asked *ListParams) *ListParams {
	params.Limit, params.Order = cmp.Or(params.Limit, asked.Limit), cmp.Or(params.Order, asked.Order)
	if params.From.IsZero() {
		params.From = asked.From
	}
	if params.To.IsZero() {
		params.To = asked.To
	}
	return &params
}

// identifyRecords checks that the answer is a list of the objects that were asked for.
//
// Doubt: the list of receipts was recorded as list and as receipt_list. Every name
// that ends with list is accepted.
func (l *List[T]) identifyRecords() error {
	if !strings.HasSuffix(l.Object, "list") {
		return fmt.Errorf("the answer is %s, not a list", describe(l.Object))
	}
	return identifyAll(l.Data)
}

// list fetches one page.
func list[T any](ctx context.Context, c *Client, r *route, params *ListParams, opts []RequestOption, ids ...string) (*List[T], error) {
	page, err := call[List[T]](ctx, c, r, params, opts, ids...)
	if err != nil {
		return nil, err
	}
	if params != nil {
		page.asked = *params
	}
	page.fetch = func(ctx context.Context, params *ListParams) (*List[T], error) {
		return list[T](ctx, c, r, params, opts, ids...)
	}
	return page, nil
}

// all goes through the records of a list. Every page has the time window of the first
// page, as with Next.
func all[T any](ctx context.Context, c *Client, r *route, params *ListParams, opts []RequestOption, ids ...string) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) { yieldList(ctx, c, r, params, opts, ids, yield) }
}

// yieldList is not a part of all, because the compiler copies a function that returns
// a closure, with the body of the closure, into each of its callers.
func yieldList[T any](ctx context.Context, c *Client, r *route, params *ListParams, opts []RequestOption, ids []string, yield func(*T, error) bool) {
	var window ListParams
	if params != nil {
		window = *params
	}
	window.Limit = cmp.Or(window.Limit, LargestPage)
	first := true
	records(ctx, window.Offset, opts, yield, func(ctx context.Context, at int, opts []RequestOption) (page[*T], error) {
		asked := window
		asked.Offset = at
		l, err := list[T](ctx, c, r, &asked, opts, ids...)
		if err != nil {
			return page[*T]{}, err
		}
		switch {
		case len(l.Data) == 0 && l.HasMore():
			return page[*T]{}, errEmptyPage
		case l.isWithoutTotal():
			return page[*T]{}, errNoTotal
		}
		if first { // the first page is fetched before any other
			window, first = *l.following(), false
		}
		return page[*T]{records: l.Data, next: l.end(), step: len(l.Data), end: l.Total, ordered: true}, nil
	})
}
