package fake

import (
	"slices"
	"time"

	"github.com/omisekit/omise-go/internal/fake/params"
	"github.com/omisekit/omise-go/internal/fake/shape"
)

const (
	defaultLimit = 20
	maxLimit     = 100

	chronological        = "chronological"
	reverseChronological = "reverse_chronological"
)

// A page is the requested part of a list.
type page struct {
	limit, offset int
	order         string
	from, to      time.Time
	unbounded     bool // the whole list, without a time window
}

func firstPage(now time.Time) page {
	return page{limit: defaultLimit, order: chronological, from: time.Unix(0, 0), to: now, unbounded: true}
}

func pageOf(p params.Map, now time.Time) (page, *apiError) {
	want := firstPage(now)
	var bad params.Problems
	if p.Has("limit") {
		n := p.Integer("limit", &bad)
		// Guess: a limit out of range is refused, not cut to the maximum.
		if len(bad) == 0 && (n < 1 || n > maxLimit) {
			bad.Add("limit must be between 1 and %d", maxLimit)
		}
		want.limit = int(n)
	}
	if p.Has("offset") {
		n := p.Integer("offset", &bad)
		if n < 0 {
			bad.Add("offset must be greater than or equal to 0")
		}
		want.offset = int(n)
	}
	if p.Has("order") {
		want.order = p.Choice("order", &bad, chronological, reverseChronological)
	}
	if p.Has("from") {
		want.from, want.unbounded = p.Time("from", &bad), false
	}
	if p.Has("to") {
		want.to, want.unbounded = p.Time("to", &bad), false
	}
	return want, refuse(badRequest, bad)
}

// list renders the requested page of items. The items are in chronological order.
func list[T record](location string, items []T, want page, render func(T) object) object {
	if !want.unbounded {
		// Guess: the time window includes both ends.
		items = slices.DeleteFunc(slices.Clone(items), func(v T) bool {
			return v.created().Before(want.from) || v.created().After(want.to)
		})
	}
	total := len(items)
	start := min(want.offset, total)
	data := make([]object, min(want.limit, total-start))
	for i := range data {
		at := start + i
		if want.order == reverseChronological {
			at = total - 1 - at
		}
		data[i] = render(items[at])
	}
	return envelope(location, data, total, want)
}

// envelope returns the list object around a page of rendered objects.
func envelope(location string, data []object, total int, want page) object {
	return shape.New("list").With(object{
		"data":     data,
		"limit":    want.limit,
		"offset":   want.offset,
		"total":    total,
		"location": location,
		"order":    want.order,
		"from":     want.from,
		"to":       want.to,
	})
}

// embed renders the first page of a list that is part of another object.
func embed[T record](s *Server, location string, items []T, render view[T]) object {
	return list(location, items, firstPage(s.clock.now()), func(v T) object { return render(v, false) })
}
