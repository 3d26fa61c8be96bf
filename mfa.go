package omise

import (
	"context"
	"net/http"
	"time"

	"github.com/omisekit/omise-go/internal/transport"
)

// An MFAConfirmation is a request to confirm something by e-mail. Times are
// UTC.
//
// See https://docs.omise.co/account-api.
type MFAConfirmation struct {
	Object    string     `json:"object" wire:"strict"` // "mfa_confirmation"
	Email     string     `json:"email"`                // address that it was sent to
	UserUID   string     `json:"user_uid"`
	CreatedAt time.Time  `json:"created_at"`
	ExpiredAt *time.Time `json:"expired_at"` // when it expires
}

func (m *MFAConfirmation) identity() identity { return identity{kindMFAConfirmation, m.Object, ""} }

// MFAConfirmationCreateParams describe a request to confirm.
type MFAConfirmationCreateParams struct {
	Resend *bool `url:"resend,omitempty"` // true: send the e-mail again
}

// MFAConfirmationsService asks for confirmations. Its call needs the secret key; it is
// not documented which operations need a confirmation.
//
// See https://docs.omise.co/account-api.
type MFAConfirmationsService service

var mfaConfirmationCreate = &route{method: http.MethodPost, path: "/mfa_confirmations", guard: transport.None, paramsOptional: true}

// Create sends the e-mail. params may be nil.
//
// Errors: [ErrOutcomeUnknown].
//
// See https://docs.omise.co/account-api.
func (s *MFAConfirmationsService) Create(ctx context.Context, params *MFAConfirmationCreateParams, opts ...RequestOption) (*MFAConfirmation, error) {
	return call[MFAConfirmation](ctx, s.client, mfaConfirmationCreate, params, opts)
}
