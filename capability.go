package omise

import (
	"context"
	"net/http"

	"github.com/omisekit/omise-go/internal/transport"
)

// A Capability lists the payment methods and the limits of the account.
//
// See https://docs.omise.co/capability-api.
type Capability struct {
	Object   string `json:"object" wire:"strict"` // "capability"
	Location string `json:"location"`             // "/capability"
	Country  string `json:"country"`              // two letters

	PaymentMethods           []*PaymentMethod     `json:"payment_methods"`
	TokenizationMethods      []TokenizationMethod `json:"tokenization_methods"`
	Banks                    []BankCode           `json:"banks"` // of recipients
	Limits                   *CapabilityLimits    `json:"limits"`
	ZeroInterestInstallments bool                 `json:"zero_interest_installments"` // the merchant pays the interest unless a charge says otherwise
}

func (c *Capability) identity() identity { return identity{kindCapability, c.Object, ""} }

// CapabilityLimits are the limits of amounts, in the smallest unit of the
// account's currency.
type CapabilityLimits struct {
	ChargeAmount      AmountLimit `json:"charge_amount"`
	TransferAmount    AmountLimit `json:"transfer_amount"`
	InstallmentAmount AmountLimit `json:"installment_amount"`
}

// An AmountLimit is a range of amounts, in the smallest unit. A nil end has no limit
// here.
type AmountLimit struct {
	Min *int64 `json:"min"`
	Max *int64 `json:"max"`
}

// A PaymentMethod is a way to pay that the account accepts.
type PaymentMethod struct {
	Object               string                `json:"object" wire:"strict"` // "payment_method"
	Name                 string                `json:"name"`                 // "card", a [SourceType] or the type of a linked account
	Currencies           []Currency            `json:"currencies"`
	CardBrands           []CardBrand           `json:"card_brands"`            // for cards
	InstallmentTerms     []int                 `json:"installment_terms"`      // months, for installments
	LoanInstallmentTerms []int                 `json:"loan_installment_terms"` // months, for loan cards
	Banks                []*PaymentMethodBank  `json:"banks"`                  // that the payer can choose from
	Provider             PaymentMethodProvider `json:"provider"`
}

// PaymentMethodCard is the name of the payment method for cards.
const PaymentMethodCard = "card"

// A PaymentMethodBank is a bank that the payer can choose.
type PaymentMethodBank struct {
	Code   BankCode `json:"code"` // for [SourceCreateParams].Bank
	Name   string   `json:"name"`
	Active bool     `json:"active"` // false while it does not answer
}

// PaymentMethodProvider is the company that runs a payment method. The API may add
// values.
type PaymentMethodProvider string

// The providers of payment methods.
const (
	PaymentMethodProviderAlipayPlus PaymentMethodProvider = "Alipay_plus"
	PaymentMethodProviderRMS        PaymentMethodProvider = "RMS"
)

// CapabilityService reads the capability. Its call uses the public key if the client
// has it, and the secret key otherwise.
//
// See https://docs.omise.co/capability-api.
type CapabilityService service

var capabilityGet = &route{method: http.MethodGet, path: "/capability", key: keyEither, guard: transport.Read}

// Get returns the payment methods and the limits of the account.
//
// See https://docs.omise.co/capability-api.
func (s *CapabilityService) Get(ctx context.Context, opts ...RequestOption) (*Capability, error) {
	return call[Capability](ctx, s.client, capabilityGet, nil, opts)
}
