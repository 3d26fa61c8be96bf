package fake

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/stretchr/testify/require"
)

// runsAt is the time of the day at which schedules run.
const runsAt = 90 * time.Minute

// A modelSchedule charges a customer or pays a recipient every few days.
type modelSchedule struct {
	modelRecord
	transfers bool
	amount    int64
	fails     bool // the card is declined
	every     int
	end       time.Time // last day
	next      time.Time // next run, zero if there is none
	retry     time.Time // retry after a failure, zero if there is none
	attempt   int
	deleted   bool
}

type modelLink struct {
	modelRecord
	amount         int64
	multiple, used bool
	charges        []modelRecord
}

// An expectedCharge is a charge that a schedule or a link has made.
type expectedCharge struct {
	made   time.Time
	amount int64
	fails  bool
	by     string // id of the schedule or the link
}

func (m *model) plan() {
	m.t.Helper()
	n := len(m.schedules)
	switch {
	case n > 0 && m.random.IntN(3) == 0:
		sc := m.schedules[m.random.IntN(n)]
		want := errorCode("")
		if sc.deleted {
			want = badRequest
		}
		var got modelAnswer
		m.ask("DELETE", "/schedules/"+sc.id, "", &got)
		m.note("delete schedule %s: %s", sc.id, got.Code)
		require.Equal(m.t, string(want), got.Code)
		sc.deleted, sc.next, sc.retry = true, time.Time{}, time.Time{}
	case n < 4:
		m.schedule()
	}
}

// schedule makes a schedule. A schedule that fails has enough days between its runs for
// its retries.
func (m *model) schedule() {
	m.t.Helper()
	sc := &modelSchedule{amount: 3000 + m.random.Int64N(50_000), every: 1 + m.random.IntN(9), transfers: m.random.IntN(3) == 0}
	start := m.now.Truncate(day).AddDate(0, 0, m.random.IntN(3))
	sc.end = start.AddDate(0, 0, 1+m.random.IntN(30))
	body := fmt.Sprintf(`{"every":%d,"period":"day","start_date":"%s","end_date":"%s",`,
		sc.every, start.Format(time.DateOnly), sc.end.Format(time.DateOnly))
	var owner, got modelAnswer
	if sc.transfers {
		m.ask("GET", "/recipients", "", &owner)
		body += fmt.Sprintf(`"transfer":{"recipient":"%s","amount":%d}}`, owner.Data[0].ID, sc.amount)
	} else {
		number := goodCard
		if sc.fails = m.random.IntN(3) == 0; sc.fails {
			number = declinedCard
			sc.every = 5
			body = `{"every":5` + body[len(`{"every":1`):]
		}
		m.ask("POST", "/customers", `{"card":"`+m.token(number)+`"}`, &owner)
		body += fmt.Sprintf(`"charge":{"customer":"%s","amount":%d}}`, owner.ID, sc.amount)
	}
	require.Equal(m.t, http.StatusOK, m.ask("POST", "/schedules", body, &got), got.Code)
	m.note("schedule %s", body)
	sc.modelRecord = modelRecord{got.ID, m.now}
	m.schedules = append(m.schedules, sc)
	if sc.next = start.Add(runsAt); start.Equal(m.now.Truncate(day)) {
		sc.next = m.now
	}
	m.happened()
}

// runs returns the charges that a schedule has to have made by now, and advances the
// model of the schedule.
func (sc *modelSchedule) runs(now time.Time) []expectedCharge {
	var made []expectedCharge
	for {
		when := sc.next
		again := when.IsZero() || !sc.retry.IsZero() && sc.retry.Before(when)
		if again {
			when = sc.retry
		}
		if when.IsZero() || when.After(now) {
			return made
		}
		made = append(made, expectedCharge{when, sc.amount, sc.fails, sc.id})
		if !again {
			sc.attempt = 0
			sc.next = when.Truncate(day).AddDate(0, 0, sc.every).Add(runsAt)
			if sc.next.Truncate(day).After(sc.end) {
				sc.next = time.Time{}
			}
		}
		sc.retry = time.Time{}
		if sc.attempt++; sc.fails && sc.attempt < 3 {
			sc.retry = when.Truncate(day).AddDate(0, 0, 1).Add(runsAt)
		} else if sc.fails {
			sc.next = time.Time{} // it is suspended
		}
	}
}

