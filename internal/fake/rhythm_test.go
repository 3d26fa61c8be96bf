package fake

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

func TestRhythmDays(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		rhythm rhythm
		want   []string
	}{
		"every other day": {
			rhythm{every: 2, period: byDay},
			[]string{"2026-01-05", "2026-01-07", "2026-01-09", "2026-01-11"},
		},
		"two days a week": {
			rhythm{every: 1, period: byWeek, weekdays: []time.Weekday{time.Monday, time.Friday}},
			[]string{"2026-01-05", "2026-01-09", "2026-01-12", "2026-01-16"},
		},
		"every third week": {
			rhythm{every: 3, period: byWeek, weekdays: []time.Weekday{time.Sunday}},
			[]string{"2026-01-11", "2026-02-01", "2026-02-22"},
		},
		"two days a month": {
			rhythm{every: 1, period: byMonth, daysOfMonth: []int64{1, 15}},
			[]string{"2026-01-15", "2026-02-01", "2026-02-15", "2026-03-01"},
		},
		"every quarter": {
			rhythm{every: 3, period: byMonth, daysOfMonth: []int64{28}},
			[]string{"2026-01-28", "2026-04-28"},
		},
		"second Tuesday": {
			rhythm{every: 1, period: byMonth, ordinal: "2nd", weekday: time.Tuesday},
			[]string{"2026-01-13", "2026-02-10", "2026-03-10"},
		},
		"last Friday": {
			rhythm{every: 2, period: byMonth, ordinal: "last", weekday: time.Friday},
			[]string{"2026-01-30", "2026-03-27", "2026-05-29"},
		},
	} {
		test.rhythm.start = on(t, "2026-01-05") // a Monday
		test.rhythm.end = on(t, test.want[len(test.want)-1])
		got := []string{}
		for _, d := range test.rhythm.upcoming(on(t, "2026-01-04")) {
			got = append(got, d.(date).String())
		}
		require.Equal(t, test.want, got, name)
		require.True(t, test.rhythm.next(test.rhythm.end).IsZero(), name)
	}
}

// TestRhythmAgainstCalendar compares the steps from day to day with a walk
// through the calendar.
func TestRhythmAgainstCalendar(t *testing.T) {
	t.Parallel()
	h := rhythm{every: 2, period: byWeek, weekdays: []time.Weekday{time.Sunday, time.Wednesday}}
	h.start, h.end = on(t, "2026-01-07"), on(t, "2031-12-31")
	after := h.start.AddDate(0, 0, -30)
	for d := after.AddDate(0, 0, 1); !d.After(h.end); d = d.AddDate(0, 0, 1) {
		week := int(d.Sub(h.start).Hours()) / 24 / 7
		runs := !d.Before(h.start) && week%2 == 0 && (d.Weekday() == time.Sunday || d.Weekday() == time.Wednesday)
		if runs {
			require.Equal(t, d, h.next(after))
			after = d
		}
	}
	require.True(t, h.next(after).IsZero())
}

func TestInWords(t *testing.T) {
	t.Parallel()
	days := []time.Weekday{time.Monday, time.Wednesday, time.Friday}
	for want, h := range map[string]rhythm{
		"Every 2 day(s)":                                   {every: 2, period: byDay},
		"Every 1 week(s) on Monday":                        {every: 1, period: byWeek, weekdays: days[:1]},
		"Every 1 week(s) on Monday and Wednesday":          {every: 1, period: byWeek, weekdays: days[:2]},
		"Every 1 week(s) on Monday, Wednesday, and Friday": {every: 1, period: byWeek, weekdays: days},
		"Every 1 month(s) on the 15th":                     {every: 1, period: byMonth, daysOfMonth: []int64{15}},
		"Every 3 month(s) on the 1st and 22nd":             {every: 3, period: byMonth, daysOfMonth: []int64{1, 22}},
		"Every 1 month(s) on the 3rd, 11th, and 13th":      {every: 1, period: byMonth, daysOfMonth: []int64{3, 11, 13}},
		"Every 1 month(s) on the last Friday":              {every: 1, period: byMonth, ordinal: "last", weekday: time.Friday},
	} {
		require.Equal(t, want, h.inWords())
	}
}
