package outbox

import (
	"context"
	"fmt"
	"time"
)

// Counts has the number of intents in each state.
type Counts struct {
	ByState map[State]int

	// Oldest is how long the oldest due intent has waited for a worker. It is 0 if no
	// intent waits. If it grows, there are too few workers, or the workers cannot work.
	Oldest time.Duration
}

// Counts counts the intents, for metrics.
func (b *Box) Counts(ctx context.Context) (*Counts, error) {
	if b.err != nil {
		return nil, b.err
	}
	t := b.table
	counts := &Counts{ByState: map[State]int{}}
	rows, err := b.db.QueryContext(ctx, fmt.Sprintf("SELECT state, COUNT(*), COALESCE(%s - MIN(due_at), 0) FROM %s GROUP BY state", t.nowSQL(), t.name))
	if err != nil {
		return nil, fmt.Errorf("outbox: count: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var state State
		var n int
		var age int64
		if err := rows.Scan(&state, &n, &age); err != nil {
			return nil, fmt.Errorf("outbox: count: %w", err)
		}
		counts.ByState[state] = n
		counts.Oldest = max(counts.Oldest, time.Duration(age)*time.Millisecond)
	}
	return counts, rows.Err()
}

// Look returns the state of an intent from the database, without its object. It is for
// pages that people read.
//
// Errors: [ErrNoIntent].
func (b *Box) Look(ctx context.Context, intent string) (*Result, error) {
	if b.err != nil {
		return nil, b.err
	}
	r, err := b.table.one(ctx, b.db, intent)
	if err != nil {
		return nil, err
	}
	return r.result(nil), nil
}

// Prune deletes intents that have ended and have not changed since a time: they are
// done, declined or refused, they were reported, and the look for a second object was
// made. After that their names can be used again: to write the same intent again pays
// again. So before must be longer ago than any job or payer may try again.
func (b *Box) Prune(ctx context.Context, before time.Time) error {
	if b.err != nil {
		return b.err
	}
	statement := "DELETE FROM " + b.table.name + " WHERE state IN (?, ?, ?) AND reported = state AND due_at IS NULL AND updated_at < ?"
	_, err := b.db.ExecContext(ctx, b.table.dialect.Bind(statement), string(Done), string(Declined), string(Refused), before.UnixMilli())
	if err != nil {
		return fmt.Errorf("outbox: prune: %w", err)
	}
	return nil
}
