// Package webhook receives the events of Omise: it checks who sent them, handles each
// event once, and helps to find lost events.
//
//	handle := func(ctx context.Context, event *omise.Event) error {
//		switch object := event.Object().(type) {
//		case *omise.Charge:
//			return orders.Paid(ctx, object)
//		}
//		return nil
//	}
//	once := webhook.Once(webhook.NewMemoryStore(100_000)) // or sqlstore.New(db)
//	http.Handle("/webhooks/omise", webhook.NewHandler([]string{secret}, once(handle)))
//
// # Trust
//
// [Verify] checks the signature of Omise over the bytes of the body. It accepts several
// secrets, so that a secret can be replaced. A merchant without a secret asks the API
// instead: see [VerifyByFetch].
//
// # Once
//
// Omise delivers an event at least once, in any order. [Once] drops events that were
// handled before. Package webhook/sqlstore records a handled event in the same
// transaction in which the handler writes, so that even a killed process does nothing
// twice.
//
// # None lost
//
// Omise does not promise to repeat a delivery that failed. client.Events.Watch reads
// the events from the API. If the handler and Watch use the same store, the first of
// them that sees an event handles it. examples/webhooks has a complete program.
//
// See https://docs.omise.co/api-webhooks.
package webhook
