// Package webhook receives events that can be trusted: from Omise, once, and
// none lost.
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
// [Verify] checks the signature of Omise over the very bytes of the body, with
// any of several secrets, so that they can be exchanged. Whoever has no secret
// asks the API instead: [VerifyByFetch].
//
// # Once
//
// Omise delivers an event at least once, in any order. [Once] drops what was
// handled before. With package webhook/sqlstore the note that it was is written
// in the same transaction as what the handler writes, so that even a killed
// process does neither twice.
//
// # None lost
//
// Omise does not promise to deliver again what failed. client.Events.Watch reads
// the events from the API; with the same store under both, each is handled by
// whichever sees it first. examples/webhooks has the whole of it.
//
// See https://docs.omise.co/api-webhooks.
package webhook
