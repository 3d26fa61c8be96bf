package omise

import (
	"context"
	"fmt"
	"time"
)

// IntentKey is the key in the metadata of an object that holds what
// [WithIntent] was given.
const IntentKey = "omise_intent"

// WithIntent names what a charge, a refund or a transfer is for, such as
// "order-42": one name for one payment, whatever becomes of the process that
// makes it. The name goes into the metadata of the object, as [IntentKey], so
// that Resolve and ResolveIntent can find the object by it; and, unless
// [WithIdempotencyKey] is given, the idempotency key follows from it.
func WithIntent(id string) RequestOption {
	return func(o *callOptions) { o.intent = id }
}

const longestIntent = 128

// intentRule returns what an intent has to be, or "" if it is fine.
func intentRule(intent string) string {
	if headerRule(intent) != "" || len(intent) > longestIntent {
		return fmt.Sprintf("must be printable ASCII, at most %d characters", longestIntent)
	}
	return ""
}

// resolveIntent finds out what became of writes of a route of which nothing is
// left but the intent, and when they may have been tried.
func resolveIntent[T any](ctx context.Context, c *Client, r *route, intent string, from, to time.Time, opts []RequestOption, ids ...string) (*Resolution[T], error) {
	t := &trace{IDs: ids, Intent: intent, First: from, Last: to, stored: true}
	if err := r.checkIntent(t); err != nil {
		return nil, err
	}
	return settle[T](ctx, c, r.finder, t, opts)
}

func (r *route) checkIntent(t *trace) error {
	if t.Last.IsZero() {
		t.Last = time.Now()
	}
	switch rule := intentRule(t.Intent); {
	case t.Intent == "":
		return r.refuse("intent", "is required")
	case rule != "":
		return r.refuse("intent", rule)
	case t.First.IsZero():
		return r.refuse("from", "is required")
	case t.Last.Before(t.First):
		return r.refuse("to", "must not be before from")
	}
	return nil
}
