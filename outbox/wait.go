package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/backoff"
)

// Wait returns the result of an intent as soon as it was reported to the handler, and
// does the work itself if no worker does it. Use it in a web handler, after the commit.
// If ctx ends first, the workers continue. Give it a ctx with a limit: without one, Wait
// may wait for days, and an intent of another account or mode never gets a result from
// this process.
//
// Wait also returns a result in the state [Waiting]: the payer has to act. If the intent
// was reported before and the API cannot be reached, the result of another state has the
// id of its object, but not the object.
//
// Errors: [ErrNoIntent], the error of ctx, and errors of the database.
func (b *Box) Wait(ctx context.Context, intent string) (*Result, error) {
	if err := b.usable(); err != nil {
		return nil, err
	}
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, b.poll) {
		r, err := b.help(ctx, intent)
		if err != nil || r != nil {
			return r, err
		}
		if err := backoff.Sleep(ctx, pause); err != nil {
			return nil, fmt.Errorf("outbox: wait for %s: %w", intent, err)
		}
	}
}

// help returns the result of an intent if it was reported, and otherwise works on
// it.
func (b *Box) help(ctx context.Context, intent string) (*Result, error) {
	r, err := b.table.one(ctx, b.db, intent)
	if err != nil {
		return nil, err
	}
	if r.State.reportable() && r.Reported == r.State {
		result := b.resultOf(ctx, r)
		if r.State != Waiting || result == nil || stateOf(r.object) == Waiting {
			return result, nil
		}
		if err := b.table.wake(ctx, b.db, r.ObjectID); err != nil { // it waits no more, and the handler gets its end first
			return nil, err
		}
		r.due = r.now
	}
	if r.due == never || r.due > r.now {
		return nil, nil
	}
	start := time.Now()
	account, err := b.accountOfKey(ctx)
	switch {
	case errors.Is(err, omise.ErrCodeAuthenticationFailure): // the key is wrong
		return nil, err
	case err != nil: // Wait tries again, as Run does
		b.tellObserver(ctx, "", &row{}, false, start, err)
		return nil, nil
	}
	l, err := b.claimOne(ctx, account, intent)
	if err != nil || l == nil {
		return nil, err
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if l.State == Sending {
			b.send(ctx, l)
		} else {
			b.workOn(ctx, []*lease{l})
		}
	}()
	select {
	case <-done:
	case <-ctx.Done(): // the work goes on
		return nil, fmt.Errorf("outbox: wait for %s: %w", intent, ctx.Err())
	}
	if l.Reported == l.State && l.State.reportable() {
		return l.result(l.object), nil
	}
	return nil, nil
}

// resultOf returns the result of a row that was reported. If its object cannot be read,
// the result has only the id. But a payer who has to act needs the object, so in the
// state waiting there is no result then.
func (b *Box) resultOf(ctx context.Context, r *row) *Result {
	if r.ObjectID == "" {
		return r.result(nil)
	}
	model, err := r.fetch(ctx, b.client)
	switch {
	case err == nil:
		r.object = model
		return r.result(model)
	case r.State == Waiting:
		return nil
	}
	return r.result(nil)
}

// Now calls write in a transaction, commits it, and waits for the result: everything in
// one call, for a web handler. write has to write the intent.
//
//	result, err := box.Now(ctx, "order-42", func(tx *sql.Tx) error {
//		if _, err := tx.ExecContext(ctx, "INSERT INTO orders ..."); err != nil {
//			return err
//		}
//		return box.Charge(ctx, tx, "order-42", params)
//	})
//
// Errors: the error of write, and the errors of [Box.Wait]. After an error of Wait the
// workers continue.
func (b *Box) Now(ctx context.Context, intent string, write func(tx *sql.Tx) error) (*Result, error) {
	if err := b.usable(); err != nil {
		return nil, err
	}
	tx, err := b.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("outbox: begin: %w", err)
	}
	defer tx.Rollback() // does nothing after a commit
	if err := write(tx); err != nil {
		return nil, err
	}
	if err := tx.Commit(); err != nil {
		return nil, fmt.Errorf("outbox: commit: %w", err)
	}
	return b.Wait(ctx, intent)
}
