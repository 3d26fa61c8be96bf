package fake

import (
	"time"

	"github.com/omisekit/omise-go/internal/fake/shape"
)

const (
	credit = "credit"
	debit  = "debit"
)

// settlementDelay is the time from payment to settlement. From the settlement on, the
// money can be transferred and a full refund is no longer a void.
//
// Guess: one day, although the only movement that was recorded in test mode could be
// transferred at once.
const settlementDelay = day

// A transaction is one movement of the balance.
type transaction struct {
	entity
	key            string // kind of movement, such as charge.captured.net
	direction      string
	amount         int64
	origin         string // id of the object that caused it
	transferableAt time.Time
}

// post records a movement of money, which settles at settlesAt.
func (s *Server) post(direction, key string, amount int64, origin string, settlesAt time.Time) *transaction {
	t := &transaction{
		entity:         s.newEntity("trxn"),
		key:            key,
		direction:      direction,
		amount:         amount,
		origin:         origin,
		transferableAt: settlesAt,
	}
	s.transactions.add(t)
	s.total += t.signed()
	if settlesAt.After(s.clock.now()) {
		s.unsettled = append(s.unsettled, t)
	} else {
		s.settled += t.signed()
	}
	return t
}

func (s *Server) credit(key string, amount int64, origin string, settlesAt time.Time) *transaction {
	return s.post(credit, key, amount, origin, settlesAt)
}

func (s *Server) debit(key string, amount int64, origin string) *transaction {
	return s.post(debit, key, amount, origin, s.clock.now())
}

// signed returns the amount, negative for debits.
func (t *transaction) signed() int64 {
	if t.direction == debit {
		return -t.amount
	}
	return t.amount
}

// A ledger is the sum of the transactions. The balance follows from it alone.
type ledger struct {
	total     int64
	settled   int64          // settled money at the last call of balance
	unsettled []*transaction // in the order of their settlement, because all wait equally long
}

// balance returns all money and the part that can be transferred.
func (s *Server) balance() (total, transferable int64) {
	for len(s.unsettled) > 0 && !s.unsettled[0].transferableAt.After(s.clock.now()) {
		s.settled += s.unsettled[0].signed()
		s.unsettled = s.unsettled[1:]
	}
	return s.total, max(s.settled, 0)
}

func (s *Server) getBalance(*request) (any, *apiError) {
	total, transferable := s.balance()
	return shape.New("balance").With(object{
		"location":     "/balance",
		"currency":     s.country.Currency,
		"total":        total,
		"transferable": transferable,
		"created_at":   s.account.createdAt,
	}), nil
}

func (s *Server) transactionView(t *transaction, _ bool) object {
	return shape.New("transaction").With(object{
		"id":              t.id,
		"location":        "/transactions/" + t.id,
		"currency":        s.country.Currency,
		"amount":          t.amount,
		"direction":       t.direction,
		"key":             t.key,
		"origin":          t.origin,
		"transferable_at": t.transferableAt,
		"created_at":      t.createdAt,
	})
}

// transactionViews renders the transactions of another object.
func (s *Server) transactionViews(ts []*transaction) []object {
	views := make([]object, 0, len(ts))
	for _, t := range ts {
		views = append(views, s.transactionView(t, false))
	}
	return views
}
