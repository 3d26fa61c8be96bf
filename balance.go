package omise

import (
	"context"
	"time"
)

// A Balance is the money of the account. Amounts are in the smallest unit of Currency.
// Times are UTC.
//
// See https://docs.omise.co/balance-api.
type Balance struct {
	Object       string     `json:"object" wire:"strict"` // "balance"
	Livemode     bool       `json:"livemode"`
	Location     string     `json:"location"`               // "/balance"
	Currency     Currency   `json:"currency" wire:"strict"` // of the account
	Total        int64      `json:"total" wire:"strict"`    // after fees
	Transferable int64      `json:"transferable"`           // what a transfer can pay out now
	Reserve      int64      `json:"reserve"`                // kept back
	OnHold       int64      `json:"on_hold"`
	CreatedAt    time.Time  `json:"created_at"`
	At           *time.Time `json:"at"` // time of the amounts, if the API gives it
}

func (b *Balance) identity() identity { return identity{kindBalance, b.Object, ""} }

// BalanceService reads the balance. Its call needs the secret key.
//
// See https://docs.omise.co/balance-api.
type BalanceService service

var balanceGet = get("/balance")

// Get returns the balance of the account.
//
// See https://docs.omise.co/balance-api.
func (s *BalanceService) Get(ctx context.Context, opts ...RequestOption) (*Balance, error) {
	return call[Balance](ctx, s.client, balanceGet, nil, opts)
}
