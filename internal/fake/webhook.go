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

// Hooks say where webhooks go and what happens to them on the way. They do
// not change once they are in use.
type Hooks struct {
	// Post delivers a webhook and returns the status of the answer.
	Post func(*http.Request) (status int, err error)
	// URI is where the events of the account go that has no webhook_uri. If it
	// is empty, they go nowhere.
	URI string
	// Shuffle makes events overtake each other.
	Shuffle bool
	// Duplicate and Drop are the shares of the webhooks that come twice, and of
	// the attempts that get lost on the way.
	Duplicate, Drop float64
	// Once makes the first attempt the last.
	Once bool
	// Now is the clock of the receiver, by which signatures are timed. Without
	// it, that is the clock of the Server.
	Now func() time.Time
	// Background answers a call before its webhooks have arrived, for receivers
	// that can do only one thing at a time. Without it, they come first.
	Background bool
}

// retryDelays are the times after an event at which it is posted, until one
// of the attempts testcards.Succeeds: from the tenth on every 48 hours, for 7 days.
//
// Guess: only a draft has these delays; officially, retries are not guaranteed at all,
// which Hooks.Once stands for.
var retryDelays = []time.Duration{
	0, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour,
	3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 48 * time.Hour,
	96 * time.Hour, 144 * time.Hour,
}

// errDropped is all that the sender of a webhook learns when it gets lost.
var errDropped = errors.New("no answer")

// placeholder is where webhooks go that are delivered to a handler in memory.
const placeholder = "https://merchant.example.com/webhooks/omise"

// A posting is an event on its way to an address.
type posting struct {
	entity
	home    *Server
	hooks   *Hooks // that it is meant for
	event   *event
	uri     string
	body    []byte // the same in all attempts
	attempt int    // from 0
	last    bool   // it is not tried again
	copy    bool   // of a webhook that has arrived
}

// A delivery is a posting that was attempted.
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

// Listen makes webhooks go out from now on, or no longer for nil. What was
// meant for the former receiver does not reach the next one.
func (s *Server) Listen(hooks *Hooks) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooks, s.outbox = hooks, nil
}

// InMemory returns hooks that call a handler, whatever the address.
func InMemory(h http.Handler) *Hooks {
	return &Hooks{URI: placeholder, Post: func(hr *http.Request) (int, error) {
		var w network.Memory
		h.ServeHTTP(&w, hr)
		return cmp.Or(w.Status, http.StatusOK), nil
	}}
}

// answerWindow is how long an answer over the network may take.
//
// Guess: only a draft says how long a receiver may take.
const answerWindow = 10 * time.Second

// OverHTTP returns hooks that post to an address, and to the addresses of the
// account and its charges, as far as reach allows.
func OverHTTP(uri string, reach Reach) (*Hooks, error) {
	if !params.IsAbsolute(uri) {
		return nil, fmt.Errorf("fake: %q is no address for webhooks", uri)
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

// announce puts an event into the outbox, once for every address.
//
// Guess: the endpoints of a charge get the events about the charge itself.
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

// webhookURI is the address of the account. Those of chains have to have one
// of their own.
func (s *Server) webhookURI() string {
	if s.account.webhookURI != "" || s.chained {
		return s.account.webhookURI
	}
	return s.hooks.URI
}

// deliver empties the outbox, without the lock while a webhook is out, so that
// its receiver may call the API. What comes meanwhile is delivered, too. If
// somebody else is at it already, they do the rest as well.
//
// With shuffling, the last webhook may wait for the next occasion, unless
// everything has to go.
func (s *Server) deliver(everything bool) {
	mine := false
	defer func() {
		if mine { // the receiver ended the test
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

// deliverAfterCall delivers what a call has brought about.
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

// request makes the call of a webhook, signed now.
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

// signature signs the body of a webhook.
func signature(key []byte, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(timestamp + "."))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// delivered notes what became of a posting and sees to what follows.
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

// Redeliver posts an event, or the event of a delivery, once more to where it
// went.
func (s *Server) Redeliver(id string) error {
	s.mu.Lock()
	err := s.queueAgain(id)
	s.mu.Unlock()
	s.deliver(true)
	return err
}

func (s *Server) queueAgain(id string) error {
	if s.hooks == nil {
		return fmt.Errorf("fake: nobody listens to webhooks")
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
