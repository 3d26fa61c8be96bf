package fake

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/omisekit/omise-go/internal/fake/network"
	"github.com/omisekit/omise-go/internal/fake/params"
	"github.com/omisekit/omise-go/internal/fake/shape"
)

// Hooks say where webhooks go and which faults strike them. Hooks must not change after
// Listen.
type Hooks struct {
	// Post delivers a webhook and returns the status of the answer.
	Post func(*http.Request) (status int, err error)
	// URI is the receiver of the events if the account has no webhook_uri. If it is
	// empty, those events are not posted.
	URI string
	// Shuffle makes events overtake each other.
	Shuffle bool
	// Duplicate is the share of the webhooks that arrive twice. Drop is the share of
	// the attempts that get lost.
	Duplicate, Drop float64
	// Once disables further attempts after the first one.
	Once bool
	// Now is the clock for the times of signatures, such as the clock of the receiver.
	// If it is nil, the clock of the Server is used.
	Now func() time.Time
	// Background answers a call before its webhooks have arrived, for receivers that
	// can do only one thing at a time. Otherwise the webhooks arrive first.
	Background bool
}

// retryDelays are the times after an event at which it is posted, until an attempt
// succeeds. From the tenth attempt on they are 48 hours apart, within 7 days.
//
// Guess: the delays are those of a draft. Officially, retries are not guaranteed.
// Hooks.Once disables them.
var retryDelays = []time.Duration{
	0, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour,
	3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 48 * time.Hour,
	96 * time.Hour, 144 * time.Hour,
}

// errDropped is the error of an attempt that the fake drops.
var errDropped = errors.New("no answer")

// placeholder is the address of webhooks that a handler in memory receives.
const placeholder = "https://merchant.example.com/webhooks/omise"

// A posting is an event on its way to an address.
type posting struct {
	entity
	home    *Server
	hooks   *Hooks // receiver
	event   *event
	uri     string
	body    []byte // equal in all attempts
	attempt int    // from 0
	last    bool   // there is no further attempt
	copy    bool   // repetition of a webhook that was posted before
}

// A delivery is one attempt to deliver a posting.
type delivery struct {
	entity
	event   *event
	uri     string
	body    []byte
	attempt int
	status  int // 0 if there was no answer
	problem string
	dropped bool
}

// Listen sends webhooks to the given hooks from now on, or to no receiver if hooks is
// nil. Webhooks for the former receiver do not reach the new one.
func (s *Server) Listen(hooks *Hooks) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooks, s.outbox = hooks, nil
}

// InMemory returns hooks that call a handler for every address.
func InMemory(h http.Handler) *Hooks {
	return &Hooks{URI: placeholder, Post: func(hr *http.Request) (int, error) {
		var w network.Memory
		h.ServeHTTP(&w, hr)
		return cmp.Or(w.Status, http.StatusOK), nil
	}}
}

// answerWindow is the time that a receiver has to answer over the network.
//
// Guess: the time is that of a draft.
const answerWindow = 10 * time.Second

