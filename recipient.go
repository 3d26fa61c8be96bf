package omise

import (
	"context"
	"iter"
	"net/http"
	"time"

	"github.com/omisekit/omise-go/internal/form"
	"github.com/omisekit/omise-go/internal/transport"
)

// A Recipient is a person or a company with a bank account that transfers are paid to.
// It must be both verified and active before money can be sent. Times are UTC.
//
// See https://docs.omise.co/recipients-api.
type Recipient struct {
	Object      string        `json:"object" wire:"strict"` // "recipient"
	ID          string        `json:"id" wire:"strict"`
	Livemode    bool          `json:"livemode"`
	Location    string        `json:"location"` // path of the recipient
	Deleted     bool          `json:"deleted"`
	Name        string        `json:"name"`
	Type        RecipientType `json:"type"`
	Email       string        `json:"email"`
	TaxID       string        `json:"tax_id"`
	Description string        `json:"description"`
	Metadata    Metadata      `json:"metadata"`
	BankAccount BankAccount   `json:"bank_account"`

	Verified    bool                 `json:"verified"` // the bank account was checked
	Active      bool                 `json:"active"`   // transfers are allowed
	Default     bool                 `json:"default"`  // the account's own recipient
	FailureCode RecipientFailureCode `json:"failure_code"`
	CreatedAt   time.Time            `json:"created_at"`
	VerifiedAt  *time.Time           `json:"verified_at"`
	ActivatedAt *time.Time           `json:"activated_at"`

	Schedule Expandable[Schedule] `json:"schedule"` // the schedule that pays it
}

func (r *Recipient) identity() identity { return identity{kindRecipient, r.Object, r.ID} }

// A BankAccount is the bank account that a transfer is paid to.
//
// See https://docs.omise.co/recipients-api.
type BankAccount struct {
	Object        string          `json:"object" wire:"strict"` // "bank_account"
	Livemode      bool            `json:"livemode"`
	Name          string          `json:"name"` // of the holder
	AccountNumber string          `json:"account_number"`
	LastDigits    string          `json:"last_digits"` // four digits
	Brand         string          `json:"brand"`       // name of the bank
	BankCode      BankCode        `json:"bank_code"`
	BranchCode    string          `json:"branch_code"` // Japan
	Type          BankAccountType `json:"type"`        // Japan
	CreatedAt     time.Time       `json:"created_at"`  // UTC
}

// RecipientType says whether a recipient is a person or a company.
type RecipientType string

// The types of recipients.
const (
	RecipientTypeIndividual  RecipientType = "individual"
	RecipientTypeCorporation RecipientType = "corporation"
)

// RecipientFailureCode says why the check of a bank account failed. The API may add
// values.
type RecipientFailureCode string

// The failure codes of a recipient.
const (
	RecipientFailureCodeNameMismatch    RecipientFailureCode = "name_mismatch"
	RecipientFailureCodeAccountNotFound RecipientFailureCode = "account_not_found"
	RecipientFailureCodeBankNotFound    RecipientFailureCode = "bank_not_found"
)

// BankAccountType is the kind of a bank account in Japan.
type BankAccountType string

// The types of bank accounts.
const (
	BankAccountTypeNormal  BankAccountType = "normal"
	BankAccountTypeCurrent BankAccountType = "current"
)

// RecipientCreateParams describe a recipient.
type RecipientCreateParams struct {
	hidden
	Name        string             `url:"name" check:"required"`
	Type        RecipientType      `url:"type" check:"required"`
	BankAccount *BankAccountParams `url:"bank_account,omitempty" check:"required"` // with name and number
	Email       string             `url:"email,omitempty"`
	Description string             `url:"description,omitempty"`
	TaxID       string             `url:"tax_id,omitempty"`
	Metadata    Metadata           `url:"metadata,omitempty"`
}

// BankAccountParams describe a bank account. A new bank account needs Name, Number and
// either Brand or BankCode.
type BankAccountParams struct {
	hidden
	Name       string          `url:"name,omitempty"` // of the holder
	Number     string          `url:"number,omitempty"`
	Brand      BankCode        `url:"brand,omitempty"`       // of the bank
	BankCode   BankCode        `url:"bank_code,omitempty"`   // in place of Brand; Japan
	BranchCode string          `url:"branch_code,omitempty"` // Japan
	Type       BankAccountType `url:"type,omitempty"`        // Japan
}

var _ checker = (*RecipientCreateParams)(nil)

func (p *RecipientCreateParams) check() *form.Problem {
	switch {
	case p.BankAccount.Name == "":
		return &form.Problem{Field: "bank_account[name]", Rule: "is required"}
	case p.BankAccount.Number == "":
		return &form.Problem{Field: "bank_account[number]", Rule: "is required"}
	}
	return nil
}

