package omise

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"time"

	"github.com/omisekit/omise-go/internal/transport"
)

// A Charge is a payment, or an attempt at a payment, with a card or another source.
// [Charge.NextStep] says what to do next, and [Charge.Failure] why it is not paid.
//
// Amounts are in the smallest unit of Currency, the amounts of the settlement in the
// smallest unit of FundingCurrency. Times are UTC. A time, amount or object that may be
// missing is a pointer.
//
// See https://docs.omise.co/charges-api.
type Charge struct {
	Object   string `json:"object" wire:"strict"` // "charge"
	ID       string `json:"id" wire:"strict"`
	Livemode bool   `json:"livemode"` // false for a test charge
	Location string `json:"location"` // path of the charge

	// Status is the state of the charge. Paid and the other booleans say what it means
	// for the money and what can be done next.
	Status      ChargeStatus `json:"status" wire:"strict"`
	Amount      int64        `json:"amount" wire:"strict"` // as asked for; captures and refunds do not change it
	Currency    Currency     `json:"currency" wire:"strict"`
	Description string       `json:"description"`
	Metadata    Metadata     `json:"metadata"`

	// How much of the amount was held, taken and given back. AuthorizedAmount and
	// CapturedAmount are nil in answers that leave them out.
	AuthorizedAmount *int64 `json:"authorized_amount"` // held on the card
	CapturedAmount   *int64 `json:"captured_amount"`   // taken, or to be taken if nothing is captured yet
	RefundedAmount   int64  `json:"refunded_amount"`   // given back so far

	// The money that the merchant gets. It is known from the start, also if the charge
	// is not paid.
	FundingAmount   int64           `json:"funding_amount"` // the captured amount in the currency of the account
	FundingCurrency Currency        `json:"funding_currency"`
	Net             int64           `json:"net"` // FundingAmount minus Fee, FeeVAT, Interest and InterestVAT
	Fee             int64           `json:"fee"`
	FeeVAT          int64           `json:"fee_vat"`
	Interest        int64           `json:"interest"` // of an installment plan
	InterestVAT     int64           `json:"interest_vat"`
	TransactionFees TransactionFees `json:"transaction_fees"` // the rates behind Fee
	PlatformFee     PlatformFee     `json:"platform_fee"`     // the part that the platform keeps

	// What can be done with the charge now.
	Capturable          bool `json:"capturable"`           // [ChargesService.Capture]
	Reversible          bool `json:"reversible"`           // [ChargesService.Reverse]
	Refundable          bool `json:"refundable"`           // [RefundsService.Create]
	PartiallyRefundable bool `json:"partially_refundable"` // the same with a smaller amount
	CanPerformVoid      bool `json:"can_perform_void"`     // a refund would still be a void
	Disputable          bool `json:"disputable"`           // the payer's bank may dispute it

	// Its state, and the times of its changes.
	Authorized   bool       `json:"authorized"` // the payer's bank agreed
	Paid         bool       `json:"paid" wire:"strict"`
	Reversed     bool       `json:"reversed"` // released without being captured
	Voided       bool       `json:"voided"`   // refunded in full before it was settled
	Expired      bool       `json:"expired"`  // not paid in time
	CreatedAt    time.Time  `json:"created_at"`
	AuthorizedAt *time.Time `json:"authorized_at"`
	PaidAt       *time.Time `json:"paid_at"`
	ReversedAt   *time.Time `json:"reversed_at"`
	ExpiresAt    *time.Time `json:"expires_at"` // when it expires if it is not paid
	ExpiredAt    *time.Time `json:"expired_at"` // also set on a paid charge after ExpiresAt: use Expired

	// How it is paid. Exactly one of Card and Source is set, except for installments
	// with a card from the merchant's own page, which have both.
	Card          *Card                     `json:"card"`
	Source        *Source                   `json:"source"`
	Customer      Expandable[Customer]      `json:"customer"`
	LinkedAccount Expandable[LinkedAccount] `json:"linked_account"` // direct debit
	IP            string                    `json:"ip"`             // of the payer, as given

	// Where the payer confirms and comes back to. AuthorizeURI is "" if
	// there is nothing to confirm, and stays set after the payment: see NextStep.
	AuthorizeURI     string               `json:"authorize_uri"`
	ReturnURI        string               `json:"return_uri"`
	Authentication   ChargeAuthentication `json:"authentication"`     // asked for
	AuthenticatedBy  ChargeAuthentication `json:"authenticated_by"`   // used
	Missing3DSFields []ThreeDSField       `json:"missing_3ds_fields"` // fields that were needed and not given
	ThreeDSInfo      *ThreeDSInfo         `json:"three_ds_info"`

	// Why it failed, as [Charge.Failure] returns it.
	FailureCode        ChargeFailureCode `json:"failure_code"`
	FailureMessage     string            `json:"failure_message"`
	MerchantAdvice     string            `json:"merchant_advice"`
	MerchantAdviceCode string            `json:"merchant_advice_code"`

	// How it was made.
	Capture                  bool                    `json:"capture"`            // captured at once; stays false after [ChargesService.Capture]
	AuthorizationType        ChargeAuthorizationType `json:"authorization_type"` // "" if none was given
	MultiCapture             bool                    `json:"multi_capture"`
	ZeroInterestInstallments bool                    `json:"zero_interest_installments"` // the merchant pays the interest
	StatementDescriptor      string                  `json:"statement_descriptor"`       // on the payer's card statement
	WebhookEndpoints         []string                `json:"webhook_endpoints"`

	// Objects that belong to the charge.
	Refunds     List[Refund]            `json:"refunds"` // the first 20; [ChargesService.ListRefunds] has all
	Dispute     *Dispute                `json:"dispute"` // the last one
	Transaction Expandable[Transaction] `json:"transaction"`
	Link        Expandable[Link]        `json:"link"`     // the payment link that was used
	Schedule    Expandable[Schedule]    `json:"schedule"` // the schedule that made it

	// References of the card network and the terminal.
	AcquirerReferenceNumber string                      `json:"acquirer_reference_number"` // in settlement with the card network
	ApprovalCode            string                      `json:"approval_code"`             // from the card's issuer
	UnmanagedPayment        *UnmanagedPayment           `json:"unmanaged_payment"`
	Branch                  Expandable[json.RawMessage] `json:"branch"`   // of the point of sale
	Terminal                Expandable[json.RawMessage] `json:"terminal"` // of the point of sale
	Device                  Expandable[json.RawMessage] `json:"device"`   // of the terminal

	// The sub-merchant, for accounts that have them.
	MerchantName string `json:"merchant_name"`
	MerchantUID  string `json:"merchant_uid"`
}

