// Package fake is a stateful fake of the Omise API that runs inside a process:
// objects keep their state, money adds up, and time moves only on demand.
//
// One Server is one merchant account in test mode. It answers the calls of the
// api and the vault host alike, whatever host a request names.
//
// Where the API's public behaviour is not known, the code follows the more
// careful reading and says so in a comment that starts with "Guess:".
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
	// HonourKeys makes a repeated Idempotency-Key answer as the first call did.
	// By default the header is ignored.
	HonourKeys bool
	// IgnoreIdempKeys makes a transfer of every call, whatever its idemp_key.
	IgnoreIdempKeys bool
	// ListLag is how long lists do not show a new record. What has its own path can
	// be read at once.
	ListLag time.Duration
	// TokensMarkedLate lets a token pay for every charge that arrives while the API is
	// at work on the first one. By default the first charge to be made is the only one.
	TokensMarkedLate bool
	// RateLimit makes calls beyond it answer with 429.
	RateLimit RateLimit
	// PublicURL is where the pages for payers are, such as authorize_uri, if
	// others than the holder of this Server are to reach them. See PublishAt.
	PublicURL string
	// Strict, if not nil, is told of every parameter and path that the API does
	// not have, and of values that a parameter does not take.
	Strict func(problem string)
	// Log, if not nil, is told of every call once it is done.
	Log func(Call)
	// Event, if not nil, is told of every event as it happens, and of the call that
	// has caused it, nil if none has. It must not call the Server.
	Event func(*Call, EventState)
	// JournalSize is how many calls the journal keeps, the last ones. By default
	// it is 100,000.
	JournalSize int
}

// A Server is a fake Omise. It is safe for concurrent use.
type Server struct {
	options Options
	country money.Country

	*common // its mutex guards everything below
	ledger
	chained     bool    // it is the account of a chain
	table       []route // handlers in the order of the routing table
	replays     map[string]replay
	account     account
	consent     *consent       // nil until it is given
	openReceipt *receipt       // of today, nil while there are no fees
	firstSecret *webhookSecret // signs webhooks until there is another

	deliveriesOf map[string][]*delivery // by id of the event

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

// The common part of a Server is what it shares with those of its chains.
type common struct {
	mu       sync.Mutex // guards all that these Servers hold
	ids      *idSource
	side     *idSource // of what must not change the ids of all else
	clock    *clock
	requests int
	tokens   *store[*token]

	publicURL string // of the pages for payers; empty while they are at Omise's

	calls   []*Call                // the journal
	dropped int                    // calls that the journal no longer has
	current *Call                  // that is being answered, nil if none
	rules   []*Rule                // faults
	recent  map[string][]time.Time // calls within the rate limit, by key

	declining testcards.Outcome // of the charges that the current call makes
	admitted  bool              // the current call may pay with a used token

	hooks      *Hooks // nil while nobody listens to webhooks
	outbox     []*posting
	delivering bool // somebody empties the outbox
}

// New returns a Server in its first state: no objects but the account and its
// default recipient. It panics if the options name an unknown country, or
// a rate limit or a journal size that is impossible.
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

// newServer opens an account next to those that the common part belongs to.
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

// SecretKey returns the key for the api host.
func (s *Server) SecretKey() string { return s.options.SecretKey }

// PublicKey returns the key for the vault host.
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

// Advance moves virtual time forward and lets happen what falls due on the
// way, in order: charges and authorizations expire, money settles, transfers
// are sent and paid, schedules run, receipts are issued, webhooks are tried
// again. A webhook goes out at the moment of its event.
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

// Authorize completes a charge that waits at its authorize_uri, as the payer
// would there: by approving or by declining the payment.
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