// RecipientUpdateParams change a recipient. A field that is not set changes nothing.
type RecipientUpdateParams struct {
	hidden
	Name        string             `url:"name,omitempty"`
	Type        RecipientType      `url:"type,omitempty"`
	BankAccount *BankAccountParams `url:"bank_account,omitempty"`
	Email       *string            `url:"email,omitempty"`       // "" clears it
	Description *string            `url:"description,omitempty"` // "" clears it
	TaxID       *string            `url:"tax_id,omitempty"`      // "" clears it
	Metadata    Metadata           `url:"metadata,omitempty"`
}

// RecipientsService manages recipients. All its calls need the secret key.
//
// See https://docs.omise.co/recipients-api.
type RecipientsService service

var (
	recipientCreate    = &route{method: http.MethodPost, path: "/recipients", guard: transport.None}
	recipientGet       = get("/recipients/{id}")
	recipientUpdate    = &route{method: http.MethodPatch, path: "/recipients/{id}", guard: transport.Repeatable}
	recipientDelete    = &route{method: http.MethodDelete, path: "/recipients/{id}", guard: transport.Repeatable, lookup: &deleteLookup{recipientGet}}
	recipientVerify    = &route{method: http.MethodPatch, path: "/recipients/{id}/verify", guard: transport.StateMachine}
	recipientList      = get("/recipients")
	recipientSchedules = get("/recipients/{id}/schedules")
)

// Create stores a recipient. It is not verified and not active yet.
//
// Errors: [ErrCodeBadRequest], [ErrCodeInvalidRecipient],
// [ErrCodeInvalidBankAccount], [ErrOutcomeUnknown].
//
// See https://docs.omise.co/recipients-api.
func (s *RecipientsService) Create(ctx context.Context, params *RecipientCreateParams, opts ...RequestOption) (*Recipient, error) {
	return call[Recipient](ctx, s.client, recipientCreate, params, opts)
}

// Get returns a recipient.
//
// Errors: [ErrCodeNotFound].
//
// See https://docs.omise.co/recipients-api.
func (s *RecipientsService) Get(ctx context.Context, id string, opts ...RequestOption) (*Recipient, error) {
	return call[Recipient](ctx, s.client, recipientGet, nil, opts, id)
}

// Update changes a recipient. Whether a new bank account has to be verified
// again is not documented.
//
// Errors: [ErrCodeBadRequest], [ErrCodeNotFound].
//
// See https://docs.omise.co/recipients-api.
func (s *RecipientsService) Update(ctx context.Context, id string, params *RecipientUpdateParams, opts ...RequestOption) (*Recipient, error) {
	return call[Recipient](ctx, s.client, recipientUpdate, params, opts, id)
}

// Delete removes a recipient and returns it with Deleted set.
//
// Errors: [ErrCodeNotFound].
//
// See https://docs.omise.co/recipients-api.
func (s *RecipientsService) Delete(ctx context.Context, id string, opts ...RequestOption) (*Recipient, error) {
	return call[Recipient](ctx, s.client, recipientDelete, nil, opts, id)
}

// Verify makes a test recipient verified. Whether it becomes active as well is
// not documented.
//
// Errors: [ErrCodeBadRequest], [ErrCodeNotFound], [ErrOutcomeUnknown].
//
// See https://docs.omise.co/recipients-api.
func (s *RecipientsService) Verify(ctx context.Context, id string, opts ...RequestOption) (*Recipient, error) {
	return call[Recipient](ctx, s.client, recipientVerify, nil, opts, id)
}

// List returns one page of the recipients of the account.
//
// See https://docs.omise.co/recipients-api.
func (s *RecipientsService) List(ctx context.Context, params *ListParams, opts ...RequestOption) (*List[Recipient], error) {
	return list[Recipient](ctx, s.client, recipientList, params, opts)
}

// All goes through the recipients of the account, page by page.
//
// See https://docs.omise.co/recipients-api.
func (s *RecipientsService) All(ctx context.Context, params *ListParams, opts ...RequestOption) iter.Seq2[*Recipient, error] {
	return all[Recipient](ctx, s.client, recipientList, params, opts)
}

// ListSchedules returns one page of the schedules that pay a recipient.
//
// See https://docs.omise.co/schedules-api.
func (s *RecipientsService) ListSchedules(ctx context.Context, id string, params *ListParams, opts ...RequestOption) (*List[Schedule], error) {
	return list[Schedule](ctx, s.client, recipientSchedules, params, opts, id)
}

// AllSchedules goes through the schedules that pay a recipient, page by page.
//
// See https://docs.omise.co/schedules-api.
func (s *RecipientsService) AllSchedules(ctx context.Context, id string, params *ListParams, opts ...RequestOption) iter.Seq2[*Schedule, error] {
	return all[Schedule](ctx, s.client, recipientSchedules, params, opts, id)
}
