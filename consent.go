package omise

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/omisekit/omise-go/internal/transport"
)

// A Consent has the policies that the account has agreed to. Times are UTC.
//
// See https://docs.omise.co/account-api.
type Consent struct {
	Object      string          `json:"object" wire:"strict"` // "consent"
	ID          string          `json:"id" wire:"strict"`
	Location    string          `json:"location"`  // "/consent"
	Policies    Metadata        `json:"policies"`  // not documented
	Principal   json.RawMessage `json:"principal"` // who agreed; not documented
	Consented   *bool           `json:"consented"`
	ConsentedAt *time.Time      `json:"consented_at"`
	CreatedAt   *time.Time      `json:"created_at"`
}

func (c *Consent) identity() identity { return identity{kindConsent, c.Object, c.ID} }

// ConsentUpdateParams say who agrees to which policies. A field that is not set changes
// nothing.
type ConsentUpdateParams struct {
	Principal string   `url:"principal,omitempty"`
	Policies  Metadata `url:"policies,omitempty"`
}

// ConsentService reads and changes the consent. All its calls need the secret
// key.
//
// See https://docs.omise.co/account-api.
type ConsentService service

var (
	consentGet    = get("/consent")
	consentUpdate = &route{method: http.MethodPatch, path: "/consent", guard: transport.Repeatable}
)

// Get returns the consent of the account.
//
// Errors: [ErrCodeNotFound] if there is no consent.
//
// The reference of this endpoint is a draft: the live API may differ.
//
// See https://docs.omise.co/account-api.
func (s *ConsentService) Get(ctx context.Context, opts ...RequestOption) (*Consent, error) {
	return call[Consent](ctx, s.client, consentGet, nil, opts)
}

// Update changes the consent of the account.
//
// See https://docs.omise.co/account-api.
func (s *ConsentService) Update(ctx context.Context, params *ConsentUpdateParams, opts ...RequestOption) (*Consent, error) {
	return call[Consent](ctx, s.client, consentUpdate, params, opts)
}
