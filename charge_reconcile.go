package omise

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"
)

// Resolve finds out what became of a charge, or of a capture, a reversal or an
// expiry, that ended with [ErrOutcomeUnknown]. It only reads.
//
// A charge is known by what [WithIntent] was given, by its token's card (which takes
// the public key) or by its source; the rest by the state of the charge. With an
// intent, the charge that took money or may still take it is the object, also if
// another call has made it. A charge on a customer's card that has no intent stays
// open as long as there is one that looks like it.
//
// The client has to have the key of the call. A sub-merchant is remembered.
//
// Errors: a [*ParamError] if unknown is not the error of such a call or of another
// account, otherwise those of [ChargesService.List] and [ChargesService.Get].
//
// See https://docs.omise.co/charges-api.
func (s *ChargesService) Resolve(ctx context.Context, unknown error, opts ...RequestOption) (*Resolution[Charge], error) {
	return resolve[Charge](ctx, s.client, unknown, opts,
		chargeCreate, chargeCapture, chargeReverse, chargeExpire, chargeMarkAsPaid, chargeMarkAsFailed)
}

// ResolveIntent finds out what became of the charges of an intent (see [WithIntent])
// of which nothing else is left, because the process that made them died. from is a
// time before the first attempt, to one after the last, such as the next start of the
// process; the zero time stands for one call that began at from. It only reads.
//
// Ask again until the state is no longer open: not_found comes once
// [DefaultMaxProcessingTime], or the time of [WithMaxProcessingTime], has passed since
// to. So keep the same to; time.Now() would move it on with every question.
//
// Errors: a [*ParamError] if the intent or from is missing, otherwise those of
// [ChargesService.List].
//
// See https://docs.omise.co/charges-api.
func (s *ChargesService) ResolveIntent(ctx context.Context, intent string, from, to time.Time, opts ...RequestOption) (*Resolution[Charge], error) {
	return resolveIntent[Charge](ctx, s.client, chargeCreate, intent, from, to, opts)
}

// lookupCharge finds the charge that a Create has made.
func lookupCharge(ctx context.Context, c *Client, w *writeRecord, lost bool, opts []RequestOption) (findings, error) {
	f := findings{get: chargeGet}
	var pays func(*Charge) bool // with the token or the source of the write
	proven := w.Source != ""    // pays can tell
	switch {
	case w.Token != "" && !c.config.publicKey.IsZero():
		token, err := c.Tokens.Get(ctx, w.Token)
		if err != nil {
			return f, err
		}
		if proven = token.Card != nil; proven {
			pays = func(ch *Charge) bool { return ch.Card != nil && ch.Card.ID == token.Card.ID && ch.Customer.IsZero() }
		}
	case w.Source != "":
		pays = func(ch *Charge) bool { return ch.Source != nil && ch.Source.ID == w.Source }
	}
	seen, err := scan(ctx, c, chargeList, w, opts, func(charge *Charge, span window) {
		it := find{charge.ID, charge.details()}
		if it.created.Before(span.begin) {
			f.other = f.other || proven && pays(charge)
			return
		}
		name, differs := w.names(it.metadata), w.mismatch(it.details) != ""
		uses := proven && pays(charge) // the token or source of this write
		switch {
		case name == sameName && w.Intent != "" && !differs:
			f.own = append(f.own, it)
		case w.Intent != "" && it.metadata[IntentKey] == w.Intent && !differs:
			f.related = append(f.related, it)
			f.other = f.other || uses
		case proven && !uses || charge.Schedule.ID != "" || charge.Link.ID != "":
		case uses && (differs || name == otherName || c.config.shared.made.has(charge.ID)):
			f.other = true
		case uses && w.Intent == "" && (name == sameName || lost && w.isNameless() && !it.created.Before(span.sure)):
			f.own = append(f.own, it)
		case !differs && name != otherName:
			f.possible = append(f.possible, it)
		}
	})
	f.close(c, w, kindCharge, seen)
	if !lost && !seen.newest.After(seen.span.sure.Add(2*clockSteps)) && !c.settledBy(w, seen.now) {
		f.complete = false // the list need not show yet what came at the time of the write
	}
	return f, err
}

var _ describer = (*Charge)(nil)

// details are what the charge says about itself.
func (c *Charge) details() details {
	d := details{
		Amount:   c.Amount,
		Currency: c.Currency,
		Customer: c.Customer.ID,
		metadata: c.Metadata,
		created:  c.CreatedAt,
		live:     c.Failure() == nil && !c.Expired && !c.Reversed,
	}
	if c.Card != nil {
		d.Card = c.Card.ID
	}
	if c.Source != nil {
		d.Source = c.Source.ID
	}
	if c.CapturedAmount != nil {
		d.Captured = *c.CapturedAmount
	}
	return d
}

// isTokenUsed reports whether a refusal says that the token or the source was used
// before.
func isTokenUsed(e apiError) bool {
	return e.Code == ErrCodeUsedToken || e.Code == ErrCodeInvalidCharge && strings.Contains(e.Message, "already used")
}

// A step is where an object is on the way to the state that a write asks for.
type step int

const (
	stepOpen  step = iota // not there
	stepDone              // there
	stepOther             // in another state, from which it cannot get there
	stepMaybe             // there, but not only this write can have done it
)

// isMoveRefused reports whether a refusal of a write that changes the state of an
// object may mean that the state was changed before.
func isMoveRefused(e apiError) bool {
	return e.Code != ErrCodeNotFound && e.Code != ErrCodeAuthenticationFailure
}

// lookupState returns a lookup for a write that changes the state of a charge. of
// reads the state.
func lookupState[T any](get *route, of func(*T, *writeRecord) step) lookup {
	return func(ctx context.Context, c *Client, w *writeRecord, lost bool, opts []RequestOption) (findings, error) {
		f := findings{get: get, now: apiTime{records: c.config.shared.clock.at(c.config.now())}}
		object, err := call[T](ctx, c, get, nil, opts, w.IDs...)
		if errors.Is(err, ErrCodeNotFound) {
			f.complete = true
			return f, nil
		}
		if err != nil {
			return f, err
		}
		it := find{w.IDs[len(w.IDs)-1], details{live: true}}
		before := !lost && c.config.shared.moved.has(w.operation) // by another call of this client
		switch state := of(object, w); {
		case state == stepDone && !before:
			f.own = []find{it}
		case state == stepDone, state == stepOther:
			f.other = true
		case state == stepMaybe:
			f.possible = []find{it}
		default:
			f.complete = true
		}
		return f, nil
	}
}

func isCaptured(c *Charge, w *writeRecord) step {
	switch {
	case !c.Paid:
		return stepOpen
	case c.MultiCapture:
		return stepMaybe
	case c.CapturedAmount == nil || *c.CapturedAmount == cmp.Or(w.Captured, c.Amount):
		return stepDone
	}
	return stepOther
}

func isReversed(c *Charge, _ *writeRecord) step { return doneIf(c.Reversed) }

func isExpired(c *Charge, _ *writeRecord) step { return doneIf(c.Expired) }

func isPaid(c *Charge, _ *writeRecord) step { return doneIf(c.Paid) }

func isFailed(c *Charge, _ *writeRecord) step { return doneIf(c.Status == ChargeStatusFailed) }

func doneIf(done bool) step {
	if done {
		return stepDone
	}
	return stepOpen
}