func (c *Charge) identity() identity { return identity{kindCharge, c.Object, c.ID} }

// TransactionFees are the rates that Omise applied to a charge.
type TransactionFees struct {
	FeeFlat Decimal `json:"fee_flat"` // in the main unit of the currency
	FeeRate Decimal `json:"fee_rate"` // percent of the amount
	VATRate Decimal `json:"vat_rate"` // percent of the fee
}

// PlatformFee is the part of its merchant's charge that a platform keeps.
type PlatformFee struct {
	Fixed      *int64  `json:"fixed"`      // fixed part, smallest unit
	Percentage Decimal `json:"percentage"` // percent of the amount
	Amount     *int64  `json:"amount"`     // in total, smallest unit
}

// ThreeDSInfo says how the payer was authenticated with 3-D Secure. Times are UTC.
type ThreeDSInfo struct {
	ThreeDSVersion    string     `json:"three_ds_version"`
	AuthenticatedAt   *time.Time `json:"authenticated_at"`
	ECI               string     `json:"eci"` // electronic commerce indicator
	TransactionStatus string     `json:"transaction_status"`
	ACSURL            string     `json:"acs_url"` // of the issuer's page
}

// ThreeDSField is an attribute of the payer that 3-D Secure asks for. The API may add
// values.
type ThreeDSField string

// The fields that 3-D Secure asks for.
const (
	ThreeDSFieldEmail       ThreeDSField = "email"
	ThreeDSFieldPhoneNumber ThreeDSField = "phone_number"
)

