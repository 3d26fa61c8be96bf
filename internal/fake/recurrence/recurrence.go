// Package recurrence computes the days on which a schedule of the fake runs.
package recurrence

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/omisekit/omise-go/internal/fake/params"
)

const (
	byDay   = "day"
	byWeek  = "week"
	byMonth = "month"

	day  = 24 * time.Hour
	week = 7 * day

	maxUpcoming = 30
	// Guess: the limit, because no source has one. It prevents an overflow in the arithmetic of days.
	maxEvery = 1000
)

// ordinals are the weeks of a month that weekday_of_month can name. The week
// "last" is counted from the end.
//
// Guess: there is no fifth week, because no source names it.
var ordinals = []string{"1st", "2nd", "3rd", "4th", "last"}

// A Rule says on which days a schedule runs. Days are midnights in UTC.
type Rule struct {
	Every       int64          // number of periods from one run to the next
	Period      string         // day, week or month
	weekdays    []time.Weekday // for weeks
	daysOfMonth []int64        // for months, unless there is an ordinal
	ordinal     string         // week of the month, one of ordinals
	weekday     time.Weekday
	Start, End  time.Time
}

// Next returns the first day after the given day on which the schedule runs. It
// returns the zero time if there is no such day before the end.
func (r *Rule) Next(after time.Time) time.Time {
	for n := r.block(after); ; n++ {
		for _, run := range r.days(n * r.Every) {
			if run.After(r.End) {
				return time.Time{}
			}
			if run.After(after) && !run.Before(r.Start) {
				return run
			}
		}
	}
}

// First returns the first day, or the zero time if there is no day.
func (r *Rule) First() time.Time { return r.Next(r.Start.AddDate(0, 0, -1)) }

// Upcoming returns as many days after the given day as the API lists.
func (r *Rule) Upcoming(after time.Time) []time.Time {
	var runs []time.Time
	for run := r.Next(after); !run.IsZero() && len(runs) < maxUpcoming; run = r.Next(run) {
		runs = append(runs, run)
	}
	return runs
}

// block returns the number of the block of Every periods that contains a day.
// Days before the start are in block 0.
func (r *Rule) block(t time.Time) int64 {
	var periods int64
	switch r.Period {
	case byMonth:
		periods = int64(t.Year()-r.Start.Year())*12 + int64(t.Month()-r.Start.Month())
	case byWeek:
		periods = int64(t.Sub(r.Start) / week)
	default:
		periods = int64(t.Sub(r.Start) / day)
	}
	return max(periods, 0) / r.Every
}

// days returns the days on which the schedule runs in one period, in order. The
// argument is the number of periods since the period of the start. Every period has days.
//
// Guess: weeks are counted from the first day of the schedule.
func (r *Rule) days(periods int64) []time.Time {
	switch r.Period {
	case byMonth:
		return r.daysOf(time.Date(r.Start.Year(), r.Start.Month()+time.Month(periods), 1, 0, 0, 0, 0, time.UTC))
	case byWeek:
		var runs []time.Time
		for n := range 7 {
			if t := r.Start.AddDate(0, 0, int(periods)*7+n); slices.Contains(r.weekdays, t.Weekday()) {
				runs = append(runs, t)
			}
		}
		return runs
	}
	return []time.Time{r.Start.AddDate(0, 0, int(periods))}
}

// daysOf returns the days in the month that starts on the given day.
func (r *Rule) daysOf(month time.Time) []time.Time {
	if r.ordinal == "" {
		var runs []time.Time
		for _, n := range r.daysOfMonth {
			runs = append(runs, month.AddDate(0, 0, int(n)-1))
		}
		return runs
	}
	first := month.AddDate(0, 0, 7*slices.Index(ordinals, r.ordinal))
	if r.ordinal == "last" {
		first = month.AddDate(0, 1, -7)
	}
	return []time.Time{first.AddDate(0, 0, int(r.weekday-first.Weekday()+7)%7)}
}

