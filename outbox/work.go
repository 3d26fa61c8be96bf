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

// mostLooks is the largest number of intents for which one look is started.
const mostLooks = 200

// Run works until ctx ends: it sends ready intents, finds the outcome of lost calls,
// reads objects that wait for a payer or a bank, and reports results. Any number of
// processes may run, and each may be killed at any moment.
//
// When ctx ends, Run takes no new intents and breaks off its reads. It waits for its
// other requests and for reports, each no longer than a lease, and returns nil. So it
// returns although a handler hangs, but the goroutine of that handler stays. If the
// database or the API cannot be reached, Run tries again without end, and calls the
// observer with the error.
//
// Errors: an error in the options or with the tables.
func (b *Box) Run(ctx context.Context) error {
	if err := b.start(ctx); err != nil {
		return err
	}
	s := newSlots(b.concurrency)
	defer s.work.Wait()
	for failed := 0; ctx.Err() == nil; {
		n, err := b.round(ctx, s)
		switch {
		case err != nil:
			b.tellObserver(ctx, "", &row{}, false, time.Now(), err)
			failed++
			_ = backoff.Sleep(ctx, retryPolicy.HalfJitter(failed)) // the loop checks ctx
		case n == 0:
			failed = 0
			_ = backoff.Sleep(ctx, b.poll/2+rand.N(b.poll))
		default:
			failed = 0
		}
	}
	return nil
}

