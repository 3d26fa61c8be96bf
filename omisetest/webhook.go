package omisetest

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/omisekit/omise-go/internal/fake"
)

// A WebhookOption changes how webhooks are delivered.
type WebhookOption func(*webhooks)

type webhooks struct {
	*fake.Hooks
	mayRefuse bool
}

// AtPath posts webhooks to another path than /webhooks/omise.
func AtPath(path string) WebhookOption {
	return func(h *webhooks) { h.URI = "https://merchant.example.com" + path }
}

// Shuffled delivers webhooks in another order. The last webhook may wait until the next
// call; [Server.Advance] delivers all of them, also with a duration of 0.
func Shuffled() WebhookOption { return func(h *webhooks) { h.Shuffle = true } }

// Duplicated delivers a share of the webhooks twice. The share is from 0 to 1.
func Duplicated(rate float64) WebhookOption { return func(h *webhooks) { h.Duplicate = rate } }

// Dropped loses a share of the attempts, from 0 to 1. The lost webhooks are tried again
// as virtual time passes, like attempts that the receiver refused.
func Dropped(rate float64) WebhookOption { return func(h *webhooks) { h.Drop = rate } }

// TriedOnce makes only one attempt for each webhook, because Omise does not guarantee
// more. Together with [Dropped], webhooks are lost for good.
func TriedOnce() WebhookOption { return func(h *webhooks) { h.Once = true } }

// MayRefuse lets the handler answer with 4xx, which otherwise fails the test.
func MayRefuse() WebhookOption { return func(h *webhooks) { h.mayRefuse = true } }

// Webhooks delivers events to a handler from now on, in memory. They are delivered
// before the call that caused them returns. If there are several calls at the same
// time, one of them delivers for all, one webhook after the other.
//
// They are posted to the path /webhooks/omise, or to the path of [AtPath]. The
// endpoints that the account and its charges name lead to the same handler, with their
// address as the URL of the request. The timestamps of the signatures are of the real
// time, as handlers expect, and not of the virtual time.
//
// A webhook that is not answered with 2xx is tried again as virtual time passes, up to
// twelve times in seven days. An answer of 4xx fails the test, because it means that
// the path or the secret is wrong; see [MayRefuse].
func (s *Server) Webhooks(h http.Handler, opts ...WebhookOption) {
	s.listenTo(fake.InMemory(h), opts)
}

// WebhookURL delivers events over HTTP from now on: to url, unless the account has a
// webhook_uri, and to the endpoints that charges name. Timestamps and answers are
// treated as with [Server.Webhooks].
func (s *Server) WebhookURL(url string, opts ...WebhookOption) {
	s.tb.Helper()
	hooks, err := fake.OverHTTP(url, fake.ReachLocal)
	s.must(err)
	s.listenTo(hooks, opts)
}

func (s *Server) listenTo(hooks *fake.Hooks, opts []WebhookOption) {
	w := &webhooks{Hooks: hooks}
	for _, opt := range opts {
		opt(w)
	}
	hooks.Now = time.Now
	if !w.mayRefuse {
		hooks.Post = s.failOn4xx(hooks.Post)
	}
	s.fake.Listen(hooks)
}

// failOn4xx fails the test when a receiver answers a webhook with 4xx.
func (s *Server) failOn4xx(post func(*http.Request) (int, error)) func(*http.Request) (int, error) {
	return func(hr *http.Request) (int, error) {
		at := hr.URL.String()
		status, err := post(hr)
		switch {
		case status == http.StatusNotFound || status == http.StatusMethodNotAllowed:
			s.tb.Errorf("omisetest: a webhook to %s was answered %d: the handler is at another path; omisetest.AtPath names it", at, status)
		case status == http.StatusBadRequest:
			s.tb.Errorf("omisetest: a webhook to %s was answered 400: the handler needs the secret srv.WebhookSecret(), and no clock but that of the machine", at)
		case status > 400 && status <= 499:
			s.tb.Errorf("omisetest: a webhook to %s was answered %d", at, status)
		}
		return status, err
	}
}

// AssertWebhooksArrived fails the test unless the receiver has taken every
// webhook so far, at the first attempt or at a later one.
func (s *Server) AssertWebhooksArrived() {
	s.tb.Helper()
	last := map[string]Delivery{}
	for _, d := range s.Deliveries() {
		if before := last[d.EventID+d.URI]; before.Status < 200 || before.Status > 299 {
			last[d.EventID+d.URI] = d
		}
	}
	for _, key := range slices.Sorted(maps.Keys(last)) {
		if d := last[key]; d.Status < 200 || d.Status > 299 {
			answer := cmp.Or(d.Error, fmt.Sprint(d.Status))
			s.tb.Errorf("omisetest: %s of %s did not arrive at %s: attempt %d was answered: %s", d.Key, d.EventID, d.URI, d.Attempt, answer)
		}
	}
}

// WebhookSecret returns the secret that webhooks are signed with, in Base64. For a day
// after a new secret was made, both sign; WebhookSecret returns the new one.
func (s *Server) WebhookSecret() string { return s.fake.WebhookSecret() }

// A Delivery is one attempt to deliver a webhook.
type Delivery struct {
	ID      string
	EventID string
	Key     string // of the event, such as charge.create
	URI     string
	Attempt int       // from 1
	Time    time.Time // virtual
	Status  int       // of the answer; 0 if there was no answer
	Error   string    // why there was no answer
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

// Redeliver delivers an event once more. id is the id of the event or of one of its
// deliveries.
func (s *Server) Redeliver(id string) {
	s.tb.Helper()
	s.must(s.fake.Redeliver(id))
}
