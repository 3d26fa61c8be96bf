package omise

import (
	"strings"
	"time"

	"github.com/omisekit/omise-go/internal/form"
	"github.com/omisekit/omise-go/internal/transport"
)

// ChargeCreateParams say how much is charged, and how it is paid: with a card token, by
// a customer (with the customer's default card, or with Card), with a source, or with a
// linked account.
type ChargeCreateParams struct {
	Amount   int64    `url:"amount"` // smallest unit, greater than 0; with a source, the amount of the source
	Currency Currency `url:"currency" check:"required"`

	Card         string              `url:"card,omitempty"`     // an unused token, or a card of Customer
	Customer     string              `url:"customer,omitempty"` // id; leave out with a token
	Source       string              `url:"source,omitempty"`   // id of an unused source
	InlineSource *SourceCreateParams `url:"source,omitempty"`   // instead of Source; its Amount and Currency may be left out

	LinkedAccount string `url:"linked_account,omitempty"` // id, for direct debit

	// ReturnURI is where the payer comes back to from 3-D Secure or another
	// page; sources with a redirect flow need it.
	ReturnURI   string   `url:"return_uri,omitempty"`
	Description string   `url:"description,omitempty"`
	IP          string   `url:"ip,omitempty"` // of the payer; helps fraud checks
	Metadata    Metadata `url:"metadata,omitempty"`

	// Capture false only authorizes a card; see [ChargesService.Capture].
	Capture           *bool                   `url:"capture,omitempty"`
	AuthorizationType ChargeAuthorizationType `url:"authorization_type,omitempty"` // with Capture false
	ExpiresAt         time.Time               `url:"expires_at,omitempty"`         // UTC; when a payment at a counter, machine or bank expires

	Authentication ChargeAuthentication `url:"authentication,omitempty"`

	// A stored card that is charged again.
	FirstCharge          string                     `url:"first_charge,omitempty"` // id of the first charge of the series
	TransactionIndicator ChargeTransactionIndicator `url:"transaction_indicator,omitempty"`
	RecurringReason      ChargeRecurringReason      `url:"recurring_reason,omitempty"`

	ZeroInterestInstallments *bool `url:"zero_interest_installments,omitempty"` // the merchant pays the interest; must match the source

	// A platform that charges for its merchants.
	PlatformFee *PlatformFeeParams `url:"platform_fee,omitempty"`

	// Destination is a recipient that is paid automatically when the charge succeeds.
	//
	// The reference of this parameter is a draft: the live API may differ.
	Destination string `url:"destination,omitempty"`

	WebhookEndpoints    []string `url:"webhook_endpoints,omitempty,brackets"` // https URLs that get this charge's events as well
	StatementDescriptor string   `url:"statement_descriptor,omitempty"`       // on the payer's card statement
	Reference           string   `url:"reference,omitempty"`                  // used by an older API
}

var _ checker = (*ChargeCreateParams)(nil)

func (p *ChargeCreateParams) check() *form.Problem {
	switch {
	case p.Amount < 0 || p.Amount == 0 && !p.verifiesPasskey():
		return &form.Problem{Field: "amount", Rule: "must be greater than 0"}
	case p.Source != "" && p.InlineSource != nil:
		return &form.Problem{Field: "source", Rule: "must be given once: either an id or the params of a new one"}
	case p.Card == "" && p.Customer == "" && p.Source == "" && p.InlineSource == nil && p.LinkedAccount == "":
		return &form.Problem{Field: "card", Rule: "is required, or a customer, a source or a linked account"}
	case p.Customer != "" && strings.HasPrefix(p.Card, "tokn_"):
		return &form.Problem{Field: "customer", Rule: "must be left out when card is a token"}
	case p.InlineSource != nil && p.InlineSource.Amount < 0:
		return &form.Problem{Field: "source[amount]", Rule: "must be greater than 0"}
	case p.InlineSource != nil && p.InlineSource.Type == "":
		return &form.Problem{Field: "source[type]", Rule: "is required"}
	}
	return nil
}

// verifiesPasskey reports whether the charge verifies a passkey. Only such a charge may
// have the amount 0.
func (p *ChargeCreateParams) verifiesPasskey() bool {
	return p.Authentication == ChargeAuthenticationPasskey && p.Customer == ""
}

var _ guarded = (*ChargeCreateParams)(nil)

// guard returns what prevents a second charge. A token and a source can be used only
// one time; a card of a customer can be charged again.
func (p *ChargeCreateParams) guard() transport.Guard {
	if strings.HasPrefix(p.Card, "tokn_") || p.Source != "" {
		return transport.SingleUse
	}
	return transport.None
}

var _ describer = (*ChargeCreateParams)(nil)

func (p *ChargeCreateParams) details() details {
	d := details{Amount: p.Amount, Currency: p.Currency, Source: p.Source, Customer: p.Customer}
	if strings.HasPrefix(p.Card, "tokn_") {
		d.Token = p.Card
	} else {
		d.Card = p.Card
	}
	d.recordMetadata(p.Metadata)
	return d
}

// PlatformFeeParams are the part of its merchant's charge that a platform keeps.
type PlatformFeeParams struct {
	Fixed      *int64  `url:"fixed,omitempty"`      // smallest unit
	Percentage Decimal `url:"percentage,omitempty"` // of the amount, such as "2.5"
	Amount     *int64  `url:"amount,omitempty"`     // in total, smallest unit
}

// ChargeTransactionIndicator says who asked for a charge on a stored card.
type ChargeTransactionIndicator string

// Who may ask for a charge.
const (
	ChargeTransactionIndicatorMIT ChargeTransactionIndicator = "MIT" // the merchant
	ChargeTransactionIndicatorCIT ChargeTransactionIndicator = "CIT" // the cardholder
)

// ChargeRecurringReason says why a stored card is charged again.
type ChargeRecurringReason string

// The reasons to charge a stored card again.
const (
	ChargeRecurringReasonNone            ChargeRecurringReason = "" // not sent
	ChargeRecurringReasonUnscheduled     ChargeRecurringReason = "unscheduled"
	ChargeRecurringReasonStandingOrder   ChargeRecurringReason = "standing_order"
	ChargeRecurringReasonSubscription    ChargeRecurringReason = "subscription"
	ChargeRecurringReasonInstallment     ChargeRecurringReason = "installment"
	ChargeRecurringReasonPartialShipment ChargeRecurringReason = "partial_shipment"
	ChargeRecurringReasonDelayedCharge   ChargeRecurringReason = "delayed_charge"
	ChargeRecurringReasonNoShow          ChargeRecurringReason = "no_show"
	ChargeRecurringReasonResubmission    ChargeRecurringReason = "resubmission"
)

// ChargeUpdateParams change a charge. A field that is not set changes nothing.
type ChargeUpdateParams struct {
	Description *string  `url:"description,omitempty"` // "" clears it
	Metadata    Metadata `url:"metadata,omitempty"`
}

// ChargeCaptureParams say how much of an authorized charge to take.
type ChargeCaptureParams struct {
	CaptureAmount *int64 `url:"capture_amount,omitempty" check:"positive"` // smallest unit; nil for the whole amount
}

var _ describer = (*ChargeCaptureParams)(nil)

func (p *ChargeCaptureParams) details() details {
	if p.CaptureAmount == nil {
		return details{}
	}
	return details{Captured: *p.CaptureAmount}
}
