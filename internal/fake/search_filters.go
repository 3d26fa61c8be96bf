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

// A filter reads the value that a search asks for and returns the matcher of the
// records that have it.
type filter func(wanted string, now time.Time) (m matcher, ok bool)

// An attributes function returns the attribute of a record at a path such as
// card.last_digits, as the expanded object has it. It is nil if there is none.
type attributes func(path string) any

// A matcher reports whether a record is one that a search asks for.
type matcher func(attributes) bool

// anyOf matches what one of the matchers matches.
func anyOf(matchers []matcher) matcher {
	return func(at attributes) bool {
		return slices.ContainsFunc(matchers, func(m matcher) bool { return m(at) })
	}
}

// exactly takes the text that an attribute has.
func exactly(path string) filter {
	return func(wanted string, _ time.Time) (matcher, bool) {
		return func(at attributes) bool { return params.Text(at(path)) == wanted }, true
	}
}

// constant takes the text that all records have.
func constant(text string) filter {
	return func(wanted string, _ time.Time) (matcher, bool) {
		return func(attributes) bool { return wanted == text }, true
	}
}

// prefix takes the first characters of an attribute.
func prefix(path string) filter {
	return func(wanted string, _ time.Time) (matcher, bool) {
		return func(at attributes) bool {
			text := params.Text(at(path))
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
	return func(at attributes) bool { return at("status") == wanted }, true
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

// number takes a number or a range of numbers.
func number(path string) filter {
	return between(path, func(attributes) int { return 0 })
}

// amount takes an amount or a range of amounts in the main unit of the currency
// next to it.
func amount(path string) filter {
	currency := path[:strings.LastIndex(path, ".")+1] + "currency"
	return between(path, func(at attributes) int { return money.Decimals(params.Text(at(currency))) })
}

// maxPlaces is the largest number of decimal places of a currency.
const maxPlaces = 2

// between takes a range of integers that have some decimal places. The bounds
// are turned into such integers once, because there may be many records.
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

// floor rounds down. A number that does not fit becomes the nearest one that does,
// and whose negative fits, too.
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

// moment takes a day, a word for some days, or a range of days or moments. It
// includes both ends.
func moment(path string) filter {
	return func(wanted string, now time.Time) (matcher, bool) {
		from, to, ok := days(wanted, now)
		return func(at attributes) bool {
			t, isTime := at(path).(time.Time)
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
