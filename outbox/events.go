package outbox

import (
	"context"
	"fmt"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/webhook"
)

// Events returns a handler of webhooks. When an event is about the object of an intent,
// the workers look at that object soon. The handler then calls next, which may be nil.
// The outbox does not trust the content of an event: it asks the API.
//
// If the context has the transaction of a store of events, as with package sqlstore,
// the outbox writes in that transaction. So the store must be in the database of the
// outbox.
//
//	handler := webhook.NewHandler(secrets, webhook.Once(sqlstore.New(db))(box.Events(next)))
func (b *Box) Events(next webhook.Func) webhook.Func {
	return func(ctx context.Context, event *omise.Event) error {
		if b.err != nil {
			return b.err
		}
		if id := factsOf(event.Object()).id; id != "" {
			q := Querier(b.db)
			if tx := Tx(ctx); tx != nil {
				q = tx
			}
			if err := b.table.wake(ctx, q, id); err != nil {
				return fmt.Errorf("outbox: have the intent looked at: %w", err)
			}
		}
		if next == nil {
			return nil
		}
		return next(ctx, event)
	}
}
