// Package currency_test compares the decimals of currencies with the CLDR data in
// golang.org/x/text.
package currency_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/currency"

	"github.com/omisekit/omise-go"
)

// withoutCoins has the currencies whose coins are not in use. CLDR gives them no decimals. In
// ISO 4217 they have two decimals, and the Iraqi dinar has three.
const withoutCoins = "AFN ALL AMD COP GYD IDR IRR KPW LAK LBP MGA MMK MNT MRO MUR PKR RSD SLL SOS STD SYP TZS UZS YER"

func TestEveryCurrencyHasTheDecimalsOfISO4217(t *testing.T) {
	t.Parallel()
	seen := 0
	for it := currency.Query(); it.Next(); seen++ {
		code := it.Unit().String()
		want, _ := currency.Standard.Rounding(it.Unit())
		switch {
		case strings.Contains(withoutCoins, code):
			require.Zero(t, want, "%s: CLDR agrees with ISO 4217 now", code)
			want = 2
		case code == "IQD":
			require.Zero(t, want, "%s: CLDR agrees with ISO 4217 now", code)
			want = 3
		}
		got, known := omise.Currency(code).Exponent()
		require.True(t, known, code)
		require.Equal(t, want, got, code)
	}
	require.Greater(t, seen, 150)
}

// Units of account such as gold and test codes have no decimals in ISO 4217.
func TestOtherCodesAreUnknown(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"XAU", "XAG", "XDR", "XTS", "XXX", "ZZZ", "THBX", "TH", "", "฿"} {
		_, known := omise.Currency(code).Exponent()
		require.False(t, known, code)
	}
}
