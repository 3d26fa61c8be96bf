package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// A budget is the number of requests that may be sent now. All processes share it. In
// the database it is a time: before it, no more requests may be sent.
type budget struct {
	box     *Box
	account string
	n       int
	free    int64
}

// checkPace returns an error if the table of the budget cannot be read.
func (t *table) checkPace(ctx context.Context, q Querier) error {
	var n int
	return q.QueryRowContext(ctx, "SELECT COUNT(free_at) FROM "+t.name+"_pace WHERE account = ''").Scan(&n)
}

// budget returns a part of the budget, at most n requests.
func (b *Box) budget(ctx context.Context, tx *sql.Tx, account string, n int) (*budget, error) {
	t := b.table
	statement := fmt.Sprintf("SELECT free_at, %s FROM %s_pace WHERE account = ?", t.nowSQL(), t.name)
	if b.rate > 0 {
		statement += t.dialect.Lock
	}
	part := &budget{box: b, account: account, n: n}
	var now int64
	err := tx.QueryRowContext(ctx, t.dialect.Bind(statement), account).Scan(&part.free, &now)
	switch {
	case errors.Is(err, sql.ErrNoRows) && b.rate > 0: // the next round finds the row
		part.n = 0
		return part, b.hold(ctx, tx, account, 0)
	case errors.Is(err, sql.ErrNoRows):
		return part, nil
	case b.rate > 0:
		burst := max(1000, int64(1000/b.rate)+1)
		part.free = max(part.free, now-burst)
		part.n = max(0, min(n, int(float64(now-part.free)*b.rate/1000)))
	case part.free > now:
		part.n = 0
	}
	return part, err
}

// take takes n requests from the budget.
func (part *budget) take(ctx context.Context, tx *sql.Tx, n int) error {
	b := part.box
	if b.rate == 0 || n == 0 {
		return nil
	}
	free := part.free + int64(float64(n)*1000/b.rate+0.999)
	_, err := tx.ExecContext(ctx, b.table.dialect.Bind("UPDATE "+b.table.name+"_pace SET free_at = ? WHERE account = ?"), free, part.account)
	return err
}

// hold stops all workers from sending for a while, because the API has asked for that.
func (b *Box) hold(ctx context.Context, q Querier, account string, wait time.Duration) error {
	t := b.table
	until := fmt.Sprintf("%s + %d", t.nowSQL(), wait.Milliseconds())
	insert := fmt.Sprintf("INSERT INTO %s_pace (account, free_at) VALUES (?, %s)%s", t.name, until, t.dialect.Keep("account"))
	_, err := q.ExecContext(ctx, t.dialect.Bind(insert), account)
	if err != nil || wait == 0 {
		return err
	}
	update := fmt.Sprintf("UPDATE %s_pace SET free_at = %s WHERE account = ? AND free_at < %[2]s", t.name, until)
	_, err = q.ExecContext(ctx, t.dialect.Bind(update), account)
	return err
}
