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

// WithLogger replaces slog.Default. The handler logs one line per request: id and key
// of an event that can be trusted, outcome, status, duration; never a body or a header.
func WithLogger(logger *slog.Logger) Option {
	return func(h *handler) { h.logger = logger }
}

// WithTolerance replaces [DefaultTolerance].
func WithTolerance(d time.Duration) Option {
	return func(h *handler) { h.verifier.Tolerance = d }
}

// WithClock replaces time.Now in the check of timestamps, for tests.
func WithClock(now func() time.Time) Option {
	return func(h *handler) { h.verifier.Now = now }
}

// VerifyByFetch reads each event from the API by its id, and handles the event from the
// API in place of the event in the request. It is for merchants without a secret. If
// there are secrets as well, the signature is checked first.
//
// Without a signature, any request makes the handler ask the API, and anybody can send
// an old event again: use [Once]. The handler uses a copy of the client that has its
// own connections and its own pace, and reads at most four events at a time. So a flood
// of requests, or a 429 to one of them, does not hold other calls of the client back.
// The answer is 503 if an event waits longer than 5 seconds to be read, 400 if the API
// does not know the event, and 500 if the API cannot be asked.
//
// A flood delays the webhooks of Omise, too. [omise.EventsService.Watch] reads the
// events that were refused with 503.
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
