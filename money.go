package omise

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/omisekit/omise-go/internal/transport"
)

// A Currency is an ISO 4217 code in capitals. Amounts are integers in its
// smallest unit: 100000 is 1,000.00 baht, but 100,000 yen.
//
// See https://docs.omise.co/currency-and-amount.
type Currency string

// The currencies of the API. An account settles in that of its country: THB,
// JPY, SGD or MYR.
const (
	AUD Currency = "AUD" // Australian dollar
	CAD Currency = "CAD" // Canadian dollar
	CHF Currency = "CHF" // Swiss franc
	CNY Currency = "CNY" // Chinese yuan
	DKK Currency = "DKK" // Danish krone
	EUR Currency = "EUR" // euro
	GBP Currency = "GBP" // pound sterling
	HKD Currency = "HKD" // Hong Kong dollar
	IDR Currency = "IDR" // Indonesian rupiah
	JPY Currency = "JPY" // Japanese yen, which has no smaller unit
	MYR Currency = "MYR" // Malaysian ringgit
	SGD Currency = "SGD" // Singapore dollar
	THB Currency = "THB" // Thai baht
	USD Currency = "USD" // US dollar
)

// Exponent returns how many decimals the currency has: 0 for JPY, 2 for every
// other currency of the API and for those that this package does not know.
func (c Currency) Exponent() int {
	if strings.EqualFold(string(c), string(JPY)) {
		return 0
	}
	return 2
}

// Format writes an amount in smallest units as a decimal number:
// THB.Format(100050) is "1000.50", JPY.Format(1000) is "1000".
func (c Currency) Format(amount int64) string {
	sign, digits := "", strconv.FormatInt(amount, 10)
	if amount < 0 {
		sign, digits = "-", digits[1:]
	}
	exponent := c.Exponent()
	if missing := exponent + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	point := len(digits) - exponent
	if exponent == 0 {
		return sign + digits
	}
	return sign + digits[:point] + "." + digits[point:]
}

// Parse reads a decimal number such as "1000.50" into smallest units, exactly:
// it refuses what the currency cannot hold rather than round it.
func (c Currency) Parse(decimal string) (int64, error) {
	number, negative := strings.CutPrefix(decimal, "-")
	whole, fraction, point := strings.Cut(number, ".")
	exponent := c.Exponent()
	switch {
	case whole == "" || point && fraction == "" || !onlyDigits(whole) || !onlyDigits(fraction):
		return 0, fmt.Errorf("omise: %q is not a decimal number", decimal)
	case len(fraction) > exponent:
		return 0, fmt.Errorf("omise: %q has more than the %d decimals of %s", decimal, exponent, c)
	}
	digits := whole + fraction + strings.Repeat("0", exponent-len(fraction))
	amount, err := strconv.ParseUint(digits, 10, 64)
	switch {
	case err == nil && negative && amount <= -math.MinInt64:
		return -int64(amount), nil
	case err == nil && !negative && amount <= math.MaxInt64:
		return int64(amount), nil
	}
	return 0, fmt.Errorf("omise: %q is too large an amount", decimal)
}

func onlyDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// sameMoney checks that an answer is about the money that was asked for.
func sameMoney(asked int64, currency Currency, got int64, gotCurrency Currency) error {
	if asked == got && strings.EqualFold(string(currency), string(gotCurrency)) {
		return nil
	}
	return fmt.Errorf("%w: it is about %d %s, not %d %s", transport.ErrNotAsked, got, gotCurrency, asked, currency)
}
