package omise

// NextStep is what a merchant does next about a charge. See [Charge.NextStep].
type NextStep string

// The next steps.
const (
	// NextStepPaid: deliver. The charge stays paid when it is refunded, voided or
	// disputed later: RefundedAmount and Dispute tell.
	NextStepPaid NextStep = "paid"

	// NextStepCapture: the money is held on the payer's card. Take it with
	// [ChargesService.Capture] or release it with [ChargesService.Reverse], before
	// ExpiresAt.
	NextStepCapture NextStep = "capture"

	// NextStepRedirect: send the payer to AuthorizeURI to confirm the payment. If the
	// payer has just come back from there, the payer or the bank has not decided yet:
	// say so on the page, as for NextStepWait, and do not send the payer there again.
	NextStepRedirect NextStep = "redirect"

	// NextStepShowCode: show the payer how to pay, and wait. It is in
	// Source.ScannableCode, a code to scan, or in Source.References, numbers for a
	// counter or a bank.
	NextStepShowCode NextStep = "show_code"

	// NextStepWait: the payer or the bank is at it. A webhook tells when it is over;
	// [ChargesService.Get] tells any time.
	NextStepWait NextStep = "wait"

	// NextStepFailed: not paid, and this charge never will be. [Charge.Failure] says
	// why. Another attempt is another charge.
	NextStepFailed NextStep = "failed"

	// NextStepExpired: the payer did not pay in time, and this charge never will be
	// paid.
	NextStepExpired NextStep = "expired"

	// NextStepReversed: the money that was held was released and not taken.
	NextStepReversed NextStep = "reversed"
)

// NextStep returns what to do next about the charge. It is the same question
// wherever the charge comes from: the answer to Create, a webhook, or Get on the page
// that the payer comes back to. The fields mislead when they are read alone:
// AuthorizeURI stays set after the payment, and ExpiredAt is set on charges that were
// paid.
//
// A status that this package does not know is NextStepWait.
//
// See https://docs.omise.co/charges-api.
func (c *Charge) NextStep() NextStep {
	switch {
	case c.Reversed || c.Status == ChargeStatusReversed:
		return NextStepReversed
	case c.Paid:
		return NextStepPaid
	case c.Failure() != nil:
		return NextStepFailed
	case c.Expired || c.Status == ChargeStatusExpired:
		return NextStepExpired
	case c.Capturable:
		return NextStepCapture
	case c.Status != ChargeStatusPending || c.Authorized:
		return NextStepWait
	case c.Source.showsCode():
		return NextStepShowCode
	case c.AuthorizeURI != "":
		return NextStepRedirect
	}
	return NextStepWait
}

// showsCode reports whether the payer pays with a code or a number of the source.
func (s *Source) showsCode() bool {
	return s != nil && s.Flow == SourceFlowOffline && (s.ScannableCode != nil || s.References != nil)
}
