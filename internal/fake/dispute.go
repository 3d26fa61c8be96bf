package fake

import (
	"slices"
	"time"

	"github.com/omisekit/omise-go/internal/fake/params"
	"github.com/omisekit/omise-go/internal/fake/shape"
)

type disputeStatus string

const (
	disputeOpen    disputeStatus = "open"
	disputePending disputeStatus = "pending"
	disputeWon     disputeStatus = "won"
	disputeLost    disputeStatus = "lost"
)

// A dispute is a payer's claim to the money of a charge.
type dispute struct {
	entity
	charge       *charge
	amount       int64
	funding      int64
	status       disputeStatus
	message      string
	metadata     map[string]any
	documents    []*document
	transactions []*transaction // newest first
	closedAt     time.Time
}

func (s *Server) disputeView(d *dispute, expand bool) object {
	return shape.New("dispute").With(object{
		"id":               d.id,
		"location":         "/disputes/" + d.id,
		"currency":         d.charge.currency,
		"amount":           d.amount,
		"funding_amount":   d.funding,
		"funding_currency": s.country.Currency,
		"metadata":         d.metadata,
		"charge":           reference(d.charge.id, expand, s.charges, s.chargeView),
		"documents":        embed(s, "/disputes/"+d.id+"/documents", d.documents, s.documentView),
		"transactions":     s.transactionViews(d.transactions),
		"message":          shape.OrNull(d.message),
		"reason_code":      "goods_or_services_not_provided",
		"reason_message":   "Merchandise/Services Not Received",
		"status":           string(d.status),
		"closed_at":        d.closedAt,
		"created_at":       d.createdAt,
	})
}

// chargeDisputes returns the disputes of a charge. A charge has at most one dispute.
func chargeDisputes(c *charge) []*dispute {
	if c.dispute == nil {
		return nil
	}
	return []*dispute{c.dispute}
}

func (s *Server) listDisputes(statuses ...disputeStatus) handler {
	return func(r *request) (any, *apiError) {
		var found []*dispute
		for _, d := range s.disputes.all {
			if slices.Contains(statuses, d.status) {
				found = append(found, d)
			}
		}
		return answerList(s, r, found, s.disputeView)
	}
}

// Guess: the code of every refused call about a dispute is bad_request.
func (s *Server) refuseDispute(message string) *apiError {
	s.guess("the code of every refused call about disputes is bad_request")
	return fail(badRequest, "%s", message)
}

// createDispute stands in for the payer's bank.
func (s *Server) createDispute(r *request) (any, *apiError) {
	c, err := s.charges.find(r.id("id"))
	if err != nil {
		return nil, err
	}
	if err := s.openDispute(r, c); err != nil {
		return nil, err
	}
	return s.disputeView(c.dispute, false), nil
}

func (s *Server) openDispute(_ *request, c *charge) *apiError {
	if !c.disputable() {
		return s.refuseDispute("charge is not disputable")
	}
	d := &dispute{
		entity:   s.newEntity("dspt"),
		charge:   c,
		amount:   c.capturedAmount - c.refundedAmount,
		funding:  c.fundingAmount - c.refundedFunding,
		status:   disputeOpen,
		metadata: map[string]any{},
	}
	d.transactions = []*transaction{s.debit("dispute.started.debit", d.funding, d.id)}
	c.dispute = d
	s.disputes.add(d)
	s.emit("dispute.create", s.disputeView(d, false))
	return nil
}

// Guess: a call that changes only the metadata leaves the dispute open.
func (s *Server) updateDispute(r *request, d *dispute) *apiError {
	var bad params.Problems
	metadata := s.newMetadata(r.params, d.metadata, &bad)
	if d.status != disputeOpen {
		bad.Add("dispute is no longer open")
	}
	if err := refuse(badRequest, bad); err != nil {
		return err
	}
	d.metadata = metadata
	if r.params.Has("message") {
		d.message = r.params.Text("message")
		d.status = disputePending
	}
	s.emit("dispute.update", s.disputeView(d, false))
	return nil
}

func (s *Server) acceptDispute(_ *request, d *dispute) *apiError {
	if d.status != disputeOpen {
		return s.refuseDispute("dispute is no longer open")
	}
	if d.message == "" {
		d.message = "Merchant accepts the dispute"
	}
	s.endDispute(d, disputeLost, "dispute.accept")
	return nil
}

// Guess: if the call gives no status, the dispute is lost.
func (s *Server) closeDispute(r *request, d *dispute) *apiError {
	if !d.closedAt.IsZero() {
		return s.refuseDispute("dispute is already closed")
	}
	var bad params.Problems
	verdict := disputeStatus(r.params.Choice("status", &bad, string(disputeWon), string(disputeLost)))
	if err := refuse(badRequest, bad); err != nil {
		return err
	}
	if verdict == "" {
		verdict = disputeLost
	}
	s.endDispute(d, verdict, "dispute.close")
	return nil
}

func (s *Server) endDispute(d *dispute, verdict disputeStatus, event string) {
	d.status = verdict
	d.closedAt = s.clock.now()
	if verdict == disputeWon {
		// Guess: the money of a won dispute can be transferred at once.
		back := s.credit("dispute.won.credit", d.funding, d.id, d.closedAt)
		d.transactions = slices.Insert(d.transactions, 0, back)
	}
	s.emit(event, s.disputeView(d, false))
}
