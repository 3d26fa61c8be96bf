package omise

import "context"

// A Forex is the rate at which a charge in another currency is converted.
//
// See https://docs.omise.co/forex-api.
type Forex struct {
	Object   string   `json:"object" wire:"strict"` // "forex"
	Livemode bool     `json:"livemode"`
	Location string   `json:"location"` // path of the rate
	Base     Currency `json:"base"`     // the currency asked for
	Quote    Currency `json:"quote"`    // the currency of the account
	Rate     Decimal  `json:"rate"`     // units of Quote for one unit of Base, as sent
}

func (f *Forex) identity() identity { return identity{kindForex, f.Object, ""} }

// ForexService reads exchange rates. Its call needs the secret key.
//
// See https://docs.omise.co/forex-api.
type ForexService service

var forexGet = get("/forex/{currency}")

// Get returns the rate from a currency to the currency of the account.
//
// Errors: [ErrCodeNotFound] for an unknown currency, or for an account that charges
// only in its own currency.
//
// See https://docs.omise.co/forex-api.
func (s *ForexService) Get(ctx context.Context, currency Currency, opts ...RequestOption) (*Forex, error) {
	return call[Forex](ctx, s.client, forexGet, nil, opts, string(currency))
}
