package outbox

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/omisekit/omise-go"
)

// errShifted is the error about a list from which an object was deleted between two
// pages, so that another object may have slid from one page to the page before.
var errShifted = errors.New("outbox: the list has changed while it was read")

// scan reads a list to its end and calls visit once with each object. It returns the
// time at which the list ends: all objects that were made before are in the list. It
// returns this time also with an error, if it has read the first page.
//
// Every page begins with the last object of the page before. If that object is missing,
// the list has changed, and the scan is not complete.
func scan[T any](ctx context.Context, list lister[T], params omise.ListParams, visit func(*T)) (asOf time.Time, err error) {
	seen := map[string]bool{}
	for {
		var answer omise.Response
		page, err := list(ctx, &params, omise.WithResponseInto(&answer))
		if err = cmp.Or(err, checkCurrent(&answer)); err != nil {
			return asOf, err
		}
		overlaps := len(seen) == 0
		if asOf.IsZero() { // all pages have the window of the first page
			if page.To.IsZero() {
				return asOf, errNoTime
			}
			asOf, params.To = page.To, page.To
		}
		for _, model := range page.Data {
			id := factsOf(model).id
			if seen[id] {
				overlaps = true
				continue
			}
			seen[id] = true
			visit(model)
		}
		end := params.Offset + len(page.Data)
		switch {
		case !overlaps:
			return asOf, errShifted
		case end >= page.Total:
			return asOf, nil
		case end-1 <= params.Offset: // the next page would be the same
			return asOf, errShifted
		}
		params.Offset = end - 1
	}
}

// A lister returns one page of a list.
type lister[T any] func(context.Context, *omise.ListParams, ...omise.RequestOption) (*omise.List[T], error)
