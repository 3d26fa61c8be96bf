package fake

import (
	"slices"
	"time"
)

const (
	defaultLimit = 20
	maxLimit     = 100

	chronological        = "chronological"
	reverseChronological = "reverse_chronological"
)

// A page says which part of a list is wanted.
type page struct {
	limit, offset int
	order         string
	from, to      time.Time
	unbounded     bool // from the first to the last record
}

func firstPage(now time.Time) page {
	return page{limit: defaultLimit, order: chronological, from: time.Unix(0, 0), to: now, unbounded: true}
}

func pageOf(p params, now time.Time) (page, *apiError) {
	want := firstPage(now)
	var bad problems
	if p.has("limit") {
		n := p.integer("limit", &bad)
		// Guess: a limit out of range is refused, not cut to the maximum.
		if len(bad) == 0 && (n < 1 || n > maxLimit) {
			bad.add("limit must be between 1 and %d", maxLimit)
		}
		want.limit = int(n)
	}
	if p.has("offset") {
		n := p.integer("offset", &bad)
		if n < 0 {
			bad.add("offset must be greater than or equal to 0")
		}
		want.offset = int(n)
	}
	if p.has("order") {
		want.order = p.choice("order", &bad, chronological, reverseChronological)
	}
	if p.has("from") {
		want.from, want.unbounded = p.time("from", &bad), false
	}
	if p.has("to") {
		want.to, want.unbounded = p.time("to", &bad), false
	}
	return want, bad.err(badRequest)
}

// list renders the wanted page of items, which are in chronological order.
func list[T record](location string, items []T, want page, render func(T) object) object {
	if !want.unbounded {
		// Guess: both ends of the time window belong to it.
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

// envelope wraps a page of rendered objects, out of total.
func envelope(location string, data []object, total int, want page) object {
	return newObject("list").with(object{
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
