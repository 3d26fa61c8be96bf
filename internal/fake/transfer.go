package fake

import (
	"time"

	"github.com/omisekit/omise-go/internal/fake/money"
	"github.com/omisekit/omise-go/internal/fake/params"
	"github.com/omisekit/omise-go/internal/fake/shape"
)

const (
	transferHour = 8 // UTC
	// Guess: a transfer is paid five seconds after it was sent. A source says only that it takes seconds.
	// A transfer that a call has marked as sent is paid at the same time as the transfers of the next
	// working day, unless a call marks it as paid.
	paidAfterSent = 5 * time.Second
)

// A transfer pays out part of the balance.
type transfer struct {
	entity
	recipient      *recipient
	bank           bankAccount // copy made at creation
	amount         int64
	fee, feeVAT    int64
	net            int64
	failFast       bool
	deleted        bool
	failure        string
	sentAt, paidAt time.Time
	metadata       map[string]any
	idempKey       string
	transactions   []*transaction
	schedule       string // id of the schedule that made it
}

var transferFailures = map[string]string{
	"insufficient_balance": "insufficient balance",
	"invalid_recipient":    "recipient is not verified or not active",
}

func (s *Server) transferView(t *transfer, expand bool) object {
	return shape.New("transfer").With(object{
		"id":              t.id,
		"location":        "/transfers/" + t.id,
		"deleted":         t.deleted,
		"fail_fast":       t.failFast,
		"paid":            !t.paidAt.IsZero(),
		"sent":            !t.sentAt.IsZero(),
		"sendable":        t.unsent() && s.obstacle(t) == "",
		"currency":        s.country.Currency,
		"amount":          t.amount,
		"fee":             t.fee,
		"fee_vat":         t.feeVAT,
		"total_fee":       t.fee + t.feeVAT,
		"net":             t.net,
		"metadata":        t.metadata,
		"schedule":        reference(t.schedule, expand, s.schedules, s.scheduleView),
		"recipient":       reference(t.recipient.id, expand, s.recipients, s.recipientView),
		"bank_account":    s.bankAccountView(t.bank),
		"failure_code":    shape.OrNull(t.failure),
		"failure_message": shape.OrNull(transferFailures[t.failure]),
		"paid_at":         t.paidAt,
		"sent_at":         t.sentAt,
		"created_at":      t.createdAt,
		"transactions":    s.transactionViews(t.transactions),
	})
}

func (t *transfer) unsent() bool { return t.sentAt.IsZero() && t.failure == "" }

// obstacle returns the failure code that sending would give, or the empty string.
func (s *Server) obstacle(t *transfer) string {
	if !t.recipient.payable() {
		return "invalid_recipient"
	}
	if _, transferable := s.balance(); t.amount > transferable {
		return "insufficient_balance"
	}
	return ""
}

func (s *Server) createTransfer(r *request) (any, *apiError) {
	key := r.params.Text("idemp_key")
	if t := s.transferByKey(key); t != nil {
		s.guess("the second use of an idemp_key answers with the first transfer")
		return s.transferView(t, false), nil
	}
	t, err := s.readTransfer(r.params)
	if err != nil {
		return nil, err
	}
	t.idempKey = key
	s.openTransfer(t)
	return s.transferView(t, false), nil
}

// newTransfer makes a transfer that is not stored yet.
func (s *Server) newTransfer(to *recipient, amount int64) *transfer {
	t := &transfer{recipient: to, bank: to.bank, amount: amount, metadata: map[string]any{}}
	t.feeVAT = money.VATRate.TaxWithin(s.country.TransferFee)
	t.fee = s.country.TransferFee - t.feeVAT
	t.net = t.amount - s.country.TransferFee
	return t
}

func (s *Server) openTransfer(t *transfer) {
	t.entity = s.newEntity("trsf")
	s.transfers.add(t)
	s.scheduleTransfer(t)
	s.emit("transfer.create", s.transferView(t, false))
}

// transferByKey finds the transfer made with an idemp_key.
//
// Guess: a key does not expire, and its second use answers with the first transfer.
func (s *Server) transferByKey(key string) *transfer {
	if s.options.IgnoreIdempKeys || key == "" {
		return nil
	}
	for _, t := range s.transfers.all {
		if t.idempKey == key {
			return t
		}
	}
	return nil
}