// UnmanagedPayment is a payment that another processor made.
type UnmanagedPayment struct {
	AuthorizationCode string `json:"authorization_code"`
	BackendName       string `json:"backend_name"`
	IIN               string `json:"iin"` // first digits of the card
	MerchantReference string `json:"merchant_reference"`
}

// ChargeStatus is the state of a charge. The API may add values.
type ChargeStatus string

// The statuses of a charge.
const (
	ChargeStatusPending    ChargeStatus = "pending"    // waits for the payer, or authorized and not captured
	ChargeStatusSuccessful ChargeStatus = "successful" // paid, also if it was refunded or disputed later
	ChargeStatusFailed     ChargeStatus = "failed"     // see [Charge.Failure]
	ChargeStatusExpired    ChargeStatus = "expired"    // not paid in time
	ChargeStatusReversed   ChargeStatus = "reversed"   // authorized and released
)

// ChargeAuthorizationType says how much of an authorization may be captured.
type ChargeAuthorizationType string

// The types of an authorization.
const (
	ChargeAuthorizationTypePreAuth   ChargeAuthorizationType = "pre_auth"   // a part may be captured
	ChargeAuthorizationTypeFinalAuth ChargeAuthorizationType = "final_auth" // captured in full or not at all
)

// ChargeAuthentication is how a payer proves who they are.
type ChargeAuthentication string

// The ways of authentication.
const (
	ChargeAuthentication3DS     ChargeAuthentication = "3DS"
	ChargeAuthenticationPasskey ChargeAuthentication = "PASSKEY"
)

// ChargesService creates, captures and ends charges. All its calls need the secret key.
//
// See https://docs.omise.co/charges-api.
type ChargesService service

var (
	chargeCreate = &route{
		method: http.MethodPost, path: "/charges",
		guard: transport.None, waitsForBank: true, takesIntent: true, // see ChargeCreateParams.guard
		lookup: lookupFunc(lookupCharge), maybeDone: isTokenUsed,
	}
	chargeGet     = get("/charges/{id}")
	chargeUpdate  = &route{method: http.MethodPatch, path: "/charges/{id}", guard: transport.Repeatable}
	chargeList    = get("/charges")
	chargeCapture = &route{
		method: http.MethodPost, path: "/charges/{id}/capture",
		guard: transport.Cumulative, waitsForBank: true, paramsOptional: true,
		lookup: &stateLookup[Charge]{chargeGet, isCaptured, isCapturable}, maybeDone: isMoveRefused,
	}
	chargeReverse = &route{
		method: http.MethodPost, path: "/charges/{id}/reverse",
		guard: transport.StateMachine, waitsForBank: true,
		lookup: &stateLookup[Charge]{chargeGet, isReversed, isReversible}, maybeDone: isMoveRefused,
	}
	chargeExpire = &route{
		method: http.MethodPost, path: "/charges/{id}/expire",
		guard: transport.StateMachine, waitsForBank: true,
		lookup: &stateLookup[Charge]{chargeGet, isExpired, isPending}, maybeDone: isMoveRefused,
	}
	chargeMarkAsPaid = &route{
		method: http.MethodPost, path: "/charges/{id}/mark_as_paid",
		guard:  transport.StateMachine,
		lookup: &stateLookup[Charge]{chargeGet, isPaid, isPending}, maybeDone: isMoveRefused,
	}
	chargeMarkAsFailed = &route{
		method: http.MethodPost, path: "/charges/{id}/mark_as_failed",
		guard:  transport.StateMachine,
		lookup: &stateLookup[Charge]{chargeGet, isFailed, isPending}, maybeDone: isMoveRefused,
	}
	chargeEvents    = get("/charges/{id}/events")
	chargeRefunds   = get("/charges/{id}/refunds")
	chargeDisputes  = get("/charges/{id}/disputes")
	chargeSchedules = get("/charges/schedules")
)