// Read reads the rule from the parameters of a call that comes today.
//
// Guess: all messages except the message about days_of_month, and that a first day in the
// past and a schedule that would never run are refused.
func Read(p params.Map, today time.Time, bad *params.Problems) Rule {
	var wrong params.Problems
	r := Rule{Every: p.Integer("every", &wrong), Start: today, End: p.Time("end_date", &wrong)}
	if len(wrong) == 0 && (r.Every < 1 || r.Every > maxEvery) {
		wrong.Add("every must be between 1 and %d", maxEvery)
	}
	if !p.Has("period") {
		wrong.Add("period can't be blank")
	}
	r.Period = p.Choice("period", &wrong, byDay, byWeek, byMonth)
	if p.Has("start_date") {
		r.Start = p.Time("start_date", &wrong).Truncate(day)
	}
	r.readOn(p.Group("on"), &wrong)
	r.End = r.End.Truncate(day)
	switch {
	case len(wrong) > 0:
	case r.Start.Before(today):
		wrong.Add("start_date must not be in the past")
	case !r.End.After(r.Start):
		wrong.Add("end_date must be after start_date")
	case r.First().IsZero():
		wrong.Add("schedule has no occurrences")
	}
	*bad = append(*bad, wrong...)
	return r
}

func (r *Rule) readOn(on params.Map, bad *params.Problems) {
	switch {
	case r.Period == byWeek:
		for _, name := range on.Texts("weekdays") {
			r.weekdays = append(r.weekdays, parseWeekday(name))
		}
		if len(r.weekdays) == 0 || slices.Contains(r.weekdays, noWeekday) {
			bad.Add("on [weekdays] must be an array of weekdays")
		}
		slices.Sort(r.weekdays)
		r.weekdays = slices.Compact(r.weekdays)
	case r.Period == byMonth && on.Has("weekday_of_month"):
		ordinal, name, _ := strings.Cut(on.Text("weekday_of_month"), "_")
		r.ordinal, r.weekday = ordinal, parseWeekday(name)
		if !slices.Contains(ordinals, ordinal) || r.weekday == noWeekday {
			bad.Add("on [weekday_of_month] is invalid")
		}
	case r.Period == byMonth:
		r.readDaysOfMonth(on, bad)
	}
}

func (r *Rule) readDaysOfMonth(on params.Map, bad *params.Problems) {
	for _, text := range on.Texts("days_of_month") {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			n = 0
		}
		r.daysOfMonth = append(r.daysOfMonth, n)
	}
	slices.Sort(r.daysOfMonth)
	r.daysOfMonth = slices.Compact(r.daysOfMonth)
	if n := len(r.daysOfMonth); n == 0 || r.daysOfMonth[0] < 1 || r.daysOfMonth[n-1] > 28 {
		bad.Add("on [days_of_month] must be an array of integer values (1 - 28)")
	}
}

const noWeekday time.Weekday = -1

// parseWeekday reads a weekday such as monday.
//
// Guess: Monday is accepted as well, because pages of other clients write it.
func parseWeekday(name string) time.Weekday {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.EqualFold(d.String(), name) {
			return d
		}
	}
	return noWeekday
}

// On returns the attribute "on" of the schedule: the days as the request named
// them.
func (r *Rule) On() map[string]any {
	switch {
	case r.Period == byWeek:
		var names []string
		for _, d := range r.weekdays {
			names = append(names, strings.ToLower(d.String()))
		}
		return map[string]any{"weekdays": names}
	case r.ordinal != "":
		return map[string]any{"weekday_of_month": r.ordinal + "_" + strings.ToLower(r.weekday.String())}
	case r.Period == byMonth:
		return map[string]any{"days_of_month": r.daysOfMonth}
	}
	return map[string]any{}
}

// InWords describes the rule in English.
//
// Guess: the words for a weekday of the month.
func (r *Rule) InWords() string {
	words := fmt.Sprintf("Every %d %s(s)", r.Every, r.Period)
	var names []string
	switch {
	case r.Period == byWeek:
		for _, d := range r.weekdays {
			names = append(names, d.String())
		}
	case r.ordinal != "":
		names = []string{"the " + r.ordinal + " " + r.weekday.String()}
	case r.Period == byMonth:
		for _, n := range r.daysOfMonth {
			names = append(names, englishOrdinal(n))
		}
		names[0] = "the " + names[0]
	default:
		return words
	}
	return words + " on " + params.EnglishList(names)
}

func englishOrdinal(n int64) string {
	suffix := "th"
	if n/10 != 1 && n%10 >= 1 && n%10 <= 3 {
		suffix = []string{"st", "nd", "rd"}[n%10-1]
	}
	return fmt.Sprint(n, suffix)
}
