package omise

import (
	"context"
	"iter"
	"net/http"
	"time"

	"github.com/omisekit/omise-go/internal/form"
	"github.com/omisekit/omise-go/internal/transport"
)

// A Transfer pays money out of the balance to a recipient's bank account.
//
// Amounts are in the smallest unit of Currency. Times are UTC.
//
// See https://docs.omise.co/transfers-api.
type Transfer struct {
	Object   string   `json:"object" wire:"strict"` // "transfer"
	ID       string   `json:"id" wire:"strict"`
	Livemode bool     `json:"livemode"`
	Location string   `json:"location"` // path of the transfer
	Deleted  bool     `json:"deleted"`
	Metadata Metadata `json:"metadata"`

	Amount   int64    `json:"amount" wire:"strict"` // taken from the balance
	Currency Currency `json:"currency" wire:"strict"`
	Fee      int64    `json:"fee"`
	FeeVAT   int64    `json:"fee_vat"`
	TotalFee int64    `json:"total_fee"` // Fee and FeeVAT
	Net      int64    `json:"net"`       // the amount that arrives: Amount minus TotalFee

	Sendable      bool       `json:"sendable"` // it could be sent now
	Sent          bool       `json:"sent"`     // handed to the bank
	Paid          bool       `json:"paid" wire:"strict"`
	FailFast      bool       `json:"fail_fast"` // not tried again every day when it fails: see WillRetry
	CreatedAt     time.Time  `json:"created_at"`
	BalanceHoldAt *time.Time `json:"balance_hold_at"` // not documented
	SentAt        *time.Time `json:"sent_at"`
	PaidAt        *time.Time `json:"paid_at"`

	FailureCode    TransferFailureCode `json:"failure_code"`
	FailureMessage string              `json:"failure_message"`

	Recipient            Expandable[Recipient] `json:"recipient"`
	BankAccount          BankAccount           `json:"bank_account"` // as it was when the transfer was made
	Transactions         []*Transaction        `json:"transactions"` // empty until money moves
	Schedule             Expandable[Schedule]  `json:"schedule"`     // the schedule that made it
	SplitTransferGroupID string                `json:"split_transfer_group_id"`

	// The sub-merchant, for accounts that have them.
	MerchantName string `json:"merchant_name"`
	MerchantUID  string `json:"merchant_uid"`
}

func (t *Transfer) identity() identity { return identity{kindTransfer, t.Object, t.ID} }

// WillRetry reports whether the API tries a failed transfer again on another day: one
// without FailFast, if the balance did not suffice or the recipient was not active. Such a
// transfer may still be paid, so do not make another one in its place.
//
// See https://docs.omise.co/transfers-api.
func (t *Transfer) WillRetry() bool {
	mayPass := t.FailureCode == TransferFailureCodeInsufficientBalance || t.FailureCode == TransferFailureCodeInvalidRecipient
	return mayPass && !t.FailFast && !t.Deleted && !t.Sent
}

// TransferFailureCode says why a transfer failed. The API may add values.
type TransferFailureCode string

// The failure codes of a transfer.
const (
	TransferFailureCodeInsufficientBalance TransferFailureCode = "insufficient_balance"
	TransferFailureCodeInvalidRecipient    TransferFailureCode = "invalid_recipient"
	TransferFailureCodeTransfersSuspended  TransferFailureCode = "transfers_suspended"
	TransferFailureCodeTransferDeleted     TransferFailureCode = "transfer_deleted"
	TransferFailureCodeTransferSent        TransferFailureCode = "transfer_sent"
	TransferFailureCodeTransferFailed      TransferFailureCode = "transfer_failed"
)

// TransferCreateParams say how much is paid out, and to which recipient.
type TransferCreateParams struct {
	Amount    *int64   `url:"amount,omitempty" check:"positive"` // smallest unit; nil for all that can be transferred
	Recipient string   `url:"recipient,omitempty"`               // id; the account's own recipient if empty
	FailFast  *bool    `url:"fail_fast,omitempty"`               // true: do not try again every day when it fails
	Metadata  Metadata `url:"metadata,omitempty"`

	SplitTransfer *bool `url:"split_transfer,omitempty"` // true: may be paid in several parts

	// IdempKey prevents a second transfer. If it is empty, the client sends the
	// idempotency key of the call. It has the rules of [WithIdempotencyKey].
	IdempKey string `url:"idemp_key,omitempty"`

	// MerchantID is the charge of a chained merchant that the transfer is for.
	//
	// The reference of this parameter is a draft: the live API may differ.
	MerchantID string `url:"merchant_id,omitempty"`
}

var _ keyed = (*TransferCreateParams)(nil)

func (p *TransferCreateParams) idempotencyKey() string { return p.IdempKey }

var _ checker = (*TransferCreateParams)(nil)

func (p *TransferCreateParams) check() *form.Problem {
	if rule := nameRule(p.IdempKey); rule != "" {
		return &form.Problem{Field: "idemp_key", Rule: rule}
	}
	return nil
}

var _ describer = (*TransferCreateParams)(nil)

func (p *TransferCreateParams) details() details {
	d := details{Recipient: p.Recipient, Parts: p.SplitTransfer != nil && *p.SplitTransfer}
	if p.Amount != nil {
		d.Amount = *p.Amount
	}
	d.recordMetadata(p.Metadata)
	return d
}

