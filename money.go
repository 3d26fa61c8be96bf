package omise

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A Currency is an ISO 4217 code in capitals. Amounts are integers in its
// smallest unit: 100000 is 1,000.00 baht, but 100,000 yen.
//
// See https://docs.omise.co/currency-and-amount.
type Currency string

// The currencies of the API. An account settles in the currency of its country: THB,
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

// Exponent returns how many decimals ISO 4217 gives the currency: 2 for THB, 0 for JPY,
// 3 for KWD. known is false for a text that is not a code of ISO 4217, and for a code
// that has no number of decimals there, such as XAU.
func (c Currency) Exponent() (decimals int, known bool) {
	switch strings.ToUpper(string(c)) {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF",
		"XPF":
		return 0, true
	case "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BMD", "BND",
		"BOB", "BOV", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHE", "CHF", "CHW", "CNY", "COP", "COU",
		"CRC", "CUC", "CUP", "CVE", "CZK", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL",
		"GHS", "GIP", "GMD", "GTQ", "GYD", "HKD", "HNL", "HRK", "HTG", "HUF", "IDR", "ILS", "INR", "IRR", "JMD", "KES",
		"KGS", "KHR", "KPW", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT",
		"MOP", "MRO", "MRU", "MUR", "MVR", "MWK", "MXN", "MXV", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD",
		"PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "QAR", "RON", "RSD", "RUB", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD",
		"SHP", "SLE", "SLL", "SOS", "SRD", "SSP", "STD", "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TOP", "TRY",
		"TTD", "TWD", "TZS", "UAH", "USD", "USN", "UYU", "UZS", "VED", "VEF", "VES", "WST", "XCD", "XCG", "YER", "ZAR",
		"ZMW", "ZWG", "ZWL":
		return 2, true
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3, true
	case "CLF", "UYW":
		return 4, true
	}
	return 0, false
}

// Format writes an amount in smallest units as a decimal number: THB.Format(100050) is
// "1000.50", JPY.Format(1000) is "1000". For an unknown currency the number of decimals
// is not known, so Currency("XYZ").Format(1000) is "1000 XYZ".
func (c Currency) Format(amount int64) string {
	sign, digits := "", strconv.FormatInt(amount, 10)
	exponent, known := c.Exponent()
	if !known {
		return digits + " " + string(c)
	}
	if amount < 0 {
		sign, digits = "-", digits[1:]
	}
	if exponent == 0 {
		return sign + digits
	}
	if missing := exponent + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	point := len(digits) - exponent
	return sign + digits[:point] + "." + digits[point:]
}

// Parse reads a decimal number such as "1000.50" into smallest units. It never rounds:
// it returns an error for a number with more decimals than the currency has, and for
// every number in an unknown currency.
func (c Currency) Parse(decimal string) (int64, error) {
	number, negative := strings.CutPrefix(decimal, "-")
	whole, fraction, point := strings.Cut(number, ".")
	exponent, known := c.Exponent()
	switch {
	case !known:
		return 0, fmt.Errorf("omise: %q is no currency of ISO 4217 with decimals", string(c))
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