// Create charges a card or another source.
//
// A decline is not an error: the charge comes back with status failed. So check the
// charge, not only the error:
//
//	charge, err := client.Charges.Create(ctx, params)
//	if err != nil {
//		return err // not charged, or unknown: see ErrOutcomeUnknown
//	}
//	switch charge.NextStep() {
//	case omise.NextStepPaid: // deliver
//	case omise.NextStepRedirect: // send the payer to charge.AuthorizeURI
//	case omise.NextStepFailed: // declined: see charge.Failure
//	}
//
// Errors: [ErrCodeInvalidCharge], [ErrCodeInvalidAmount], [ErrCodeUsedToken],
// [ErrCodeMissingCard], [ErrCodeBrandNotSupported], [ErrCodeBackendError],
// [ErrCodeNotFound] for the token, card, customer or source, and
// [ErrOutcomeUnknown].
//
// See https://docs.omise.co/charges-api.
func (s *ChargesService) Create(ctx context.Context, params *ChargeCreateParams, opts ...RequestOption) (*Charge, error) {
	return call[Charge](ctx, s.client, chargeCreate, params, opts)
}

// Get returns a charge.
//
// Errors: [ErrCodeNotFound], also for a live charge asked for with a test key.
//
// See https://docs.omise.co/charges-api.
func (s *ChargesService) Get(ctx context.Context, id string, opts ...RequestOption) (*Charge, error) {
	return call[Charge](ctx, s.client, chargeGet, nil, opts, id)
}

// Update changes the description or the metadata of a charge.
//
// Errors: [ErrCodeNotFound], [ErrCodeInvalidCharge] for metadata that is not an
// object.
//
// See https://docs.omise.co/charges-api.
func (s *ChargesService) Update(ctx context.Context, id string, params *ChargeUpdateParams, opts ...RequestOption) (*Charge, error) {
	return call[Charge](ctx, s.client, chargeUpdate, params, opts, id)
}

// List returns one page of the charges of the account.
//
// See https://docs.omise.co/charges-api.
func (s *ChargesService) List(ctx context.Context, params *ListParams, opts ...RequestOption) (*List[Charge], error) {
	return list[Charge](ctx, s.client, chargeList, params, opts)
}

// All goes through the charges of the account, page by page.
//
// See https://docs.omise.co/charges-api.
func (s *ChargesService) All(ctx context.Context, params *ListParams, opts ...RequestOption) iter.Seq2[*Charge, error] {
	return all[Charge](ctx, s.client, chargeList, params, opts)
}

// Capture takes the money of a charge that was created with Capture false: the whole
// amount, unless params say less. A charge is captured only one time, unless it has
// MultiCapture. Capturing a part releases the rest, and needs an authorization of type
// pre_auth. params may be nil.
//
// If an answer is lost, the client reads the charge. It captures again only if the charge
// is not captured. A charge with MultiCapture does not show whether this capture was done,
// so the error is then [ErrOutcomeUnknown].
//
// If the API refuses because this amount was captured before, Capture returns the
// charge: an earlier delivery of this call cannot be told from a call of another
// process, and both take the money only one time.
//
// Errors: [ErrCodeFailedCapture], [ErrCodeExpiredCharge] after the hold of
// seven days, [ErrCodeNotFound], [ErrOutcomeUnknown].
//
// See https://docs.omise.co/charges-api.
func (s *ChargesService) Capture(ctx context.Context, id string, params *ChargeCaptureParams, opts ...RequestOption) (*Charge, error) {
	return call[Charge](ctx, s.client, chargeCapture, params, opts, id)
}

// Reverse releases a charge that was authorized and not captured. It also returns a
// charge that was reversed before, see [ChargesService.Capture].
//
// Errors: [ErrCodeFailedReverse], [ErrCodeExpiredCharge], [ErrCodeNotFound],
// [ErrOutcomeUnknown].
//
// See https://docs.omise.co/charges-api.
func (s *ChargesService) Reverse(ctx context.Context, id string, opts ...RequestOption) (*Charge, error) {
	return call[Charge](ctx, s.client, chargeReverse, nil, opts, id)
}

// Expire ends a pending charge of a source that allows it, such as a wallet or
// a barcode, before its time. It also returns a charge that was expired before, see
// [ChargesService.Capture].
//
// Errors: [ErrCodeFailedExpire], [ErrCodeNotFound], [ErrOutcomeUnknown].
//
// See https://docs.omise.co/charges-api.
func (s *ChargesService) Expire(ctx context.Context, id string, opts ...RequestOption) (*Charge, error) {
	return call[Charge](ctx, s.client, chargeExpire, nil, opts, id)
}

