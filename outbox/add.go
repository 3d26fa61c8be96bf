package outbox

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/redact"
)

// Errors of an intent.
var (
	// ErrNoIntent says that there is no such intent. It may be in a transaction that is
	// not committed.
	ErrNoIntent = errors.New("outbox: there is no such intent")

	// ErrIntentUsed says that the intent exists with other params than those of its first
	// and its last attempt.
	ErrIntentUsed = errors.New("outbox: the intent is used for something else")

	// ErrSingleUse says that another intent has the same token or source, or captures
	// the same charge.
	ErrSingleUse = errors.New("outbox: another intent uses this token, source or charge")

	// ErrState says that the state of the intent does not allow the call.
	ErrState = errors.New("outbox: the state of the intent does not allow it")
)

// Charge writes the intent to make a charge, in a transaction of the merchant: the
// charge is made if, and only if, the transaction is committed. intent is a name that
// the merchant chooses, such as "order-42": printable ASCII, at most 128 characters, no
// space at its beginning or end, no API key and no card number. If the same intent is
// written again with the params of its first or its last attempt, it stays one intent. tx
// may also be the database itself or a connection: Charge then makes a transaction of its
// own. After an error of its commit, the intent may be there, so write it again.
//
// params must have a token, a card of a customer, or the id of a source. They are stored
// as JSON, so a text must be valid UTF-8. Nothing secret is stored.
//
// Errors: [ErrIntentUsed], [ErrSingleUse], an [omise.ParamError] for bad params.
func (b *Box) Charge(ctx context.Context, tx Querier, intent string, params *omise.ChargeCreateParams) error {
	return b.add(ctx, tx, intent, "", params)
}

// Refund writes the intent to refund a charge, as [Box.Charge] does.
func (b *Box) Refund(ctx context.Context, tx Querier, intent, chargeID string, params *omise.RefundCreateParams) error {
	return b.add(ctx, tx, intent, chargeID, params)
}

// Transfer writes the intent to pay money out, as [Box.Charge] does. It is done when
// the transfer was sent to the bank. IdempKey must be left out: the outbox sets it.
func (b *Box) Transfer(ctx context.Context, tx Querier, intent string, params *omise.TransferCreateParams) error {
	return b.add(ctx, tx, intent, "", params)
}

// Capture writes the intent to capture an authorized charge, as [Box.Charge] does.
// params may be nil. A capture has no metadata, so its only evidence is a charge that
// is captured with the right amount: that of params, or the whole amount. Therefore only
// the outbox may capture the charge.
func (b *Box) Capture(ctx context.Context, tx Querier, intent, chargeID string, params *omise.ChargeCaptureParams) error {
	return b.add(ctx, tx, intent, chargeID, params)
}

const longestIntent = 128

func checkIntent(intent string) error {
	if intent == "" {
		return errors.New("outbox: intent is required")
	}
	if len(intent) > longestIntent {
		return fmt.Errorf("outbox: intent must be at most %d characters", longestIntent)
	}
	for _, c := range intent {
		if c < ' ' || c > '~' {
			return errors.New("outbox: intent must be printable ASCII")
		}
	}
	if strings.TrimSpace(intent) != intent { // MySQL compares texts without the spaces at their ends
		return errors.New("outbox: intent must not begin or end with a space")
	}
	if redact.HasSecret(intent) {
		return errors.New("outbox: intent must not hold an API key or a card number")
	}
	return nil
}

func (b *Box) add(ctx context.Context, tx Querier, intent, parent string, params any) error {
	if err := b.ready(tx, intent); err != nil {
		return err
	}
	kind, _ := kindOf(params)
	r := &row{Intent: intent, Kind: kind, Parent: parent, Account: b.owner(), State: Ready, Base: rand.Text(), Attempt: 1}
	if err := r.fill(ctx, params); err != nil {
		return err
	}
	r.FirstDigest = r.Digest
	return inTx(ctx, tx, func(tx Querier) error { return b.insert(ctx, tx, r) })
}

// insert writes the row, and compares it with the row that is then there.
func (b *Box) insert(ctx context.Context, tx Querier, r *row) error {
	if err := b.table.insert(ctx, tx, r); err != nil {
		return fmt.Errorf("outbox: write the intent: %w", err)
	}
	there, err := b.table.locked(ctx, tx, r.Intent)
	switch {
	case errors.Is(err, ErrNoIntent):
		return ErrSingleUse
	case err != nil:
		return fmt.Errorf("outbox: write the intent: %w", err)
	case r.Digest != there.Digest && r.Digest != there.FirstDigest: // a job may be called again after another attempt
		return ErrIntentUsed
	case there.Base == r.Base && there.Params != r.Params:
		err := errors.New("outbox: the database has changed the params: the connection must use UTF-8, such as utf8mb4 of MySQL")
		return errors.Join(err, b.table.remove(ctx, tx, r))
	}
	return nil
}

// inTx calls do with the transaction of the merchant, or with a transaction of its own if
// the merchant has given the database or a connection. Otherwise a worker could take the
// intent between two statements.
func inTx(ctx context.Context, tx Querier, do func(Querier) error) error {
	database, ok := tx.(interface {
		BeginTx(context.Context, *sql.TxOptions) (*sql.Tx, error)
	})
	if !ok {
		return do(tx)
	}
	own, err := database.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("outbox: begin: %w", err)
	}
	defer own.Rollback() // does nothing after a commit
	if err := do(own); err != nil {
		return err
	}
	if err := own.Commit(); err != nil {
		return fmt.Errorf("outbox: commit: %w", err)
	}
	return nil
}

