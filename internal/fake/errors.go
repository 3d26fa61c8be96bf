package fake

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/omisekit/omise-go/internal/fake/params"
)

// An errorCode is the code of an API error, such as not_found.
type errorCode string

const (
	authenticationFailure errorCode = "authentication_failure"
	badRequest            errorCode = "bad_request"
	brandNotSupported     errorCode = "brand_not_supported"
	documentsLocked       errorCode = "documents_locked"
	expiredCharge         errorCode = "expired_charge"
	failedCapture         errorCode = "failed_capture"
	failedDeletion        errorCode = "failed_deletion"
	failedExpire          errorCode = "failed_expire"
	failedMultiCurrency   errorCode = "failed_multi_currency"
	failedRefund          errorCode = "failed_refund"
	failedReverse         errorCode = "failed_reverse"
	failedVoid            errorCode = "failed_void"
	invalidBankAccount    errorCode = "invalid_bank_account"
	invalidCard           errorCode = "invalid_card"
	invalidCharge         errorCode = "invalid_charge"
	invalidFileType       errorCode = "invalid_file_type"
	invalidFilter         errorCode = "invalid_filter"
	invalidLink           errorCode = "invalid_link"
	invalidPage           errorCode = "invalid_page"
	invalidPerPage        errorCode = "invalid_per_page"
	invalidRecipient      errorCode = "invalid_recipient"
	invalidScope          errorCode = "invalid_scope"
	keyExpired            errorCode = "key_expired_error"
	lockedAccount         errorCode = "locked_account_error"
	internalError         errorCode = "internal_error"
	missingCard           errorCode = "missing_card"
	missingFile           errorCode = "missing_file"
	notAuthorized         errorCode = "not_authorized"
	notFound              errorCode = "not_found"
	searchUnavailable     errorCode = "search_unavailable"
	serializerNotFound    errorCode = "serializer_not_found"
	serviceNotFound       errorCode = "service_not_found"
	tooManyRequests       errorCode = "too_many_requests"
	usedToken             errorCode = "used_token"
)

// status returns the HTTP status of an answer with this code. It is 400 for most codes.
func (c errorCode) status() int {
	switch c {
	case authenticationFailure, keyExpired:
		return http.StatusUnauthorized
	case lockedAccount, notAuthorized:
		return http.StatusForbidden
	case notFound, serializerNotFound, serviceNotFound:
		return http.StatusNotFound
	case failedDeletion, invalidFilter, invalidPage, invalidPerPage, invalidScope:
		return http.StatusUnprocessableEntity
	case tooManyRequests:
		return http.StatusTooManyRequests
	case internalError:
		return http.StatusInternalServerError
	case searchUnavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusBadRequest
}

// defaultMessages are the messages of errors that have no more specific message.
//
// Guess: if no message is published, the message is the code in plain words.
var defaultMessages = map[errorCode]string{
	authenticationFailure: "authentication failed",
	documentsLocked:       "documents list cannot be modified",
	expiredCharge:         "charge expired",
	failedCapture:         "capture failed",
	failedExpire:          "expire failed",
	"failed_fraud_check":  "fraud check failed",
	failedMultiCurrency:   "the currency conversion could not be completed",
	missingCard:           "request contains no card parameters",
	usedToken:             "token was already used",
}

// An apiError is an answer with a status other than 200.
type apiError struct {
	status     int
	code       errorCode
	message    string
	retryAfter string // seconds for the header Retry-After; empty for no header
}

func fail(code errorCode, format string, args ...any) *apiError {
	return &apiError{status: code.status(), code: code, message: fmt.Sprintf(format, args...)}
}

func failNotFound(kind, id string) *apiError {
	return fail(notFound, "%s %s was not found", kind, id)
}

func (e *apiError) body() object {
	return object{
		"object":   "error",
		"location": "https://www.omise.co/api-errors#" + strings.ReplaceAll(string(e.code), "_", "-"),
		"code":     string(e.code),
		"message":  e.message,
	}
}

// plain returns the refusal as an error for users of the Server.
func (e *apiError) plain() error { return fmt.Errorf("%s (%s)", e.message, e.code) }

// refuse returns one error that names all problems, or nil if there are no problems.
func refuse(code errorCode, bad params.Problems) *apiError {
	if len(bad) == 0 {
		return nil
	}
	return fail(code, "%s", bad.Text())
}
