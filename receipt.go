package omise

import (
	"context"
	"iter"
	"time"
)

// A Receipt adds up the fees that Omise took on one day. Amounts are in the
// smallest unit of Currency. Times are UTC.
//
// See https://docs.omise.co/receipts-api.
type Receipt struct {
	Object    string    `json:"object" wire:"strict"` // "receipt"
	ID        string    `json:"id" wire:"strict"`
	Livemode  bool      `json:"livemode"`
	Location  string    `json:"location"` // path of the receipt
	Number    string    `json:"number"`
	IssuedOn  Date      `json:"issued_on"`
	CreatedAt time.Time `json:"created_at"`

	Currency       Currency `json:"currency" wire:"strict"`
	CreditNote     bool     `json:"credit_note"` // Omise gives back more than it takes
	ChargeFee      int64    `json:"charge_fee"`
	VoidedFee      int64    `json:"voided_fee"` // of charges that were voided
	TransferFee    int64    `json:"transfer_fee"`
	TransactionFee int64    `json:"transaction_fee"` // without voided charges
	Subtotal       int64    `json:"subtotal"`        // ChargeFee minus VoidedFee, plus TransferFee
	VAT            int64    `json:"vat"`             // value-added tax on Subtotal
	WHT            int64    `json:"wht"`             // withholding tax on Subtotal
	Total          int64    `json:"total"`           // Subtotal plus VAT minus WHT

	AdjustmentTransaction *Transaction `json:"adjustment_transaction"` // settles the VAT

	// Omise.
	CompanyName    string `json:"company_name"`
	CompanyAddress string `json:"company_address"`
	CompanyTaxID   string `json:"company_tax_id"`

	// The merchant.
	CustomerName          string `json:"customer_name"`
	CustomerStatementName string `json:"customer_statement_name"`
	CustomerAddress       string `json:"customer_address"`
	CustomerEmail         string `json:"customer_email"`
	CustomerTaxID         string `json:"customer_tax_id"`
}

func (r *Receipt) identity() identity { return identity{kindReceipt, r.Object, r.ID} }

// ReceiptsService reads receipts, which only live accounts have. All its calls
// need the secret key.
//
// See https://docs.omise.co/receipts-api.
type ReceiptsService service

var (
	receiptGet  = get("/receipts/{id}")
	receiptList = get("/receipts")
)

// Get returns a receipt.
//
// Errors: [ErrCodeNotFound].
//
// See https://docs.omise.co/receipts-api.
func (s *ReceiptsService) Get(ctx context.Context, id string, opts ...RequestOption) (*Receipt, error) {
	return call[Receipt](ctx, s.client, receiptGet, nil, opts, id)
}

// List returns one page of the receipts of the account.
//
// See https://docs.omise.co/receipts-api.
func (s *ReceiptsService) List(ctx context.Context, params *ListParams, opts ...RequestOption) (*List[Receipt], error) {
	return list[Receipt](ctx, s.client, receiptList, params, opts)
}

// All goes through the receipts of the account, page by page.
//
// See https://docs.omise.co/receipts-api.
func (s *ReceiptsService) All(ctx context.Context, params *ListParams, opts ...RequestOption) iter.Seq2[*Receipt, error] {
	return all[Receipt](ctx, s.client, receiptList, params, opts)
}
