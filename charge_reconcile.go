package omise

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// Resolve finds out whether a charge, or a capture, a reversal or an expiry, that ended
// with [ErrOutcomeUnknown] was done. It only reads.
//
// Resolve recognizes a charge by its intent (see [WithIntent]), by the card of its
// token (which needs the public key) or by its source. It recognizes the other writes
// by the state of the charge. With an intent, Object is the charge that took money or
// may still take it, even if another call made it. Without an intent, a charge on a
// customer's card stays open as long as a similar charge exists.
//
// The client must have the key of the call. The error remembers the sub-merchant.
//
// Errors: a [*ParamError] if unknown is not the error of such a call or is of another
// account; otherwise the errors of [ChargesService.List] and [ChargesService.Get].
//
// See https://docs.omise.co/charges-api.
func (s *ChargesService) Resolve(ctx context.Context, unknown error, opts ...RequestOption) (*Resolution[Charge], error) {
	return resolve[Charge](ctx, s.client, unknown, opts,
		chargeCreate, chargeCapture, chargeReverse, chargeExpire, chargeMarkAsPaid, chargeMarkAsFailed)
}

// ResolveIntent finds the charges of an intent (see [WithIntent]) when there is no
// error to give to Resolve, because the process that made them died. from is a time
// before the first attempt; to is a time after the last attempt, such as the next start
// of the process. A zero to stands for one call that began at from. It only reads.
//
// Call it again until the state is no longer open. The state is not_found only when
// [DefaultMaxProcessingTime], or the time of [WithMaxProcessingTime], has passed since
// to. So pass the same to each time: with time.Now(), that time never passes.
//
// Errors: a [*ParamError] if the intent or from is missing; otherwise the errors of
// [ChargesService.List].
//
// See https://docs.omise.co/charges-api.
func (s *ChargesService) ResolveIntent(ctx context.Context, intent string, from, to time.Time, opts ...RequestOption) (*Resolution[Charge], error) {
	return resolveIntent[Charge](ctx, s.client, chargeCreate, &writeRecord{Intent: intent, First: from, Last: to}, opts)
}

// lookupCharge finds the charge that a Create has made.
func lookupCharge(ctx context.Context, c *Client, w *writeRecord, lost bool, opts []RequestOption) (evidence, error) {
	f := evidence{get: chargeGet}
	var pays func(*Charge) bool // reports whether a charge uses the token or source of the write
	proven := w.Source != ""    // whether pays can identify the charge of the write
	switch {
	case w.Token != "" && !c.config.publicKey.IsZero():
		token, err := c.Tokens.Get(ctx, w.Token, opts...)
		if err != nil {
			return f, err
		}
		if proven = token.Card != nil && token.Card.ID != ""; proven {
			pays = func(ch *Charge) bool { return ch.Card != nil && ch.Card.ID == token.Card.ID && ch.Customer.IsZero() }
		}
	case w.Source != "":
		pays = func(ch *Charge) bool { return ch.Source != nil && ch.Source.ID == w.Source }
	}
	seen, err := scan(ctx, c, chargeList, w, opts, func(charge *Charge, span window) {
		if charge.Schedule.ID != "" || charge.Link.ID != "" { // no call to create a charge has made it
			return
		}
		it := candidate{charge.ID, charge.details()}
		match, differs, tooOld := w.compareMetadata(it.metadata), w.mismatch(it.details) != "", span.excludes(it.created)
		uses := proven && pays(charge) // the token or source of this write
		sameIntent := w.Intent != "" && it.metadata[IntentKey] == w.Intent && w.isSameOrder(it.details)
		paidOtherwise := proven && !uses
		ofAnotherCall := differs || match == matchOther || c.config.shared.madeIDs.has(charge.ID)
		onlyTokenProves := lost && w.hasNoMetadata() && !it.created.Before(span.surelyAfter)
		switch {
		case w.hasCallMark(it.details) && (differs || tooOld): // the charge was changed, or a clock is wrong
			f.possible = append(f.possible, it)
		case tooOld: // an older call may have used the token
			f.other = f.other || uses
		case match == matchThis && w.Intent != "" && !differs:
			f.own = append(f.own, it)
		case sameIntent && it.created.IsZero(): // it may be of an older order
			f.possible = append(f.possible, it)
		case sameIntent: // another call made it for the same intent, perhaps with another card
			f.related = append(f.related, it)
			f.other = f.other || uses
		case paidOtherwise: // the write cannot have made this charge
		case uses && ofAnotherCall:
			f.other = true
		case uses && w.Intent == "" && (match == matchThis || onlyTokenProves):
			f.own = append(f.own, it)
		case !differs && match != matchOther && !(w.Intent == "" && c.config.shared.madeIDs.has(charge.ID)):
			f.possible = append(f.possible, it)
		}
	})
	f.finish(seen, seen.hasNewest(c, w, kindCharge))
	if !lost && !c.isProcessingOver(w, seen.now) {
		f.complete = false // an earlier delivery of the call may be at the bank
	}
	return f, err
}