func (b *Box) ready(tx Querier, intent string) error {
	switch {
	case b.err != nil:
		return b.err
	case tx == nil || tx == (*sql.Tx)(nil) || tx == (*sql.DB)(nil) || tx == (*sql.Conn)(nil):
		return errors.New("outbox: there is no transaction")
	}
	return checkIntent(intent)
}

// Again writes another attempt of an intent that was declined or refused, in a
// transaction of the merchant, with new params of the same kind, such as another card
// or a corrected amount. The handler must have got the state. It may call Again itself,
// with its own transaction, [Tx].
//
// Errors: [ErrNoIntent], [ErrState], [ErrSingleUse], an [omise.ParamError] for bad
// params.
func (b *Box) Again(ctx context.Context, tx Querier, intent string, params any) error {
	return b.change(ctx, tx, intent, func(r *row) error {
		kind, ok := kindOf(params)
		switch {
		case !ok:
			return fmt.Errorf("outbox: params must not be %T", params)
		case kind != r.Kind:
			return fmt.Errorf("outbox: params must be those of a %s, as the intent is one", r.Kind)
		case r.State != Declined && r.State != Refused:
			return fmt.Errorf("%w: it is %s, and another attempt is for a declined or refused intent", ErrState, r.State)
		}
		if err := r.fill(ctx, params); err != nil {
			return err
		}
		r.next()
		r.addEntry(Entry{Note: "another attempt"})
		return nil
	})
}

// next begins another attempt.
func (r *row) next() {
	r.reset(Ready)
	r.Attempt++
	r.Sends, r.NoObjectAfter = 0, 0
	if r.LookedAgain == 1 { // otherwise the next look is also for objects of the earlier attempts
		r.LookedAgain, r.BeganAt = 0, 0
	}
}

// reset gives the row a state that is to be reported, and drops what the state before
// has found out. What is known about the requests of the attempt stays.
func (r *row) reset(to State) {
	r.State, r.Reported, r.Tries = to, "", 0
	r.ObjectID, r.Failure, r.Candidates = "", "", ""
}

// A Decision is the decision of a person about an intent in [Review] or [Duplicated].
type Decision struct {
	object string
	to     State
}

// Is decides that an object, such as one of the candidates, is the object of the
// intent. The state of the object becomes the state of the intent. If there is no such
// object, if its metadata name another intent, or if the charge of a capture is not
// captured, a person is asked again.
func Is(objectID string) Decision { return Decision{object: objectID, to: Unknown} }

// The decisions that name no object.
var (
	SendAgain = Decision{to: Ready}   // nothing was done, and it must be done
	GiveUp    = Decision{to: Refused} // nothing was done, and nothing must be done
)

// Decide continues an intent in [Review] or [Duplicated] as a person has decided. The
// handler must have got the state.
//
// Errors: [ErrNoIntent], [ErrState], an [omise.ParamError] for an id that is not one of
// an object of this kind, an error for a capture and another charge than its own.
func (b *Box) Decide(ctx context.Context, tx Querier, intent string, decision Decision) error {
	return b.change(ctx, tx, intent, func(r *row) error {
		switch {
		case decision.to == "" || decision.to == Unknown && decision.object == "":
			return errors.New("outbox: the decision is empty")
		case r.State != Review && r.State != Duplicated || r.State == Duplicated && decision.to != Unknown:
			return fmt.Errorf("%w: it is %s", ErrState, r.State)
		case decision.to == Ready && r.Params == "":
			return fmt.Errorf("%w: its params are gone; use GiveUp and Again", ErrState)
		case r.Kind == KindCapture && decision.to == Unknown && decision.object != r.Parent:
			return fmt.Errorf("outbox: the object of a capture must be its charge, %s", r.Parent)
		}
		switch decision.to {
		case Ready:
			r.next()
		case Unknown:
			r.reset(Unknown)
			r.ObjectID = decision.object
			if _, err := rehearse(func(client *omise.Client) (any, error) { return r.fetch(ctx, client) }); err != nil {
				return err
			}
		case Refused:
			r.reset(Refused)
			b.refuse(r, errors.New("a person has given it up"))
		}
		r.addEntry(Entry{Note: "a person has decided"})
		return nil
	})
}

// change changes a row in a transaction of the merchant. It returns ErrState for a state
// that was not reported, because the change would hide it from the handler.
func (b *Box) change(ctx context.Context, tx Querier, intent string, change func(r *row) error) error {
	if err := b.ready(tx, intent); err != nil {
		return err
	}
	return inTx(ctx, tx, func(tx Querier) error { return b.changeIn(ctx, tx, intent, change) })
}

func (b *Box) changeIn(ctx context.Context, tx Querier, intent string, change func(r *row) error) error {
	r, err := b.table.locked(ctx, tx, intent)
	if err != nil {
		return err
	}
	if r.State.reportable() && r.Reported != r.State {
		return fmt.Errorf("%w: it is %s, and the handler has to get that first", ErrState, r.State)
	}
	before := *r
	if err := change(r); err != nil {
		return err
	}
	if r.SingleUse.Valid && r.SingleUse != before.SingleUse {
		if err := b.table.free(ctx, tx, r); err != nil {
			return err
		}
	}
	if err := b.table.save(ctx, tx, &before, r, 0); err != nil {
		if errors.Is(err, errTaken) {
			return fmt.Errorf("%w: it has just changed", ErrState)
		}
		return fmt.Errorf("outbox: write the intent: %w", err)
	}
	return nil
}
