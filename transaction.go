package omise

import (
	"context"
	"encoding/json"
	"iter"
	"time"
)

// A Transaction is one movement of the account's balance.
//
// Amount is in the smallest unit of Currency and never negative: Direction says whether
// it went into or out of the balance. Times are UTC.
//
// See https://docs.omise.co/transactions-api.
type Transaction struct {
	Object    string               `json:"object" wire:"strict"` // "transaction"
	ID        string               `json:"id" wire:"strict"`
	Livemode  bool                 `json:"livemode"`
	Location  string               `json:"location"` // path of the transaction
	Key       TransactionKey       `json:"key"`      // what moved the money
	Direction TransactionDirection `json:"direction"`
	Amount    int64                `json:"amount" wire:"strict"`
	Currency  Currency             `json:"currency" wire:"strict"` // of the account

	Origin         Expandable[json.RawMessage] `json:"origin"`          // the charge, refund, transfer, dispute or receipt behind it
	TransferableAt time.Time                   `json:"transferable_at"` // when the money can be paid out
	CreatedAt      time.Time                   `json:"created_at"`
}

func (t *Transaction) identity() identity { return identity{kindTransaction, t.Object, t.ID} }

// Signed returns the amount in the smallest unit, negative for a debit.
func (t *Transaction) Signed() int64 {
	if t.Direction == TransactionDirectionDebit {
		return -t.Amount
	}
	return t.Amount
}

// TransactionDirection is the side of the balance that a transaction is on.
type TransactionDirection string

// The directions of a transaction.
const (
	TransactionDirectionCredit TransactionDirection = "credit" // into the balance
	TransactionDirectionDebit  TransactionDirection = "debit"  // out of the balance
)

// TransactionKey says what moved the money. The API has more keys than these.
type TransactionKey string

// The keys of transactions that are known.
const (
	TransactionKeyChargeCapturedNet          TransactionKey = "charge.captured.net"
	TransactionKeyDisputeStartedDebit        TransactionKey = "dispute.started.debit"
	TransactionKeyDisputeWonCredit           TransactionKey = "dispute.won.credit"
	TransactionKeyTransferSentDebit          TransactionKey = "transfer.sent.debit"
	TransactionKeyReceiptVATAdjustmentCredit TransactionKey = "receipt.vat_adjustment.credit"
)

// TransactionsService reads the movements of the balance. All its calls need
// the secret key.
//
// See https://docs.omise.co/transactions-api.
type TransactionsService service

var (
	transactionGet  = get("/transactions/{id}")
	transactionList = get("/transactions")
)

// Get returns a transaction.
//
// Errors: [ErrCodeNotFound].
//
// See https://docs.omise.co/transactions-api.
func (s *TransactionsService) Get(ctx context.Context, id string, opts ...RequestOption) (*Transaction, error) {
	return call[Transaction](ctx, s.client, transactionGet, nil, opts, id)
}

// List returns one page of the transactions of the account.
//
// See https://docs.omise.co/transactions-api.
func (s *TransactionsService) List(ctx context.Context, params *ListParams, opts ...RequestOption) (*List[Transaction], error) {
	return list[Transaction](ctx, s.client, transactionList, params, opts)
}

// All goes through the transactions of the account, page by page.
//
// See https://docs.omise.co/transactions-api.
func (s *TransactionsService) All(ctx context.Context, params *ListParams, opts ...RequestOption) iter.Seq2[*Transaction, error] {
	return all[Transaction](ctx, s.client, transactionList, params, opts)
}
