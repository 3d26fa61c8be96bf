// Package testcards has the card numbers that the API publishes for tests, with the
// outcome of a charge of each of them.
package testcards

import "strings"

// An Outcome is the result of a charge of a card: empty for success, a failure code, or
// one of the two 3-D Secure failures.
type Outcome string

// The outcomes.
const (
	Succeeds            Outcome = ""
	InsufficientFund    Outcome = "insufficient_fund"
	StolenOrLostCard    Outcome = "stolen_or_lost_card"
	FailedProcessing    Outcome = "failed_processing"
	PaymentRejected     Outcome = "payment_rejected"
	FailedFraudCheck    Outcome = "failed_fraud_check"
	InvalidAccount      Outcome = "invalid_account_number"
	InvalidSecurityCode Outcome = "invalid_security_code"
	PaymentCancelled    Outcome = "payment_cancelled"
	ExpiredCard         Outcome = "expired_card"
	// The 3-D Secure failures occur only if the account uses 3-D Secure. The charge
	// then fails with payment_rejected.
	EnrollmentFailure Outcome = "3ds_enrollment_failure"
	ValidationFailure Outcome = "3ds_validation_failure"
)

// Failing has the outcome of each published test number that fails. Every other valid
// number succeeds.
var Failing = map[string]Outcome{
	"4111111111140011": InsufficientFund,
	"5555551111110011": InsufficientFund,
	"3530111111190011": InsufficientFund,
	"6250947000000014": InsufficientFund,

	"4111111111130012": StolenOrLostCard,
	"5555551111100012": StolenOrLostCard,
	"3530111111180012": StolenOrLostCard,
	"6250947000000022": StolenOrLostCard,

	"4111111111120013":    FailedProcessing,
	"5555551111190013":    FailedProcessing,
	"3530111111170013":    FailedProcessing,
	"377138160000009":     FailedProcessing,
	"6447032400001111005": FailedProcessing,
	"36021042111108":      FailedProcessing,
	"6250947000000030":    FailedProcessing,

	"4111111111110014": PaymentRejected,
	"5555551111180014": PaymentRejected,
	"3530111111160014": PaymentRejected,
	"6250947000000048": PaymentRejected,

	"4111111111190016": FailedFraudCheck,
	"5555551111160016": FailedFraudCheck,
	"3530111111140016": FailedFraudCheck,
	"6250947000000055": FailedFraudCheck,

	"4111111111180017": InvalidAccount,
	"5555551111150017": InvalidAccount,
	"3530111111130017": InvalidAccount,
	"6250947000000063": InvalidAccount,

	"4111111111160001": InvalidSecurityCode,
	"5555551111130001": InvalidSecurityCode,
	"3530111111110001": InvalidSecurityCode,

	"4111111111150002": EnrollmentFailure,
	"5555551111120002": EnrollmentFailure,
	"3530111111100002": EnrollmentFailure,
	"6250947000000071": EnrollmentFailure,

	"4111111111140003": ValidationFailure,
	"5555551111110003": ValidationFailure,
	"3530111111190003": ValidationFailure,
	"377138161111003":  ValidationFailure,
	"6250947000000089": ValidationFailure,
}

var failureMessages = map[Outcome]string{
	InsufficientFund:    "insufficient funds in the account or the card has reached the credit limit",
	StolenOrLostCard:    "card is stolen or lost",
	FailedProcessing:    "failed processing",
	PaymentRejected:     "payment rejected",
	FailedFraudCheck:    "failed fraud check",
	InvalidAccount:      "the account number is invalid",
	InvalidSecurityCode: "the security code is invalid",
	ExpiredCard:         "card is expired",
}

// Message returns the failure message of a charge.
//
// Guess: the message for an expired card, and that the message is the code in plain words
// if no text is published.
func (o Outcome) Message() string {
	if text, ok := failureMessages[o]; ok {
		return text
	}
	return strings.ReplaceAll(string(o), "_", " ")
}

// WithoutThreeDS returns the outcome if the payer does not have to authenticate.
func (o Outcome) WithoutThreeDS() Outcome {
	if o == EnrollmentFailure || o == ValidationFailure {
		return Succeeds
	}
	return o
}

// WithThreeDS returns the outcome after the payer has approved.
func (o Outcome) WithThreeDS() Outcome {
	if o == EnrollmentFailure || o == ValidationFailure {
		return PaymentRejected
	}
	return o
}
