package fake

import (
	"math"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/omisekit/omise-go/internal/fake/money"
	"github.com/omisekit/omise-go/internal/fake/params"
)

// A filter reads the value in a search and returns a matcher for the records that have
// it.
type filter func(wanted string, now time.Time) (m matcher, ok bool)

// An attributes function returns the attribute of a record at a path such as
// card.last_digits, as the expanded object has it. It is nil if there is none.
type attributes func(path string) any

// A matcher reports whether a record matches a search.
type matcher func(attributes) bool

// anyOf matches a record if at least one of the matchers matches it.
func anyOf(matchers []matcher) matcher {
	return func(at attributes) bool {
		return slices.ContainsFunc(matchers, func(m matcher) bool { return m(at) })
	}
}

// exactly matches an attribute that is equal to the value.
func exactly(path string) filter {
	return func(wanted string, _ time.Time) (matcher, bool) {
		return func(at attributes) bool { return params.Text(at(path)) == wanted }, true
	}
}

// constant matches all records if the value is the given text.
func constant(text string) filter {
	return func(wanted string, _ time.Time) (matcher, bool) {
		return func(attributes) bool { return wanted == text }, true
	}
}

// prefix matches an attribute that starts with the value.
func prefix(path string) filter {
	return func(wanted string, _ time.Time) (matcher, bool) {
		return func(at attributes) bool {
			text := params.Text(at(path))
			return text != "" && strings.HasPrefix(text, wanted)
		}, true
	}
}

// scheduleState matches the status of a schedule. The value active also means running.
func scheduleState(wanted string, _ time.Time) (matcher, bool) {
	if wanted == "active" {
		wanted = string(scheduleRunning)
	}
	return func(at attributes) bool { return at("status") == wanted }, true
}

var booleanWords = map[string]bool{
	"true": true, "yes": true, "on": true, "1": true, "false": false, "no": false, "off": false, "0": false,
}

// whether reads true or false and matches the records for which holds has that result.
//
// Guess: numbers are accepted as well, because the reference calls some of these filters
// numbers.
func whether(holds matcher) filter {
	return func(wanted string, _ time.Time) (matcher, bool) {
		want, ok := booleanWords[strings.ToLower(wanted)]
		return func(at attributes) bool { return holds(at) == want }, ok
	}
}

func isTrue(path string) filter {
	return whether(func(at attributes) bool { return at(path) == true })
}

func isSet(path string) filter {
	return whether(func(at attributes) bool { return at(path) != nil })
}

// span splits a range a..b. A single value is both ends of its range.
func span(wanted string) (low, high string) {
	low, high, ok := strings.Cut(wanted, "..")
	if !ok {
		high = low
	}
	return low, high
}

// number matches an attribute that is equal to a number or within a range of numbers.
func number(path string) filter {
	return between(path, func(attributes) int { return 0 })
}

// amount matches an amount that is equal to the value or within a range. The value is in
// the main unit of the currency of the same object.
func amount(path string) filter {
	currency := path[:strings.LastIndex(path, ".")+1] + "currency"
	return between(path, func(at attributes) int { return money.Decimals(params.Text(at(currency))) })
}

// maxPlaces is the largest number of decimal places of a currency.
const maxPlaces = 2

// between matches a range of integers with decimal places. It converts the bounds to
// integers once, because there may be many records.
func between(path string, places func(attributes) int) filter {
	return func(wanted string, _ time.Time) (matcher, bool) {
		var bad params.Problems
		from, to := span(wanted)
		low, high := params.Map{"": from}.Decimal("", &bad), params.Map{"": to}.Decimal("", &bad)
		var least, most [maxPlaces + 1]int64
		for n := range least {
			unit := new(big.Rat).SetInt64(money.Pow10(n))
			least[n] = -floor(new(big.Rat).Neg(new(big.Rat).Mul(low, unit)))
			most[n] = floor(new(big.Rat).Mul(high, unit))
		}
		return func(at attributes) bool {
			n, ok := at(path).(int64)
			if !ok {
				return false
			}
			p := places(at)
			return least[p] <= n && n <= most[p]
		}, len(bad) == 0
	}
}

// floor rounds down. A number that does not fit into an int64 becomes the nearest
// number of which the negative also fits.
func floor(r *big.Rat) int64 {
	whole := new(big.Int).Div(r.Num(), r.Denom())
	switch {
	case whole.IsInt64() && whole.Int64() != math.MinInt64:
		return whole.Int64()
	case r.Sign() < 0:
		return -math.MaxInt64
	}
	return math.MaxInt64
}

// moment matches a time within a day, within the days that a word names, or within a
// range of days or times. A range includes both ends.
func moment(path string) filter {
	return func(wanted string, now time.Time) (matcher, bool) {
		from, to, ok := days(wanted, now)
		return func(at attributes) bool {
			t, isTime := at(path).(time.Time)
			return isTime && !t.IsZero() && !t.Before(from) && t.Before(to)
		}, ok
	}
}

// days returns the start of a period and the start of the time after it.
//
// Guess: days are in UTC, and weeks start on Monday.
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

// parseMoment reads a day or a time. It also returns the next day or the next second.
func parseMoment(text string) (t, next time.Time, ok bool) {
	for _, layout := range []string{time.DateOnly, "2006/01/02"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, t.AddDate(0, 0, 1), true
		}
	}
	t, err := time.Parse(time.RFC3339, text)
	return t, t.Add(time.Second), err == nil
}
