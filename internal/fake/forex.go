package fake

import (
	"encoding/json"
	"math/big"
	"slices"
	"strings"

	"github.com/omisekit/omise-go/internal/fake/money"
	"github.com/omisekit/omise-go/internal/fake/shape"
)

// bahtPer is the price of one main unit of each currency.
//
// Guess: the rates. They are made up and never change.
var bahtPer = map[string]string{
	"THB": "1", "JPY": "0.22", "USD": "32.5", "EUR": "37.5", "GBP": "43.5", "SGD": "25",
	"AUD": "21.25", "CHF": "40", "CNY": "4.5", "DKK": "5", "HKD": "4.16", "MYR": "7.7",
}

func (s *Server) getForex(r *request) (any, *apiError) {
	base := strings.ToUpper(r.id("currency"))
	if !s.accepts(base) || len(s.country.Currencies) == 1 {
		return nil, failNotFound("forex", r.id("currency"))
	}
	return shape.New("forex").With(object{
		"location": "/forex/" + strings.ToLower(base),
		"base":     base,
		"quote":    s.country.Currency,
		"rate":     decimalNumber(s.exchangeRate(base)),
	}), nil
}

// accepts reports whether cards can be charged in a currency.
func (s *Server) accepts(currency string) bool {
	return slices.Contains(s.country.Currencies, currency)
}

// exchangeRate returns the price of a main unit of a currency in the account's currency.
func (s *Server) exchangeRate(base string) *big.Rat {
	return new(big.Rat).Quo(baht(base), baht(s.country.Currency))
}

func baht(currency string) *big.Rat {
	price, _ := new(big.Rat).SetString(bahtPer[currency])
	return price
}

// toFunding converts an amount into the account's currency.
func (s *Server) toFunding(amount int64, currency string) int64 {
	if currency == s.country.Currency {
		return amount
	}
	return money.Convert(amount, currency, s.country.Currency, s.exchangeRate(currency))
}

// decimalNumber writes a rate with up to ten decimals, as the API does.
func decimalNumber(r *big.Rat) json.Number {
	return json.Number(strings.TrimSuffix(strings.TrimRight(r.FloatString(10), "0"), "."))
}
