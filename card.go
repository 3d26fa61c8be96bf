package omise

import (
	"context"
	"iter"
	"net/http"
	"time"

	"github.com/omisekit/omise-go/internal/form"
	"github.com/omisekit/omise-go/internal/transport"
)

// A Card is a credit or debit card behind a token, a charge or a customer. Its
// id is the same in all three places. Times are UTC.
//
// See https://docs.omise.co/cards-api.
type Card struct {
	Object   string `json:"object" wire:"strict"` // "card"
	ID       string `json:"id" wire:"strict"`
	Livemode bool   `json:"livemode"`
	Location string `json:"location"` // path under its customer; "" if it has no customer
	Deleted  bool   `json:"deleted"`

	Name               string             `json:"name"` // of the cardholder
	Brand              CardBrand          `json:"brand"`
	Financing          CardFinancing      `json:"financing"`
	Bank               string             `json:"bank"`         // of the issuer; "" if not known
	FirstDigits        string             `json:"first_digits"` // six digits, for accounts that may see them
	LastDigits         string             `json:"last_digits"`  // four digits
	Fingerprint        string             `json:"fingerprint"`  // the same for the same number
	ExpirationMonth    int                `json:"expiration_month"`
	ExpirationYear     int                `json:"expiration_year"` // four digits
	SecurityCodeCheck  bool               `json:"security_code_check"`
	TokenizationMethod TokenizationMethod `json:"tokenization_method"` // the wallet that it came from, if any
	CreatedAt          time.Time          `json:"created_at"`

	// The billing address, as far as it was given.
	Country     string `json:"country"` // two letters, lower case; of the issuer if not given
	State       string `json:"state"`
	City        string `json:"city"`
	PostalCode  string `json:"postal_code"`
	Street1     string `json:"street1"`
	Street2     string `json:"street2"`
	PhoneNumber string `json:"phone_number"`
	Email       string `json:"email"`
}

func (c *Card) identity() identity { return identity{kindCard, c.Object, c.ID} }

// CardBrand is the brand of a card. The API may add values.
type CardBrand string

// The brands of cards.
const (
	CardBrandVisa            CardBrand = "Visa"
	CardBrandMasterCard      CardBrand = "MasterCard"
	CardBrandJCB             CardBrand = "JCB"
	CardBrandAmericanExpress CardBrand = "American Express"
	CardBrandDinersClub      CardBrand = "Diners Club"
	CardBrandUnionPay        CardBrand = "UnionPay"
	CardBrandDiscover        CardBrand = "Discover"
	CardBrandLaser           CardBrand = "Laser"
	CardBrandMaestro         CardBrand = "Maestro"
)

// CardFinancing says whether a card is a credit, debit or loan card. The API may add
// values.
type CardFinancing string

// The kinds of financing.
const (
	CardFinancingUnknown CardFinancing = ""
	CardFinancingCredit  CardFinancing = "credit"
	CardFinancingDebit   CardFinancing = "debit"
	CardFinancingLoan    CardFinancing = "loan"
)

// TokenizationMethod is the wallet that a card comes from.
type TokenizationMethod string

// The wallets.
const (
	TokenizationMethodApplePay  TokenizationMethod = "applepay"
	TokenizationMethodGooglePay TokenizationMethod = "googlepay"
)

// CardUpdateParams change a card. A field that is not set changes nothing.
type CardUpdateParams struct {
	hidden
	Name            string  `url:"name,omitempty"`             // of the cardholder
	ExpirationMonth int     `url:"expiration_month,omitempty"` // 1 to 12
	ExpirationYear  int     `url:"expiration_year,omitempty"`  // four digits
	PostalCode      *string `url:"postal_code,omitempty"`      // "" clears it
	City            *string `url:"city,omitempty"`             // "" clears it
}

var _ checker = (*CardUpdateParams)(nil)

func (p *CardUpdateParams) check() *form.Problem {
	if p.ExpirationMonth < 0 || p.ExpirationMonth > 12 {
		return &form.Problem{Field: "expiration_month", Rule: "must be between 1 and 12"}
	}
	return nil
}

// CardsService manages the cards of a customer. A card is added with a token,
// by [CustomersService.Update]. All its calls need the secret key.
//
// See https://docs.omise.co/cards-api.
type CardsService service

var (
	cardGet    = get("/customers/{id}/cards/{card_id}")
	cardUpdate = &route{method: http.MethodPatch, path: "/customers/{id}/cards/{card_id}", guard: transport.Repeatable}
	cardDelete = &route{method: http.MethodDelete, path: "/customers/{id}/cards/{card_id}", guard: transport.Repeatable, lookup: &deleteLookup{cardGet}}
	cardList   = get("/customers/{id}/cards")
)

// Get returns a card of a customer.
//
// Errors: [ErrCodeNotFound].
//
// See https://docs.omise.co/cards-api.
func (s *CardsService) Get(ctx context.Context, customerID, id string, opts ...RequestOption) (*Card, error) {
	return call[Card](ctx, s.client, cardGet, nil, opts, customerID, id)
}

// Update changes the name, the expiry or the address of a card.
//
// Errors: [ErrCodeInvalidCard], [ErrCodeNotFound].
//
// See https://docs.omise.co/cards-api.
func (s *CardsService) Update(ctx context.Context, customerID, id string, params *CardUpdateParams, opts ...RequestOption) (*Card, error) {
	return call[Card](ctx, s.client, cardUpdate, params, opts, customerID, id)
}

// Delete removes a card from its customer and returns it with Deleted set. The
// card added last becomes the default if the default is deleted.
//
// Errors: [ErrCodeNotFound].
//
// See https://docs.omise.co/cards-api.
func (s *CardsService) Delete(ctx context.Context, customerID, id string, opts ...RequestOption) (*Card, error) {
	return call[Card](ctx, s.client, cardDelete, nil, opts, customerID, id)
}

// List returns one page of the cards of a customer.
//
// See https://docs.omise.co/cards-api.
func (s *CardsService) List(ctx context.Context, customerID string, params *ListParams, opts ...RequestOption) (*List[Card], error) {
	return list[Card](ctx, s.client, cardList, params, opts, customerID)
}

// All goes through the cards of a customer, page by page.
//
// See https://docs.omise.co/cards-api.
func (s *CardsService) All(ctx context.Context, customerID string, params *ListParams, opts ...RequestOption) iter.Seq2[*Card, error] {
	return all[Card](ctx, s.client, cardList, params, opts, customerID)
}