// happened compares the charges of schedules with the expected charges.
func (m *model) happened() {
	m.t.Helper()
	var charges []expectedCharge
	for _, sc := range m.schedules {
		if made := sc.runs(m.now); !sc.transfers {
			charges = append(charges, made...)
		}
	}
	m.find(charges)
	var got modelAnswer
	m.ask("GET", fmt.Sprint("/transfers?limit=100&offset=", len(m.transfers)), "", &got)
	for _, made := range got.Data {
		by := slices.IndexFunc(m.schedules, func(sc *modelSchedule) bool { return sc.transfers && sc.id == made.Schedule })
		require.GreaterOrEqual(m.t, by, 0, made.ID)
		require.Equal(m.t, m.schedules[by].amount, made.Amount)
		m.transfers = append(m.transfers, &modelTransfer{modelRecord: modelRecord{made.ID, made.Created}, amount: made.Amount})
	}
}

// find adds the new charges to the model. They have to be the expected charges.
func (m *model) find(expected []expectedCharge) {
	m.t.Helper()
	slices.SortStableFunc(expected, func(a, b expectedCharge) int { return a.made.Compare(b.made) })
	var got modelAnswer
	m.ask("GET", fmt.Sprint("/charges?limit=100&offset=", len(m.charges)), "", &got)
	require.Len(m.t, got.Data, len(expected))
	for _, made := range got.Data {
		n := slices.Index(expected, expectedCharge{made.Created, made.Amount, made.Status == "failed", made.Schedule + made.Link})
		require.GreaterOrEqual(m.t, n, 0, "%v is not among the expected %v", made, expected)
		expected = slices.Delete(expected, n, n+1)
		c := &modelCharge{modelRecord: modelRecord{made.ID, made.Created}, amount: made.Amount, fails: made.Status == "failed"}
		c.expires = made.Created.Add(week)
		m.charges = append(m.charges, c)
		m.approved(c, made.Created)
		var whole modelAnswer
		m.ask("GET", "/charges/"+c.id, "", &whole)
		m.checkCharge(c, whole)
		for _, l := range m.links {
			if l.id == made.Link {
				l.charges = append(l.charges, c.modelRecord)
			}
		}
	}
}

func (m *model) link() {
	m.t.Helper()
	n := len(m.links)
	if n == 0 || m.random.IntN(4) == 0 {
		l := &modelLink{amount: 2000 + m.random.Int64N(50_000), multiple: m.random.IntN(2) == 0}
		var got modelAnswer
		body := fmt.Sprintf(`{"amount":%d,"currency":"thb","title":"a","description":"b","multiple":%v}`, l.amount, l.multiple)
		require.Equal(m.t, http.StatusOK, m.ask("POST", "/links", body, &got))
		m.note("link %s", body)
		l.modelRecord = modelRecord{got.ID, m.now}
		m.links = append(m.links, l)
		return
	}
	i := m.random.IntN(n)
	l := m.links[i]
	if m.random.IntN(8) == 0 {
		require.Equal(m.t, http.StatusOK, m.ask("DELETE", "/links/"+l.id, "", nil))
		m.note("delete link %s", l.id)
		m.links = slices.Delete(m.links, i, i+1)
		require.Error(m.t, m.s.PayLink(l.id))
		return
	}
	err := m.s.PayLink(l.id)
	m.note("pay link %s: %v", l.id, err)
	require.Equal(m.t, l.used, err != nil, "%v", err)
	if l.used {
		return
	}
	l.used = !l.multiple
	m.find([]expectedCharge{{m.now, l.amount, false, l.id}})
}
