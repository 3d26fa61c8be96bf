package omise

import (
	"context"
	"iter"
	"net/http"
	"time"

	"github.com/omisekit/omise-go/internal/transport"
)

// A Dispute is a chargeback: the payer's bank takes the money back, and gives it back
// to the merchant if the merchant wins.
//
// Amounts are in the smallest unit of Currency, FundingAmount in the smallest unit of
// FundingCurrency. Times are UTC.
//
// See https://docs.omise.co/disputes-api.
type Dispute struct {
	Object   string        `json:"object" wire:"strict"` // "dispute"
	ID       string        `json:"id" wire:"strict"`
	Livemode bool          `json:"livemode"`
	Location string        `json:"location"` // path of the dispute
	Status   DisputeStatus `json:"status" wire:"strict"`

	Amount          int64    `json:"amount" wire:"strict"` // of the charge, minus earlier refunds
	Currency        Currency `json:"currency" wire:"strict"`
	FundingAmount   int64    `json:"funding_amount"`
	FundingCurrency Currency `json:"funding_currency"` // of the account

	ReasonCode    DisputeReasonCode `json:"reason_code"`
	ReasonMessage string            `json:"reason_message"` // text for ReasonCode
	Message       string            `json:"message"`        // the merchant's answer
	AdminMessage  string            `json:"admin_message"`  // a note by Omise
	Metadata      Metadata          `json:"metadata"`
	CreatedAt     time.Time         `json:"created_at"`
	ClosedAt      *time.Time        `json:"closed_at"` // when it was won or lost

	Charge       Expandable[Charge] `json:"charge"`
	Documents    List[Document]     `json:"documents"`    // the first 20; [DocumentsService.List] has all
	Transactions []*Transaction     `json:"transactions"` // newest first: the debit, and the credit of a dispute that was won

	// The sub-merchant, for accounts that have them.
	MerchantName string `json:"merchant_name"`
	MerchantUID  string `json:"merchant_uid"`
}

func (d *Dispute) identity() identity { return identity{kindDispute, d.Object, d.ID} }

// DisputeStatus is the state of a dispute. The API may add values.
type DisputeStatus string

// The statuses of a dispute.
const (
	DisputeStatusOpen    DisputeStatus = "open"    // waits for the merchant
	DisputeStatusPending DisputeStatus = "pending" // answered, waits for the bank
	DisputeStatusWon     DisputeStatus = "won"     // the merchant got the money back
	DisputeStatusLost    DisputeStatus = "lost"    // the merchant lost the money
)

// DisputeReasonCode says why the payer's bank disputes a charge. The API may add
// values.
type DisputeReasonCode string

// The reasons of a dispute.
const (
	DisputeReasonCodeCancelledRecurringTransaction        DisputeReasonCode = "cancelled_recurring_transaction"
	DisputeReasonCodeCreditNotProcessed                   DisputeReasonCode = "credit_not_processed"
	DisputeReasonCodeDuplicateProcessing                  DisputeReasonCode = "duplicate_processing"
	DisputeReasonCodeExpiredCard                          DisputeReasonCode = "expired_card"
	DisputeReasonCodeGoodsOrServicesNotProvided           DisputeReasonCode = "goods_or_services_not_provided"
	DisputeReasonCodeIncorrectCurrency                    DisputeReasonCode = "incorrect_currency"
	DisputeReasonCodeIncorrectTransactionAmount           DisputeReasonCode = "incorrect_transaction_amount"
	DisputeReasonCodeIncorrectTransactionCode             DisputeReasonCode = "incorrect_transaction_code"
	DisputeReasonCodeInvalidData                          DisputeReasonCode = "invalid_data"
	DisputeReasonCodeLatePresentment                      DisputeReasonCode = "late_presentment"
	DisputeReasonCodeNonMatchingAccountNumber             DisputeReasonCode = "non_matching_account_number"
	DisputeReasonCodeNotAsDescribedOrDefectiveMerchandise DisputeReasonCode = "not_as_described_or_defective_merchandise"
	DisputeReasonCodeNotAvailable                         DisputeReasonCode = "not_available"
	DisputeReasonCodeNotRecorded                          DisputeReasonCode = "not_recorded"
	DisputeReasonCodeOther                                DisputeReasonCode = "other"
	DisputeReasonCodePaidByOtherMeans                     DisputeReasonCode = "paid_by_other_means"
	DisputeReasonCodeTransactionNotRecognised             DisputeReasonCode = "transaction_not_recognised"
	DisputeReasonCodeUnauthorizedCharge                   DisputeReasonCode = "unauthorized_charge"
	DisputeReasonCodeUnauthorizedChargeAKAFraud           DisputeReasonCode = "unauthorized_charge_aka_fraud"
)

