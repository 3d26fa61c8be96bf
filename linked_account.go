package omise

import (
	"context"
	"iter"
	"net/http"
	"time"

	"github.com/omisekit/omise-go/internal/transport"
)

// A LinkedAccount is a payer's bank account that was registered for direct
// debit in Thailand. Times are UTC.
//
// See https://docs.omise.co/linked-account-api.
type LinkedAccount struct {
	Object   string              `json:"object" wire:"strict"` // "linked_account"
	ID       string              `json:"id" wire:"strict"`
	Livemode bool                `json:"livemode"`
	Location string              `json:"location"` // path of the linked account
	Type     LinkedAccountType   `json:"type"`
	Status   LinkedAccountStatus `json:"status" wire:"strict"`
	Metadata Metadata            `json:"metadata"`

	RegistrationURI string     `json:"registration_uri"` // where the payer registers
	ReturnURI       string     `json:"return_uri"`       // where the payer comes back to
	LastDigits      string     `json:"last_digits"`      // four digits, after the registration
	CustomerID      string     `json:"customer_id"`
	FailureCode     string     `json:"failure_code"`
	FailureMessage  string     `json:"failure_message"`
	CreatedAt       time.Time  `json:"created_at"`
	RegisteredAt    *time.Time `json:"registered_at"`
	ExpiresAt       *time.Time `json:"expires_at"` // when RegistrationURI expires
}

func (l *LinkedAccount) identity() identity { return identity{kindLinkedAccount, l.Object, l.ID} }

// LinkedAccountType is the bank of a linked account. The API may add values.
type LinkedAccountType string

// The types of linked accounts.
const (
	LinkedAccountTypeDirectDebitBAY   LinkedAccountType = "direct_debit_bay"
	LinkedAccountTypeDirectDebitKBank LinkedAccountType = "direct_debit_kbank"
	LinkedAccountTypeDirectDebitKTB   LinkedAccountType = "direct_debit_ktb"
	LinkedAccountTypeDirectDebitSCB   LinkedAccountType = "direct_debit_scb"
)

// LinkedAccountStatus is the state of a registration. The API may add values.
type LinkedAccountStatus string

// The statuses of a linked account.
const (
	LinkedAccountStatusPending    LinkedAccountStatus = "pending"
	LinkedAccountStatusSuccessful LinkedAccountStatus = "successful"
	LinkedAccountStatusFailed     LinkedAccountStatus = "failed"
	LinkedAccountStatusExpired    LinkedAccountStatus = "expired"
	LinkedAccountStatusDeleted    LinkedAccountStatus = "deleted"
)

// LinkedAccountCreateParams say which bank the payer registers with.
type LinkedAccountCreateParams struct {
	Type      LinkedAccountType `url:"type" check:"required"`
	ReturnURI string            `url:"return_uri" check:"required"` // where the payer comes back to
	CitizenID Sensitive         `url:"citizen_id,omitempty"`        // of the payer, for banks that ask for it
	Metadata  Metadata          `url:"metadata,omitempty"`
}

var _ secretive = (*LinkedAccountCreateParams)(nil)

func (p *LinkedAccountCreateParams) secrets() []Sensitive { return []Sensitive{p.CitizenID} }

// LinkedAccountsService registers bank accounts for direct debit. All its calls
// need the secret key.
//
// See https://docs.omise.co/linked-account-api.
type LinkedAccountsService service

var (
	linkedAccountCreate = &route{method: http.MethodPost, path: "/linked_accounts", guard: transport.Repeatable}
	linkedAccountGet    = get("/linked_accounts/{id}")
	linkedAccountDelete = &route{method: http.MethodDelete, path: "/linked_accounts/{id}", guard: transport.Repeatable, lookup: &deleteLookup{linkedAccountGet}}
	linkedAccountList   = get("/linked_accounts")
)

// Create starts a registration: send the payer to its RegistrationURI.
//
// Errors: [ErrCodeBadRequest].
//
// See https://docs.omise.co/linked-account-api.
func (s *LinkedAccountsService) Create(ctx context.Context, params *LinkedAccountCreateParams, opts ...RequestOption) (*LinkedAccount, error) {
	return call[LinkedAccount](ctx, s.client, linkedAccountCreate, params, opts)
}

// Get returns a linked account.
//
// Errors: [ErrCodeNotFound].
//
// See https://docs.omise.co/linked-account-api.
func (s *LinkedAccountsService) Get(ctx context.Context, id string, opts ...RequestOption) (*LinkedAccount, error) {
	return call[LinkedAccount](ctx, s.client, linkedAccountGet, nil, opts, id)
}

// Delete removes a linked account and returns it with the status deleted.
//
// Errors: [ErrCodeNotFound].
//
// See https://docs.omise.co/linked-account-api.
func (s *LinkedAccountsService) Delete(ctx context.Context, id string, opts ...RequestOption) (*LinkedAccount, error) {
	return call[LinkedAccount](ctx, s.client, linkedAccountDelete, nil, opts, id)
}

// List returns one page of the linked accounts of the account.
//
// See https://docs.omise.co/linked-account-api.
func (s *LinkedAccountsService) List(ctx context.Context, params *ListParams, opts ...RequestOption) (*List[LinkedAccount], error) {
	return list[LinkedAccount](ctx, s.client, linkedAccountList, params, opts)
}

// All goes through the linked accounts of the account, page by page.
//
// See https://docs.omise.co/linked-account-api.
func (s *LinkedAccountsService) All(ctx context.Context, params *ListParams, opts ...RequestOption) iter.Seq2[*LinkedAccount, error] {
	return all[LinkedAccount](ctx, s.client, linkedAccountList, params, opts)
}