// MarkAsPaid makes a pending test charge successful, as if the payer had paid.
// Not every source allows it.
//
// Errors: [ErrCodeInvalidCharge], [ErrCodeNotFound], [ErrOutcomeUnknown].
//
// See https://docs.omise.co/charges-api.
func (s *ChargesService) MarkAsPaid(ctx context.Context, id string, opts ...RequestOption) (*Charge, error) {
	return call[Charge](ctx, s.client, chargeMarkAsPaid, nil, opts, id)
}

// MarkAsFailed makes a pending test charge failed. Not every source allows it.
//
// Errors: [ErrCodeInvalidCharge], [ErrCodeNotFound], [ErrOutcomeUnknown].
//
// See https://docs.omise.co/charges-api.
func (s *ChargesService) MarkAsFailed(ctx context.Context, id string, opts ...RequestOption) (*Charge, error) {
	return call[Charge](ctx, s.client, chargeMarkAsFailed, nil, opts, id)
}

// ListEvents returns one page of the events of a charge. These events have no data;
// [EventsService.Get] has the whole event.
//
// See https://docs.omise.co/events-api.
func (s *ChargesService) ListEvents(ctx context.Context, id string, params *ListParams, opts ...RequestOption) (*List[Event], error) {
	return list[Event](ctx, s.client, chargeEvents, params, opts, id)
}

// AllEvents goes through the events of a charge, page by page.
//
// See https://docs.omise.co/events-api.
func (s *ChargesService) AllEvents(ctx context.Context, id string, params *ListParams, opts ...RequestOption) iter.Seq2[*Event, error] {
	return all[Event](ctx, s.client, chargeEvents, params, opts, id)
}

// ListRefunds returns one page of the refunds of a charge.
//
// See https://docs.omise.co/refunds-api.
func (s *ChargesService) ListRefunds(ctx context.Context, id string, params *ListParams, opts ...RequestOption) (*List[Refund], error) {
	return list[Refund](ctx, s.client, chargeRefunds, params, opts, id)
}

// AllRefunds goes through the refunds of a charge, page by page.
//
// See https://docs.omise.co/refunds-api.
func (s *ChargesService) AllRefunds(ctx context.Context, id string, params *ListParams, opts ...RequestOption) iter.Seq2[*Refund, error] {
	return all[Refund](ctx, s.client, chargeRefunds, params, opts, id)
}

// ListDisputes returns one page of the disputes of a charge.
//
// The reference of this endpoint is a draft: the live API may differ.
//
// See https://docs.omise.co/disputes-api.
func (s *ChargesService) ListDisputes(ctx context.Context, id string, params *ListParams, opts ...RequestOption) (*List[Dispute], error) {
	return list[Dispute](ctx, s.client, chargeDisputes, params, opts, id)
}

// AllDisputes goes through the disputes of a charge, page by page.
//
// The reference of this endpoint is a draft: the live API may differ.
//
// See https://docs.omise.co/disputes-api.
func (s *ChargesService) AllDisputes(ctx context.Context, id string, params *ListParams, opts ...RequestOption) iter.Seq2[*Dispute, error] {
	return all[Dispute](ctx, s.client, chargeDisputes, params, opts, id)
}

// ListSchedules returns one page of the charge schedules.
//
// See https://docs.omise.co/schedules-api.
func (s *ChargesService) ListSchedules(ctx context.Context, params *ListParams, opts ...RequestOption) (*List[Schedule], error) {
	return list[Schedule](ctx, s.client, chargeSchedules, params, opts)
}

// AllSchedules goes through the charge schedules, page by page.
//
// See https://docs.omise.co/schedules-api.
func (s *ChargesService) AllSchedules(ctx context.Context, params *ListParams, opts ...RequestOption) iter.Seq2[*Schedule, error] {
	return all[Schedule](ctx, s.client, chargeSchedules, params, opts)
}
