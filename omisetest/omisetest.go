// Package omisetest is a fake Omise for tests.
//
//	srv := omisetest.NewServer(t)
//	client := srv.Client()
//	token, err := client.Tokens.Create(ctx, ...) // card 4242424242424242
//	charge, err := client.Charges.Create(ctx, ...) // keeps state, moves the balance
//	srv.Advance(7 * 24 * time.Hour)              // what is due happens
//
// It runs in memory, without a port and without a key, and servers share no state, so
// tests may run in parallel. Test cards behave as they do in Omise's test mode:
// 4111111111140011 is declined with insufficient_fund.
//
// # Faults
//
// A test can cause the faults that can occur between a program and the API, in memory
// and on a port:
//
//	srv.Fault(omisetest.On("POST /charges").Nth(1).DropAfter()) // paid, but no answer
//	srv.Fault(omisetest.OnAny().Rate(0.3, 1).HTML(502))
//	srv.Fault(omisetest.On("GET /balance").Error("internal_error"))
//
// # Webhooks
//
//	srv.Webhooks(handler) // signed with srv.WebhookSecret, tried again when refused
//
// # Assertions
//
//	srv.AssertCalls("POST /charges", 2)
//	srv.AssertOneCharge("order-42") // by the order_id in its metadata
//	t.Cleanup(srv.AssertNothingPending)    // nothing is left pending
//
// An assertion that fails shows the last calls, without card numbers and keys.
package omisetest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/dashboard"
	"github.com/omisekit/omise-go/internal/fake"
	"github.com/omisekit/omise-go/internal/omisejs"
)

// A Server is a fake Omise with one test account. It is safe for concurrent
// use.
type Server struct {
	tb    testing.TB
	fake  *fake.Server
	port  func() string // starts the port and returns its URL
	begun time.Time     // virtual
}

// An Option sets up the account of a [Server].
type Option func(*fake.Options)

// WithCountry sets the country of the account: TH (the default), JP, SG or MY. The
// country decides the currency and the limits.
func WithCountry(code string) Option {
	return func(o *fake.Options) { o.Country = code }
}

// WithThreeDSecure makes card charges that name a return URI wait for the
// payer; see [Server.Authorize].
func WithThreeDSecure() Option {
	return func(o *fake.Options) { o.ThreeDSecure = true }
}

// WithStart sets the moment at which virtual time starts.
func WithStart(t time.Time) Option {
	return func(o *fake.Options) { o.Start = t }
}

// WithSeed changes the ids of the objects. Servers with the same seed give the same ids
// for the same calls.
func WithSeed(seed uint64) Option {
	return func(o *fake.Options) { o.Seed = seed }
}

// WithHonouredKeys makes the server answer a repeated Idempotency-Key with the first
// answer. Without this option, the server accepts the header and ignores it.
func WithHonouredKeys() Option {
	return func(o *fake.Options) { o.HonourKeys = true }
}

// WithIgnoredIdempKeys makes a new transfer for every call, even if its idemp_key was
// used before. Without this option, the server answers a repeated idemp_key with the
// transfer of the first call.
func WithIgnoredIdempKeys() Option {
	return func(o *fake.Options) { o.IgnoreIdempKeys = true }
}

// WithRateLimit answers with 429 when a key makes more than n calls within the virtual
// time per. Retry-After then says how long to wait. [Server.Advance] ends the wait.
func WithRateLimit(n int, per time.Duration) Option {
	return func(o *fake.Options) { o.RateLimit = fake.RateLimit{Calls: n, Per: per} }
}

// WithJournalSize sets how many of the last calls the journal keeps; the default is
// 100,000. [Server.AssertCalls] fails if the journal has dropped calls, because it
// cannot count them.
func WithJournalSize(calls int) Option {
	return func(o *fake.Options) { o.JournalSize = calls }
}

// WithStrict fails the test when a call has a parameter or a path that the API does not
// have, or a value of the wrong kind, and suggests a correction. The API itself ignores
// such parameters, and some such values.
func WithStrict() Option {
	return func(o *fake.Options) { o.Strict = func(string) {} }
}

// NewServer starts a fake Omise that ends with the test. A program or an Example has no
// test and passes nil; the server then panics where it would fail the test.
func NewServer(tb testing.TB, opts ...Option) *Server {
	tb = orNoTest(tb)
	tb.Helper()
	var options fake.Options
	for _, opt := range opts {
		opt(&options)
	}
	if options.Strict != nil {
		options.Strict = failOnViolation(tb)
	}
	return newServer(tb, fake.New(options))
}

func newServer(tb testing.TB, f *fake.Server) *Server {
	s := &Server{tb: tb, fake: f, begun: f.Now()}
	s.port = sync.OnceValue(s.listen)
	return s
}