// TransferUpdateParams change a transfer that was not sent. A field that is not set
// changes nothing. Success and the failure are the report of the bank.
type TransferUpdateParams struct {
	Amount         *int64              `url:"amount,omitempty" check:"positive"` // smallest unit
	Metadata       Metadata            `url:"metadata,omitempty"`
	Success        *bool               `url:"success,omitempty"`
	FailureCode    TransferFailureCode `url:"failure_code,omitempty"` // with Success false
	FailureMessage string              `url:"failure_message,omitempty"`
}

// TransfersService pays money out. All its calls need the secret key.
//
// See https://docs.omise.co/transfers-api.
type TransfersService service

var (
	transferCreate     = &route{method: http.MethodPost, path: "/transfers", guard: transport.BodyKey, takesIntent: true, lookup: lookupFunc(lookupTransfer), maybeDone: isMoveRefused}
	transferGet        = get("/transfers/{id}")
	transferUpdate     = &route{method: http.MethodPatch, path: "/transfers/{id}", guard: transport.Repeatable}
	transferDelete     = &route{method: http.MethodDelete, path: "/transfers/{id}", guard: transport.Repeatable, lookup: &deleteLookup{transferGet}, maybeDone: isNotFound}
	transferMarkAsSent = &route{
		method: http.MethodPost, path: "/transfers/{id}/mark_as_sent",
		guard:  transport.StateMachine,
		lookup: &stateLookup[Transfer]{transferGet, isSent, isSendable}, maybeDone: isMoveRefused,
	}
	transferMarkAsPaid = &route{
		method: http.MethodPost, path: "/transfers/{id}/mark_as_paid",
		guard:  transport.StateMachine,
		lookup: &stateLookup[Transfer]{transferGet, isPaidOut, isSentOut}, maybeDone: isMoveRefused,
	}
	transferList      = get("/transfers")
	transferSchedules = get("/transfers/schedules")
)

// Create pays money out. A transfer that cannot be paid fails later, with a
// FailureCode.
//
// Errors: [ErrCodeBadRequest] for an amount that the balance or the limits do
// not allow, [ErrCodeNotFound] for the recipient, [ErrOutcomeUnknown].
//
// See https://docs.omise.co/transfers-api.
func (s *TransfersService) Create(ctx context.Context, params *TransferCreateParams, opts ...RequestOption) (*Transfer, error) {
	return call[Transfer](ctx, s.client, transferCreate, params, opts)
}

// Get returns a transfer.
//
// Errors: [ErrCodeNotFound].
//
// See https://docs.omise.co/transfers-api.
func (s *TransfersService) Get(ctx context.Context, id string, opts ...RequestOption) (*Transfer, error) {
	return call[Transfer](ctx, s.client, transferGet, nil, opts, id)
}

// Update changes a transfer before it is sent.
//
// Errors: [ErrCodeBadRequest] if it was sent, [ErrCodeNotFound].
//
// See https://docs.omise.co/transfers-api.
func (s *TransfersService) Update(ctx context.Context, id string, params *TransferUpdateParams, opts ...RequestOption) (*Transfer, error) {
	return call[Transfer](ctx, s.client, transferUpdate, params, opts, id)
}

// Delete cancels a transfer before it is sent and returns it with Deleted set.
//
// Errors: [ErrCodeBadRequest] if it was sent, [ErrCodeNotFound].
//
// See https://docs.omise.co/transfers-api.
func (s *TransfersService) Delete(ctx context.Context, id string, opts ...RequestOption) (*Transfer, error) {
	return call[Transfer](ctx, s.client, transferDelete, nil, opts, id)
}

// MarkAsSent makes a test transfer sent, as if it were handed to the bank.
//
// Errors: [ErrCodeBadRequest], [ErrCodeNotFound], [ErrOutcomeUnknown].
//
// See https://docs.omise.co/transfers-api.
func (s *TransfersService) MarkAsSent(ctx context.Context, id string, opts ...RequestOption) (*Transfer, error) {
	return call[Transfer](ctx, s.client, transferMarkAsSent, nil, opts, id)
}

// MarkAsPaid makes a test transfer paid, as if the money had arrived. It must be sent
// first.
//
// Errors: [ErrCodeBadRequest], [ErrCodeNotFound], [ErrOutcomeUnknown].
//
// See https://docs.omise.co/transfers-api.
func (s *TransfersService) MarkAsPaid(ctx context.Context, id string, opts ...RequestOption) (*Transfer, error) {
	return call[Transfer](ctx, s.client, transferMarkAsPaid, nil, opts, id)
}

// List returns one page of the transfers of the account.
//
// See https://docs.omise.co/transfers-api.
func (s *TransfersService) List(ctx context.Context, params *ListParams, opts ...RequestOption) (*List[Transfer], error) {
	return list[Transfer](ctx, s.client, transferList, params, opts)
}

// All goes through the transfers of the account, page by page.
//
// See https://docs.omise.co/transfers-api.
func (s *TransfersService) All(ctx context.Context, params *ListParams, opts ...RequestOption) iter.Seq2[*Transfer, error] {
	return all[Transfer](ctx, s.client, transferList, params, opts)
}

// ListSchedules returns one page of the transfer schedules.
//
// See https://docs.omise.co/schedules-api.
func (s *TransfersService) ListSchedules(ctx context.Context, params *ListParams, opts ...RequestOption) (*List[Schedule], error) {
	return list[Schedule](ctx, s.client, transferSchedules, params, opts)
}

// AllSchedules goes through the transfer schedules, page by page.
//
// See https://docs.omise.co/schedules-api.
func (s *TransfersService) AllSchedules(ctx context.Context, params *ListParams, opts ...RequestOption) iter.Seq2[*Schedule, error] {
	return all[Schedule](ctx, s.client, transferSchedules, params, opts)
}
