package money

import (
	"maps"
	"slices"
	"time"
)

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// A Country has the limits, fees and banks of accounts in one country.
type Country struct {
	Code           string
	Currency       string
	Currencies     []string // currencies of card charges
	Charge         Limits
	Transfer       Limits
	InstallmentMin int64
	TransferFee    int64 // total, with tax
	Authorization  time.Duration
	Banks          map[string]string // code to name; nil if every code is accepted
}

// Limits are the smallest and the largest allowed amount.
type Limits struct{ Min, Max int64 }

var multiCurrency = []string{"THB", "JPY", "USD", "EUR", "GBP", "SGD", "AUD", "CHF", "CNY", "DKK", "HKD", "MYR"}

// Codes returns the ISO 3166 codes of the countries that an account can be in.
func Codes() []string { return slices.Sorted(maps.Keys(countries)) }

// In returns the country with an ISO 3166 code.
func In(code string) (Country, bool) {
	c, ok := countries[code]
	return c, ok
}

// countries has the countries by ISO 3166 code.
//
// Guess: Singapore accepts the same foreign currencies as Thailand. Japan and Malaysia
// accept no foreign currency.
// Guess: the installment minimum, the transfer limits and the transfer fees outside
// Thailand. The transfer minimum in Japan is documented.
var countries = map[string]Country{
	"TH": {
		Code: "TH", Currency: "THB", Currencies: multiCurrency,
		Charge: Limits{2000, 15_000_000}, Transfer: Limits{3000, 100_000_000_000},
		InstallmentMin: 200_000, TransferFee: 3000, Authorization: week, Banks: thaiBanks,
	},
	// Guess: an authorization in Japan is valid for 30 days, although other pages say 29.
	"JP": {
		Code: "JP", Currency: "JPY", Currencies: []string{"JPY"},
		Charge: Limits{100, 6_000_000}, Transfer: Limits{260, 1_000_000_000},
		TransferFee: 260, Authorization: 30 * day,
	},
	"SG": {
		Code: "SG", Currency: "SGD", Currencies: multiCurrency,
		Charge: Limits{100, 2_000_000}, Transfer: Limits{100, 1_000_000_000},
		TransferFee: 100, Authorization: week,
	},
	"MY": {
		Code: "MY", Currency: "MYR", Currencies: []string{"MYR"},
		Charge: Limits{100, 10_000_000}, Transfer: Limits{100, 1_000_000_000},
		InstallmentMin: 50_000, TransferFee: 100, Authorization: week,
	},
}

// thaiBanks maps the bank codes of Thailand to names.
//
// Guess: only the names of the test bank, Bangkok Bank and SCB were recorded.
var thaiBanks = map[string]string{
	"test": "Test Bank", "bbl": "Bangkok Bank", "kbank": "Kasikorn Bank", "rbs": "RBS", "ktb": "Krungthai Bank",
	"jpm": "J.P. Morgan", "mufg": "MUFG Bank", "ttb": "TMBThanachart Bank", "scb": "Siam Commercial Bank",
	"citi": "Citibank", "smbc": "Sumitomo Mitsui Banking", "sc": "Standard Chartered", "cimb": "CIMB Thai Bank",
	"uob": "United Overseas Bank", "bay": "Bank of Ayudhya", "mega": "Mega Bank", "boa": "Bank of America",
	"cacib": "Credit Agricole", "gsb": "Government Savings Bank", "hsbc": "HSBC", "db": "Deutsche Bank",
	"ghb": "Government Housing Bank", "baac": "BAAC", "mb": "Mizuho Bank", "bnp": "BNP Paribas",
	"ibank": "Islamic Bank of Thailand", "tisco": "Tisco Bank", "kk": "Kiatnakin Bank", "icbc": "ICBC",
	"tcrb": "Thai Credit Retail Bank", "lhb": "Land and Houses Bank",
}
