package omise

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/google/go-querystring/query"

	"github.com/omisekit/omise-go/internal/form"
	"github.com/omisekit/omise-go/internal/transport"
)

// A Source is a way to pay other than with a card, for one amount: a QR code, a wallet,
// a bank. Flow says what the payer has to do. When the source is charged, ScannableCode
// or References has what the payer needs for it.
//
// Amount is in the smallest unit of Currency. Times are UTC.
//
// See https://docs.omise.co/sources-api.
type Source struct {
	Object       string           `json:"object" wire:"strict"` // "source"
	ID           string           `json:"id" wire:"strict"`
	Livemode     bool             `json:"livemode"`
	Location     string           `json:"location"` // path of the source
	Type         SourceType       `json:"type"`
	Flow         SourceFlow       `json:"flow"`
	Amount       int64            `json:"amount" wire:"strict"`
	Currency     Currency         `json:"currency" wire:"strict"`
	ChargeStatus LastChargeStatus `json:"charge_status"` // of the charge made with it
	CreatedAt    time.Time        `json:"created_at"`

	// What the payer needs; set when there is a charge.
	ScannableCode      *Barcode                  `json:"scannable_code"`
	References         *SourceReferences         `json:"references"`
	ProviderReferences *SourceProviderReferences `json:"provider_references"`

	// The payer.
	Name         string         `json:"name"`
	Email        string         `json:"email"`
	PhoneNumber  string         `json:"phone_number"`
	MobileNumber string         `json:"mobile_number"` // the same as PhoneNumber
	IP           string         `json:"ip"`
	Bank         BankCode       `json:"bank"` // of the payer
	Barcode      string         `json:"barcode"`
	PlatformType PlatformType   `json:"platform_type"`
	Billing      *SourceAddress `json:"billing"`
	Shipping     *SourceAddress `json:"shipping"`
	Items        []*SourceItem  `json:"items"`

	// Installments.
	InstallmentTerm          *int           `json:"installment_term"` // months
	ZeroInterestInstallments *bool          `json:"zero_interest_installments"`
	AbsorptionType           AbsorptionType `json:"absorption_type"` // who pays the interest

	// The point of sale, and its discounts.
	StoreID       string      `json:"store_id"`
	StoreName     string      `json:"store_name"`
	TerminalID    string      `json:"terminal_id"`
	ReceiptAmount *int64      `json:"receipt_amount"` // smallest unit
	Discounts     []Metadata  `json:"discounts"`
	PromotionCode string      `json:"promotion_code"`
	SupplierID    string      `json:"supplier_id"`
	QRSettings    *QRSettings `json:"qr_settings"`
}

func (s *Source) identity() identity { return identity{kindSource, s.Object, s.ID} }

// A Barcode is a code that the payer scans.
type Barcode struct {
	Object  string      `json:"object" wire:"strict"` // "barcode"
	Type    BarcodeType `json:"type"`
	Image   *Document   `json:"image"`    // its DownloadURI is the picture
	RawData string      `json:"raw_data"` // the text in the picture
}

// BarcodeType is the kind of a code. The API may add values.
type BarcodeType string

// The types of codes.
const (
	BarcodeTypeQR      BarcodeType = "qr"
	BarcodeTypeBarcode BarcodeType = "barcode"
)

// SourceReferences are the numbers that the payer gives at a counter, a machine or a
// bank.
type SourceReferences struct {
	ExpiresAt            *time.Time `json:"expires_at"` // UTC
	DeviceID             string     `json:"device_id"`
	CustomerAmount       *int64     `json:"customer_amount"` // in the payer's currency, smallest unit
	CustomerCurrency     Currency   `json:"customer_currency"`
	CustomerExchangeRate Decimal    `json:"customer_exchange_rate"`
	OmiseTaxID           string     `json:"omise_tax_id"` // of the biller
	ReferenceNumber1     string     `json:"reference_number_1"`
	ReferenceNumber2     string     `json:"reference_number_2"`
	Barcode              string     `json:"barcode"`      // URL of its picture
	PaymentCode          string     `json:"payment_code"` // konbini
	VACode               string     `json:"va_code"`      // virtual account
}

// SourceProviderReferences are the provider's references of a payment that was made.
type SourceProviderReferences struct {
	ReferenceNumber1 string `json:"reference_number_1"`
	ReferenceNumber2 string `json:"reference_number_2"`
	BuyerName        string `json:"buyer_name"`
}

// A SourceAddress is a billing or a shipping address.
type SourceAddress struct {
	Country    string `json:"country" url:"country,omitempty"` // two letters
	State      string `json:"state" url:"state,omitempty"`
	City       string `json:"city" url:"city,omitempty"`
	PostalCode string `json:"postal_code" url:"postal_code,omitempty"`
	Street1    string `json:"street1" url:"street1,omitempty"`
	Street2    string `json:"street2" url:"street2,omitempty"`
}

