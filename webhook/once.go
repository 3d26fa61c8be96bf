package webhook

import (
	"context"
	"errors"

	"github.com/omisekit/omise-go"
)

// A Store remembers which events were handled.
//
// Do calls handle unless the event was handled before, and returns its error. After an
// error or a panic of handle, the event counts as not handled, so that it is handled
// when it comes again. While one call handles an event, other calls for the same event
// wait. Do is safe for concurrent use.
type Store interface {
	Do(ctx context.Context, id string, handle func(context.Context) error) error
}

// Once calls the function for an event until it has succeeded one time. An event that
// was handled before is not an error.
//
//	handle = webhook.Once(store)(handle)
//
// The store says how long an event is remembered: [NewMemoryStore] forgets when
// the process ends, package webhook/sqlstore does not.
//
// Copies of an event wait for each other before the store is called, so that the copies
// of a slow event do not take all connections of a database.
//
// See https://docs.omise.co/api-webhooks.
func Once(store Store) func(Func) Func {
	turns := new(turns)
	return func(next Func) Func {
		return func(ctx context.Context, event *omise.Event) error {
			if event == nil || event.ID == "" {
				return errors.New("webhook: an event without an id cannot be handled once")
			}
			done, err := turns.take(ctx, event.ID)
			if err != nil {
				return err
			}
			defer done() // also after a panic
			return store.Do(ctx, event.ID, func(ctx context.Context) error { return next(ctx, event) })
		}
	}
}