// OverHTTP returns hooks that post to uri and to the addresses of the account and its
// charges, as far as reach allows.
func OverHTTP(uri string, reach Reach) (*Hooks, error) {
	if !params.IsAbsolute(uri) {
		return nil, fmt.Errorf("fake: %q is not an address for webhooks", uri)
	}
	client := &http.Client{
		Timeout:       answerWindow,
		Transport:     webhookTransport(uri, reach),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &Hooks{URI: uri, Post: func(hr *http.Request) (int, error) {
		hr.RequestURI = ""
		resp, err := client.Do(hr)
		if err != nil {
			return 0, err
		}
		return resp.StatusCode, resp.Body.Close()
	}}, nil
}

// announce adds an event to the outbox, one posting for every address.
//
// Guess: the webhook_endpoints of a charge get the events about the charge itself.
func (s *Server) announce(e *event, about *charge) {
	if s.hooks == nil {
		return
	}
	uris := []string{s.webhookURI()}
	if about != nil {
		uris = append(uris, about.webhookEndpoints...)
	}
	body := shape.Encode(s.eventView(e, false))
	observe("webhook", http.StatusOK, body)
	for i, uri := range uris {
		if uri != "" && !slices.Contains(uris[:i], uri) {
			s.outbox = append(s.outbox, &posting{home: s, hooks: s.hooks, event: e, uri: uri, body: body})
		}
	}
}

// webhookURI returns the address of the account, or Hooks.URI. The accounts of chains
// do not use Hooks.URI.
func (s *Server) webhookURI() string {
	if s.account.webhookURI != "" || s.chained {
		return s.account.webhookURI
	}
	return s.hooks.URI
}

// deliver posts everything in the outbox. It does not hold the lock while it posts, so
// that the receiver can call the API. It also posts webhooks that are added meanwhile.
// If another goroutine is already emptying the outbox, that goroutine posts the rest.
//
// With Shuffle, the last webhook may wait for the next call of deliver, unless
// everything is true.
func (s *Server) deliver(everything bool) {
	mine := false
	defer func() {
		if mine { // the receiver has called runtime.Goexit or panicked
			s.mu.Lock()
			s.delivering = false
			s.mu.Unlock()
		}
	}()
	for {
		s.mu.Lock()
		if !mine && s.delivering || len(s.outbox) == 0 || s.heldBack(everything) {
			s.delivering = s.delivering && !mine
			mine = false
			s.mu.Unlock()
			return
		}
		mine, s.delivering = true, true
		p, hooks := s.nextPosting(), s.hooks
		hr, dropped := p.request(), hooks.Drop > 0 && s.side.chance(hooks.Drop)
		s.mu.Unlock()
		status, err := 0, errDropped
		if !dropped {
			status, err = hooks.Post(hr)
		}
		s.mu.Lock()
		p.home.delivered(p, status, err)
		s.mu.Unlock()
	}
}

// deliverAfterCall delivers the webhooks of a call.
func (s *Server) deliverAfterCall() {
	s.mu.Lock()
	background := s.hooks != nil && s.hooks.Background
	s.mu.Unlock()
	if background {
		go s.deliver(false)
		return
	}
	s.deliver(false)
}

func (s *Server) heldBack(everything bool) bool {
	return s.hooks.Shuffle && !everything && len(s.outbox) == 1 && s.side.chance(0.5)
}

func (s *Server) nextPosting() *posting {
	n := 0
	if s.hooks.Shuffle {
		n = s.side.random.IntN(len(s.outbox))
	}
	p := s.outbox[n]
	s.outbox = slices.Delete(slices.Clone(s.outbox), n, n+1)
	return p
}

// request returns the HTTP request of a webhook, signed with the current time.
func (p *posting) request() *http.Request {
	hr, err := http.NewRequest(http.MethodPost, p.uri, bytes.NewReader(p.body))
	if err != nil {
		panic(fmt.Sprintf("fake: address of a webhook: %v", err))
	}
	hr.Header.Set("Content-Type", "application/json; charset=utf-8")
	now := p.home.clock.now
	if p.hooks.Now != nil {
		now = p.hooks.Now
	}
	timestamp := strconv.FormatInt(now().Unix(), 10)
	var signatures []string
	for _, w := range p.home.signers() {
		signatures = append(signatures, signature(w.key, timestamp, p.body))
	}
	if len(signatures) > 0 {
		hr.Header.Set("Omise-Signature", strings.Join(signatures, ","))
		hr.Header.Set("Omise-Signature-Timestamp", timestamp)
	}
	hr.RequestURI = hr.URL.RequestURI()
	hr.RemoteAddr = "192.0.2.1:443"
	return hr
}

// signature returns the signature of a webhook.
func signature(key []byte, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(timestamp + "."))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// delivered records the result of a posting. It plans a duplicate or the next attempt.
func (s *Server) delivered(p *posting, status int, err error) {
	d := &delivery{
		entity:  entity{id: s.side.next("whdl"), createdAt: s.clock.now()},
		event:   p.event,
		uri:     p.uri,
		body:    p.body,
		attempt: p.attempt + 1,
		status:  status,
		dropped: errors.Is(err, errDropped),
	}
	if err != nil {
		d.problem = err.Error()
	}
	s.deliveries.add(d)
	s.deliveriesOf[p.event.id] = append(slices.Clip(s.deliveriesOf[p.event.id]), d)
	arrived := d.state().Arrived()
	switch {
	case s.hooks != p.hooks:
	case arrived && !p.copy && s.hooks.Duplicate > 0 && s.side.chance(s.hooks.Duplicate):
		again := *p
		again.copy = true
		s.outbox = append(s.outbox, &again)
	case !arrived && !p.last && !s.hooks.Once && p.attempt+1 < len(retryDelays):
		again := *p
		again.attempt++
		at(s, p.event.createdAt.Add(retryDelays[again.attempt]), &again, (*Server).postAgain)
	}
}

func (s *Server) postAgain(p *posting) {
	if s.hooks == p.hooks {
		s.outbox = append(s.outbox, p)
	}
}

// Redeliver posts an event, or the event of a delivery, once more to the same addresses.
func (s *Server) Redeliver(id string) error {
	s.mu.Lock()
	err := s.queueAgain(id)
	s.mu.Unlock()
	s.deliver(true)
	return err
}

func (s *Server) queueAgain(id string) error {
	if s.hooks == nil {
		return fmt.Errorf("fake: webhooks have no receiver")
	}
	posted := map[string]bool{}
	for _, home := range s.accounts() {
		for _, d := range home.deliveries.all {
			if to := d.event.id + d.uri; (d.id == id || d.event.id == id) && !posted[to] {
				posted[to] = true
				s.outbox = append(s.outbox, &posting{
					home: home, hooks: s.hooks, event: d.event, uri: d.uri, body: d.body, attempt: d.attempt, last: true, copy: true,
				})
			}
		}
	}
	if len(posted) == 0 {
		return fmt.Errorf("fake: there was no delivery of %s", id)
	}
	return nil
}
