package omise

import (
	"context"
	"time"
)

// Resolve finds out whether a Create that ended with [ErrOutcomeUnknown] was done. It
// only reads.
//
// Resolve recognizes a refund by its intent (see [WithIntent]), and Object may be the
// refund of another call with that intent. Without an intent, it
// cannot tell two equal refunds apart, so the resolution stays open as long as there is
// a refund of that amount since the call.
//
// Errors: a [*ParamError] if unknown is not the error of a Create or is of another
// account; otherwise the errors of [ChargesService.ListRefunds] and
// [ChargesService.Get].
//
// See https://docs.omise.co/refunds-api.
func (s *RefundsService) Resolve(ctx context.Context, unknown error, opts ...RequestOption) (*Resolution[Refund], error) {
	return resolve[Refund](ctx, s.client, unknown, opts, refundCreate)
}

// ResolveIntent finds the refunds of an intent (see [WithIntent]) when there is no
// error to give to Resolve, because the process that made them died. from is a time
// before the first attempt; to is a time after the last attempt. A zero to stands for
// one call that began at from. It only reads. [ChargesService.ResolveIntent] says how
// to ask again.
//
// Errors: a [*ParamError] if the intent or from is missing; otherwise the errors of
// [ChargesService.ListRefunds] and [ChargesService.Get].
//
// See https://docs.omise.co/refunds-api.
func (s *RefundsService) ResolveIntent(ctx context.Context, chargeID, intent string, from, to time.Time, opts ...RequestOption) (*Resolution[Refund], error) {
	return resolveIntent[Refund](ctx, s.client, refundCreate, &writeRecord{IDs: []string{chargeID}, Intent: intent, First: from, Last: to}, opts)
}

// lookupRefund finds the refund that a Create has made. The charge says how much was
// refunded: if the list adds up to less, it is out of date.
func lookupRefund(ctx context.Context, c *Client, w *writeRecord, lost bool, opts []RequestOption) (evidence, error) {
	f := evidence{get: refundGet}
	charge, err := c.Charges.Get(ctx, w.IDs[0], opts...)
	if err != nil {
		return f, err
	}
	var sum int64
	seen, err := scan(ctx, c, chargeRefunds, w, opts, func(refund *Refund, span window) {
		sum += refund.Amount
		f.classify(c, w, candidate{refund.ID, refund.details()}, span)
	}, w.IDs[0])
	f.finish(seen, sum >= charge.RefundedAmount)
	f.unexplained = !lost && charge.Refundable && charge.RefundedAmount+w.Amount <= charge.captured()
	return f, err
}

var _ describer = (*Refund)(nil)

// details returns the attributes to compare with those of a write.
func (r *Refund) details() details {
	return details{Amount: r.Amount, Currency: r.Currency, charge: r.Charge.ID, metadata: r.Metadata, created: r.CreatedAt, live: true, taken: true}
}
