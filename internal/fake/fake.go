// Package fake is a stateful fake of the Omise API inside a process. Objects keep their
// state, money adds up, and time moves only on demand.
//
// A Server is one merchant account in test mode. It answers calls to both the api host
// and the vault host. It ignores the host that a request names.
//
// Where no source tells how the API behaves, the fake takes the more careful behaviour.
// A comment that starts with "Guess:" marks each such place.
package fake

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/omisekit/omise-go/internal/fake/money"
	"github.com/omisekit/omise-go/internal/fake/testcards"
)

// Options describe the account and the world around it. The zero value is a
// Thai account without 3-D Secure.
type Options struct {
	// SecretKey and PublicKey are the account's keys. By default they are
	// derived from Seed.
	SecretKey, PublicKey string
	// Seed fixes all identifiers: the same requests to a Server with the same
	// options get the same answers, byte for byte.
	Seed uint64
	// Start is when virtual time starts; by default 2026-01-05T03:00:00Z.
	Start time.Time
	// Country is TH (the default), JP, SG or MY. It decides currency and limits.
	Country string
	// ThreeDSecure makes card charges that have a return_uri wait for the payer.
	ThreeDSecure bool
	// LinksPlusKey is the account's key for Payment Links+, by default derived
	// from Seed.
	LinksPlusKey string
	// HonourKeys makes a call with a repeated Idempotency-Key get the answer of the first
	// call. By default the header is ignored.
	HonourKeys bool
	// IgnoreIdempKeys makes every call create a transfer, even if its idemp_key is repeated.
	IgnoreIdempKeys bool
	// ListLag is the time for which lists do not show a new record. A call that names the
	// id of the record reads it at once.
	ListLag time.Duration
	// TokensMarkedLate lets a token pay for every charge that arrives while the API
	// processes the first charge. By default a token pays for the first charge only.
	TokensMarkedLate bool
	// RateLimit is the limit beyond which calls get the status 429.
	RateLimit RateLimit
	// PublicURL is the address of the pages for payers, such as authorize_uri, if payers
	// reach this Server over the network. See PublishAt.
	PublicURL string
	// Strict, if not nil, is called for every parameter and path that the API does not
	// have, and for every value that a parameter does not take.
	Strict func(problem string)
	// Log, if not nil, is called after every call.
	Log func(Call)
	// Event, if not nil, is called for every event, with the call that caused it. The
	// call is nil if no call caused the event. Event must not call the Server.
	Event func(*Call, EventState)
	// JournalSize is the number of calls that the journal keeps. It keeps the newest ones.
	// By default it is 100,000.
	JournalSize int
}

// A Server is a fake Omise. It is safe for concurrent use.
type Server struct {
	options Options
	country money.Country

	*common // its mutex guards everything below
	ledger
	chained     bool    // the account belongs to a chain
	table       []route // handlers in the order of the routing table
	replays     map[string]replay
	account     account
	consent     *consent       // nil until it is given
	openReceipt *receipt       // receipt of today, nil if today has no fees yet
	firstSecret *webhookSecret // signs webhooks until the account gets another secret

	deliveriesOf map[string][]*delivery // by event id

	audits             *store[*audit]
	batches            *store[*batch]
	chains             *store[*chain]
	charges            *store[*charge]
	customers          *store[*customer]
	deliveries         *store[*delivery]
	disputes           *store[*dispute]
	events             *store[*event]
	linkedAccounts     *store[*linkedAccount]
	links              *store[*link]
	linksPlusLinks     *store[*linksPlusLink]
	linksPlusTemplates *store[*linksPlusTemplate]
	occurrences        *store[*occurrence]
	receipts           *store[*receipt]
	recipients         *store[*recipient]
	refunds            *store[*refund]
	routingRules       *store[*routingRule]
	schedules          *store[*schedule]
	sources            *store[*source]
	subMerchants       *store[*subMerchant]
	transactions       *store[*transaction]
	transfers          *store[*transfer]
	webhookSecrets     *store[*webhookSecret]
}

// The common part of a Server is shared with the Servers of its chains.
type common struct {
	mu       sync.Mutex // guards all that these Servers hold
	ids      *idSource
	side     *idSource // for webhooks and deliveries, which must not change the ids of other objects
	clock    *clock
	requests int
	tokens   *store[*token]

	publicURL string // address of the pages for payers; empty if the pages have addresses of Omise

	calls   []*Call                // the journal
	dropped int                    // calls that the journal no longer has
	current *Call                  // call in progress, nil if there is none
	rules   []*Rule                // faults
	recent  map[string][]time.Time // calls within the rate limit, by key

	declining         testcards.Outcome // outcome that a fault sets for the charges of the current call
	paysWithUsedToken bool              // the current call may pay with a used token

	hooks      *Hooks // nil if webhooks have no receiver
	outbox     []*posting
	delivering bool // a goroutine is emptying the outbox
}

