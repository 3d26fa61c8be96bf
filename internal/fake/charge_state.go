package fake

import (
	"time"

	"github.com/omisekit/omise-go/internal/fake/params"
	"github.com/omisekit/omise-go/internal/fake/testcards"
)

type chargeStatus string

const (
	chargePending    chargeStatus = "pending"
	chargeSuccessful chargeStatus = "successful"
	chargeFailed     chargeStatus = "failed"
	chargeExpired    chargeStatus = "expired"
	chargeReversed   chargeStatus = "reversed"
)

const (
	refundWindow = 365 * day
	maxRefunds   = 15
)

// statusOrUnknown returns the charge status that a token or a source shows.
func (c *charge) statusOrUnknown() chargeStatus {
	if c == nil {
		return "unknown"
	}
	return c.status
}

func (c *charge) authorized() bool { return !c.authorizedAt.IsZero() }
func (c *charge) paid() bool       { return !c.paidAt.IsZero() }

// waiting reports whether the payer has yet to act.
func (c *charge) waiting() bool { return c.status == chargePending && !c.authorized() }

// held reports whether the charge is authorized and waits for its capture or reversal.
func (c *charge) held() bool { return c.status == chargePending && c.authorized() }

// timedOut reports whether the charge was not completed or captured in time.
func (c *charge) timedOut() bool {
	return !c.expiredAt.IsZero() && (c.status == chargeExpired || c.status == chargeReversed)
}

// expired reports whether the time of a charge that was not paid is over. This
// includes failed charges.
func (c *charge) expired() bool {
	return !c.expiredAt.IsZero() && (c.status == chargeExpired || c.status == chargeFailed)
}

// contested reports whether the charge has a dispute that the merchant has not won.
//
// Guess: after a dispute that the merchant has won, the charge can be refunded again,
// but not disputed again.
func (c *charge) contested() bool { return c.dispute != nil && c.dispute.status != disputeWon }

// returnable reports whether the charge can be refunded or disputed at all.
func (c *charge) returnable() bool {
	final := c.linkedAccount != nil || c.source != nil && c.source.method.noFees
	return c.paid() && !final && !c.contested() && c.refundedAmount < c.capturedAmount
}

func (c *charge) refundable(now time.Time) bool {
	return c.returnable() && !now.After(c.paidAt.Add(refundWindow)) && len(c.refunds) < maxRefunds
}

func (c *charge) voidable(now time.Time) bool {
	return c.returnable() && c.refundedAmount == 0 && now.Before(c.paidAt.Add(settlementDelay))
}

func (c *charge) disputable() bool { return c.returnable() && c.dispute == nil }

// startPayment sends the payer to the page for the authorization, or ends the payment
// at once.
func (s *Server) startPayment(c *charge) {
	switch {
	case c.linkedAccount != nil:
		s.approve(c)
	case c.card == nil:
		if c.source.method.flow != offline {
			c.page = s.ids.next("pay2")
		}
	case c.threeDS && c.card.outcome != testcards.EnrollmentFailure:
		c.page = s.ids.next("paym")
	case c.threeDS:
		c.decline(testcards.PaymentRejected)
	default:
		s.settle(c, c.card.outcomeAt(s.clock.now()).WithoutThreeDS())
	}
}

// outcomeAt returns the outcome of the card. A card may have expired since it was saved.
func (c *card) outcomeAt(now time.Time) testcards.Outcome {
	if now.After(lastMoment(c.year, c.month)) {
		return testcards.ExpiredCard
	}
	return c.outcome
}

func (s *Server) settle(c *charge, o testcards.Outcome) {
	if o == testcards.Succeeds {
		s.approve(c)
	} else {
		c.decline(o)
	}
}

// approve authorizes the charge and, if it is captured at once, pays it. A fault can
// make it fail instead.
func (s *Server) approve(c *charge) {
	if c.forcedFailure != testcards.Succeeds {
		c.decline(c.forcedFailure)
		return
	}
	c.authorizedAt = s.clock.now()
	if c.capture {
		s.pay(c)
	}
}

func (c *charge) decline(reason testcards.Outcome) {
	c.status = chargeFailed
	c.failure = reason
}

func (s *Server) pay(c *charge) {
	c.status = chargeSuccessful
	c.paidAt = s.clock.now()
	if c.amount == 0 {
		return
	}
	c.transaction = s.credit("charge.captured.net", c.net(), c.id, c.paidAt.Add(settlementDelay)).id
	s.addFees(c.fees.Fee, 0, 0, c.fees.VAT)
}