// DisputeUpdateParams answer a dispute. A field that is not set changes nothing.
type DisputeUpdateParams struct {
	Message  *string  `url:"message,omitempty"` // the merchant's answer
	Metadata Metadata `url:"metadata,omitempty"`
}

// DisputeCloseParams say how a test dispute ends.
type DisputeCloseParams struct {
	Status DisputeStatus `url:"status,omitempty"` // won or lost
}

// DisputesService answers disputes. All its calls need the secret key.
//
// See https://docs.omise.co/disputes-api.
type DisputesService service

var (
	disputeCreate = &route{
		method: http.MethodPost, path: "/charges/{id}/disputes",
		guard:  transport.StateMachine,
		lookup: &stateLookup[Charge]{chargeGet, isDisputed, isDisputable}, maybeDone: isMoveRefused,
	}
	disputeGet    = get("/disputes/{id}")
	disputeUpdate = &route{method: http.MethodPatch, path: "/disputes/{id}", guard: transport.Repeatable}
	disputeAccept = &route{
		method: http.MethodPatch, path: "/disputes/{id}/accept",
		guard:  transport.StateMachine,
		lookup: &stateLookup[Dispute]{disputeGet, isLost, isUndecided}, maybeDone: isMoveRefused,
	}
	disputeClose = &route{
		method: http.MethodPatch, path: "/disputes/{id}/close",
		guard: transport.StateMachine, paramsOptional: true,
		lookup: &stateLookup[Dispute]{disputeGet, isClosed, isUndecided}, maybeDone: isMoveRefused,
	}
	disputeList        = get("/disputes")
	disputeListOpen    = get("/disputes/open")
	disputeListPending = get("/disputes/pending")
	disputeListClosed  = get("/disputes/closed")
)

// isDisputed compares a charge with the write that disputes it. The charge shows only its
// last dispute, which may be an older one.
func isDisputed(c *Charge, _ *writeRecord) stateMatch { return maybeIf(c.Dispute != nil) }

func isLost(d *Dispute, _ *writeRecord) stateMatch { return doneIf(d.Status == DisputeStatusLost) }

// isClosed compares a dispute with the write that closes it. The write may have asked for
// another end.
func isClosed(d *Dispute, _ *writeRecord) stateMatch {
	return maybeIf(d.Status == DisputeStatusWon || d.Status == DisputeStatusLost)
}

func isDisputable(c *Charge) bool { return c.Disputable }

func isUndecided(d *Dispute) bool {
	return d.Status == DisputeStatusOpen || d.Status == DisputeStatusPending
}

// Create disputes a test charge, as the payer's bank would.
//
// Errors: [ErrCodeBadRequest] for a live charge or a charge that cannot be disputed,
// [ErrCodeNotFound], [ErrOutcomeUnknown]. If the API refuses and the charge has a dispute,
// the outcome is unknown: an earlier delivery of this call may have opened it.
//
// See https://docs.omise.co/disputes-api.
func (s *DisputesService) Create(ctx context.Context, chargeID string, opts ...RequestOption) (*Dispute, error) {
	return call[Dispute](ctx, s.client, disputeCreate, nil, opts, chargeID)
}

// Get returns a dispute.
//
// Errors: [ErrCodeNotFound].
//
// See https://docs.omise.co/disputes-api.
func (s *DisputesService) Get(ctx context.Context, id string, opts ...RequestOption) (*Dispute, error) {
	return call[Dispute](ctx, s.client, disputeGet, nil, opts, id)
}

