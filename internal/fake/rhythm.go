package fake

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

	maxUpcoming = 30
	// Guess: some limit, so that the arithmetic of days cannot overflow.
	maxEvery = 1000
)

// ordinals are the weeks of a month that weekday_of_month can name; last
// counts from the end.
//
// Guess: there is no fifth.
var ordinals = []string{"1st", "2nd", "3rd", "4th", "last"}

// A rhythm is the days on which a schedule runs. Days are midnights in UTC.
type rhythm struct {
	every       int64
	period      string
	weekdays    []time.Weekday // for weeks
	daysOfMonth []int64        // for months, unless there is an ordinal
	ordinal     string         // which weekday of the month
	weekday     time.Weekday
	start, end  time.Time
}

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// next returns the first day on which the schedule runs after a day, or the
// zero time if there is none before its end.
func (h *rhythm) next(after time.Time) time.Time {
	for n := h.block(after); ; n++ {
		for _, run := range h.days(n * h.every) {
			if run.After(h.end) {
				return time.Time{}
			}
			if run.After(after) && !run.Before(h.start) {
				return run
			}
		}
	}
}

// first returns the first day of all, or the zero time if there is none.
func (h *rhythm) first() time.Time { return h.next(h.start.AddDate(0, 0, -1)) }

// upcoming returns the days after a day, as many as the API tells.
func (h *rhythm) upcoming(after time.Time) []any {
	runs := []any{}
	for run := h.next(after); !run.IsZero() && len(runs) < maxUpcoming; run = h.next(run) {
		runs = append(runs, date(run))
	}
	return runs
}

// block returns the number of the stretch of time between two turns of the
// rhythm in which a day lies; days before the start are in the first.
func (h *rhythm) block(t time.Time) int64 {
	var periods int64
	switch h.period {
	case byMonth:
		periods = int64(t.Year()-h.start.Year())*12 + int64(t.Month()-h.start.Month())
	case byWeek:
		periods = int64(t.Sub(h.start) / week)
	default:
		periods = int64(t.Sub(h.start) / day)
	}
	return max(periods, 0) / h.every
}

// days returns the days of the period that lies so many periods after the one
// of the start, in order. Every period has some.
//
// Guess: weeks count from the first day of the schedule.
func (h *rhythm) days(periods int64) []time.Time {
	switch h.period {
	case byMonth:
		return h.daysOf(time.Date(h.start.Year(), h.start.Month()+time.Month(periods), 1, 0, 0, 0, 0, time.UTC))
	case byWeek:
		var runs []time.Time
		for n := range 7 {
			if t := h.start.AddDate(0, 0, int(periods)*7+n); slices.Contains(h.weekdays, t.Weekday()) {
				runs = append(runs, t)
			}
		}
		return runs
	}
	return []time.Time{h.start.AddDate(0, 0, int(periods))}
}

// daysOf returns the days in the month that starts with a day.
func (h *rhythm) daysOf(month time.Time) []time.Time {
	if h.ordinal == "" {
		var runs []time.Time
		for _, n := range h.daysOfMonth {
			runs = append(runs, month.AddDate(0, 0, int(n)-1))
		}
		return runs
	}
	first := month.AddDate(0, 0, 7*slices.Index(ordinals, h.ordinal))
	if h.ordinal == "last" {
		first = month.AddDate(0, 1, -7)
	}
	return []time.Time{first.AddDate(0, 0, int(h.weekday-first.Weekday()+7)%7)}
}

// readRhythm reads when a schedule runs.
//
// Guess: the messages, but for that about days_of_month; a first day in the
// past; a schedule that would never run.
func (s *Server) readRhythm(p params.Map, bad *params.Problems) rhythm {
	var wrong params.Problems
	today := midnight(s.clock.now())
	h := rhythm{every: p.Integer("every", &wrong), start: today, end: p.Time("end_date", &wrong)}
	if len(wrong) == 0 && (h.every < 1 || h.every > maxEvery) {
		wrong.Add("every must be between 1 and %d", maxEvery)
	}
	if !p.Has("period") {
		wrong.Add("period can't be blank")
	}
	h.period = p.Choice("period", &wrong, byDay, byWeek, byMonth)
	if p.Has("start_date") {
		h.start = midnight(p.Time("start_date", &wrong))
	}
	h.readOn(p.Group("on"), &wrong)
	h.end = midnight(h.end)
	switch {
	case len(wrong) > 0:
	case h.start.Before(today):
		wrong.Add("start_date must not be in the past")
	case !h.end.After(h.start):
		wrong.Add("end_date must be after start_date")
	case h.first().IsZero():
		wrong.Add("schedule has no occurrences")
	}
	*bad = append(*bad, wrong...)
	return h
}

func (h *rhythm) readOn(on params.Map, bad *params.Problems) {
	switch {
	case h.period == byWeek:
		for _, name := range on.Texts("weekdays") {
			h.weekdays = append(h.weekdays, parseWeekday(name))
		}
		if len(h.weekdays) == 0 || slices.Contains(h.weekdays, noWeekday) {
			bad.Add("on [weekdays] must be an array of weekdays")
		}
		slices.Sort(h.weekdays)
		h.weekdays = slices.Compact(h.weekdays)
	case h.period == byMonth && on.Has("weekday_of_month"):
		ordinal, name, _ := strings.Cut(on.Text("weekday_of_month"), "_")
		h.ordinal, h.weekday = ordinal, parseWeekday(name)
		if !slices.Contains(ordinals, ordinal) || h.weekday == noWeekday {
			bad.Add("on [weekday_of_month] is invalid")
		}
	case h.period == byMonth:
		h.readDaysOfMonth(on, bad)
	}
}

func (h *rhythm) readDaysOfMonth(on params.Map, bad *params.Problems) {
	for _, text := range on.Texts("days_of_month") {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			n = 0
		}
		h.daysOfMonth = append(h.daysOfMonth, n)
	}
	slices.Sort(h.daysOfMonth)
	h.daysOfMonth = slices.Compact(h.daysOfMonth)
	if n := len(h.daysOfMonth); n == 0 || h.daysOfMonth[0] < 1 || h.daysOfMonth[n-1] > 28 {
		bad.Add("on [days_of_month] must be an array of integer values (1 - 28)")
	}
}

const noWeekday time.Weekday = -1

// parseWeekday reads a day such as monday.
//
// Guess: Monday is the same, as pages of other clients have it.
func parseWeekday(name string) time.Weekday {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.EqualFold(d.String(), name) {
			return d
		}
	}
	return noWeekday
}

// on renders the days as they were asked for.
func (h *rhythm) on() object {
	switch {
	case h.period == byWeek:
		var names []string
		for _, d := range h.weekdays {
			names = append(names, strings.ToLower(d.String()))
		}
		return object{"weekdays": names}
	case h.ordinal != "":
		return object{"weekday_of_month": h.ordinal + "_" + strings.ToLower(h.weekday.String())}
	case h.period == byMonth:
		return object{"days_of_month": h.daysOfMonth}
	}
	return object{}
}

// inWords tells the rhythm in English.
//
// Guess: how it names a weekday of the month.
func (h *rhythm) inWords() string {
	words := fmt.Sprintf("Every %d %s(s)", h.every, h.period)
	var names []string
	switch {
	case h.period == byWeek:
		for _, d := range h.weekdays {
			names = append(names, d.String())
		}
	case h.ordinal != "":
		names = []string{"the " + h.ordinal + " " + h.weekday.String()}
	case h.period == byMonth:
		for _, n := range h.daysOfMonth {
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
