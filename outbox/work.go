package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/omisekit/omise-go/internal/backoff"
	"github.com/omisekit/omise-go/internal/sqldb"
)

// mostLooks is how many intents are looked after at a time.
const mostLooks = 200

// Run works until ctx ends: it sends ready intents, finds out the outcome of lost calls,
// looks at objects that wait for a payer or a bank, and reports. Any number of processes may run, and each may
// be killed at any moment.
//
// When ctx ends, Run takes nothing new, waits for the requests that are under way,
// each no longer than a lease, and returns nil. A database or an API that cannot be
// reached is asked again, for as long as it takes; the observer hears of it.
//
// Errors: what is wrong with the options, or with the table.
func (b *Box) Run(ctx context.Context) error {
	if err := b.start(ctx); err != nil {
		return err
	}
	defer b.work.Wait()
	s := newSlots(b.concurrency)
	for failed := 0; ctx.Err() == nil; {
		n, err := b.round(ctx, s)
		switch {
		case err != nil:
			b.tell(ctx, "", &row{}, false, time.Now(), err)
			failed++
			_ = backoff.Sleep(ctx, patience.HalfJitter(failed)) // the loop asks ctx
		case n == 0:
			failed = 0
			_ = backoff.Sleep(ctx, b.poll/2+rand.N(b.poll))
		default:
			failed = 0
		}
	}
	return nil
}

// Drain works until there is nothing that can be done now, and returns. It is for
// tests and for jobs that a clock starts.
//
// Errors: of the database and of the API, where they keep it from working.
func (b *Box) Drain(ctx context.Context) error {
	if err := b.usable(); err != nil {
		return err
	}
	for ctx.Err() == nil {
		n, err := b.round(ctx, newSlots(b.concurrency))
		b.work.Wait()
		if err != nil || n == 0 {
			return err
		}
	}
	return ctx.Err()
}

func (b *Box) usable() error {
	if b.err == nil && b.handle == nil {
		return errors.New("outbox: there is no function to report to: see OnResult")
	}
	return b.err
}

// start waits for the database and checks the table.
func (b *Box) start(ctx context.Context) error {
	if err := b.usable(); err != nil {
		return err
	}
	for n := 1; ; n++ {
		err := b.db.PingContext(ctx)
		if err == nil {
			break
		}
		b.tell(ctx, "", &row{}, false, time.Now(), err)
		if backoff.Sleep(ctx, patience.HalfJitter(n)) != nil {
			return nil
		}
	}
	_, err := b.table.locked(ctx, b.db, "-") // with all that a dialect says in its own way
	if err == nil || errors.Is(err, ErrNoIntent) || ctx.Err() != nil || b.db.PingContext(ctx) != nil {
		return nil
	}
	return fmt.Errorf("outbox: the table %s cannot be used: %w", b.table.name, err)
}

// slots bound the work of a process at a time: so many requests and one look.
type slots struct {
	sends, looks chan struct{}
}

func newSlots(n int) slots {
	return slots{make(chan struct{}, n), make(chan struct{}, 1)}
}

// round takes intents that are due and starts the work on them. It returns how many
// it has taken.
func (b *Box) round(ctx context.Context, s slots) (n int, err error) {
	account, err := b.meet(ctx)
	if err != nil {
		return 0, err
	}
	sends, err := b.claim(ctx, account, true, cap(s.sends)-len(s.sends))
	if err != nil {
		return 0, err
	}
	for _, l := range sends {
		s.sends <- struct{}{}
		b.work.Go(func() {
			defer func() { <-s.sends }()
			b.send(ctx, l)
		})
	}
	if len(s.looks) > 0 {
		return len(sends), nil
	}
	looks, err := b.claim(ctx, account, false, mostLooks)
	if len(looks) > 0 {
		s.looks <- struct{}{}
		b.work.Go(func() {
			defer func() { <-s.looks }()
			b.lookAfter(ctx, looks)
		})
	}
	return len(sends) + len(looks), err
}

// A lease is a row that this worker has, for a while.
type lease struct {
	*row
	ends time.Time // when a call of this worker ends, by the clock of this process
	over time.Time // when another worker may take the row
}

// leaseOf returns for how long a worker has a row. A look at a long list that has not come
// to its end gets more time with each try, up to ten leases: it changes nothing at the
// API, so another worker that takes the row does no harm.
func (b *Box) leaseOf(r *row) time.Duration {
	if r.State == Sending {
		return b.lease
	}
	return b.lease * time.Duration(1+min(r.Tries, 9))
}

// late reports whether the lease is over as far as this process can tell. A clock
// that goes on while a process stands still, or the other one, notices it.
func (l *lease) late() bool {
	now := time.Now()
	return now.After(l.ends) || now.Round(0).After(l.ends.Round(0))
}

