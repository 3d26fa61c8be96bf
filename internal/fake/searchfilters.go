package fake

import (
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/omisekit/omise-go/internal/fake/params"
)

// A filter reads a value that a search asks for, and tells what fits it.
type filter func(wanted string, now time.Time) (fits matcher, ok bool)

// A matcher looks at a rendered object.
type matcher func(object) bool

type matchers []matcher

// match reports whether any of the matchers fits.
func (ms matchers) match(o object) bool {
	return slices.ContainsFunc(ms, func(m matcher) bool { return m(o) })
}

// plain returns an attribute as text, empty if there is none.
func plain(v any) string { return params.Map{"": v}.Text("") }

// exactly takes the text that an attribute has.
func exactly(path string) filter {
	return func(wanted string, _ time.Time) (matcher, bool) {
		return func(o object) bool { return plain(o.At(path)) == wanted }, true
	}
}

// constant takes the text that all records have.
func constant(text string) filter {
	return func(wanted string, _ time.Time) (matcher, bool) {
		return func(object) bool { return wanted == text }, true
	}
}

// prefix takes the first characters of an attribute.
func prefix(path string) filter {
	return func(wanted string, _ time.Time) (matcher, bool) {
		return func(o object) bool {
			text := plain(o.At(path))
			return text != "" && strings.HasPrefix(text, wanted)
		}, true
	}
}

// scheduleState takes the status of a schedule, where active is another word
// for running.
func scheduleState(wanted string, _ time.Time) (matcher, bool) {
	if wanted == "active" {
		wanted = string(scheduleRunning)
	}
	return func(o object) bool { return o["status"] == wanted }, true
}

var booleanWords = map[string]bool{
	"true": true, "yes": true, "on": true, "1": true, "false": false, "no": false, "off": false, "0": false,
}

// whether takes a word for true or false.
//
// Guess: numbers stand for them too, because some such filters are said to be
// numbers.
func whether(holds matcher) filter {
	return func(wanted string, _ time.Time) (matcher, bool) {
		want, ok := booleanWords[strings.ToLower(wanted)]
		return func(o object) bool { return holds(o) == want }, ok
	}
}

func isTrue(path string) filter {
	return whether(func(o object) bool { return o.At(path) == true })
}

func isSet(path string) filter {
	return whether(func(o object) bool { return o.At(path) != nil })
}

// span splits a range a..b; a single value is both its ends.
func span(wanted string) (low, high string) {
	low, high, ok := strings.Cut(wanted, "..")
	if !ok {
		high = low
	}
	return low, high
}

// number takes a number or a range of numbers.
func number(path string) filter {
	return between(func(o object) *big.Rat { return rational(o.At(path), 0) })
}

// money takes an amount or a range of amounts in the main unit of the currency
// next to it.
func money(path string) filter {
	currency := path[:strings.LastIndex(path, ".")+1] + "currency"
	return between(func(o object) *big.Rat {
		return rational(o.At(path), decimals(plain(o.At(currency))))
	})
}

// rational returns an integer attribute with so many decimals, nil if it is
// none.
func rational(v any, places int) *big.Rat {
	n, ok := v.(int64)
	if !ok {
		return nil
	}
	return big.NewRat(n, pow10(places))
}

func between(value func(object) *big.Rat) filter {
	return func(wanted string, _ time.Time) (matcher, bool) {
		var bad params.Problems
		from, to := span(wanted)
		low, high := params.Map{"": from}.Decimal("", &bad), params.Map{"": to}.Decimal("", &bad)
		return func(o object) bool {
			n := value(o)
			return n != nil && n.Cmp(low) >= 0 && n.Cmp(high) <= 0
		}, len(bad) == 0
	}
}

// moment takes a day, a word for some days, or a range of days or moments. It
// includes both ends.
func moment(path string) filter {
	return func(wanted string, now time.Time) (matcher, bool) {
		from, to, ok := days(wanted, now)
		return func(o object) bool {
			t, isTime := o.At(path).(time.Time)
			return isTime && !t.IsZero() && !t.Before(from) && t.Before(to)
		}, ok
	}
}

// days returns the first moment of a stretch of time and the first one after.
//
// Guess: days are those of UTC, and weeks start on Monday.
func days(wanted string, now time.Time) (from, to time.Time, ok bool) {
	today := midnight(now)
	monday := today.AddDate(0, 0, -int(today.Weekday()+6)%7)
	month := today.AddDate(0, 0, 1-today.Day())
	switch wanted {
	case "today":
		return today, today.AddDate(0, 0, 1), true
	case "yesterday":
		return today.AddDate(0, 0, -1), today, true
	case "this_week":
		return monday, monday.AddDate(0, 0, 7), true
	case "last_week":
		return monday.AddDate(0, 0, -7), monday, true
	case "this_month":
		return month, month.AddDate(0, 1, 0), true
	case "last_month":
		return month.AddDate(0, -1, 0), month, true
	}
	first, last := span(wanted)
	from, _, fromOK := parseMoment(first)
	_, to, toOK := parseMoment(last)
	return from, to, fromOK && toOK
}

// parseMoment reads a day or a second, and returns the next one as well.
func parseMoment(text string) (t, next time.Time, ok bool) {
	for _, layout := range []string{time.DateOnly, "2006/01/02"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, t.AddDate(0, 0, 1), true
		}
	}
	t, err := time.Parse(time.RFC3339, text)
	return t, t.Add(time.Second), err == nil
}
