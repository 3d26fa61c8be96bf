package omisetest

import (
	"net/http"
	"time"

	"github.com/omisekit/omise-go/internal/fake"
)

// A WebhookOption changes how webhooks are delivered.
type WebhookOption func(*fake.Hooks)

// Shuffled makes webhooks overtake each other. The last one may wait until the
// next call; [Server.Advance] delivers all of them, even by zero.
func Shuffled() WebhookOption { return func(h *fake.Hooks) { h.Shuffle = true } }

// Duplicated makes a share of the webhooks come twice, from 0 to 1.
func Duplicated(rate float64) WebhookOption { return func(h *fake.Hooks) { h.Duplicate = rate } }

// Dropped loses a share of the attempts on the way, from 0 to 1. They are tried
// again as virtual time passes, like those that the receiver refused.
func Dropped(rate float64) WebhookOption { return func(h *fake.Hooks) { h.Drop = rate } }

// TriedOnce makes the first attempt the last, as retries are not guaranteed.
// Together with [Dropped], webhooks are lost for good.
func TriedOnce() WebhookOption { return func(h *fake.Hooks) { h.Once = true } }

// Webhooks delivers events to a handler from now on, in memory. It has them
// when the call that caused them returns. With several callers at once, one of
// them delivers for all, one webhook after the other.
//
// A webhook that is not answered with 2xx is tried again as virtual time
// passes, up to twelve times in seven days. Its timestamp is in virtual time as well: a verifier has to be given
// [Server.Now] for its clock.
//
// The endpoints that the account and its charges name lead to the same
// handler, with their address as URL of the request.
func (s *Server) Webhooks(h http.Handler, opts ...WebhookOption) {
	s.listenTo(fake.InMemory(h), opts)
}

// WebhookURL delivers events over HTTP from now on: to url, unless the account
// has a webhook_uri, and to the endpoints that charges name.
func (s *Server) WebhookURL(url string, opts ...WebhookOption) {
	s.tb.Helper()
	hooks, err := fake.OverHTTP(url)
	s.must(err)
	s.listenTo(hooks, opts)
}

func (s *Server) listenTo(hooks *fake.Hooks, opts []WebhookOption) {
	for _, opt := range opts {
		opt(hooks)
	}
	s.fake.Listen(hooks)
}

// WebhookSecret returns the secret that webhooks are signed with, in Base64.
// After a new one was made, both sign for a day; this is the new one.
func (s *Server) WebhookSecret() string { return s.fake.WebhookSecret() }

// A Delivery is one attempt to deliver a webhook.
type Delivery struct {
	ID      string
	EventID string
	Key     string // of the event, such as charge.create
	URI     string
	Attempt int       // from 1
	Time    time.Time // virtual
	Status  int       // of the answer; 0 if there was none
	Error   string    // why there was none
	Dropped bool      // it was lost on purpose
	Payload []byte
}

// Deliveries returns all attempts so far.
func (s *Server) Deliveries() []Delivery {
	var all []Delivery
	for _, d := range s.fake.Deliveries() {
		all = append(all, Delivery(d))
	}
	return all
}

// Redeliver delivers an event once more. The id is that of the event or of one
// of its deliveries.
func (s *Server) Redeliver(id string) {
	s.tb.Helper()
	s.must(s.fake.Redeliver(id))
}
