// Package money has the limits, rates and banks of each country, and calculates with
// amounts. An amount is an int64 in the smallest unit of its currency.
package money

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// A Percent is a rate in hundredths of a percent.
type Percent int64

// The rates of fees and of the tax on them.
//
// Guess: the Thai rates apply in every country.
const (
	FeeRate Percent = 365
	VATRate Percent = 700
)

// Of returns the rate's share of an amount, rounded half up.
func (p Percent) Of(amount int64) int64 {
	return (amount*int64(p) + 5000) / 10000
}

// String formats the rate as the API does: 3.65, 7.0, 0.0.
func (p Percent) String() string {
	return strings.TrimSuffix(fmt.Sprintf("%d.%02d", p/100, p%100), "0")
}

// TaxWithin returns the tax that a gross amount contains, rounded half up.
func (p Percent) TaxWithin(gross int64) int64 {
	whole := 10000 + int64(p)
	return (2*gross*int64(p) + whole) / (2 * whole)
}

// Fees are the fee of a payment and the tax on the fee.
type Fees struct {
	Rate     Percent
	Fee, VAT int64
}

// FeesOn returns the fees on a payment of an amount.
func FeesOn(funding int64, rate Percent) Fees {
	fee := rate.Of(funding)
	return Fees{Rate: rate, Fee: fee, VAT: VATRate.Of(fee)}
}

// Total returns the fee with the tax on it.
func (f Fees) Total() int64 { return f.Fee + f.VAT }

// Decimals returns how many decimal places a currency has.
func Decimals(currency string) int {
	if currency == "JPY" {
		return 0
	}
	return 2
}

// MainUnits writes an amount as a decimal in the main unit of its currency.
func MainUnits(amount int64, currency string) string {
	if Decimals(currency) == 0 {
		return strconv.FormatInt(amount, 10)
	}
	return fmt.Sprintf("%d.%02d", amount/100, amount%100)
}

// Format writes an amount for people: THB 1,000.00.
func Format(amount int64, currency string) string {
	sign := ""
	if amount < 0 {
		sign, amount = "-", -amount
	}
	text := MainUnits(amount, currency)
	whole, _, _ := strings.Cut(text, ".")
	for at := len(whole) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return currency + " " + sign + text
}

// Convert exchanges an amount at a rate between main units, rounded half up.
func Convert(amount int64, from, to string, rate *big.Rat) int64 {
	main := new(big.Rat).SetFrac64(amount, Pow10(Decimals(from)))
	main.Mul(main, rate)
	main.Mul(main, new(big.Rat).SetInt64(Pow10(Decimals(to))))
	return RoundHalfUp(main)
}

// ShareOf returns a percentage of an amount, rounded half up.
func ShareOf(amount int64, percentage *big.Rat) int64 {
	share := new(big.Rat).Mul(new(big.Rat).SetInt64(amount), percentage)
	return RoundHalfUp(share.Quo(share, big.NewRat(100, 1)))
}

// Pow10 returns the n-th power of ten.
func Pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// RoundHalfUp rounds a positive number. A number that does not fit becomes the largest
// int64. It exceeds every limit.
func RoundHalfUp(r *big.Rat) int64 {
	half := new(big.Rat).Add(r, big.NewRat(1, 2))
	whole := new(big.Int).Div(half.Num(), half.Denom())
	if !whole.IsInt64() {
		return math.MaxInt64
	}
	return whole.Int64()
}
