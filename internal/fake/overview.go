package fake

import (
	"slices"
	"time"
)

// An Overview has the newest records of each kind, of an account and of its chains. The
// newest record comes first.
type Overview struct {
	Now                 time.Time
	Currency            string
	Total, Transferable int64 // the balance

	Charges    []ChargeState
	Refunds    []Record
	Disputes   []Record
	Transfers  []Record
	Events     []Record
	Deliveries []Delivery
	Calls      []Call
}

// A ChargeState has the amounts and the state of a charge.
type ChargeState struct {
	ID         string
	Amount     int64
	Currency   string
	Means      string // means of payment
	Status     string
	Stands     string // the status, or authorized
	Failure    string // its code
	Waiting    bool   // it waits for the payer
	Page       bool   // the payer has a page to act on
	Paid       bool   // money was taken
	Held       bool   // an authorization waits for its capture
	Disputable bool
	Metadata   map[string]any
	CreatedAt  time.Time
}

// A Record has the attributes that objects of other kinds share.
type Record struct {
	ID        string
	About     string // id of the object that it belongs to
	Amount    int64
	Currency  string
	State     string // its status, or the key of an event
	CreatedAt time.Time
}

// Charges returns the charges of the account and then those of its chains. The charges of
// one account have the oldest first.
func (s *Server) Charges() []ChargeState {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []ChargeState
	for _, home := range s.accounts() {
		for _, c := range home.charges.all {
			all = append(all, c.state())
		}
	}
	return all
}

func (c *charge) state() ChargeState {
	return ChargeState{
		ID: c.id, Amount: c.amount, Currency: c.currency, Means: c.payerMeans(), Status: string(c.status), Stands: c.stands(),
		Failure: string(c.failure), Waiting: c.waiting(), Page: c.page != "", Paid: c.paid(), Held: c.held(),
		Disputable: c.disputable(), Metadata: c.metadata, CreatedAt: c.createdAt,
	}
}

// Overview returns the newest records, at most limit of each kind.
func (s *Server) Overview(limit int) Overview {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := Overview{
		Now:      s.clock.now(),
		Currency: s.country.Currency,
		Charges: newest(s, limit, func(s *Server) []*charge { return s.charges.all },
			func(_ *Server, c *charge) ChargeState { return c.state() }),
		Refunds:   newest(s, limit, func(s *Server) []*refund { return s.refunds.all }, (*Server).refundRecord),
		Disputes:  newest(s, limit, func(s *Server) []*dispute { return s.disputes.all }, (*Server).disputeRecord),
		Transfers: newest(s, limit, func(s *Server) []*transfer { return s.transfers.all }, (*Server).transferRecord),
		Events:    newest(s, limit, func(s *Server) []*event { return s.events.all }, (*Server).eventRecord),
		Deliveries: newest(s, limit, func(s *Server) []*delivery { return s.deliveries.all },
			func(_ *Server, d *delivery) Delivery { return d.state() }),
	}
	o.Total, o.Transferable = s.balance()
	for i := len(s.calls) - 1; i >= 0 && len(o.Calls) < limit; i-- {
		o.Calls = append(o.Calls, *s.calls[i])
	}
	return o
}

// newest renders the newest records of an account and its chains.
func newest[T record, V any](s *Server, limit int, records func(*Server) []T, show func(*Server, T) V) []V {
	type owned struct {
		home   *Server
		record T
	}
	var found []owned
	for _, home := range s.accounts() {
		all := records(home)
		for i := len(all) - 1; i >= max(len(all)-limit, 0); i-- {
			found = append(found, owned{home, all[i]})
		}
	}
	slices.SortStableFunc(found, func(a, b owned) int { return b.record.created().Compare(a.record.created()) })
	var shown []V
	for _, f := range found[:min(limit, len(found))] {
		shown = append(shown, show(f.home, f.record))
	}
	return shown
}

func (s *Server) refundRecord(f *refund) Record {
	state := "refunded"
	if f.voided {
		state = "voided"
	}
	return Record{f.id, f.charge.id, f.amount, f.charge.currency, state, f.createdAt}
}

func (s *Server) disputeRecord(d *dispute) Record {
	return Record{d.id, d.charge.id, d.amount, d.charge.currency, string(d.status), d.createdAt}
}

func (s *Server) transferRecord(t *transfer) Record {
	state := "waiting"
	switch {
	case t.failure != "":
		state = "failed"
	case !t.paidAt.IsZero():
		state = "paid"
	case !t.sentAt.IsZero():
		state = "sent"
	}
	return Record{t.id, t.recipient.id, t.amount, s.country.Currency, state, t.createdAt}
}

func (s *Server) eventRecord(e *event) Record {
	return Record{ID: e.id, About: e.about, State: e.key, CreatedAt: e.createdAt}
}
