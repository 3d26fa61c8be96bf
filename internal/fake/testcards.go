package fake

import "strings"

// An outcome is what happens when a card is charged: empty for success, a
// failure code, or one of the two 3-D Secure failures.
type outcome string

const (
	succeeds            outcome = ""
	insufficientFund    outcome = "insufficient_fund"
	stolenOrLostCard    outcome = "stolen_or_lost_card"
	failedProcessing    outcome = "failed_processing"
	paymentRejected     outcome = "payment_rejected"
	failedFraudCheck    outcome = "failed_fraud_check"
	invalidAccount      outcome = "invalid_account_number"
	invalidSecurityCode outcome = "invalid_security_code"
	paymentCancelled    outcome = "payment_cancelled"
	expiredCard         outcome = "expired_card"
	// The 3-D Secure failures show only where the account uses 3-D Secure;
	// the charge then fails with payment_rejected.
	enrollmentFailure outcome = "3ds_enrollment_failure"
	validationFailure outcome = "3ds_validation_failure"
)

// testCards maps the published test numbers that do not succeed. Every other
// valid number does.
var testCards = map[string]outcome{
	"4111111111140011": insufficientFund,
	"5555551111110011": insufficientFund,
	"3530111111190011": insufficientFund,
	"6250947000000014": insufficientFund,

	"4111111111130012": stolenOrLostCard,
	"5555551111100012": stolenOrLostCard,
	"3530111111180012": stolenOrLostCard,
	"6250947000000022": stolenOrLostCard,

	"4111111111120013":    failedProcessing,
	"5555551111190013":    failedProcessing,
	"3530111111170013":    failedProcessing,
	"377138160000009":     failedProcessing,
	"6447032400001111005": failedProcessing,
	"36021042111108":      failedProcessing,
	"6250947000000030":    failedProcessing,

	"4111111111110014": paymentRejected,
	"5555551111180014": paymentRejected,
	"3530111111160014": paymentRejected,
	"6250947000000048": paymentRejected,

	"4111111111190016": failedFraudCheck,
	"5555551111160016": failedFraudCheck,
	"3530111111140016": failedFraudCheck,
	"6250947000000055": failedFraudCheck,

	"4111111111180017": invalidAccount,
	"5555551111150017": invalidAccount,
	"3530111111130017": invalidAccount,
	"6250947000000063": invalidAccount,

	"4111111111160001": invalidSecurityCode,
	"5555551111130001": invalidSecurityCode,
	"3530111111110001": invalidSecurityCode,

	"4111111111150002": enrollmentFailure,
	"5555551111120002": enrollmentFailure,
	"3530111111100002": enrollmentFailure,
	"6250947000000071": enrollmentFailure,

	"4111111111140003": validationFailure,
	"5555551111110003": validationFailure,
	"3530111111190003": validationFailure,
	"377138161111003":  validationFailure,
	"6250947000000089": validationFailure,
}

var failureMessages = map[outcome]string{
	insufficientFund:    "insufficient funds in the account or the card has reached the credit limit",
	stolenOrLostCard:    "card is stolen or lost",
	failedProcessing:    "failed processing",
	paymentRejected:     "payment rejected",
	failedFraudCheck:    "failed fraud check",
	invalidAccount:      "the account number is invalid",
	invalidSecurityCode: "the security code is invalid",
	expiredCard:         "card is expired",
}

// message explains a failure to people.
//
// Guess: where no text is published it is the code in plain words, and that of
// an expired card.
func (o outcome) message() string {
	if text, ok := failureMessages[o]; ok {
		return text
	}
	return strings.ReplaceAll(string(o), "_", " ")
}

// withoutThreeDS is the outcome where the payer is not asked to authenticate.
func (o outcome) withoutThreeDS() outcome {
	if o == enrollmentFailure || o == validationFailure {
		return succeeds
	}
	return o
}

// withThreeDS is the outcome once the payer has approved.
func (o outcome) withThreeDS() outcome {
	if o == enrollmentFailure || o == validationFailure {
		return paymentRejected
	}
	return o
}
