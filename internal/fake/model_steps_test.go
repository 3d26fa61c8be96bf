package fake

import (
	"fmt"
	"net/http"
	"time"

	"github.com/stretchr/testify/require"
)

// act tries an action on a charge.
func (m *model) act(c *modelCharge, action int) {
	m.t.Helper()
	path := "/charges/" + c.id + "/" + actions[action]
	want := turns[c.state][action]
	body, captured := "", c.amount
	switch actions[action] {
	case "capture":
		if c.preAuth && m.random.IntN(2) == 0 {
			captured = 1 + m.random.Int64N(c.amount)
			body = fmt.Sprintf(`{"capture_amount":%d}`, captured)
		}
	case "refunds":
		m.refund(c, path)
		return
	case "disputes":
		m.dispute(c, path)
		return
	}
	var got modelAnswer
	m.ask("POST", path, body, &got)
	m.note("%s, which is %s: %s", path, c.state, got.Code)
	require.Equal(m.t, string(want.code), got.Code, "%s, which is %s", path, c.state)
	switch {
	case want.code != "":
		m.ask("GET", "/charges/"+c.id, "", &got)
	case want.next == isPaid:
		m.pay(c, captured, m.now)
	case want.next == isReversed:
		c.state = isReversed
	default:
		c.state = want.next
	}
	m.checkCharge(c, got)
}

// settled reports whether a payment is too old for a void.
func (m *model) settled(c *modelCharge) bool { return !m.now.Before(c.paid.Add(day)) }

func (m *model) returnable(c *modelCharge) bool {
	free := c.dispute == nil || c.dispute.status == "won"
	return c.state == isPaid && c.source != "wechat_pay" && free && c.refunded < c.captured
}

func (m *model) refund(c *modelCharge, path string) {
	m.t.Helper()
	amount := []int64{0, 1, c.captured, c.captured - c.refunded, c.captured/3 + 1, c.captured + 1}[m.random.IntN(6)]
	left := c.captured - c.refunded
	want := errorCode("")
	switch {
	case !m.returnable(c) || len(c.refunds) >= 15 || m.now.After(c.paid.Add(365*day)):
		want = failedRefund
	case amount < 1 || amount > left:
		want = failedRefund
	}
	var got modelAnswer
	m.ask("POST", path, fmt.Sprintf(`{"amount":%d}`, amount), &got)
	m.note("refund %d of %s: %s", amount, c.id, got.Code)
	require.Equal(m.t, string(want), got.Code, "%s of %d, which is %s", path, amount, c.state)
	if want == "" {
		voided := amount == c.captured && !m.settled(c)
		require.Equal(m.t, voided, got.Voided)
		record := modelRecord{got.ID, m.now}
		m.refunds = append(m.refunds, record)
		c.refunds = append(c.refunds, record)
		c.refunded += amount
		if m.refunded += amount; voided {
			m.fees -= c.fee
		}
	}
	m.ask("GET", "/charges/"+c.id, "", &got)
	m.checkCharge(c, got)
}

func (m *model) dispute(c *modelCharge, path string) {
	m.t.Helper()
	want := errorCode("")
	if !m.returnable(c) || c.dispute != nil {
		want = badRequest
	}
	var got modelAnswer
	m.ask("POST", path, "", &got)
	m.note("%s: %s", path, got.Code)
	require.Equal(m.t, string(want), got.Code, "%s, which is %s", path, c.state)
	if want == "" {
		d := &modelDispute{modelRecord{got.ID, m.now}, c, c.captured - c.refunded, "open"}
		require.Equal(m.t, d.amount, got.Amount)
		c.dispute = d
		m.disputes = append(m.disputes, d)
		m.disputed += d.amount
	}
}

func (m *model) settleDispute() {
	m.t.Helper()
	if len(m.disputes) == 0 {
		return
	}
	d := m.disputes[m.random.IntN(len(m.disputes))]
	path, next := "", ""
	closed := d.status == "won" || d.status == "lost"
	ok := d.status == "open"
	body := `{"message":"no"}`
	switch m.random.IntN(4) {
	case 0:
		next = "pending"
	case 1:
		path, next = "/accept", "lost"
	default:
		next = []string{"won", "lost"}[m.random.IntN(2)]
		path, body, ok = "/close", `{"status":"`+next+`"}`, !closed
	}
	var got modelAnswer
	m.ask("PATCH", "/disputes/"+d.id+path, body, &got)
	m.note("dispute %s%s %s: %s", d.id, path, next, got.Code)
	if !ok {
		require.Equal(m.t, string(badRequest), got.Code, d.status)
		return
	}
	require.Equal(m.t, next, got.Status)
	if d.status = next; next == "won" {
		m.disputed -= d.amount
	}
}

func (m *model) transfer() {
	m.t.Helper()
	if n := len(m.transfers); n > 0 && m.random.IntN(2) == 0 {
		tr := m.transfers[m.random.IntN(n)]
		var balance, got modelAnswer
		m.ask("GET", "/balance", "", &balance)
		m.ask("POST", "/transfers/"+tr.id+"/mark_as_sent", "", &got)
		m.note("send %s: %s", tr.id, got.Code)
		ok := !tr.sent && tr.amount <= balance.Transferable
		require.Equal(m.t, ok, got.Code == "", "%v of %d", got, balance.Transferable)
		if ok {
			tr.sent = true
			m.transferred += tr.amount
		}
		return
	}
	tr := &modelTransfer{amount: 3000 + m.random.Int64N(300_000)}
	var got modelAnswer
	require.Equal(m.t, http.StatusOK, m.ask("POST", "/transfers", fmt.Sprintf(`{"amount":%d}`, tr.amount), &got))
	m.note("transfer %d", tr.amount)
	tr.modelRecord = modelRecord{got.ID, m.now}
	m.transfers = append(m.transfers, tr)
}

func (m *model) authorize(c *modelCharge) {
	m.t.Helper()
	approve := m.random.IntN(2) == 0
	err := m.s.Authorize(c.id, approve)
	m.note("authorize %s: %v", c.id, err)
	ok := c.state == waitsForCard || c.state == waitsForSource && c.source != "promptpay"
	require.Equal(m.t, ok, err == nil, "%s, which is %s: %v", c.id, c.state, err)
	switch {
	case !ok:
	case approve:
		m.approved(c, m.now)
	default:
		c.state = isFailed
	}
	var got modelAnswer
	m.ask("GET", "/charges/"+c.id, "", &got)
	m.checkCharge(c, got)
}

func (m *model) advance(d time.Duration) {
	m.t.Helper()
	d = d.Truncate(time.Second)
	m.s.Advance(d)
	m.now = m.now.Add(d)
	m.note("advance %v", d)
	m.happened()
	for _, c := range m.charges {
		if c.expires.After(m.now) {
			continue
		}
		switch c.state {
		case waitsForCard, waitsForSource:
			c.state = isExpired
		case isHeld, isReversed:
			c.state = isLapsed
		}
	}
	if len(m.transfers) == 0 {
		return
	}
	// The clock sends what the balance covers.
	var balance, got modelAnswer
	for _, tr := range m.transfers {
		if tr.sent {
			continue
		}
		m.ask("GET", "/transfers/"+tr.id, "", &got)
		if tr.sent = got.Sent; tr.sent {
			m.transferred += tr.amount
		}
	}
	m.ask("GET", "/balance", "", &balance)
	require.GreaterOrEqual(m.t, balance.Transferable, int64(0))
}
