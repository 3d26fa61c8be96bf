package fake

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
)

// checkCharge compares a charge with its state in the model.
func (m *model) checkCharge(c *modelCharge, got modelAnswer) {
	m.t.Helper()
	status, _, _ := strings.Cut(c.state, ",")
	want := modelAnswer{
		Status: status, RefundedAmount: c.refunded, Paid: c.state == isPaid,
		Capturable: c.state == isHeld, Reversible: c.state == isHeld,
		Reversed:   c.state == isReversed || c.state == isLapsed,
		Refundable: m.returnable(c) && len(c.refunds) < 15, Disputable: m.returnable(c) && c.dispute == nil,
		CanPerformVoid: m.returnable(c) && c.refunded == 0 && !m.settled(c),
	}
	have := modelAnswer{
		Status: got.Status, RefundedAmount: got.RefundedAmount, Paid: got.Paid,
		Capturable: got.Capturable, Reversible: got.Reversible,
		Reversed:   got.Reversed,
		Refundable: got.Refundable, Disputable: got.Disputable, CanPerformVoid: got.CanPerformVoid,
	}
	require.Equal(m.t, want, have, c.id)
	if c.state == isPaid {
		require.Equal(m.t, [3]int64{c.captured, c.fee, c.net}, [3]int64{got.CapturedAmount, got.Fee + got.FeeVAT, got.Net})
	}
}

func (m *model) checkBalance() {
	m.t.Helper()
	var got modelAnswer
	m.ask("GET", "/balance", "", &got)
	require.Equal(m.t, m.gross-m.fees-m.refunded-m.transferred-m.disputed, got.Total,
		"charges %d - fees %d - refunds %d - transfers %d - disputes %d", m.gross, m.fees, m.refunded, m.transferred, m.disputed)
}

// checkList compares a random page of a random list with a slice.
func (m *model) checkList() {
	m.t.Helper()
	path, all := m.list()
	query := []string{}
	limit, offset, reverse := 20, 0, false
	if m.random.IntN(3) > 0 {
		limit = 1 + m.random.IntN(6)
		query = append(query, fmt.Sprint("limit=", limit))
	}
	if m.random.IntN(2) == 0 {
		offset = m.random.IntN(len(all) + 2)
		query = append(query, fmt.Sprint("offset=", offset))
	}
	if reverse = m.random.IntN(2) == 0; reverse {
		query = append(query, "order=reverse_chronological")
	}
	if m.random.IntN(3) == 0 {
		from := m.moment()
		query = append(query, "from="+from.Format(time.RFC3339))
		all = slices.DeleteFunc(all, func(r modelRecord) bool { return r.created.Before(from) })
	}
	if m.random.IntN(3) == 0 {
		to := m.moment()
		query = append(query, "to="+to.Format(time.RFC3339))
		all = slices.DeleteFunc(all, func(r modelRecord) bool { return r.created.After(to) })
	}
	total := len(all)
	if reverse {
		slices.Reverse(all)
	}
	all = all[min(offset, total):]
	all = all[:min(limit, len(all))]
	var want, have []string
	for _, r := range all {
		want = append(want, r.id)
	}
	var got modelAnswer
	path += "?" + strings.Join(query, "&")
	m.ask("GET", path, "", &got)
	for _, item := range got.Data {
		have = append(have, item.ID)
	}
	require.Equal(m.t, want, have, path)
	require.EqualValues(m.t, total, got.Total, path)
}

// list returns a random list and a copy of its expected records.
func (m *model) list() (path string, all []modelRecord) {
	switch m.random.IntN(7) {
	case 0:
		return "/refunds", slices.Clone(m.refunds)
	case 1:
		c := m.charges[m.random.IntN(len(m.charges))]
		return "/charges/" + c.id + "/refunds", slices.Clone(c.refunds)
	case 2:
		return "/disputes", recordsOf(m.disputes, func(d *modelDispute) modelRecord { return d.modelRecord })
	case 3:
		return "/transfers", recordsOf(m.transfers, func(tr *modelTransfer) modelRecord { return tr.modelRecord })
	case 4:
		return "/schedules", recordsOf(m.schedules, func(sc *modelSchedule) modelRecord { return sc.modelRecord })
	case 5:
		if n := len(m.links); n > 0 && m.random.IntN(2) == 0 {
			l := m.links[m.random.IntN(n)]
			return "/links/" + l.id + "/charges", slices.Clone(l.charges)
		}
		return "/links", recordsOf(m.links, func(l *modelLink) modelRecord { return l.modelRecord })
	}
	return "/charges", recordsOf(m.charges, func(c *modelCharge) modelRecord { return c.modelRecord })
}

func recordsOf[T any](all []T, record func(T) modelRecord) []modelRecord {
	records := make([]modelRecord, len(all))
	for i, v := range all {
		records[i] = record(v)
	}
	return records
}

// moment returns a random time since the start of the world.
func (m *model) moment() time.Time {
	c := m.charges[m.random.IntN(len(m.charges))]
	return c.created.Add(time.Duration(m.random.IntN(3)-1) * time.Second)
}

// checkAll checks every charge again, so that no charge has changed unnoticed. The
// movements of money have to add up to the balance.
func (m *model) checkAll() {
	m.t.Helper()
	var balance, moved modelAnswer
	sum := int64(0)
	for offset := 0; offset == 0 || len(moved.Data) > 0; offset += 100 {
		moved = modelAnswer{}
		m.ask("GET", fmt.Sprint("/transactions?limit=100&offset=", offset), "", &moved)
		for _, t := range moved.Data {
			if t.Direction == "debit" {
				t.Amount = -t.Amount
			}
			sum += t.Amount
		}
	}
	m.ask("GET", "/balance", "", &balance)
	require.Equal(m.t, balance.Total, sum)
	for _, c := range m.charges {
		var got modelAnswer
		m.ask("GET", "/charges/"+c.id, "", &got)
		m.checkCharge(c, got)
	}
}
