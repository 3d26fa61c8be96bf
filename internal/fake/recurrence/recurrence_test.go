package recurrence

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func on(t *testing.T, text string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, text)
	require.NoError(t, err)
	return d
}

func TestDays(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		rule Rule
		want []string
	}{
		"every other day": {
			Rule{Every: 2, Period: byDay},
			[]string{"2026-01-05", "2026-01-07", "2026-01-09", "2026-01-11"},
		},
		"two days a week": {
			Rule{Every: 1, Period: byWeek, weekdays: []time.Weekday{time.Monday, time.Friday}},
			[]string{"2026-01-05", "2026-01-09", "2026-01-12", "2026-01-16"},
		},
		"every third week": {
			Rule{Every: 3, Period: byWeek, weekdays: []time.Weekday{time.Sunday}},
			[]string{"2026-01-11", "2026-02-01", "2026-02-22"},
		},
		"two days a month": {
			Rule{Every: 1, Period: byMonth, daysOfMonth: []int64{1, 15}},
			[]string{"2026-01-15", "2026-02-01", "2026-02-15", "2026-03-01"},
		},
		"every quarter": {
			Rule{Every: 3, Period: byMonth, daysOfMonth: []int64{28}},
			[]string{"2026-01-28", "2026-04-28"},
		},
		"second Tuesday": {
			Rule{Every: 1, Period: byMonth, ordinal: "2nd", weekday: time.Tuesday},
			[]string{"2026-01-13", "2026-02-10", "2026-03-10"},
		},
		"last Friday": {
			Rule{Every: 2, Period: byMonth, ordinal: "last", weekday: time.Friday},
			[]string{"2026-01-30", "2026-03-27", "2026-05-29"},
		},
	} {
		test.rule.Start = on(t, "2026-01-05") // a Monday
		test.rule.End = on(t, test.want[len(test.want)-1])
		got := []string{}
		for _, d := range test.rule.Upcoming(on(t, "2026-01-04")) {
			got = append(got, d.Format(time.DateOnly))
		}
		require.Equal(t, test.want, got, name)
		require.True(t, test.rule.Next(test.rule.End).IsZero(), name)
	}
}

// TestDaysAgainstCalendar compares the computed days with a search through the calendar.
func TestDaysAgainstCalendar(t *testing.T) {
	t.Parallel()
	h := Rule{Every: 2, Period: byWeek, weekdays: []time.Weekday{time.Sunday, time.Wednesday}}
	h.Start, h.End = on(t, "2026-01-07"), on(t, "2031-12-31")
	after := h.Start.AddDate(0, 0, -30)
	for d := after.AddDate(0, 0, 1); !d.After(h.End); d = d.AddDate(0, 0, 1) {
		week := int(d.Sub(h.Start).Hours()) / 24 / 7
		runs := !d.Before(h.Start) && week%2 == 0 && (d.Weekday() == time.Sunday || d.Weekday() == time.Wednesday)
		if runs {
			require.Equal(t, d, h.Next(after))
			after = d
		}
	}
	require.True(t, h.Next(after).IsZero())
}

func TestInWords(t *testing.T) {
	t.Parallel()
	days := []time.Weekday{time.Monday, time.Wednesday, time.Friday}
	for want, h := range map[string]Rule{
		"Every 2 day(s)":                                   {Every: 2, Period: byDay},
		"Every 1 week(s) on Monday":                        {Every: 1, Period: byWeek, weekdays: days[:1]},
		"Every 1 week(s) on Monday and Wednesday":          {Every: 1, Period: byWeek, weekdays: days[:2]},
		"Every 1 week(s) on Monday, Wednesday, and Friday": {Every: 1, Period: byWeek, weekdays: days},
		"Every 1 month(s) on the 15th":                     {Every: 1, Period: byMonth, daysOfMonth: []int64{15}},
		"Every 3 month(s) on the 1st and 22nd":             {Every: 3, Period: byMonth, daysOfMonth: []int64{1, 22}},
		"Every 1 month(s) on the 3rd, 11th, and 13th":      {Every: 1, Period: byMonth, daysOfMonth: []int64{3, 11, 13}},
		"Every 1 month(s) on the last Friday":              {Every: 1, Period: byMonth, ordinal: "last", weekday: time.Friday},
	} {
		require.Equal(t, want, h.InWords())
	}
}
