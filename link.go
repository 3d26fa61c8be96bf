package omise

import (
	"context"
	"iter"
	"net/http"
	"time"

	"github.com/omisekit/omise-go/internal/transport"
)

// A Link is a payment page that Omise hosts. Amount is in the smallest unit of
// Currency. Times are UTC.
//
// See https://docs.omise.co/links-api.
type Link struct {
	Object      string    `json:"object" wire:"strict"` // "link"
	ID          string    `json:"id" wire:"strict"`
	Livemode    bool      `json:"livemode"`
	Location    string    `json:"location"` // path of the link
	Deleted     bool      `json:"deleted"`
	Title       string    `json:"title"`
	Description string    `json:"description"`
	Amount      int64     `json:"amount" wire:"strict"`
	Currency    Currency  `json:"currency" wire:"strict"`
	PaymentURI  string    `json:"payment_uri"` // for the payer
	Multiple    bool      `json:"multiple"`    // may be paid more than once
	Used        bool      `json:"used"`        // was paid and may not be paid again
	CreatedAt   time.Time `json:"created_at"`

	UsedAt    *time.Time   `json:"used_at"`
	DeletedAt *time.Time   `json:"deleted_at"`
	Charges   List[Charge] `json:"charges"` // made through it, the first 20
	Metadata  Metadata     `json:"metadata"`

	// The sub-merchant, for accounts that have them.
	MerchantName string `json:"merchant_name"`
	MerchantUID  string `json:"merchant_uid"`
}

func (l *Link) identity() identity { return identity{kindLink, l.Object, l.ID} }

// LinkCreateParams describe a payment page.
type LinkCreateParams struct {
	Amount      int64    `url:"amount" check:"positive"` // smallest unit
	Currency    Currency `url:"currency" check:"required"`
	Title       string   `url:"title" check:"required"`
	Description string   `url:"description" check:"required"`
	Multiple    *bool    `url:"multiple,omitempty"` // true: may be paid more than once
}

// LinkUpdateParams change a payment page. A field that is not set changes nothing.
type LinkUpdateParams struct {
	Title       string   `url:"title,omitempty"`
	Description string   `url:"description,omitempty"`
	Metadata    Metadata `url:"metadata,omitempty"` // replaces the old
}

// LinksService makes payment pages. All its calls need the secret key. New
// accounts use Payment Links+ instead, see [LinksPlusService].
//
// See https://docs.omise.co/links-api.
type LinksService service

var (
	linkCreate  = &route{method: http.MethodPost, path: "/links", guard: transport.None}
	linkGet     = get("/links/{id}")
	linkUpdate  = &route{method: http.MethodPatch, path: "/links/{id}", guard: transport.Repeatable}
	linkDelete  = &route{method: http.MethodDelete, path: "/links/{id}", guard: transport.Repeatable, lookup: &deleteLookup{linkGet}}
	linkList    = get("/links")
	linkCharges = get("/links/{id}/charges")
)

// Create makes a payment page.
//
// Errors: [ErrCodeBadRequest], [ErrCodeInvalidLink], [ErrOutcomeUnknown].
//
// See https://docs.omise.co/links-api.
func (s *LinksService) Create(ctx context.Context, params *LinkCreateParams, opts ...RequestOption) (*Link, error) {
	return call[Link](ctx, s.client, linkCreate, params, opts)
}

// Get returns a payment page.
//
// Errors: [ErrCodeNotFound].
//
// See https://docs.omise.co/links-api.
func (s *LinksService) Get(ctx context.Context, id string, opts ...RequestOption) (*Link, error) {
	return call[Link](ctx, s.client, linkGet, nil, opts, id)
}

// Update changes the words on a payment page.
//
// Errors: [ErrCodeBadRequest], [ErrCodeNotFound].
//
// The reference of this endpoint is a draft: the live API may differ.
//
// See https://docs.omise.co/links-api.
func (s *LinksService) Update(ctx context.Context, id string, params *LinkUpdateParams, opts ...RequestOption) (*Link, error) {
	return call[Link](ctx, s.client, linkUpdate, params, opts, id)
}

// Delete closes a payment page and returns it with Deleted set.
//
// Errors: [ErrCodeNotFound].
//
// See https://docs.omise.co/links-api.
func (s *LinksService) Delete(ctx context.Context, id string, opts ...RequestOption) (*Link, error) {
	return call[Link](ctx, s.client, linkDelete, nil, opts, id)
}

// List returns one page of the payment pages of the account.
//
// See https://docs.omise.co/links-api.
func (s *LinksService) List(ctx context.Context, params *ListParams, opts ...RequestOption) (*List[Link], error) {
	return list[Link](ctx, s.client, linkList, params, opts)
}

// All goes through the payment pages of the account.
//
// See https://docs.omise.co/links-api.
func (s *LinksService) All(ctx context.Context, params *ListParams, opts ...RequestOption) iter.Seq2[*Link, error] {
	return all[Link](ctx, s.client, linkList, params, opts)
}

// ListCharges returns one page of the charges made through a payment page.
//
// See https://docs.omise.co/links-api.
func (s *LinksService) ListCharges(ctx context.Context, id string, params *ListParams, opts ...RequestOption) (*List[Charge], error) {
	return list[Charge](ctx, s.client, linkCharges, params, opts, id)
}

// AllCharges goes through the charges made through a payment page.
//
// See https://docs.omise.co/links-api.
func (s *LinksService) AllCharges(ctx context.Context, id string, params *ListParams, opts ...RequestOption) iter.Seq2[*Charge, error] {
	return all[Charge](ctx, s.client, linkCharges, params, opts, id)
}
