package webhook

import (
	"context"
	"errors"
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
// can send an old event again: put [Once] behind it. The handler asks with a copy
// of the client that has connections and a pace of its own, and asks for at most
// four events at a time, so that a flood of requests, or a 429 to one of them,
// holds no other call of the client back. An event that waits 5 seconds for its
// turn is answered with 503, an event that the API does not know with 400, and
// where the API cannot be asked the answer is 500.
//
// A flood delays the webhooks of Omise, too. [omise.EventsService.Watch] reads the
// events that were pushed aside.
//
// See https://docs.omise.co/api-webhooks.
func VerifyByFetch(client *omise.Client) Option {
	apart := client.With(omise.WithOwnConnections(), omise.WithRateLimiter(nil))
	slots := make(chan struct{}, mostFetches)
	return func(h *handler) {
		h.fetch = func(ctx context.Context, id string) (*omise.Event, error) {
			turn, cancel := context.WithTimeout(ctx, longestTurn)
			defer cancel()
			select {
			case slots <- struct{}{}:
				defer func() { <-slots }()
				return apart.Events.Get(ctx, id)
			case <-turn.Done():
				return nil, errBusy
			}
		}
	}
}

const (
	mostFetches = 4
	longestTurn = 5 * time.Second
)

var errBusy = errors.New("webhook: too many events wait to be read from the API")