// Update answers an open dispute. A message makes it pending.
//
// Errors: [ErrCodeBadRequest] if the dispute is closed, [ErrCodeNotFound].
//
// See https://docs.omise.co/disputes-api.
func (s *DisputesService) Update(ctx context.Context, id string, params *DisputeUpdateParams, opts ...RequestOption) (*Dispute, error) {
	return call[Dispute](ctx, s.client, disputeUpdate, params, opts, id)
}

// Accept accepts a dispute: the merchant loses it. It also returns a dispute that was lost
// before, see [ChargesService.Capture].
//
// Errors: [ErrCodeBadRequest] for a dispute that is not open,
// [ErrCodeNotFound], [ErrOutcomeUnknown].
//
// See https://docs.omise.co/disputes-api.
func (s *DisputesService) Accept(ctx context.Context, id string, opts ...RequestOption) (*Dispute, error) {
	return call[Dispute](ctx, s.client, disputeAccept, nil, opts, id)
}

// Close ends a test dispute, won or lost as params say. params may be nil; the result
// is then not documented.
//
// Errors: [ErrCodeBadRequest] for a live dispute, [ErrCodeNotFound], [ErrOutcomeUnknown].
// If the API refuses and the dispute is closed, the outcome is unknown: an earlier delivery
// of this call may have closed it.
//
// See https://docs.omise.co/disputes-api.
func (s *DisputesService) Close(ctx context.Context, id string, params *DisputeCloseParams, opts ...RequestOption) (*Dispute, error) {
	return call[Dispute](ctx, s.client, disputeClose, params, opts, id)
}

// List returns one page of the disputes of the account.
//
// See https://docs.omise.co/disputes-api.
func (s *DisputesService) List(ctx context.Context, params *ListParams, opts ...RequestOption) (*List[Dispute], error) {
	return list[Dispute](ctx, s.client, disputeList, params, opts)
}

// All goes through the disputes of the account, page by page.
//
// See https://docs.omise.co/disputes-api.
func (s *DisputesService) All(ctx context.Context, params *ListParams, opts ...RequestOption) iter.Seq2[*Dispute, error] {
	return all[Dispute](ctx, s.client, disputeList, params, opts)
}

// ListOpen returns one page of the disputes that wait for the merchant.
//
// See https://docs.omise.co/disputes-api.
func (s *DisputesService) ListOpen(ctx context.Context, params *ListParams, opts ...RequestOption) (*List[Dispute], error) {
	return list[Dispute](ctx, s.client, disputeListOpen, params, opts)
}

// AllOpen goes through the disputes that wait for the merchant, page by page.
//
// See https://docs.omise.co/disputes-api.
func (s *DisputesService) AllOpen(ctx context.Context, params *ListParams, opts ...RequestOption) iter.Seq2[*Dispute, error] {
	return all[Dispute](ctx, s.client, disputeListOpen, params, opts)
}

// ListPending returns one page of the disputes that wait for the bank.
//
// See https://docs.omise.co/disputes-api.
func (s *DisputesService) ListPending(ctx context.Context, params *ListParams, opts ...RequestOption) (*List[Dispute], error) {
	return list[Dispute](ctx, s.client, disputeListPending, params, opts)
}

// AllPending goes through the disputes that wait for the bank, page by page.
//
// See https://docs.omise.co/disputes-api.
func (s *DisputesService) AllPending(ctx context.Context, params *ListParams, opts ...RequestOption) iter.Seq2[*Dispute, error] {
	return all[Dispute](ctx, s.client, disputeListPending, params, opts)
}

// ListClosed returns one page of the disputes that were won or lost.
//
// See https://docs.omise.co/disputes-api.
func (s *DisputesService) ListClosed(ctx context.Context, params *ListParams, opts ...RequestOption) (*List[Dispute], error) {
	return list[Dispute](ctx, s.client, disputeListClosed, params, opts)
}

// AllClosed goes through the disputes that were won or lost, page by page.
//
// See https://docs.omise.co/disputes-api.
func (s *DisputesService) AllClosed(ctx context.Context, params *ListParams, opts ...RequestOption) iter.Seq2[*Dispute, error] {
	return all[Dispute](ctx, s.client, disputeListClosed, params, opts)
}
