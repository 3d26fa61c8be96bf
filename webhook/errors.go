package webhook

import "errors"

// The reasons to refuse a webhook. No error quotes a header, a body or a secret.
//
// See https://docs.omise.co/api-webhooks.
var (
	ErrNoSecret          = errors.New("webhook: there is no secret to verify with")
	ErrBadSecret         = errors.New("webhook: a secret is not the Base64 text of the dashboard")
	ErrShortSecret       = errors.New("webhook: a secret is too short to be one of the dashboard")
	ErrEmptyBody         = errors.New("webhook: the body is empty")
	ErrTooLarge          = errors.New("webhook: the body is larger than any event")
	ErrSlowBody          = errors.New("webhook: the body takes too long")
	ErrNoSignature       = errors.New("webhook: there is no signature or no timestamp")
	ErrTooManySignatures = errors.New("webhook: there are more signatures than a rotation makes")
	ErrBadTimestamp      = errors.New("webhook: the timestamp is not a number of seconds")
	ErrStale             = errors.New("webhook: the timestamp is too far from now")
	ErrBadSignature      = errors.New("webhook: no signature fits the body")
)