// Drain works until nothing more can be done now, and returns. It is for tests and for
// scheduled jobs.
//
// Errors: errors of the database and of the API that stop it from working.
func (b *Box) Drain(ctx context.Context) error {
	if err := b.usable(); err != nil {
		return err
	}
	s := newSlots(b.concurrency)
	for ctx.Err() == nil {
		n, err := b.round(ctx, s)
		s.work.Wait()
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

// start waits for the database and checks the tables.
func (b *Box) start(ctx context.Context) error {
	if err := b.usable(); err != nil {
		return err
	}
	for n := 1; ; n++ {
		err := b.checkTables(ctx)
		switch {
		case err == nil || ctx.Err() != nil:
			return nil
		case !sqldb.IsBusy(err) && b.db.PingContext(ctx) == nil:
			return fmt.Errorf("outbox: the table %s cannot be used: %w", b.table.name, err)
		}
		b.tellObserver(ctx, "", &row{}, false, time.Now(), err)
		if backoff.Sleep(ctx, retryPolicy.HalfJitter(n)) != nil {
			return nil
		}
	}
}

func (b *Box) checkTables(ctx context.Context) error {
	_, err := b.table.locked(ctx, b.db, "-") // uses all parts of the SQL that depend on the dialect
	if err == nil || errors.Is(err, ErrNoIntent) {
		err = b.table.checkPace(ctx, b.db)
	}
	return err
}

// slots limits the work that one call of Run or Drain does at a time: a number of
// requests, one round of reads and reports, and two rounds of searches. A list that
// hangs holds back no report, and only the searches that are made again.
type slots struct {
	sends, reads, searches, searchesAgain chan struct{}

	work sync.WaitGroup // waits for all running work; only the loop of the call adds to it
}

func newSlots(n int) *slots {
	one := func() chan struct{} { return make(chan struct{}, 1) }
	return &slots{sends: make(chan struct{}, n), reads: one(), searches: one(), searchesAgain: one()}
}

// round takes intents that are due and starts the work on them. It returns how many
// it has taken.
func (b *Box) round(ctx context.Context, s *slots) (n int, err error) {
	account, err := b.accountOfKey(ctx)
	if err != nil {
		return 0, err
	}
	sends, err := b.claim(ctx, account, toSend, cap(s.sends)-len(s.sends))
	if err != nil {
		return 0, err
	}
	for _, l := range sends {
		s.sends <- struct{}{}
		s.work.Go(func() {
			defer func() { <-s.sends }()
			b.send(ctx, l)
		})
	}
	reads, err := b.look(ctx, s, s.reads, account, toRead)
	if err != nil {
		return len(sends) + reads, err
	}
	searches, err := b.look(ctx, s, s.searches, account, toSearch+" AND "+atFirst)
	if err != nil {
		return len(sends) + reads + searches, err
	}
	again, err := b.look(ctx, s, s.searchesAgain, account, toSearch+" AND NOT "+atFirst)
	return len(sends) + reads + searches + again, err
}

// look starts the work on intents that are due and not to be sent, unless such work is
// running. It returns how many it has taken.
func (b *Box) look(ctx context.Context, s *slots, running chan struct{}, account, which string) (n int, err error) {
	if len(running) > 0 {
		return 0, nil
	}
	leases, err := b.claim(ctx, account, which, mostLooks)
	if len(leases) > 0 {
		running <- struct{}{}
		s.work.Go(func() {
			defer func() { <-running }()
			b.workOn(ctx, leases)
		})
	}
	return len(leases), err
}

// The conditions of the rows of each kind of work. toSearch has the rows that
// [row.needsEvidence] reports, and those in sending, which become unknown when they are
// leased. No condition has a state of a newer release, because a newer worker takes it.
const (
	toSend   = "state = 'ready'"
	toSearch = "(state = 'sending' OR state = 'unknown' AND object_id = '' OR state IN ('done', 'declined', 'refused') AND reported = state)"
	toRead   = "state IN ('unknown', 'waiting', 'done', 'declined', 'refused', 'review', 'duplicated') AND NOT " + toSearch
)

// atFirst is the condition of the rows whose search is made for the first time.
const atFirst = "(state = 'sending' OR tries = 0)"

// A lease is a row that this worker has for a limited time.
type lease struct {
	*row
	from State     // before the lease
	ends time.Time // when a call of this worker ends, by the clock of this process
	over time.Time // when another worker may take the row
}

// leaseOf returns for how long a worker has a row. If a long list could not be read to
// its end, the next try gets more time, up to ten leases. That does no harm, because a
// look changes nothing at the API.
func (b *Box) leaseOf(r *row) time.Duration {
	if r.needsEvidence() {
		return b.lease * time.Duration(1+min(r.Tries, 9))
	}
	return b.lease
}

// late reports whether the lease is over as far as this process can know. It asks both
// the monotonic clock and the wall clock, because one of them may have stopped while
// the process did not run.
func (l *lease) late() bool {
	now := time.Now()
	return now.After(l.ends) || now.Round(0).After(l.ends.Round(0))
}

// context returns a context that ends before the lease. It does not end with ctx, so
// that a request, its record and its report are completed.
func (l *lease) context(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithDeadline(context.WithoutCancel(ctx), l.ends)
}

// readContext returns a context that ends before the lease and with ctx, because a read
// loses nothing when it is broken off.
func (l *lease) readContext(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithDeadline(ctx, l.ends)
}

// claim leases up to n intents that are due for one kind of work.
func (b *Box) claim(ctx context.Context, account, which string, n int) ([]*lease, error) {
	if n == 0 {
		return nil, nil
	}
	return b.leaseRows(ctx, account, func(tx *sql.Tx) ([]*row, error) {
		if which != toSend {
			return b.table.due(ctx, tx, account, which, n)
		}
		budget, err := b.budget(ctx, tx, account, n)
		if err != nil || budget.n == 0 {
			return nil, err
		}
		rows, err := b.table.due(ctx, tx, account, toSend, budget.n)
		if err != nil {
			return nil, err
		}
		return rows, budget.take(ctx, tx, len(rows))
	})
}

// claimOne leases one intent, or returns nil if it is not due.
func (b *Box) claimOne(ctx context.Context, account, intent string) (*lease, error) {
	leases, err := b.leaseRows(ctx, account, func(tx *sql.Tx) ([]*row, error) {
		r, err := b.table.one(ctx, tx, intent)
		if err != nil || !r.Kind.isKnown() || !r.State.isKnown() {
			return nil, err
		}
		if r.due == never || r.due > r.now || r.Account != account && r.Account != modeOf(account) {
			return nil, nil
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
	if len(leases) == 0 {
		return nil, err
	}
	return leases[0], nil
}

// leaseRows leases the rows that find returns. It tries again while the database is
// busy. It returns no lease of a try whose transaction was not committed, because
// another worker may have the rows.
func (b *Box) leaseRows(ctx context.Context, account string, find func(*sql.Tx) ([]*row, error)) (leases []*lease, err error) {
	err = sqldb.Retry(ctx, func() error {
		leases, err = b.leaseOnce(ctx, account, find)
		return err
	})
	return leases, err
}

func (b *Box) leaseOnce(ctx context.Context, account string, find func(*sql.Tx) ([]*row, error)) ([]*lease, error) {
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
		case errors.Is(err, errTaken): // by another worker
		case err != nil:
			return nil, err
		default:
			leases = append(leases, &lease{row: r, from: before.State, ends: taken.Add(d * 3 / 4), over: taken.Add(d)})
		}
	}
	if err := tx.Commit(); err != nil {
		return nil, err
	}
	for _, l := range leases {
		if l.State != l.from {
			b.tellObserver(ctx, l.from, l.row, false, taken, nil)
		}
	}
	return leases, nil
}

// begin changes the state of a row that was leased. A ready row becomes an attempt,
// before anything is sent. A row in sending was left by a worker that has lost its
// lease; it is never simply sent again.
func (b *Box) begin(r *row, account string) {
	switch r.State {
	case Ready:
		r.State, r.Account, r.Failure, r.NoObjectAfter = Sending, account, "", 0
		r.Sends++
		if r.BeganAt == 0 {
			r.BeganAt = max(1, b.api.earliest().UnixMilli())
		}
		r.addEntry(Entry{})
	case Sending:
		r.markUnknown(Entry{Note: "the worker has lost its lease"})
	}
}

// markUnknown makes the outcome of the attempt unknown, so that evidence decides.
func (r *row) markUnknown(e Entry) {
	r.State, r.NoObjectAfter, r.Tries = Unknown, 0, 0
	r.addEntry(e)
}

// keep writes a leased row back. It does not change a row that another worker has
// taken.
func (b *Box) keep(ctx context.Context, l *lease, before *row, due time.Duration, start time.Time, reason error) bool {
	err := sqldb.Retry(ctx, func() error { return b.table.save(ctx, b.db, before, l.row, due) })
	if err != nil {
		b.tellObserver(ctx, before.State, l.row, false, start, fmt.Errorf("outbox: write the outcome: %w", err))
		return false
	}
	b.tellObserver(ctx, before.State, l.row, false, start, reason)
	return true
}

// retryPolicy is the wait between two tries.
var retryPolicy = backoff.Policy{First: time.Second, Last: 5 * time.Minute}

func (r *row) retryWait() time.Duration { return retryPolicy.HalfJitter(int(r.Tries)) }

// eachOf calls do for every value, n at a time, and waits for all calls.
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