// completeCharge ends the charge as the payer has decided.
//
// Guess: if the payer declines, the failure code is payment_rejected for cards and
// payment_cancelled for sources.
func (s *Server) completeCharge(c *charge, approved bool) {
	switch {
	case c.card == nil && approved:
		s.approve(c)
	case c.card == nil:
		c.decline(testcards.PaymentCancelled)
	case approved:
		s.settle(c, c.card.outcomeAt(s.clock.now()).WithThreeDS())
	default:
		c.decline(testcards.PaymentRejected)
	}
	s.emit("charge.complete", s.chargeView(c, false))
}

// expireUnpaid runs at expires_at. A charge that waits for the payer expires, and an
// authorization that was not captured is reversed. Other charges only get expired_at.
func (s *Server) expireUnpaid(c *charge) {
	if !c.expiredAt.IsZero() {
		return
	}
	c.expiredAt = c.expiresAt
	switch {
	case c.waiting():
		c.status = chargeExpired
		s.emit("charge.expire", s.chargeView(c, false))
	case c.held():
		s.release(c)
	}
}

func (s *Server) release(c *charge) {
	c.status = chargeReversed
	c.reversedAt = s.clock.now()
	s.emit("charge.reverse", s.chargeView(c, false))
}

// captureCharge captures the authorized amount or a part of it.
func (s *Server) captureCharge(r *request, c *charge) *apiError {
	switch {
	case c.timedOut():
		return fail(expiredCharge, "charge expired")
	case !c.authorized():
		return fail(failedCapture, "Charge is not authorized")
	case !c.held():
		return fail(failedCapture, "capture failed")
	}
	if r.params.Has("capture_amount") {
		amount, err := c.readCaptureAmount(r.params)
		if err != nil {
			s.guess("the code for a capture_amount that does not fit")
			return err
		}
		c.setCaptured(amount, s.toFunding(amount, c.currency), c.fees.Rate)
	}
	s.pay(c)
	s.emit("charge.capture", s.chargeView(c, false))
	return nil
}

// Guess: the code and messages for an amount that does not fit.
func (c *charge) readCaptureAmount(p params.Map) (int64, *apiError) {
	var bad params.Problems
	amount := p.Integer("capture_amount", &bad)
	switch {
	case len(bad) > 0:
		return 0, refuse(failedCapture, bad)
	case amount < 1 || amount > c.amount:
		return 0, fail(failedCapture, "capture_amount must be between 1 and %d", c.amount)
	case amount < c.amount && c.authorizationType != "pre_auth":
		return 0, fail(failedCapture, "partial capture needs authorization_type pre_auth")
	}
	return amount, nil
}

// reverseCharge releases an authorization.
func (s *Server) reverseCharge(_ *request, c *charge) *apiError {
	switch {
	case c.timedOut():
		return fail(expiredCharge, "charge expired")
	case !c.held():
		return fail(failedReverse, "only uncaptured authorized charges can be reversed")
	}
	s.release(c)
	return nil
}

// Guess: charges of every payment method except cards can be expired with this call.
func (s *Server) expireCharge(_ *request, c *charge) *apiError {
	if !c.waiting() || c.card != nil {
		return fail(failedExpire, "expire failed")
	}
	s.guess("charges of every payment method except cards can be expired with a call")
	c.status = chargeExpired
	c.expiresAt = s.clock.now()
	c.expiredAt = c.expiresAt
	s.emit("charge.expire", s.chargeView(c, false))
	return nil
}

func (s *Server) markChargeAsPaid(_ *request, c *charge) *apiError {
	if err := c.checkMarkable(); err != nil {
		return err
	}
	s.completeCharge(c, true)
	return nil
}

// Guess: the failure code is failed_processing, and the event is charge.complete.
func (s *Server) markChargeAsFailed(_ *request, c *charge) *apiError {
	if err := c.checkMarkable(); err != nil {
		return err
	}
	s.guess("the failure code of mark_as_failed is failed_processing")
	c.decline(testcards.FailedProcessing)
	s.emit("charge.complete", s.chargeView(c, false))
	return nil
}

// Guess: card charges cannot be marked.
func (c *charge) checkMarkable() *apiError {
	switch {
	case c.timedOut():
		return fail(expiredCharge, "charge expired")
	case !c.waiting():
		return fail(invalidCharge, "charge is not pending")
	case c.card != nil:
		return fail(invalidCharge, "payment method is not supported")
	}
	return nil
}