var _ describer = (*Charge)(nil)

// details returns the attributes to compare with those of a write.
func (c *Charge) details() details {
	d := details{
		Amount:   c.Amount,
		Currency: c.Currency,
		Customer: c.Customer.ID,
		metadata: c.Metadata,
		created:  c.CreatedAt,
		live:     c.Failure() == nil && !c.Expired && !c.Reversed,
		taken:    c.Paid || c.Authorized && !c.Expired && !c.Reversed,
		returned: c.RefundedAmount > 0 && c.RefundedAmount >= c.captured(),
	}
	if c.Card != nil {
		d.Card = c.Card.ID
	}
	if c.Source != nil {
		d.Source = c.Source.ID
	}
	if !c.MultiCapture && c.CapturedAmount != nil { // otherwise it is the sum of several captures
		d.Captured = *c.CapturedAmount
	}
	return d
}

// captured returns the amount that was captured, or is to be captured.
func (c *Charge) captured() int64 {
	if c.CapturedAmount != nil && *c.CapturedAmount != 0 {
		return *c.CapturedAmount
	}
	return c.Amount
}

// isTokenUsed reports whether a refusal says that the token or the source was used
// before.
func isTokenUsed(e apiError) bool {
	return e.Code == ErrCodeUsedToken || e.Code == ErrCodeInvalidCharge && strings.Contains(e.Message, "already used")
}

// A stateMatch says whether an object has the state that a write asks for.
type stateMatch int

const (
	stateNotYet  stateMatch = iota // not yet
	stateReached                   // yes
	stateOther                     // no, and it cannot get that state any more
	stateMaybe                     // yes, but another write may have changed it
)

// isMoveRefused reports whether a refusal of a write that changes the state of an
// object may mean that the state was already changed.
func isMoveRefused(e apiError) bool {
	return e.Code != ErrCodeNotFound && e.Code != ErrCodeAuthenticationFailure
}

// stateLookup is the lookup for a write that changes the state of an object: get reads
// the object, state compares it with the state that the write asks for, and allows reports
// whether the API should accept the write now.
type stateLookup[T any] struct {
	get    *route
	state  func(*T, *writeRecord) stateMatch
	allows func(*T) bool
}

func (l *stateLookup[T]) find(ctx context.Context, c *Client, w *writeRecord, lost bool, opts []RequestOption) (evidence, error) {
	f := evidence{get: l.get}
	var answer Response
	object, err := call[T](ctx, c, l.get, nil, append(slices.Clip(opts), WithResponseInto(&answer)), w.IDs...)
	f.now.records = c.config.shared.clock.at(c.config.now())
	if errors.Is(err, ErrCodeNotFound) { // the write knows an object that this place does not know
		return f, nil
	}
	if err != nil {
		return f, err
	}
	it := candidate{w.IDs[len(w.IDs)-1], details{live: true}}
	before := !lost && c.config.shared.stateChanges.has(w.operation) // by another call of this client
	switch state := l.state(object, w); {
	case state == stateReached && !before:
		f.own = []candidate{it}
	case state == stateReached, state == stateOther:
		f.other = true
	case state == stateMaybe:
		f.possible = []candidate{it}
	default:
		f.complete, f.unexplained = isCurrent(answer.Header), !lost && l.allows(object)
	}
	return f, nil
}

// isCaptured compares a charge with a capture. A charge that allows several captures does
// not show which of them were done, and a capture whose answer was lost may still be done.
func isCaptured(c *Charge, w *writeRecord) stateMatch {
	isBeingSent := w.Last.IsZero() && !w.Refused
	switch {
	case c.MultiCapture && (c.Paid || isBeingSent):
		return stateMaybe
	case !c.Paid:
		return stateNotYet
	case c.CapturedAmount == nil && (w.Captured != 0 || c.AuthorizationType == ChargeAuthorizationTypePreAuth): // a part may be captured
		return stateMaybe
	case c.CapturedAmount == nil || *c.CapturedAmount == cmp.Or(w.Captured, c.Amount):
		return stateReached
	}
	return stateOther
}

func isReversed(c *Charge, _ *writeRecord) stateMatch { return doneIf(c.Reversed) }

func isExpired(c *Charge, _ *writeRecord) stateMatch { return doneIf(c.Expired) }

func isPaid(c *Charge, _ *writeRecord) stateMatch { return doneIf(c.Paid) }

func isFailed(c *Charge, _ *writeRecord) stateMatch { return doneIf(c.Status == ChargeStatusFailed) }

func isCapturable(c *Charge) bool { return c.Capturable }

func isReversible(c *Charge) bool { return c.Reversible }

func isPending(c *Charge) bool { return c.Status == ChargeStatusPending }

func doneIf(done bool) stateMatch {
	if done {
		return stateReached
	}
	return stateNotYet
}

func maybeIf(changed bool) stateMatch {
	if changed {
		return stateMaybe
	}
	return stateNotYet
}
