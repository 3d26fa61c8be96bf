package omise

import (
	"context"
	"iter"
	"net/http"
	"time"

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
	Net      int64    `json:"net"`       // what arrives: Amount without TotalFee

	Sendable      bool       `json:"sendable"` // it could be sent now
	Sent          bool       `json:"sent"`     // handed to the bank
	Paid          bool       `json:"paid" wire:"strict"`
	FailFast      bool       `json:"fail_fast"` // not tried again every day when it fails
	CreatedAt     time.Time  `json:"created_at"`
	BalanceHoldAt *time.Time `json:"balance_hold_at"` // not documented
	SentAt        *time.Time `json:"sent_at"`
	PaidAt        *time.Time `json:"paid_at"`

	FailureCode    TransferFailureCode `json:"failure_code"`
	FailureMessage string              `json:"failure_message"`

	Recipient            Expandable[Recipient] `json:"recipient"`
	BankAccount          BankAccount           `json:"bank_account"` // as it was when the transfer was made
	Transactions         []*Transaction        `json:"transactions"` // none until money moves
	Schedule             Expandable[Schedule]  `json:"schedule"`     // that made it
	SplitTransferGroupID string                `json:"split_transfer_group_id"`

	// The sub-merchant, for accounts that have them.
	MerchantName string `json:"merchant_name"`
	MerchantUID  string `json:"merchant_uid"`
}

func (t *Transfer) identity() identity { return identity{kindTransfer, t.Object, t.ID} }

// TransferFailureCode is why a transfer failed. More may come.
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

// TransferCreateParams say how much goes to whom.
type TransferCreateParams struct {
	Amount    *int64   `url:"amount,omitempty" check:"positive"` // smallest unit; nil for all that can be transferred
	Recipient string   `url:"recipient,omitempty"`               // id; the account's own if empty
	FailFast  *bool    `url:"fail_fast,omitempty"`               // true: do not try again every day when it fails
	Metadata  Metadata `url:"metadata,omitempty"`

	SplitTransfer *bool `url:"split_transfer,omitempty"` // true: may be paid in several parts

	// IdempKey keeps the transfer from being made twice. The client fills it
	// with the idempotency key of the call if it is empty.
	IdempKey string `url:"idemp_key,omitempty"`

	// MerchantID is the charge of a chained merchant that the transfer is for.
	//
	// The reference of this parameter is a draft: the live API may differ.
	MerchantID string `url:"merchant_id,omitempty"`
}

func (p *TransferCreateParams) idempotencyKey() string { return p.IdempKey }

func (p *TransferCreateParams) subject() subject {
	s := subject{Recipient: p.Recipient}
	if p.Amount != nil {
		s.Amount = *p.Amount
	}
	return s
}

// accepts checks that no more and no less is paid out than asked for.
func (p *TransferCreateParams) accepts(model any) error {
	t := model.(*Transfer)
	if p.Amount == nil {
		return nil
	}
	return sameMoney(*p.Amount, t.Currency, t.Amount, t.Currency)
}

// TransferUpdateParams change a transfer that was not sent; what is left out
// stays. Success and the failure are what a bank reports of it.
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
	transferCreate     = &route{method: http.MethodPost, path: "/transfers", guard: transport.BodyKey, finder: &finder{find: findTransfer}}
	transferGet        = get("/transfers/{id}")
	transferUpdate     = &route{method: http.MethodPatch, path: "/transfers/{id}", guard: transport.Repeatable}
	transferDelete     = &route{method: http.MethodDelete, path: "/transfers/{id}", guard: transport.Repeatable}
	transferMarkAsSent = &route{method: http.MethodPost, path: "/transfers/{id}/mark_as_sent", guard: transport.StateMachine}
	transferMarkAsPaid = &route{method: http.MethodPost, path: "/transfers/{id}/mark_as_paid", guard: transport.StateMachine}
	transferList       = get("/transfers")
	transferSchedules  = get("/transfers/schedules")
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
// Errors: [ErrCodeBadRequest] once it is sent, [ErrCodeNotFound].
//
// See https://docs.omise.co/transfers-api.
func (s *TransfersService) Update(ctx context.Context, id string, params *TransferUpdateParams, opts ...RequestOption) (*Transfer, error) {
	return call[Transfer](ctx, s.client, transferUpdate, params, opts, id)
}

// Delete takes back a transfer before it is sent and returns it with Deleted
// set.
//
// Errors: [ErrCodeBadRequest] once it is sent, [ErrCodeNotFound].
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

// MarkAsPaid makes a test transfer paid, as if the money had arrived. It has to
// be sent first.
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

// ListSchedules returns one page of the schedules that pay out.
//
// See https://docs.omise.co/schedules-api.
func (s *TransfersService) ListSchedules(ctx context.Context, params *ListParams, opts ...RequestOption) (*List[Schedule], error) {
	return list[Schedule](ctx, s.client, transferSchedules, params, opts)
}

// AllSchedules goes through the schedules that pay out, page by page.
//
// See https://docs.omise.co/schedules-api.
func (s *TransfersService) AllSchedules(ctx context.Context, params *ListParams, opts ...RequestOption) iter.Seq2[*Schedule, error] {
	return all[Schedule](ctx, s.client, transferSchedules, params, opts)
}

// Resolve finds out what became of a Create that ended with
// [ErrOutcomeUnknown]. It only reads.
//
// A transfer is known by what [WithIntent] was given. Without that, the
// resolution stays open as long as there is one that looks like it.
//
// Errors: a [*ParamError] if unknown is not the error of a Create, otherwise
// those of [TransfersService.List].
//
// See https://docs.omise.co/transfers-api.
func (s *TransfersService) Resolve(ctx context.Context, unknown error, opts ...RequestOption) (*Resolution[Transfer], error) {
	return resolve[Transfer](ctx, s.client, unknown, opts, transferCreate)
}

// ResolveIntent finds out what became of a transfer of which nothing is left but
// the intent, because the process that made it died: what [WithIntent] was
// given. from is a time before the first attempt, to one after the last, such
// as the next start of the process; the zero time is now. It only reads.
//
// The state is not_found only once the processing time has passed since to.
//
// Errors: a [*ParamError] if the intent or from is missing, otherwise those of
// [TransfersService.List].
//
// See https://docs.omise.co/transfers-api.
func (s *TransfersService) ResolveIntent(ctx context.Context, intent string, from, to time.Time, opts ...RequestOption) (*Resolution[Transfer], error) {
	return resolveIntent[Transfer](ctx, s.client, transferCreate, intent, from, to, opts)
}

func findTransfer(ctx context.Context, c *Client, t *trace, opts []RequestOption) (finding, error) {
	fits := func(tr *Transfer) bool {
		return (t.Amount == 0 || tr.Amount == t.Amount) && (t.Recipient == "" || tr.Recipient.ID == t.Recipient)
	}
	if t.Intent != "" {
		fits = func(tr *Transfer) bool { return t.carries(tr.Metadata) }
	}
	ids, err := recently(t, func(tr *Transfer) time.Time { return tr.CreatedAt }, fits, false,
		func(params *ListParams, opts ...RequestOption) iter.Seq2[*Transfer, error] {
			return c.Transfers.All(ctx, params, opts...)
		}, opts)
	return finding{transferGet, ids, t.Intent != "" || len(ids) == 0}, err
}