// context ends before the lease does, and not with ctx: work that was begun is brought
// to its end.
func (l *lease) context(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithDeadline(context.WithoutCancel(ctx), l.ends)
}

// claim leases up to n intents that are due: those that are ready, or the others.
func (b *Box) claim(ctx context.Context, account string, ready bool, n int) (leases []*lease, err error) {
	if n == 0 {
		return nil, nil
	}
	err = sqldb.Retry(ctx, func() error {
		leases, err = b.claimOnce(ctx, account, func(tx *sql.Tx) ([]*row, error) {
			if !ready {
				return b.table.due(ctx, tx, account, "state <> 'ready'", n)
			}
			budget, err := b.budget(ctx, tx, account, n)
			if err != nil || budget.n == 0 {
				return nil, err
			}
			rows, err := b.table.due(ctx, tx, account, "state = 'ready'", budget.n)
			if err != nil {
				return nil, err
			}
			return rows, budget.take(ctx, tx, len(rows))
		})
		return err
	})
	return leases, err
}

// claimOne leases one intent if it is due, nil if it is not.
func (b *Box) claimOne(ctx context.Context, account, intent string) (one *lease, err error) {
	err = sqldb.Retry(ctx, func() error {
		leases, err := b.claimOnce(ctx, account, func(tx *sql.Tx) ([]*row, error) {
			r, err := b.table.one(ctx, tx, intent)
			if err != nil || r.due < 0 || r.due > r.now || r.Account != "" && r.Account != account {
				return nil, err
			}
			if r.State == Ready {
				budget, err := b.budget(ctx, tx, account, 1)
				if err != nil || budget.n == 0 {
					return nil, err
				}
				if err := budget.take(ctx, tx, 1); err != nil {
					return nil, err
				}
			}
			return []*row{r}, nil
		})
		if len(leases) > 0 {
			one = leases[0]
		}
		return err
	})
	return one, err
}

func (b *Box) claimOnce(ctx context.Context, account string, find func(*sql.Tx) ([]*row, error)) ([]*lease, error) {
	taken := time.Now()
	tx, err := b.db.BeginTx(ctx, &sql.TxOptions{Isolation: b.table.dialect.Isolation})
	if err != nil {
		return nil, err
	}
	defer tx.Rollback() // does nothing after a commit
	rows, err := find(tx)
	if err != nil {
		return nil, err
	}
	var leases []*lease
	for _, r := range rows {
		before := *r
		b.begin(r, account)
		d := b.leaseOf(r)
		switch err := b.table.save(ctx, tx, &before, r, d); {
		case errors.Is(err, errTaken): // by a worker that does not lock, or in between
		case err != nil:
			return nil, err
		default:
			leases = append(leases, &lease{row: r, ends: taken.Add(d * 3 / 4), over: taken.Add(d)})
		}
	}
	return leases, tx.Commit()
}

// begin changes the state of a row that was leased. A ready row becomes an attempt,
// before anything is sent. A row in sending was left by a worker that has lost its
// lease, and is never simply sent again.
func (b *Box) begin(r *row, account string) {
	switch r.State {
	case Ready:
		r.State, r.Account, r.Failure, r.Quiet = Sending, account, "", 0
		r.Sends++
		if r.Began == 0 {
			r.Began = max(1, b.api.earliest().UnixMilli())
		}
		r.tell(Entry{})
	case Sending:
		r.lose(Entry{Note: "the worker has lost its lease"})
	}
}

// lose leaves the outcome of the attempt to evidence.
func (r *row) lose(e Entry) {
	r.State, r.Quiet, r.Tries = Unknown, 0, 0
	r.tell(e)
}

// keep writes a leased row back. A row that another worker has taken meanwhile is
// left to that worker.
func (b *Box) keep(ctx context.Context, l *lease, before *row, due time.Duration, start time.Time, reason error) bool {
	err := sqldb.Retry(ctx, func() error { return b.table.save(ctx, b.db, before, l.row, due) })
	if err != nil {
		b.tell(ctx, before.State, l.row, false, start, fmt.Errorf("outbox: write the outcome: %w", err))
		return false
	}
	b.tell(ctx, before.State, l.row, false, start, reason)
	return true
}

// patience is the wait between two tries of the same thing.
var patience = backoff.Policy{First: time.Second, Last: 5 * time.Minute}

func (r *row) patience() time.Duration { return patience.HalfJitter(int(r.Tries)) }

// eachOf runs a function for every value, n at a time, and waits for all.
func eachOf[T any](all []T, n int, do func(T)) {
	var group sync.WaitGroup
	free := make(chan struct{}, n)
	for _, one := range all {
		free <- struct{}{}
		group.Go(func() {
			defer func() { <-free }()
			do(one)
		})
	}
	group.Wait()
}