// A SourceItem is a line of the payer's order.
type SourceItem struct {
	Amount   int64  `json:"amount" url:"amount"` // price of one piece, smallest unit
	Quantity int64  `json:"quantity" url:"quantity,omitempty"`
	Name     string `json:"name" url:"name,omitempty"`
	SKU      string `json:"sku" url:"sku,omitempty"`
	Category string `json:"category" url:"category,omitempty"`
	Brand    string `json:"brand" url:"brand,omitempty"`
	ItemURI  string `json:"item_uri" url:"item_uri,omitempty"`   // page of the product
	ImageURI string `json:"image_uri" url:"image_uri,omitempty"` // picture of the product
}

// SourceItems are the lines of an order in a request.
type SourceItems []SourceItem

// EncodeValues writes the lines as items[][amount]=..., one after the other. Every line
// starts with its amount, because a server tells the lines apart by it.
func (items SourceItems) EncodeValues(key string, v *url.Values) error {
	for i, item := range items {
		fields, err := query.Values(item)
		if err != nil {
			return err
		}
		for name := range fields {
			v.Set(form.Index(key, i)+"["+name+"]", fields.Get(name))
		}
	}
	return nil
}

// QRSettings say how a QR code is drawn.
type QRSettings struct {
	ImageType string `json:"image_type" url:"image_type,omitempty"` // format of the picture
}

// SourceCreateParams describe a source. The constant of each type says what the type
// needs beside Type, Amount and Currency.
type SourceCreateParams struct {
	hidden
	Type     SourceType `url:"type" check:"required"`
	Amount   int64      `url:"amount,omitempty"`   // smallest unit; the amount of the later charge
	Currency Currency   `url:"currency,omitempty"` // the currency of the later charge

	Name         string         `url:"name,omitempty"`
	Email        string         `url:"email,omitempty"`
	PhoneNumber  string         `url:"phone_number,omitempty"`
	MobileNumber string         `url:"mobile_number,omitempty"` // a newer name of PhoneNumber
	IP           string         `url:"ip,omitempty"`
	Bank         BankCode       `url:"bank,omitempty"`          // of the payer
	Barcode      string         `url:"barcode,omitempty"`       // read from the payer's phone
	PlatformType PlatformType   `url:"platform_type,omitempty"` // for types that open an app
	Billing      *SourceAddress `url:"billing,omitempty"`
	Shipping     *SourceAddress `url:"shipping,omitempty"`
	Items        SourceItems    `url:"items,omitempty"`

	InstallmentTerm          *int  `url:"installment_term,omitempty" check:"positive"` // months
	ZeroInterestInstallments *bool `url:"zero_interest_installments,omitempty"`        // the merchant pays the interest

	StoreID       string      `url:"store_id,omitempty"`
	StoreName     string      `url:"store_name,omitempty"`
	TerminalID    string      `url:"terminal_id,omitempty"`
	PromotionCode string      `url:"promotion_code,omitempty"`
	SupplierID    string      `url:"supplier_id,omitempty"`
	QRSettings    *QRSettings `url:"qr_settings,omitempty"`
}

var _ checker = (*SourceCreateParams)(nil)

func (p *SourceCreateParams) check() *form.Problem {
	switch {
	case p.Amount <= 0:
		return &form.Problem{Field: "amount", Rule: "must be greater than 0"}
	case p.Currency == "":
		return &form.Problem{Field: "currency", Rule: "is required"}
	}
	return nil
}

// SourcesService makes sources. Its calls use the public key if the client has it, and
// the secret key otherwise.
//
// See https://docs.omise.co/sources-api.
type SourcesService service

var (
	sourceCreate = &route{method: http.MethodPost, path: "/sources", key: keyEither, guard: transport.Repeatable}
	sourceGet    = &route{method: http.MethodGet, path: "/sources/{id}", key: keyEither, guard: transport.Read}
)

// Create makes a source, to be charged with [ChargesService.Create]. It moves no money.
//
// Errors: [ErrCodeBadRequest] for a type, currency or amount that the account
// does not take, or a missing parameter of the type.
//
// See https://docs.omise.co/sources-api.
func (s *SourcesService) Create(ctx context.Context, params *SourceCreateParams, opts ...RequestOption) (*Source, error) {
	return call[Source](ctx, s.client, sourceCreate, params, opts)
}

// Get returns a source.
//
// Errors: [ErrCodeNotFound].
//
// See https://docs.omise.co/sources-api.
func (s *SourcesService) Get(ctx context.Context, id string, opts ...RequestOption) (*Source, error) {
	return call[Source](ctx, s.client, sourceGet, nil, opts, id)
}
