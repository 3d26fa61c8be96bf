package fake

import (
	"fmt"
	"maps"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Amounts are int64 in the smallest unit of their currency throughout.

// A country is what differs between accounts of different countries.
type country struct {
	code           string
	currency       string
	currencies     []string // that cards may be charged in
	charge         limits
	transfer       limits
	installmentMin int64
	transferFee    int64 // in all, tax included
	authorization  time.Duration
	banks          map[string]string // code to name; nil where any code will do
}

// limits are the smallest and the largest amount allowed.
type limits struct{ min, max int64 }

const (
	day  = 24 * time.Hour
	week = 7 * day
)

var multiCurrency = []string{"THB", "JPY", "USD", "EUR", "GBP", "SGD", "AUD", "CHF", "CNY", "DKK", "HKD", "MYR"}

// Countries returns the codes of the countries that an account can be in.
func Countries() []string { return slices.Sorted(maps.Keys(countries)) }

// countries is by ISO 3166 code.
//
// Guess: Singapore takes the same foreign currencies as Thailand, Japan and
// Malaysia take none.
// Guess: the installment minimum and the transfer limits and fees outside
// Thailand, but for Japan's transfer minimum.
var countries = map[string]country{
	"TH": {
		code: "TH", currency: "THB", currencies: multiCurrency,
		charge: limits{2000, 15_000_000}, transfer: limits{3000, 100_000_000_000},
		installmentMin: 200_000, transferFee: 3000, authorization: week, banks: thaiBanks,
	},
	// Guess: an authorization in Japan holds for 30 days; other pages say 29.
	"JP": {
		code: "JP", currency: "JPY", currencies: []string{"JPY"},
		charge: limits{100, 6_000_000}, transfer: limits{260, 1_000_000_000},
		transferFee: 260, authorization: 30 * day,
	},
	"SG": {
		code: "SG", currency: "SGD", currencies: multiCurrency,
		charge: limits{100, 2_000_000}, transfer: limits{100, 1_000_000_000},
		transferFee: 100, authorization: week,
	},
	"MY": {
		code: "MY", currency: "MYR", currencies: []string{"MYR"},
		charge: limits{100, 10_000_000}, transfer: limits{100, 1_000_000_000},
		installmentMin: 50_000, transferFee: 100, authorization: week,
	},
}

// A percent is a rate in hundredths of a percent.
type percent int64

// Guess: the Thai rates hold in every country.
const (
	feeRate percent = 365
	vatRate percent = 700
)

// of returns the rate's share of an amount, rounded half up.
func (p percent) of(amount int64) int64 {
	return (amount*int64(p) + 5000) / 10000
}

// String formats the rate as the API does: 3.65, 7.0, 0.0.
func (p percent) String() string {
	return strings.TrimSuffix(fmt.Sprintf("%d.%02d", p/100, p%100), "0")
}

// taxWithin returns the tax that a gross amount contains, rounded half up.
func (p percent) taxWithin(gross int64) int64 {
	whole := 10000 + int64(p)
	return (2*gross*int64(p) + whole) / (2 * whole)
}

// fees are what is taken off a payment.
type fees struct {
	rate     percent
	fee, vat int64
}

func feesOn(funding int64, rate percent) fees {
	fee := rate.of(funding)
	return fees{rate: rate, fee: fee, vat: vatRate.of(fee)}
}

func (f fees) total() int64 { return f.fee + f.vat }

func (f fees) rates() object {
	vat := vatRate
	if f.rate == 0 {
		vat = 0
	}
	return object{"fee_flat": "0.0", "fee_rate": f.rate.String(), "vat_rate": vat.String()}
}

// decimals returns how many decimal places a currency has.
func decimals(currency string) int {
	if currency == "JPY" {
		return 0
	}
	return 2
}

// mainUnits writes an amount as a decimal in the main unit of its currency.
func mainUnits(amount int64, currency string) string {
	if decimals(currency) == 0 {
		return strconv.FormatInt(amount, 10)
	}
	return fmt.Sprintf("%d.%02d", amount/100, amount%100)
}

// FormatMoney writes an amount for people: THB 1,000.00.
func FormatMoney(amount int64, currency string) string {
	sign := ""
	if amount < 0 {
		sign, amount = "-", -amount
	}
	text := mainUnits(amount, currency)
	whole, _, _ := strings.Cut(text, ".")
	for at := len(whole) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return currency + " " + sign + text
}

// convert exchanges an amount at a rate between main units, rounded half up.
func convert(amount int64, from, to string, rate *big.Rat) int64 {
	main := new(big.Rat).SetFrac64(amount, pow10(decimals(from)))
	main.Mul(main, rate)
	main.Mul(main, new(big.Rat).SetInt64(pow10(decimals(to))))
	return roundHalfUp(main)
}

// shareOf returns a percentage of an amount, rounded half up.
func shareOf(amount int64, percentage *big.Rat) int64 {
	share := new(big.Rat).Mul(new(big.Rat).SetInt64(amount), percentage)
	return roundHalfUp(share.Quo(share, big.NewRat(100, 1)))
}

func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// roundHalfUp rounds a positive number. What does not fit becomes the largest
// amount, which is beyond every limit.
func roundHalfUp(r *big.Rat) int64 {
	half := new(big.Rat).Add(r, big.NewRat(1, 2))
	whole := new(big.Int).Div(half.Num(), half.Denom())
	if !whole.IsInt64() {
		return math.MaxInt64
	}
	return whole.Int64()
}
