package omise

// A ChargeFailure says why a charge was not paid. It is not an error: the API made the
// charge, and the payment was declined.
type ChargeFailure struct {
	Code    ChargeFailureCode
	Message string // text of the bank or of Omise; do not show it to the payer

	// Advice is what the card network suggests, such as not to try again. It is "" for
	// accounts that do not get it.
	Advice     string
	AdviceCode string
}

// Failure returns why the charge was not paid, or nil if it did not fail. A
// charge that waits for the payer has not failed.
func (c *Charge) Failure() *ChargeFailure {
	if c.Status != ChargeStatusFailed && c.FailureCode == "" {
		return nil
	}
	return &ChargeFailure{
		Code:       c.FailureCode,
		Message:    c.FailureMessage,
		Advice:     c.MerchantAdvice,
		AdviceCode: c.MerchantAdviceCode,
	}
}

// ChargeFailureCode says why a charge was not paid. The API may add values.
//
// See https://docs.omise.co/charges-api.
type ChargeFailureCode string

// The failure codes of a charge.
const (
	ChargeFailureCodeInsufficientFund        ChargeFailureCode = "insufficient_fund"         // not enough money, or over the card's limit
	ChargeFailureCodeInsufficientBalance     ChargeFailureCode = "insufficient_balance"      // not enough money in the account
	ChargeFailureCodeStolenOrLostCard        ChargeFailureCode = "stolen_or_lost_card"       // the card was reported stolen or lost
	ChargeFailureCodeFailedProcessing        ChargeFailureCode = "failed_processing"         // could not be processed
	ChargeFailureCodePaymentRejected         ChargeFailureCode = "payment_rejected"          // refused by the issuer
	ChargeFailureCodeInvalidSecurityCode     ChargeFailureCode = "invalid_security_code"     // the security code is wrong or did not pass the check
	ChargeFailureCodeFailedFraudCheck        ChargeFailureCode = "failed_fraud_check"        // the payment looks like fraud
	ChargeFailureCodeInvalidAccountNumber    ChargeFailureCode = "invalid_account_number"    // no such card
	ChargeFailureCodeInvalidAccount          ChargeFailureCode = "invalid_account"           // no such account
	ChargeFailureCodePaymentCancelled        ChargeFailureCode = "payment_cancelled"         // by the payer
	ChargeFailureCodeTimeout                 ChargeFailureCode = "timeout"                   // the payer did not act in time
	ChargeFailureCodeExpiredCard             ChargeFailureCode = "expired_card"              // the card has expired
	ChargeFailureCodeConfirmedAmountMismatch ChargeFailureCode = "confirmed_amount_mismatch" // another amount was paid
)
