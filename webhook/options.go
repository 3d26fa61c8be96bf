package webhook

import (
	"context"
	"log/slog"
	"time"

	"github.com/omisekit/omise-go"
)

// An Option sets up the handler of [NewHandler].
type Option func(*handler)

// WithLogger replaces slog.Default. The handler logs one line per request: id
// and key of the event once they are to be trusted, outcome, status, duration;
// never a body or a header.
func WithLogger(logger *slog.Logger) Option {
	return func(h *handler) { h.logger = logger }
}

// WithTolerance replaces [DefaultTolerance].
func WithTolerance(d time.Duration) Option {
	return func(h *handler) { h.verifier.Tolerance = d }
}

// WithClock replaces time.Now where timestamps are judged, for tests.
func WithClock(now func() time.Time) Option {
	return func(h *handler) { h.verifier.Now = now }
}

// VerifyByFetch reads each event from the API by its id, and hands on what the
// API says instead of what came in. It is for merchants without a secret; where
// there are secrets as well, the signature is checked first.
//
// Without a signature anybody can make the handler ask, once per request, and
// can send an old event again, so put [Once] behind it and a limit of rate in
// front of it. An event that the API does not know is refused with 400; where
// the API cannot be asked the answer is 500.
//
// See https://docs.omise.co/api-webhooks.
func VerifyByFetch(client *omise.Client) Option {
	return func(h *handler) {
		h.fetch = func(ctx context.Context, id string) (*omise.Event, error) {
			return client.Events.Get(ctx, id)
		}
	}
}