// noTest takes the place of the test of a server outside of tests.
type noTest struct{ testing.TB }

func (noTest) Helper()                        {}
func (noTest) Cleanup(func())                 {}
func (noTest) Errorf(format string, a ...any) { panic(fmt.Sprintf(format, a...)) }
func (noTest) Fatalf(format string, a ...any) { panic(fmt.Sprintf(format, a...)) }

func orNoTest(tb testing.TB) testing.TB {
	if tb == nil {
		return noTest{}
	}
	return tb
}

// failOnViolation returns the function that fails the test in strict mode.
func failOnViolation(tb testing.TB) func(string) {
	return func(problem string) { tb.Errorf("omisetest: %s", problem) }
}

// Client returns a client of the server's account. It sets the keys, the transport and
// the clock; opts are applied after that.
func (s *Server) Client(opts ...omise.Option) *omise.Client {
	s.tb.Helper()
	opts = append([]omise.Option{
		omise.WithPublicKey(s.PublicKey()),
		omise.WithLinksPlusKey(s.fake.LinksPlusKey()),
		omise.WithHTTPClient(s.HTTPClient()),
		omise.WithClock(s.clock),
	}, opts...)
	client, err := omise.NewClient(s.SecretKey(), opts...)
	if err != nil {
		s.tb.Fatalf("omisetest: %v", err)
	}
	return client
}

// clock is the clock of the clients: the time of this machine plus the time by which
// [Server.Advance] has moved the virtual time.
func (s *Server) clock() time.Time { return time.Now().Add(s.Now().Sub(s.begun)) }

// URL returns the address of the server on a port of this machine. The first call opens
// the port, which closes with the test. It is the same server: objects that were made
// before are still there.
//
// After that, charge.AuthorizeURI and similar addresses lead to pages on that port.
// URL() + "/_dashboard/" is a page that shows the objects, with buttons for the actions
// of payers and banks and for time. URL() + "/_omise.js" replaces Omise.js, for pages
// that make tokens in a browser.
//
//	client := srv.Client(
//		omise.WithHTTPClient(http.DefaultClient),
//		omise.WithBaseURL(srv.URL()), omise.WithVaultURL(srv.URL()),
//	)
func (s *Server) URL() string { return s.port() }

func (s *Server) listen() string {
	worlds := func() []*fake.Server { return []*fake.Server{s.fake} }
	port := httptest.NewServer(omisejs.Mount(dashboard.Mount(s.fake, worlds)))
	s.fake.PublishAt(port.URL)
	s.tb.Cleanup(func() {
		port.CloseClientConnections() // some of them may hang
		port.Close()
	})
	return port.URL
}

// HTTPClient returns an HTTP client that sends every request to the server, for any
// host.
func (s *Server) HTTPClient() *http.Client { return &http.Client{Transport: s.fake} }

// SecretKey returns the account's secret key.
func (s *Server) SecretKey() string { return s.fake.SecretKey() }

// PublicKey returns the account's public key.
func (s *Server) PublicKey() string { return s.fake.PublicKey() }

// Now returns the virtual time, which starts at the same moment in every test. It is
// the clock of the API, and objects have its times. Clients use the clock of the
// machine, as in production, and Advance moves that clock as well. So pass times of
// time.Now to ResolveIntent.
func (s *Server) Now() time.Time { return s.fake.Now() }

// Advance moves virtual time. All that becomes due in that time happens, in its order:
// charges and authorizations expire, money becomes transferable, transfers are sent and
// paid, schedules run, webhooks are tried again.
func (s *Server) Advance(d time.Duration) { s.fake.Advance(d) }

// Authorize does what the payer would do on the page of the charge's AuthorizeURI:
// approve the payment or decline it. The page exists, too: for any browser on the port
// that [Server.URL] opens, and for [Server.HTTPClient].
func (s *Server) Authorize(chargeID string, approve bool) {
	s.tb.Helper()
	s.must(s.fake.Authorize(chargeID, approve))
}

// PayLink does what the payer would do on the page of a link: pay with a card that
// works.
func (s *Server) PayLink(linkID string) {
	s.tb.Helper()
	s.must(s.fake.PayLink(linkID))
}

// RegisterLinkedAccount does what the payer would do on the page of the account's
// RegistrationURI: succeed or fail.
func (s *Server) RegisterLinkedAccount(id string, ok bool) {
	s.tb.Helper()
	s.must(s.fake.RegisterLinkedAccount(id, ok))
}

// AddChain lets another merchant agree to a chain, as on the dashboard, and returns its
// id. The key of the chain is for another account.
func (s *Server) AddChain(email string) string { return s.fake.AddChain(email) }

func (s *Server) must(err error) {
	s.tb.Helper()
	if err != nil {
		s.tb.Fatalf("omisetest: %v", err)
	}
}
