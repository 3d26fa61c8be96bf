package omise

import (
	"context"
	"iter"
	"strings"
	"time"
)

// Resolve finds out what became of a charge, or of a capture, a reversal or an
// expiry, that ended with [ErrOutcomeUnknown]. It only reads.
//
// A charge is known by its token's card (which takes the public key), by its
// source, or by what [WithIntent] was given; the rest by the state of the
// charge. A charge on a customer's card that has no intent stays open as long
// as there is one that looks like it.
//
// Errors: a [*ParamError] if unknown is not the error of such a call, otherwise
// those of [ChargesService.List] and [ChargesService.Get].
//
// See https://docs.omise.co/charges-api.
func (s *ChargesService) Resolve(ctx context.Context, unknown error, opts ...RequestOption) (*Resolution[Charge], error) {
	return resolve[Charge](ctx, s.client, unknown, opts,
		chargeCreate, chargeCapture, chargeReverse, chargeExpire, chargeMarkAsPaid, chargeMarkAsFailed)
}

// ResolveIntent finds out what became of a charge of which nothing is left but
// the intent, because the process that made it died: what [WithIntent] was
// given. from is a time before the first attempt, to one after the last, such
// as the next start of the process; the zero time is now. It only reads.
//
// The state is not_found only once the processing time has passed since to.
//
// Errors: a [*ParamError] if the intent or from is missing, otherwise those of
// [ChargesService.List].
//
// See https://docs.omise.co/charges-api.
func (s *ChargesService) ResolveIntent(ctx context.Context, intent string, from, to time.Time, opts ...RequestOption) (*Resolution[Charge], error) {
	return resolveIntent[Charge](ctx, s.client, chargeCreate, intent, from, to, opts)
}

// findCharge finds the charge that a Create has made.
func findCharge(ctx context.Context, c *Client, t *trace, opts []RequestOption) (finding, error) {
	var fits func(*Charge) bool
	exact, only := true, true
	switch {
	case t.Token != "" && !c.config.publicKey.IsZero():
		token, err := c.Tokens.Get(ctx, t.Token)
		if err != nil {
			return finding{}, err
		}
		fits = func(ch *Charge) bool {
			return token.Card != nil && ch.Card != nil && ch.Card.ID == token.Card.ID && ch.Customer.IsZero()
		}
	case t.Source != "":
		fits = func(ch *Charge) bool { return ch.Source != nil && ch.Source.ID == t.Source }
	case t.Intent != "":
		fits, only = func(ch *Charge) bool { return t.carries(ch.Metadata) }, false
	default:
		fits, exact, only = t.resembles, false, false
	}
	if t.Spent {
		// Two orders of one token differ in what they are for. Where the charge
		// does not say, it may be that of the other order.
		spends := fits
		fits = func(ch *Charge) bool { return spends(ch) && t.named(ch.Metadata) }
		exact = len(t.metadata) > 0 || t.Intent != ""
	}
	ids, err := recently(t, (*Charge).created, fits, only, func(params *ListParams, opts ...RequestOption) iter.Seq2[*Charge, error] {
		return c.Charges.All(ctx, params, opts...)
	}, opts)
	return finding{chargeGet, ids, exact || len(ids) == 0}, err
}

func (c *Charge) created() time.Time { return c.CreatedAt }

// resembles tells whether a charge could be the one that was asked for.
func (t *trace) resembles(c *Charge) bool {
	return c.Amount == t.Amount && strings.EqualFold(string(c.Currency), string(t.Currency)) && c.Customer.ID == t.Customer
}

// The actions on a charge show in its state.

func captured(c *Charge, t *trace) bool {
	return c.Paid && (t.Amount == 0 || c.CapturedAmount != nil && *c.CapturedAmount == t.Amount)
}

func reversed(c *Charge, _ *trace) bool { return c.Reversed }

func expired(c *Charge, _ *trace) bool { return c.Expired }

func paid(c *Charge, _ *trace) bool { return c.Paid }

func failed(c *Charge, _ *trace) bool { return c.Status == ChargeStatusFailed }
