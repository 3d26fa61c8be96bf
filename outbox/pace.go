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
	read := func() error {
		return tx.QueryRowContext(ctx, t.dialect.Bind(statement), account).Scan(&part.free, &now)
	}
	err := read()
	if errors.Is(err, sql.ErrNoRows) {
		if b.rate == 0 {
			return part, nil
		}
		if err = t.addPace(ctx, tx, account); err == nil {
			err = read()
		}
	}
	if part.free > now+longestHold.Milliseconds() { // the database's clock was wrong
		part.free = 0
	}
	switch {
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

// hold stops all workers from sending for a while, because the API has asked for that. It
// replaces a time that is later than the end of the longest hold, because the clock was
// wrong.
func (b *Box) hold(ctx context.Context, q Querier, account string, wait time.Duration) error {
	t := b.table
	if err := t.addPace(ctx, q, account); err != nil {
		return err
	}
	until, latest := fmt.Sprintf("%s + %d", t.nowSQL(), wait.Milliseconds()), fmt.Sprintf("%s + %d", t.nowSQL(), longestHold.Milliseconds())
	update := fmt.Sprintf("UPDATE %s_pace SET free_at = %s WHERE account = ? AND free_at NOT BETWEEN %[2]s AND %s", t.name, until, latest)
	_, err := q.ExecContext(ctx, t.dialect.Bind(update), account)
	return err
}

// addPace adds the row of an account, unless it is there.
func (t *table) addPace(ctx context.Context, q Querier, account string) error {
	insert := "INSERT INTO " + t.name + "_pace (account, free_at) VALUES (?, 0)" + t.dialect.Keep("account")
	_, err := q.ExecContext(ctx, t.dialect.Bind(insert), account)
	return err
}
