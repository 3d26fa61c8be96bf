package omise

import (
	"context"
	"iter"
	"net/http"
	"time"

	"github.com/omisekit/omise-go/internal/transport"
)

// A Customer is a payer whose cards and linked accounts are kept, so that they
// can be charged again. Times are UTC.
//
// See https://docs.omise.co/customers-api.
type Customer struct {
	Object      string    `json:"object" wire:"strict"` // "customer"
	ID          string    `json:"id" wire:"strict"`
	Livemode    bool      `json:"livemode"`
	Location    string    `json:"location"` // path of the customer
	Deleted     bool      `json:"deleted"`
	Email       string    `json:"email"`
	Description string    `json:"description"`
	Metadata    Metadata  `json:"metadata"`
	CreatedAt   time.Time `json:"created_at"`

	Cards          List[Card]          `json:"cards"`        // the first 20; [CardsService.List] has all
	DefaultCard    Expandable[Card]    `json:"default_card"` // charged if no card is given
	LinkedAccounts List[LinkedAccount] `json:"linked_accounts"`
}

func (c *Customer) identity() identity { return identity{kindCustomer, c.Object, c.ID} }

// CustomerCreateParams describe a customer. All fields are optional.
type CustomerCreateParams struct {
	hidden
	Email         string   `url:"email,omitempty"`
	Description   string   `url:"description,omitempty"`
	Card          string   `url:"card,omitempty"` // an unused token, kept as the default card
	LinkedAccount string   `url:"linked_account,omitempty"`
	Metadata      Metadata `url:"metadata,omitempty"`
}

// CustomerUpdateParams change a customer. A field that is not set changes nothing.
type CustomerUpdateParams struct {
	hidden
	Email         *string  `url:"email,omitempty"`       // "" clears it
	Description   *string  `url:"description,omitempty"` // "" clears it
	Card          string   `url:"card,omitempty"`        // an unused token, added to the cards
	DefaultCard   string   `url:"default_card,omitempty"`
	LinkedAccount string   `url:"linked_account,omitempty"`
	Metadata      Metadata `url:"metadata,omitempty"`
}

var _ guarded = (*CustomerUpdateParams)(nil)

func (p *CustomerUpdateParams) guard() transport.Guard {
	if p.Card != "" {
		return transport.SingleUse
	}
	return transport.Repeatable
}

// CustomersService manages customers. All its calls need the secret key.
//
// See https://docs.omise.co/customers-api.
type CustomersService service

var (
	customerCreate    = &route{method: http.MethodPost, path: "/customers", guard: transport.None}
	customerGet       = get("/customers/{id}")
	customerUpdate    = &route{method: http.MethodPatch, path: "/customers/{id}", guard: transport.Repeatable}
	customerDelete    = &route{method: http.MethodDelete, path: "/customers/{id}", guard: transport.Repeatable, lookup: &deleteLookup{customerGet}}
	customerList      = get("/customers")
	customerSchedules = get("/customers/{id}/schedules")
)

// Create stores a customer.
//
// Errors: [ErrCodeUsedToken] and [ErrCodeNotFound] for the card token,
// [ErrOutcomeUnknown]. If the network delivers the call twice, the error can be
// used_token although the customer was stored.
//
// See https://docs.omise.co/customers-api.
func (s *CustomersService) Create(ctx context.Context, params *CustomerCreateParams, opts ...RequestOption) (*Customer, error) {
	return call[Customer](ctx, s.client, customerCreate, params, opts)
}

// Get returns a customer.
//
// Errors: [ErrCodeNotFound].
//
// See https://docs.omise.co/customers-api.
func (s *CustomersService) Get(ctx context.Context, id string, opts ...RequestOption) (*Customer, error) {
	return call[Customer](ctx, s.client, customerGet, nil, opts, id)
}

// Update changes a customer or adds a card.
//
// Errors: [ErrCodeUsedToken] for the card token, [ErrCodeNotFound] for the customer or
// the token, [ErrOutcomeUnknown] with a card. If the network delivers the call twice, the
// error can be used_token although the card was added.
//
// See https://docs.omise.co/customers-api.
func (s *CustomersService) Update(ctx context.Context, id string, params *CustomerUpdateParams, opts ...RequestOption) (*Customer, error) {
	return call[Customer](ctx, s.client, customerUpdate, params, opts, id)
}

// Delete removes a customer with all cards and returns it with Deleted set.
//
// Errors: [ErrCodeNotFound].
//
// See https://docs.omise.co/customers-api.
func (s *CustomersService) Delete(ctx context.Context, id string, opts ...RequestOption) (*Customer, error) {
	return call[Customer](ctx, s.client, customerDelete, nil, opts, id)
}

// List returns one page of the customers of the account.
//
// See https://docs.omise.co/customers-api.
func (s *CustomersService) List(ctx context.Context, params *ListParams, opts ...RequestOption) (*List[Customer], error) {
	return list[Customer](ctx, s.client, customerList, params, opts)
}

// All goes through the customers of the account, page by page.
//
// See https://docs.omise.co/customers-api.
func (s *CustomersService) All(ctx context.Context, params *ListParams, opts ...RequestOption) iter.Seq2[*Customer, error] {
	return all[Customer](ctx, s.client, customerList, params, opts)
}

// ListSchedules returns one page of the schedules that charge a customer.
//
// See https://docs.omise.co/schedules-api.
func (s *CustomersService) ListSchedules(ctx context.Context, id string, params *ListParams, opts ...RequestOption) (*List[Schedule], error) {
	return list[Schedule](ctx, s.client, customerSchedules, params, opts, id)
}

// AllSchedules goes through the schedules that charge a customer, page by page.
//
// See https://docs.omise.co/schedules-api.
func (s *CustomersService) AllSchedules(ctx context.Context, id string, params *ListParams, opts ...RequestOption) iter.Seq2[*Schedule, error] {
	return all[Schedule](ctx, s.client, customerSchedules, params, opts, id)
}
