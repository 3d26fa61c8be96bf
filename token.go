package omise

import (
	"context"
	"net/http"
	"time"

	"github.com/omisekit/omise-go/internal/form"
	"github.com/omisekit/omise-go/internal/transport"
)

// A Token stands for a card. It can be used only one time: to make a charge, or to add
// the card to a customer. Times are UTC.
//
// See https://docs.omise.co/tokens-api.
type Token struct {
	Object       string           `json:"object" wire:"strict"` // "token"
	ID           string           `json:"id" wire:"strict"`
	Livemode     bool             `json:"livemode"`
	Location     string           `json:"location"` // URL of the token
	Used         bool             `json:"used"`
	ChargeStatus LastChargeStatus `json:"charge_status"` // of the charge made with it
	Card         *Card            `json:"card"`          // nil after a customer has got the card
	CreatedAt    time.Time        `json:"created_at"`
}

func (t *Token) identity() identity { return identity{kindToken, t.Object, t.ID} }

// LastChargeStatus is the status of the charge that a token or a source paid for: a
// [ChargeStatus], or unknown if there is no charge.
type LastChargeStatus string

// The statuses of the charge of a token or a source.
const (
	LastChargeStatusUnknown    LastChargeStatus = "unknown" // not charged
	LastChargeStatusPending    LastChargeStatus = "pending"
	LastChargeStatusSuccessful LastChargeStatus = "successful"
	LastChargeStatusFailed     LastChargeStatus = "failed"
	LastChargeStatusExpired    LastChargeStatus = "expired"
	LastChargeStatusReversed   LastChargeStatus = "reversed"
)

// TokenCreateParams have a card, or the payment data of a wallet in its place.
type TokenCreateParams struct {
	hidden
	Card         *TokenCardParams         `url:"card,omitempty"`
	Tokenization *TokenTokenizationParams `url:"tokenization,omitempty"`
}

var _ checker = (*TokenCreateParams)(nil)

var _ secretive = (*TokenCreateParams)(nil)

func (p *TokenCreateParams) secrets() (all []Sensitive) {
	if p.Card != nil {
		all = append(all, p.Card.Number, p.Card.SecurityCode)
	}
	if p.Tokenization != nil {
		all = append(all, p.Tokenization.Data)
	}
	return all
}

func (p *TokenCreateParams) check() *form.Problem {
	switch {
	case p.Card == nil && p.Tokenization == nil:
		return &form.Problem{Field: "card", Rule: "is required, or tokenization"}
	case p.Card != nil && p.Tokenization != nil:
		return &form.Problem{Field: "tokenization", Rule: "must be left out when there is a card"}
	case p.Card != nil:
		return p.Card.check()
	}
	return nil
}

// TokenCardParams are a card as the payer types it. The number and the security code
// are sent only to the vault, and print as [redacted].
//
// Servers that handle card numbers fall under PCI DSS. Let the payer's browser or app
// make the token, and use this type on a server only for tests.
type TokenCardParams struct {
	hidden
	Name            string    `url:"name" check:"required"`   // of the cardholder
	Number          Sensitive `url:"number" check:"required"` // digits only
	ExpirationMonth int       `url:"expiration_month" check:"positive"`
	ExpirationYear  int       `url:"expiration_year" check:"positive"` // two or four digits
	SecurityCode    Sensitive `url:"security_code,omitempty"`          // CVV

	// The billing address.
	Country     string `url:"country,omitempty"` // two letters
	State       string `url:"state,omitempty"`
	City        string `url:"city,omitempty"`
	PostalCode  string `url:"postal_code,omitempty"`
	Street1     string `url:"street1,omitempty"`
	Street2     string `url:"street2,omitempty"`
	PhoneNumber string `url:"phone_number,omitempty"` // this or Email for passkeys
	Email       string `url:"email,omitempty"`
}

var _ checker = (*TokenCardParams)(nil)

func (p *TokenCardParams) check() *form.Problem {
	switch {
	case !onlyDigits(p.Number.Reveal()):
		return &form.Problem{Field: "card[number]", Rule: "must hold only digits"}
	case p.ExpirationMonth > 12:
		return &form.Problem{Field: "card[expiration_month]", Rule: "must be between 1 and 12"}
	}
	return nil
}

// TokenTokenizationParams are the payment data of a wallet, in place of a card.
type TokenTokenizationParams struct {
	hidden
	Method     TokenizationMethod `url:"method" check:"required"`
	Data       Sensitive          `url:"data" check:"required"` // payment data of the wallet, as JSON text
	MerchantID string             `url:"merchant_id,omitempty"` // Apple Pay
	Brand      string             `url:"brand,omitempty"`       // Apple Pay

	BillingName        string `url:"billing_name,omitempty"`
	BillingCountry     string `url:"billing_country,omitempty"`
	BillingState       string `url:"billing_state,omitempty"`
	BillingCity        string `url:"billing_city,omitempty"`
	BillingPostalCode  string `url:"billing_postal_code,omitempty"`
	BillingStreet1     string `url:"billing_street1,omitempty"`
	BillingStreet2     string `url:"billing_street2,omitempty"`
	BillingPhoneNumber string `url:"billing_phone_number,omitempty"`
}

// TokensService makes tokens of cards. Its calls go to the vault and need the
// public key.
//
// See https://docs.omise.co/tokens-api.
type TokensService service

var (
	tokenCreate = &route{method: http.MethodPost, path: "/tokens", host: hostVault, key: keyPublic, guard: transport.Repeatable}
	tokenGet    = &route{method: http.MethodGet, path: "/tokens/{id}", host: hostVault, key: keyPublic, guard: transport.Read}
)

// Create makes a token of a card. A test card that will be declined makes a token, too;
// only the charge fails.
//
// Errors: [ErrCodeInvalidCard], [ErrCodeFailedFraudCheck],
// [ErrCodeAuthenticationFailure].
//
// See https://docs.omise.co/tokens-api.
func (s *TokensService) Create(ctx context.Context, params *TokenCreateParams, opts ...RequestOption) (*Token, error) {
	return call[Token](ctx, s.client, tokenCreate, params, opts)
}

// Get returns a token. Used says whether it was used.
//
// Errors: [ErrCodeNotFound].
//
// See https://docs.omise.co/tokens-api.
func (s *TokensService) Get(ctx context.Context, id string, opts ...RequestOption) (*Token, error) {
	return call[Token](ctx, s.client, tokenGet, nil, opts, id)
}
