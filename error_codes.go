package omise

import "slices"

// An ErrorCode says why the API refused a call. It is an error itself, so that
//
//	errors.Is(err, omise.ErrCodeNotFound)
//
// finds it in an [*Error], also in a wrapped one. The API may add values.
//
// See https://docs.omise.co/api-errors.
type ErrorCode string

// Error returns only the code, such as not_found, so that it fits into a log line or
// the label of a metric.
func (c ErrorCode) Error() string { return string(c) }

// The codes of the API, by HTTP status. For a code that was never seen in an answer,
// the status is the one in the reference.
const (
	// HTTP 400.
	ErrCodeBackendError        ErrorCode = "backend_error"         // the payment provider could not be reached or failed
	ErrCodeBadRequest          ErrorCode = "bad_request"           // a parameter is wrong; Message says which
	ErrCodeBrandNotSupported   ErrorCode = "brand_not_supported"   // the account does not take cards of this brand
	ErrCodeDocumentsLocked     ErrorCode = "documents_locked"      // the dispute is not open any more
	ErrCodeExpiredCharge       ErrorCode = "expired_charge"        // the authorization or the time to pay is over
	ErrCodeFailedCapture       ErrorCode = "failed_capture"        // not authorized, captured before, or refused
	ErrCodeFailedExpire        ErrorCode = "failed_expire"         // the charge cannot be made to expire
	ErrCodeFailedFraudCheck    ErrorCode = "failed_fraud_check"    // the card looks like fraud
	ErrCodeFailedMultiCurrency ErrorCode = "failed_multi_currency" // the conversion could not be completed
	ErrCodeFailedRefund        ErrorCode = "failed_refund"         // the charge cannot be refunded, or not by that much
	ErrCodeFailedReverse       ErrorCode = "failed_reverse"        // the charge cannot be reversed
	ErrCodeFailedVoid          ErrorCode = "failed_void"           // the charge cannot be voided any more
	ErrCodeFeatureNotSupported ErrorCode = "feature_not_supported" // the account does not have this feature
	ErrCodeInvalidAmount       ErrorCode = "invalid_amount"        // the amount does not fit the operation
	ErrCodeInvalidBankAccount  ErrorCode = "invalid_bank_account"  // the details of the bank account are wrong
	ErrCodeInvalidCard         ErrorCode = "invalid_card"          // the details of the card are wrong
	ErrCodeInvalidCardToken    ErrorCode = "invalid_card_token"    // no such card token
	ErrCodeInvalidCharge       ErrorCode = "invalid_charge"        // the parameters of the charge are wrong
	ErrCodeInvalidDispute      ErrorCode = "invalid_dispute"       // the parameters or the state of the dispute are wrong
	ErrCodeInvalidDomain       ErrorCode = "invalid_domain"        // the domain is not allowed
	ErrCodeInvalidFileType     ErrorCode = "invalid_file_type"     // files of this type are not accepted
	ErrCodeInvalidLink         ErrorCode = "invalid_link"          // the parameters of the payment link are wrong
	ErrCodeInvalidRecipient    ErrorCode = "invalid_recipient"     // the parameters of the recipient are wrong
	ErrCodeInvalidToken        ErrorCode = "invalid_token"         // no such token
	ErrCodeInvalidTransfer     ErrorCode = "invalid_transfer"      // the parameters or the state of the transfer are wrong
	ErrCodeMissingCard         ErrorCode = "missing_card"          // the customer has no such card, or no card was given
	ErrCodeMissingFile         ErrorCode = "missing_file"          // no file was uploaded
	ErrCodeUsedToken           ErrorCode = "used_token"            // the token was used before

	// HTTP 401.
	ErrCodeAuthenticationFailure ErrorCode = "authentication_failure" // no key, an unknown key or a key of the wrong kind
	ErrCodeKeyExpiredError       ErrorCode = "key_expired_error"      // the key was replaced or has expired

	// HTTP 403.
	ErrCodeLockedAccountError ErrorCode = "locked_account_error" // the account is locked
	ErrCodeNotAuthorized      ErrorCode = "not_authorized"       // the key may not do this

	// HTTP 404.
	ErrCodeNotFound           ErrorCode = "not_found"            // no such object, or it is of another account or mode
	ErrCodeSerializerNotFound ErrorCode = "serializer_not_found" // the object does not exist in this API version
	ErrCodeServiceNotFound    ErrorCode = "service_not_found"    // no such service or path

	// HTTP 422.
	ErrCodeFailedDeletion ErrorCode = "failed_deletion"  // the object cannot be deleted
	ErrCodeInvalidFilter  ErrorCode = "invalid_filter"   // no such filter for this search
	ErrCodeInvalidPage    ErrorCode = "invalid_page"     // no such page of the search
	ErrCodeInvalidPerPage ErrorCode = "invalid_per_page" // too many or too few records for a page of the search
	ErrCodeInvalidScope   ErrorCode = "invalid_scope"    // no such scope of searches

	// HTTP 429.
	ErrCodeTooManyRequests ErrorCode = "too_many_requests" // too many calls in a short time; see WithRateLimiter

	// HTTP 500.
	ErrCodeInternalError ErrorCode = "internal_error" // the server failed

	// HTTP 503.
	ErrCodeSearchUnavailable ErrorCode = "search_unavailable" // the search does not work now
)

// isRefusal reports whether the code says that the API has done nothing.
func (c ErrorCode) isRefusal() bool { return slices.Contains(refusals, c) }

// refusals leaves out failures of the server and of the payment provider. A code that is
// not known may be such a failure.
var refusals = []ErrorCode{
	ErrCodeBadRequest, ErrCodeBrandNotSupported, ErrCodeDocumentsLocked, ErrCodeExpiredCharge,
	ErrCodeFailedCapture, ErrCodeFailedExpire, ErrCodeFailedFraudCheck, ErrCodeFailedMultiCurrency,
	ErrCodeFailedRefund, ErrCodeFailedReverse, ErrCodeFailedVoid, ErrCodeFeatureNotSupported,
	ErrCodeInvalidAmount, ErrCodeInvalidBankAccount, ErrCodeInvalidCard, ErrCodeInvalidCardToken,
	ErrCodeInvalidCharge, ErrCodeInvalidDispute, ErrCodeInvalidDomain, ErrCodeInvalidFileType,
	ErrCodeInvalidLink, ErrCodeInvalidRecipient, ErrCodeInvalidToken, ErrCodeInvalidTransfer,
	ErrCodeMissingCard, ErrCodeMissingFile, ErrCodeUsedToken, ErrCodeAuthenticationFailure,
	ErrCodeKeyExpiredError, ErrCodeLockedAccountError, ErrCodeNotAuthorized, ErrCodeNotFound,
	ErrCodeSerializerNotFound, ErrCodeServiceNotFound, ErrCodeFailedDeletion, ErrCodeInvalidFilter,
	ErrCodeInvalidPage, ErrCodeInvalidPerPage, ErrCodeInvalidScope, ErrCodeTooManyRequests,
}
