package omisetest

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/omisekit/omise-go/internal/fake"
)

// A Call is a request that the server got. Card numbers, security codes, wallet data
// and keys are removed.
type Call struct {
	Number         int       // from 1
	Time           time.Time // virtual
	Method         string
	Route          string // path with placeholders; empty if the API has no such path
	Path           string
	Params         map[string]any // numbers as json.Number or, from a form, as text
	IdempotencyKey string
	Status         int      // of the answer that the client got; 0 if it got none
	ErrorCode      string   // of the error of the API, if the answer was one
	Fault          string   // the fault that was injected, if any
	Guesses        []string // guesses about the API that the answer depends on
	Unknown        []string // with WithStrict: parts of the call that the API does not have, or not with this type
}

// String returns the call on one line.
func (c Call) String() string { return fake.Call(c).String() }

// Calls returns all calls so far, in the order in which they came. If there were more
// calls than [WithJournalSize] allows, the oldest are missing.
func (s *Server) Calls() []Call {
	var all []Call
	for _, c := range s.fake.Calls() {
		all = append(all, Call(c))
	}
	return all
}

// shownCalls is the number of last calls that a failure shows.
const shownCalls = 10

// lastCalls returns a table of the last calls.
func (s *Server) lastCalls() string {
	calls := s.Calls()
	if len(calls) == 0 {
		return "There were no calls."
	}
	var text strings.Builder
	hidden := max(len(calls)-shownCalls, 0)
	fmt.Fprintf(&text, "The last %d of %d calls:\n", len(calls)-hidden, s.fake.DroppedCalls()+len(calls))
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, c := range calls[hidden:] {
		fmt.Fprintln(table, "  "+strings.Join(fake.Call(c).Columns(), "\t"))
	}
	_ = table.Flush() // writes to a Builder never fail
	return strings.TrimRight(text.String(), "\n")
}

// AssertCalls fails the test unless an operation was called want times. The operation
// has the form of [On].
func (s *Server) AssertCalls(operation string, want int) {
	s.tb.Helper()
	s.must(fake.CheckOperation(operation))
	if dropped := s.fake.DroppedCalls(); dropped > 0 {
		s.tb.Errorf("omisetest: the journal has dropped the first %d calls and cannot count %s; WithJournalSize keeps more", dropped, operation)
		return
	}
	got := 0
	for _, c := range s.fake.Calls() {
		if c.Is(operation) {
			got++
		}
	}
	if got != want {
		s.tb.Errorf("omisetest: %s was called %s, want %d. %s", operation, times(got), want, s.lastCalls())
	}
}

// AssertCharged fails the test unless want charges took money. It counts the charges of
// chains, too.
func (s *Server) AssertCharged(want int) {
	s.tb.Helper()
	paid := s.chargesThat(func(c fake.ChargeState) bool { return c.Paid })
	if len(paid) != want {
		s.tb.Errorf("omisetest: %d charges took money, want %d.%s\n%s", len(paid), want, layOut(paid), s.lastCalls())
	}
}

// AssertOneCharge fails the test unless exactly one charge took or holds money
// for an order, which is the order_id in the metadata of the charge. It counts the charges
// of chains, too.
func (s *Server) AssertOneCharge(orderID string) {
	s.tb.Helper()
	of := s.chargesThat(func(c fake.ChargeState) bool { return fmt.Sprint(c.Metadata["order_id"]) == orderID })
	money := slices.DeleteFunc(slices.Clone(of), func(c fake.ChargeState) bool { return !c.Paid && !c.Held })
	if len(money) != 1 {
		s.tb.Errorf("omisetest: order %s was charged %s, want once.%s\n%s",
			orderID, times(len(money)), layOut(of), s.lastCalls())
	}
}

// AssertNothingPending fails the test if there are unfinished charges or transfers:
// charges that wait for the payer, authorized charges that are neither captured nor
// reversed, and transfers that are not paid out.
//
//	t.Cleanup(srv.AssertNothingPending) // also after a failure
func (s *Server) AssertNothingPending() {
	s.tb.Helper()
	if open := s.fake.OpenIntents(); len(open) > 0 {
		s.tb.Errorf("omisetest: not settled:\n  %s\n%s", strings.Join(open, "\n  "), s.lastCalls())
	}
}

func (s *Server) chargesThat(wanted func(fake.ChargeState) bool) []fake.ChargeState {
	return slices.DeleteFunc(s.fake.Charges(), func(c fake.ChargeState) bool { return !wanted(c) })
}

// layOut lists charges, each on a line.
func layOut(charges []fake.ChargeState) string {
	var text strings.Builder
	for _, c := range charges {
		fmt.Fprintf(&text, "\n  %s %s %d %s", c.ID, c.Status, c.Amount, c.Currency)
	}
	return text.String()
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprint(n, " times")
}
