package omisetest

import (
	"fmt"
	"testing"

	"github.com/omisekit/omise-go/internal/fake"
)

// A Snapshot is the state of a [Server] at one moment.
type Snapshot struct {
	snapshot *fake.Snapshot
}

// Snapshot saves the state of the server: objects, balance, time, the next ids, calls,
// faults and webhooks.
func (s *Server) Snapshot() *Snapshot { return &Snapshot{s.fake.Snapshot()} }

// Restore goes back to a snapshot of this server. After that the same calls get exactly
// the same answers.
func (s *Server) Restore(snapshot *Snapshot) { s.fake.Restore(snapshot.snapshot) }

// Fork returns a copy of the server for another test: the same keys, objects and time,
// but no calls, faults or webhooks yet. Changes of one of the two do not change the
// other. Fork takes well below a millisecond.
//
//	shop := omisetest.NewServer(t)
//	shop.SeedPaidCharges(100)
//	t.Run("refund", func(t *testing.T) { srv := shop.Fork(t) ... })
func (s *Server) Fork(tb testing.TB) *Server {
	tb = orNoTest(tb)
	tb.Helper()
	var strict func(string)
	if s.fake.Strict() {
		strict = failOnViolation(tb)
	}
	return newServer(tb, s.fake.Fork(strict))
}

// Seed takes the steps of a JSON document, which are calls of the API and virtual times
// that pass. It returns the ids of the objects that the steps name:
//
//	ids := srv.Seed(`[
//	  {"name": "beans", "call": "POST /links", "params": {"amount": 45000, "currency": "thb", "title": "Beans", "description": "A bag"}},
//	  {"name": "malee", "call": "POST /customers", "params": {"email": "malee@example.com"}},
//	  {"call": "PATCH /customers/{malee}", "params": {"description": "reads {beans}"}},
//	  {"advance": "7d"}
//	]`)
//
// In a path, and as the whole value of a parameter, a name in braces stands for its id.
// These calls have no faults, and Calls does not return them. A mistake in the
// document, or a call that is refused, ends the test.
func (s *Server) Seed(document string) map[string]string {
	s.tb.Helper()
	ids, err := s.fake.Seed([]byte(document))
	s.must(err)
	return ids
}

// SeedToken adds a token of a card, as Omise.js makes it in the payer's browser,
// and returns its id.
func (s *Server) SeedToken(number string) string {
	s.tb.Helper()
	return s.Seed(fmt.Sprintf(`[{"name": "token", "call": "POST /tokens", "params": {"card": {
		"name": "Somchai Prasert", "number": %q, "security_code": "123", "expiration_month": 12, "expiration_year": 2035}}}]`, number))["token"]
}

// SeedCustomer adds a customer with a card that works, and returns the customer's id.
func (s *Server) SeedCustomer() string { return s.fake.SeedCustomer() }

// SeedPaidCharges adds a customer with n paid charges, and returns the ids of the
// charges.
func (s *Server) SeedPaidCharges(n int) []string { return s.fake.SeedPaidCharges(n) }
