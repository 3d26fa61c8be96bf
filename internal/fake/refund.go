package fake

import (
	"math/big"
	"unicode/utf8"

	"github.com/omisekit/omise-go/internal/fake/money"
	"github.com/omisekit/omise-go/internal/fake/params"
	"github.com/omisekit/omise-go/internal/fake/shape"
)

const maxReason = 255

// A refund returns money of a paid charge.
type refund struct {
	entity
	charge      *charge
	amount      int64
	funding     int64
	voided      bool
	reason      string
	metadata    map[string]any
	transaction string
}

func (s *Server) refundView(f *refund, expand bool) object {
	o := shape.New("refund").With(object{
		"id":               f.id,
		"location":         "/charges/" + f.charge.id + "/refunds/" + f.id,
		"voided":           f.voided,
		"currency":         f.charge.currency,
		"amount":           f.amount,
		"metadata":         f.metadata,
		"charge":           reference(f.charge.id, expand, s.charges, s.chargeView),
		"transaction":      reference(f.transaction, expand, s.transactions, s.transactionView),
		"status":           "closed",
		"funding_amount":   f.funding,
		"funding_currency": s.country.Currency,
		"created_at":       f.createdAt,
	})
	if f.reason != "" {
		o.With(object{"reason": f.reason})
	}
	return o
}

func chargeRefunds(c *charge) []*refund { return c.refunds }

func (s *Server) getRefund(r *request) (any, *apiError) {
	c, err := s.charges.find(r.id("id"))
	if err != nil {
		return nil, err
	}
	f, err := s.refunds.find(r.id("refund_id"))
	if err != nil {
		return nil, err
	}
	if f.charge != c {
		return nil, failNotFound("refund", f.id)
	}
	return s.refundView(f, r.expand()), nil
}

func (s *Server) createRefund(r *request) (any, *apiError) {
	c, err := s.charges.find(r.id("id"))
	if err != nil {
		return nil, err
	}
	f, err := s.readRefund(r.params, c)
	if err != nil {
		s.guess("which code of refused refunds belongs to which reason")
		return nil, err
	}
	f.entity = s.newEntity("rfnd")
	f.transaction = s.debitRefund(f).id
	c.refunds = append(c.refunds, f)
	c.refundedAmount += f.amount
	c.refundedFunding += f.funding
	c.voided = c.voided || f.voided
	s.refunds.add(f)
	s.emit("refund.create", s.refundView(f, false))
	return s.refundView(f, false), nil
}

// readRefund reads a refund and checks it against its charge.
//
// Guess: which code of refused refunds belongs to which reason.
func (s *Server) readRefund(p params.Map, c *charge) (*refund, *apiError) {
	var bad params.Problems
	f := &refund{
		charge:   c,
		amount:   p.Integer("amount", &bad),
		metadata: p.Metadata(map[string]any{}, &bad),
		reason:   truncate(p.Text("reason"), maxReason),
	}
	onlyVoid := p.Boolean("void", false, &bad)
	left := c.capturedAmount - c.refundedAmount
	f.voided = f.amount == c.capturedAmount && c.voidable(s.clock.now())
	switch {
	case len(bad) > 0:
		return nil, refuse(failedRefund, bad)
	case !c.refundable(s.clock.now()):
		return nil, fail(failedRefund, "charge can't be refunded")
	case f.amount < 1:
		return nil, fail(failedRefund, "amount must be greater than or equal to 1")
	case f.amount > left:
		return nil, fail(failedRefund, "amount must be less than or equal to %d", left)
	case onlyVoid && !f.voided:
		return nil, fail(failedVoid, "charge cannot be voided")
	}
	f.funding = c.refundFunding(f.amount)
	return f, nil
}

// refundFunding returns a refund's share of the funding amount. The last refund gets the
// rest, so that rounding loses nothing.
func (c *charge) refundFunding(amount int64) int64 {
	if amount == c.capturedAmount-c.refundedAmount {
		return c.fundingAmount - c.refundedFunding
	}
	share := big.NewRat(amount, c.capturedAmount)
	return money.RoundHalfUp(share.Mul(share, new(big.Rat).SetInt64(c.fundingAmount)))
}

// debitRefund debits the balance with the refund.
//
// Guess: the key of this transaction, because no recording has it.
// Guess: the fees are kept. A void returns the fees, so it debits only the net amount of
// the charge.
func (s *Server) debitRefund(f *refund) *transaction {
	amount := f.funding
	s.guess("a refund keeps the fees, and a void returns them")
	if f.voided {
		amount = f.charge.net()
		s.addFees(0, 0, f.charge.fees.Fee, -f.charge.fees.VAT)
	}
	return s.debit("refund.created.debit", amount, f.id)
}

// truncate cuts a text after length characters.
func truncate(text string, length int) string {
	if utf8.RuneCountInString(text) <= length {
		return text
	}
	return string([]rune(text)[:length])
}