// New returns a new Server. It has only the account and its default recipient. New
// panics if the options name an unknown country, an impossible rate limit or a negative
// journal size.
func New(options Options) *Server {
	if options.Country == "" {
		options.Country = "TH"
	}
	options.PublicURL = strings.TrimSuffix(options.PublicURL, "/")
	if options.JournalSize < 0 {
		panic(fmt.Sprintf("fake: journal size of %d: it must not be negative", options.JournalSize))
	}
	if options.JournalSize == 0 {
		options.JournalSize = defaultJournalSize
	}
	if options.Start.IsZero() {
		options.Start = time.Date(2026, 1, 5, 3, 0, 0, 0, time.UTC)
	}
	if _, ok := money.In(options.Country); !ok {
		panic(fmt.Sprintf("fake: unknown country %q", options.Country))
	}
	if !options.RateLimit.valid() {
		panic(fmt.Sprintf("fake: rate limit of %v: both must be positive", options.RateLimit))
	}
	shared := &common{
		ids:    newIDSource(options.Seed, 0),
		side:   newIDSource(options.Seed, 2),
		clock:  newClock(options.Start),
		tokens: newStore[*token]("token"),
		recent: map[string][]time.Time{},

		publicURL: options.PublicURL,
	}
	if options.SecretKey == "" {
		options.SecretKey = shared.ids.next("skey")
	}
	if options.PublicKey == "" {
		options.PublicKey = shared.ids.next("pkey")
	}
	if options.LinksPlusKey == "" {
		options.LinksPlusKey = newIDSource(options.Seed, 1).chars(40)
	}
	return newServer(options, shared)
}

// newServer opens one more account with the common part of other accounts.
func newServer(options Options, shared *common) *Server {
	country, _ := money.In(options.Country)
	s := &Server{
		options: options,
		country: country,
		common:  shared,
		replays: map[string]replay{},

		deliveriesOf: map[string][]*delivery{},

		audits:             newStore[*audit]("audit"),
		batches:            newStore[*batch]("recurring_export"),
		chains:             newStore[*chain]("chain"),
		charges:            newStore[*charge]("charge"),
		customers:          newStore[*customer]("customer"),
		deliveries:         newStore[*delivery]("webhook_delivery"),
		disputes:           newStore[*dispute]("dispute"),
		events:             newStore[*event]("event"),
		linkedAccounts:     newStore[*linkedAccount]("linked_account"),
		links:              newStore[*link]("link"),
		linksPlusLinks:     newStore[*linksPlusLink]("link"),
		linksPlusTemplates: newStore[*linksPlusTemplate]("template"),
		occurrences:        newStore[*occurrence]("occurrence"),
		receipts:           newStore[*receipt]("receipt"),
		recipients:         newStore[*recipient]("recipient"),
		refunds:            newStore[*refund]("refund"),
		routingRules:       newStore[*routingRule]("routing_group_rule"),
		schedules:          newStore[*schedule]("schedule"),
		sources:            newStore[*source]("source"),
		subMerchants:       newStore[*subMerchant]("sub_merchant"),
		transactions:       newStore[*transaction]("transaction"),
		transfers:          newStore[*transfer]("transfer"),
		webhookSecrets:     newStore[*webhookSecret]("webhook_secret"),
	}
	s.account = s.newAccount()
	s.recipients.add(s.defaultRecipient())
	s.linksPlusTemplates.add(&linksPlusTemplate{entity: s.numbered(3655), team: 3388})
	s.firstSecret = s.newWebhookSecret(s.side)
	s.table = s.routes()
	return s
}

// SecretKey returns the secret key, for the api host.
func (s *Server) SecretKey() string { return s.options.SecretKey }

// PublicKey returns the public key, for the vault host.
func (s *Server) PublicKey() string { return s.options.PublicKey }

// LinksPlusKey returns the key for Payment Links+.
func (s *Server) LinksPlusKey() string { return s.options.LinksPlusKey }

// Strict reports whether the Server is in strict mode.
func (s *Server) Strict() bool { return s.options.Strict != nil }

// Now returns the current virtual time.
func (s *Server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clock.time
}

// Advance moves virtual time forward. Everything that falls due happens in order:
// charges and authorizations expire, money settles, transfers are sent and paid,
// schedules run, receipts are issued, webhooks are tried again. A webhook is sent at the
// time of its event.
func (s *Server) Advance(d time.Duration) {
	for {
		s.mu.Lock()
		d = s.clock.advance(d, func() bool { return len(s.outbox) > 0 })
		s.mu.Unlock()
		s.deliver(true)
		if d <= 0 {
			return
		}
	}
}

// Authorize completes a charge whose payer has to visit its authorize_uri: the payer
// approves or declines the payment.
func (s *Server) Authorize(chargeID string, approve bool) error {
	defer s.deliver(false)
	s.mu.Lock()
	defer s.mu.Unlock()
	home, c, err := anywhere(s, func(s *Server) *store[*charge] { return s.charges }, chargeID)
	switch {
	case err != nil:
		return err
	case c.page == "":
		return fmt.Errorf("fake: charge %s needs no authorization", chargeID)
	case !c.waiting():
		return fmt.Errorf("fake: charge %s is %s, not waiting for the payer", chargeID, c.status)
	}
	home.completeCharge(c, approve)
	return nil
}