// readTransfer reads a new transfer.
//
// Guess: a transfer that exceeds the balance is accepted. It is sent when the balance
// suffices.
func (s *Server) readTransfer(p params.Map) (*transfer, *apiError) {
	to := s.recipients.all[0] // the default recipient is the first record
	if p.Has("recipient") {
		var err *apiError
		if to, err = s.recipients.find(p.Text("recipient")); err != nil {
			return nil, err
		}
	}
	var bad params.Problems
	_, amount := s.balance()
	if p.Has("amount") {
		amount = s.readTransferAmount(p, &bad)
	} else if amount < s.country.Transfer.Min {
		bad.Add("balance is not sufficient")
	}
	if _, transferable := s.balance(); amount > transferable {
		s.guess("a transfer that exceeds the balance is accepted and sent when the balance suffices")
	}
	t := s.newTransfer(to, amount)
	t.failFast = p.Boolean("fail_fast", false, &bad)
	t.metadata = p.Metadata(t.metadata, &bad)
	return t, refuse(badRequest, bad)
}

func (s *Server) readTransferAmount(p params.Map, bad *params.Problems) int64 {
	var unreadable params.Problems
	amount := p.Integer("amount", &unreadable)
	if len(unreadable) == 0 {
		checkAmount(amount, s.country.Transfer, &unreadable)
	}
	*bad = append(*bad, unreadable...)
	return amount
}

// updateTransfer changes a transfer that is not sent yet. The fee and the net amount stay
// those of the first amount, as in the API.
func (s *Server) updateTransfer(r *request, t *transfer) *apiError {
	var bad params.Problems
	if !t.unsent() {
		bad.Add("transfer was already sent")
	}
	if r.params.Has("success") || r.params.Has("failure_code") || r.params.Has("failure_message") {
		s.guess("success and the failure of a changed transfer are ignored")
	}
	metadata := s.newMetadata(r.params, t.metadata, &bad)
	amount := t.amount
	if r.params.Has("amount") {
		amount = s.readTransferAmount(r.params, &bad)
	}
	if err := refuse(badRequest, bad); err != nil {
		return err
	}
	t.amount, t.metadata = amount, metadata
	s.emit("transfer.update", s.transferView(t, false))
	return nil
}

// Guess: later calls about a deleted transfer answer 404.
func (s *Server) deleteTransfer(_ *request, t *transfer) *apiError {
	if !t.sentAt.IsZero() {
		return fail(badRequest, "transfer was already sent")
	}
	s.guessGone()
	t.deleted = true
	s.transfers.remove(t)
	s.emitDestroyed("transfer", t.id)
	return nil
}

// markTransferAsSent sends a transfer at once. Otherwise it is sent on a working day.
//
// Guess: the code of every refused call about a transfer is bad_request.
func (s *Server) markTransferAsSent(_ *request, t *transfer) *apiError {
	if !t.unsent() {
		return fail(badRequest, "transfer was already sent")
	}
	if reason := s.obstacle(t); reason != "" {
		return fail(badRequest, "transfer is not sendable: %s", transferFailures[reason])
	}
	s.sendTransfer(t)
	return nil
}

func (s *Server) markTransferAsPaid(_ *request, t *transfer) *apiError {
	switch {
	case t.sentAt.IsZero():
		return fail(badRequest, "transfer was not sent yet")
	case !t.paidAt.IsZero():
		return fail(badRequest, "transfer was already paid")
	}
	s.payTransfer(t)
	return nil
}

func (s *Server) scheduleTransfer(t *transfer) {
	at(s, nextWorkingDay(s.clock.now(), transferHour), t, (*Server).processTransfer)
}

// processTransfer tries to send a transfer. It runs on every working day until it
// succeeds.
//
// Guess: a transfer with fail_fast fails at its first attempt, not at its creation.
func (s *Server) processTransfer(t *transfer) {
	if t.deleted || t.failure != "" {
		return
	}
	if t.sentAt.IsZero() {
		if reason := s.obstacle(t); reason == "" {
			s.sendTransfer(t)
		} else if t.failFast {
			t.failure = reason
			s.emit("transfer.fail", s.transferView(t, false))
			return
		} else {
			s.scheduleTransfer(t)
			return
		}
	}
	at(s, s.clock.now().Add(paidAfterSent), t, (*Server).finishTransfer)
}

// finishTransfer pays a transfer unless a call has marked it as paid.
func (s *Server) finishTransfer(t *transfer) {
	if t.paidAt.IsZero() {
		s.payTransfer(t)
	}
}

// sendTransfer debits the balance with the transfer.
//
// Guess: the amount and the fee are one transaction.
func (s *Server) sendTransfer(t *transfer) {
	t.sentAt = s.clock.now()
	t.transactions = []*transaction{s.debit("transfer.sent.debit", t.amount, t.id)}
	s.addFees(0, t.fee, 0, t.feeVAT)
	s.emit("transfer.send", s.transferView(t, false))
}

func (s *Server) payTransfer(t *transfer) {
	t.paidAt = s.clock.now()
	s.emit("transfer.pay", s.transferView(t, false))
}
