package main

import (
	"encoding/json"
	"time"
)

// A floorCharge is a model with every attribute of a charge.
type floorCharge struct {
	Object                   string           `json:"object"`
	ID                       string           `json:"id"`
	Location                 string           `json:"location"`
	Amount                   int64            `json:"amount"`
	AuthorizationType        string           `json:"authorization_type"`
	AuthorizedAmount         int64            `json:"authorized_amount"`
	CapturedAmount           int64            `json:"captured_amount"`
	AcquirerReferenceNumber  *string          `json:"acquirer_reference_number"`
	Net                      int64            `json:"net"`
	Fee                      int64            `json:"fee"`
	FeeVAT                   int64            `json:"fee_vat"`
	Interest                 int64            `json:"interest"`
	InterestVAT              int64            `json:"interest_vat"`
	FundingAmount            int64            `json:"funding_amount"`
	RefundedAmount           int64            `json:"refunded_amount"`
	TransactionFees          floorFees        `json:"transaction_fees"`
	PlatformFee              floorPlatformFee `json:"platform_fee"`
	Currency                 string           `json:"currency"`
	FundingCurrency          string           `json:"funding_currency"`
	IP                       string           `json:"ip"`
	Refunds                  floorRefunds     `json:"refunds"`
	Link                     json.RawMessage  `json:"link"`
	Description              string           `json:"description"`
	Metadata                 map[string]any   `json:"metadata"`
	Card                     *floorCard       `json:"card"`
	Source                   json.RawMessage  `json:"source"`
	Schedule                 json.RawMessage  `json:"schedule"`
	LinkedAccount            json.RawMessage  `json:"linked_account"`
	Customer                 string           `json:"customer"`
	Dispute                  json.RawMessage  `json:"dispute"`
	Transaction              string           `json:"transaction"`
	FailureCode              *string          `json:"failure_code"`
	FailureMessage           *string          `json:"failure_message"`
	MerchantAdvice           *string          `json:"merchant_advice"`
	MerchantAdviceCode       *string          `json:"merchant_advice_code"`
	Status                   string           `json:"status"`
	AuthorizeURI             *string          `json:"authorize_uri"`
	ReturnURI                *string          `json:"return_uri"`
	CreatedAt                *time.Time       `json:"created_at"`
	PaidAt                   *time.Time       `json:"paid_at"`
	AuthorizedAt             *time.Time       `json:"authorized_at"`
	ExpiresAt                *time.Time       `json:"expires_at"`
	ExpiredAt                *time.Time       `json:"expired_at"`
	ReversedAt               *time.Time       `json:"reversed_at"`
	MultiCapture             bool             `json:"multi_capture"`
	ZeroInterestInstallments bool             `json:"zero_interest_installments"`
	Branch                   json.RawMessage  `json:"branch"`
	Terminal                 json.RawMessage  `json:"terminal"`
	Device                   json.RawMessage  `json:"device"`
	Authorized               bool             `json:"authorized"`
	Capturable               bool             `json:"capturable"`
	Capture                  bool             `json:"capture"`
	Disputable               bool             `json:"disputable"`
	Livemode                 bool             `json:"livemode"`
	Refundable               bool             `json:"refundable"`
	PartiallyRefundable      bool             `json:"partially_refundable"`
	Reversed                 bool             `json:"reversed"`
	Reversible               bool             `json:"reversible"`
	Voided                   bool             `json:"voided"`
	Paid                     bool             `json:"paid"`
	Expired                  bool             `json:"expired"`
	CanPerformVoid           bool             `json:"can_perform_void"`
	ApprovalCode             *string          `json:"approval_code"`
	Missing3DSFields         []string         `json:"missing_3ds_fields"`
}

// A floorCard is the card of a floorCharge.
type floorCard struct {
	Object             string     `json:"object"`
	ID                 string     `json:"id"`
	Livemode           bool       `json:"livemode"`
	Location           string     `json:"location"`
	Deleted            bool       `json:"deleted"`
	Street1            *string    `json:"street1"`
	Street2            *string    `json:"street2"`
	City               string     `json:"city"`
	State              *string    `json:"state"`
	PhoneNumber        *string    `json:"phone_number"`
	PostalCode         string     `json:"postal_code"`
	Country            string     `json:"country"`
	Financing          string     `json:"financing"`
	Bank               string     `json:"bank"`
	Brand              string     `json:"brand"`
	Fingerprint        string     `json:"fingerprint"`
	FirstDigits        *string    `json:"first_digits"`
	LastDigits         string     `json:"last_digits"`
	Name               string     `json:"name"`
	ExpirationMonth    int64      `json:"expiration_month"`
	ExpirationYear     int64      `json:"expiration_year"`
	SecurityCodeCheck  bool       `json:"security_code_check"`
	TokenizationMethod *string    `json:"tokenization_method"`
	CreatedAt          *time.Time `json:"created_at"`
}

// A floorRefunds is the list of refunds of a floorCharge.
type floorRefunds struct {
	Object   string            `json:"object"`
	Data     []json.RawMessage `json:"data"`
	Limit    int64             `json:"limit"`
	Offset   int64             `json:"offset"`
	Total    int64             `json:"total"`
	Location string            `json:"location"`
	Order    string            `json:"order"`
	From     *time.Time        `json:"from"`
	To       *time.Time        `json:"to"`
}

// A floorFees has the rates of the fees of a floorCharge.
type floorFees struct {
	FeeFlat string `json:"fee_flat"`
	FeeRate string `json:"fee_rate"`
	VATRate string `json:"vat_rate"`
}

// A floorPlatformFee is the fee of the platform in a floorCharge.
type floorPlatformFee struct {
	Fixed      *string `json:"fixed"`
	Amount     *string `json:"amount"`
	Percentage *string `json:"percentage"`
}
