package outbox

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/omisekit/omise-go/internal/sqldb"
)

// report calls the handler with the state of the row, in the transaction that marks the
// row as reported.
func (b *Box) report(ctx context.Context, l *lease) {
	if b.handle == nil { // this process only writes intents
		return
	}
	start, before := time.Now(), *l.row
	err := b.reportOnce(ctx, l, &before)
	if err == nil {
		b.tellObserver(ctx, before.State, l.row, true, start, nil)
		return
	}
	b.tellObserver(ctx, l.State, l.row, false, start, fmt.Errorf("outbox: report: %w", err))
	*l.row = before
	l.Tries++
	if err := b.table.save(ctx, b.db, &before, l.row, l.retryWait()); err != nil && !errors.Is(err, errTaken) {
		b.tellObserver(ctx, l.State, l.row, false, start, fmt.Errorf("outbox: put the report off: %w", err))
	}
}

// firstLook is the wait before the first look at an object that waits. The payer may have
// paid, and the webhook may have come, before the id of the object was stored.
const firstLook = 5 * time.Second

func (b *Box) reportOnce(ctx context.Context, l *lease, before *row) (err error) {
	if l.object == nil && l.ObjectID != "" {
		l.object, err = l.fetch(ctx, b.client)
		switch {
		case b.isMissing(ctx, l.row, err):
			l.object = nil
			if l.State != Review && l.State != Duplicated { // otherwise a person is asked already
				l.objectMissing()
			}
		case err != nil:
			return err
		case l.State == Waiting && stateOf(l.object) != Waiting: // it has ended before the handler got the state waiting
			b.setObject(l.row, object{id: l.ObjectID, attempt: l.Attempt, state: stateOf(l.object), model: l.object})
			l.addEntry(Entry{})
		}
	}
	var due time.Duration
	l.Reported, l.Tries = l.State, 0
	switch {
	case l.State == Waiting:
		due = min(b.lookEvery, firstLook)
	case !l.State.ended() || l.LookedAgain == 1 || l.Sends == 0 || l.Kind == KindCapture:
		due = never
	default:
		due = b.lookAgain()
	}
	tx, err := b.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after a commit
	if err := b.table.save(ctx, tx, before, l.row, due); err != nil {
		return err
	}
	if err := b.callUntil(sqldb.WithTx(ctx, tx), l.result(l.object)); err != nil {
		return err
	}
	return tx.Commit()
}

// lookAgain returns the wait before the look for a second object: until no object can
// be made any more. The end is rounded up to the same moments for many intents, so that
// one look serves all of them.
func (b *Box) lookAgain() time.Duration {
	after := b.lease + b.processing
	grid := after / 4
	return after + grid - time.Duration(time.Now().UnixNano())%grid
}

// errHangs is the error about a handler that does not return.
var errHangs = errors.New("the handler has not returned when its context ended")

// callUntil calls the handler, and does not wait for it after ctx has ended. So a handler
// that hangs holds back other reports only for a lease. Its transaction is rolled back.
func (b *Box) callUntil(ctx context.Context, result *Result) error {
	returned := make(chan error, 1)
	go func() {
		err := errors.New("the handler has ended its goroutine")
		defer func() { returned <- err }()
		err = b.call(ctx, result)
	}()
	select {
	case err := <-returned:
		return err
	case <-ctx.Done():
		return errHangs
	}
}

// call turns a panic of the handler into an error, so that one result does not end the
// process. The error does not have the value of the panic, which may hold a secret.
func (b *Box) call(ctx context.Context, result *Result) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the handler panicked with a value of type %T\n%s", p, debug.Stack())
		}
	}()
	return b.handle(ctx, result)
}
