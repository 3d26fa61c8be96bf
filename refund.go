package omise

import (
	"context"
	"iter"
	"net/http"
	"time"

	"github.com/omisekit/omise-go/internal/transport"
)

// A Refund gives back some or all of a paid charge.
//
// Amounts are in the smallest unit of Currency, FundingAmount in the smallest unit of
// FundingCurrency. Times are UTC.
//
// See https://docs.omise.co/refunds-api.
type Refund struct {
	Object   string       `json:"object" wire:"strict"` // "refund"
	ID       string       `json:"id" wire:"strict"`
	Livemode bool         `json:"livemode"`
	Location string       `json:"location"` // path of the refund
	Status   RefundStatus `json:"status" wire:"strict"`

	Amount          int64    `json:"amount" wire:"strict"`
	Currency        Currency `json:"currency" wire:"strict"` // of the charge
	FundingAmount   int64    `json:"funding_amount"`
	FundingCurrency Currency `json:"funding_currency"` // of the account

	Voided    bool      `json:"voided"` // done before settlement, so that the charge does not appear on the payer's statement
	Reason    string    `json:"reason"` // text of the merchant
	Metadata  Metadata  `json:"metadata"`
	CreatedAt time.Time `json:"created_at"`

	Charge                  Expandable[Charge]      `json:"charge"`
	Transaction             Expandable[Transaction] `json:"transaction"`
	Capture                 string                  `json:"capture"`                   // capture that is refunded
	Terminal                string                  `json:"terminal"`                  // of the original sale
	AcquirerReferenceNumber string                  `json:"acquirer_reference_number"` // in settlement with the card network
	ApprovalCode            string                  `json:"approval_code"`             // from the card's issuer

	// The sub-merchant, for accounts that have them.
	MerchantName string `json:"merchant_name"`
	MerchantUID  string `json:"merchant_uid"`
}

func (r *Refund) identity() identity { return identity{kindRefund, r.Object, r.ID} }

// RefundStatus is the state of a refund. The API may add values.
type RefundStatus string

// RefundStatusClosed is the only status of a refund: it is done.
const RefundStatusClosed RefundStatus = "closed"

// RefundCreateParams say how much to give back.
type RefundCreateParams struct {
	Amount   int64    `url:"amount" check:"positive"` // smallest unit, at most the amount that is not refunded yet
	Metadata Metadata `url:"metadata,omitempty"`
	Void     *bool    `url:"void,omitempty"`   // true: void the charge, or fail
	Reason   string   `url:"reason,omitempty"` // text of the merchant, cut to 255 characters
}

var _ describer = (*RefundCreateParams)(nil)

func (p *RefundCreateParams) details() (d details) {
	d.Amount = p.Amount
	d.recordMetadata(p.Metadata)
	return d
}

// RefundsService gives money back. All its calls need the secret key.
//
// See https://docs.omise.co/refunds-api.
type RefundsService service

var (
	refundCreate = &route{
		method: http.MethodPost, path: "/charges/{id}/refunds",
		waitsForBank: true, guard: transport.None, takesIntent: true,
		lookup: lookupFunc(lookupRefund), maybeDone: isMoveRefused,
	}
	refundGet  = get("/charges/{id}/refunds/{refund_id}")
	refundList = get("/refunds")
)

// Create refunds a charge, in full or in part. A full refund before settlement
// is a void.
//
// Errors: [ErrCodeFailedRefund] for a charge that is disputed, not captured,
// refunded in full or in 15 parts, or older than 365 days; [ErrCodeFailedVoid]
// with Void; [ErrCodeInvalidAmount]; [ErrCodeNotFound]; [ErrOutcomeUnknown].
//
// See https://docs.omise.co/refunds-api.
func (s *RefundsService) Create(ctx context.Context, chargeID string, params *RefundCreateParams, opts ...RequestOption) (*Refund, error) {
	return call[Refund](ctx, s.client, refundCreate, params, opts, chargeID)
}

// Get returns a refund of a charge.
//
// Errors: [ErrCodeNotFound].
//
// See https://docs.omise.co/refunds-api.
func (s *RefundsService) Get(ctx context.Context, chargeID, id string, opts ...RequestOption) (*Refund, error) {
	return call[Refund](ctx, s.client, refundGet, nil, opts, chargeID, id)
}

// List returns one page of the refunds of the account. Those of one charge are
// in [ChargesService.ListRefunds].
//
// See https://docs.omise.co/refunds-api.
func (s *RefundsService) List(ctx context.Context, params *ListParams, opts ...RequestOption) (*List[Refund], error) {
	return list[Refund](ctx, s.client, refundList, params, opts)
}

// All goes through the refunds of the account, page by page.
//
// See https://docs.omise.co/refunds-api.
func (s *RefundsService) All(ctx context.Context, params *ListParams, opts ...RequestOption) iter.Seq2[*Refund, error] {
	return all[Refund](ctx, s.client, refundList, params, opts)
}
