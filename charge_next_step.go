package omise

// NextStep says what a merchant does next with a charge. See [Charge.NextStep].
type NextStep string

// The next steps.
const (
	// NextStepPaid: deliver. The charge stays paid when it is refunded, voided or
	// disputed later; RefundedAmount and Dispute show that.
	NextStepPaid NextStep = "paid"

	// NextStepCapture: the money is held on the payer's card. Take it with
	// [ChargesService.Capture] or release it with [ChargesService.Reverse], before
	// ExpiresAt.
	NextStepCapture NextStep = "capture"

	// NextStepRedirect: send the payer to AuthorizeURI to confirm the payment. If the
	// payer has just come back from there, the payer or the bank has not decided yet:
	// say so on the page, as for NextStepWait, and do not send the payer there again.
	NextStepRedirect NextStep = "redirect"

	// NextStepShowCode: show the payer how to pay, and wait. Source.ScannableCode has a
	// code to scan, or Source.References has numbers for a counter or a bank.
	NextStepShowCode NextStep = "show_code"

	// NextStepWait: the payer or the bank has not finished. A webhook tells when they
	// have; [ChargesService.Get] tells at any time.
	NextStepWait NextStep = "wait"

	// NextStepFailed: the charge was not paid and never will be. [Charge.Failure] says
	// why. Another attempt needs another charge.
	NextStepFailed NextStep = "failed"

	// NextStepExpired: the payer did not pay in time. The charge never will be paid.
	NextStepExpired NextStep = "expired"

	// NextStepReversed: the money that was held was released and not taken.
	NextStepReversed NextStep = "reversed"
)

// NextStep returns what to do next with the charge. It works for a charge from Create,
// from a webhook, and from Get on the page that the payer comes back to. A single field
// can mislead: AuthorizeURI stays set after the payment, and ExpiredAt is set on
// charges that were paid.
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
