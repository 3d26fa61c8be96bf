package omise

import (
	"context"
	"time"
)

// Resolve finds out whether a Create that ended with [ErrOutcomeUnknown] was done. It
// only reads.
//
// Resolve recognizes a transfer by its intent (see [WithIntent]). All parts of a split
// transfer have the intent, and their amounts must add up. Without an intent, the
// resolution stays open as long as a similar transfer exists.
//
// Errors: a [*ParamError] if unknown is not the error of a Create or is of another
// account; otherwise the errors of [TransfersService.List].
//
// See https://docs.omise.co/transfers-api.
func (s *TransfersService) Resolve(ctx context.Context, unknown error, opts ...RequestOption) (*Resolution[Transfer], error) {
	return resolve[Transfer](ctx, s.client, unknown, opts, transferCreate)
}

// ResolveIntent finds the transfers of an intent (see [WithIntent]) when there is no
// error to give to Resolve, because the process that made them died. from is a time
// before the first attempt; to is a time after the last attempt. A zero to stands for
// one call that began at from. It only reads. [ChargesService.ResolveIntent] says how
// to ask again.
//
// Errors: a [*ParamError] if the intent or from is missing; otherwise the errors of
// [TransfersService.List].
//
// See https://docs.omise.co/transfers-api.
func (s *TransfersService) ResolveIntent(ctx context.Context, intent string, from, to time.Time, opts ...RequestOption) (*Resolution[Transfer], error) {
	return resolveIntent[Transfer](ctx, s.client, transferCreate, &writeRecord{Intent: intent, First: from, Last: to}, opts)
}

// lookupTransfer finds the transfer, or the parts of it, that a Create has made.
func lookupTransfer(ctx context.Context, c *Client, w *writeRecord, lost bool, opts []RequestOption) (evidence, error) {
	f := evidence{get: transferGet}
	seen, err := scan(ctx, c, transferList, w, opts, func(transfer *Transfer, span window) {
		if it := (candidate{transfer.ID, transfer.details()}); transfer.Schedule.ID == "" && (w.hasCallMark(it.details) || !span.excludes(it.created)) {
			f.classify(c, w, it, span)
		}
	})
	f.finish(seen, seen.hasNewest(c, w, kindTransfer))
	if !lost && !c.isProcessingOver(w, seen.now) {
		f.complete = false // the list may not show yet the transfer of an earlier delivery
	}
	return f, err
}

var _ describer = (*Transfer)(nil)

// details returns the attributes to compare with those of a write.
func (t *Transfer) details() details {
	live := !t.Deleted && (t.FailureCode == "" || t.WillRetry())
	return details{
		Amount:    t.Amount,
		Currency:  t.Currency,
		Recipient: t.Recipient.ID,
		metadata:  t.Metadata,
		created:   t.CreatedAt,
		live:      live,
		taken:     live,
		group:     t.SplitTransferGroupID,
	}
}

func isSent(t *Transfer, _ *writeRecord) stateMatch { return doneIf(t.Sent) }

func isSendable(t *Transfer) bool { return t.Sendable && !t.Sent }

func isSentOut(t *Transfer) bool { return t.Sent && !t.Paid }

func isPaidOut(t *Transfer, _ *writeRecord) stateMatch { return doneIf(t.Paid) }
