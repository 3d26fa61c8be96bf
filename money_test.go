package omise_test

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
)

func TestCurrencyFormat(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		currency omise.Currency
		amount   int64
		want     string
	}{
		{omise.THB, 0, "0.00"},
		{omise.THB, 5, "0.05"},
		{omise.THB, -5, "-0.05"},
		{omise.THB, 100, "1.00"},
		{omise.THB, 100050, "1000.50"},
		{omise.THB, math.MaxInt64, "92233720368547758.07"},
		{omise.THB, math.MinInt64, "-92233720368547758.08"},
		{omise.JPY, 0, "0"},
		{omise.JPY, 1000, "1000"},
		{omise.JPY, math.MinInt64, "-9223372036854775808"},
		{"jpy", 1000, "1000"},
		{"KRW", 1000, "1000"},
		{"KWD", 1000, "1.000"},
		{"KWD", -5, "-0.005"},
		{"CLF", 5, "0.0005"},
		{"XYZ", 1000, "1000 XYZ"},
		{"XYZ", -5, "-5 XYZ"},
	} {
		require.Equal(t, row.want, row.currency.Format(row.amount), "%s %d", row.currency, row.amount)
	}
}

func TestCurrencyParseReadsWhatFormatWrites(t *testing.T) {
	t.Parallel()
	amounts := []int64{0, 1, -1, 9, 10, 99, 100, 101, -99, -100, math.MaxInt64, math.MaxInt64 - 1, math.MinInt64, math.MinInt64 + 1}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		amounts = append(amounts, int64(rng.Uint64())>>rng.IntN(64)) // of every length
	}
	for _, currency := range []omise.Currency{omise.THB, omise.JPY, "KWD", "CLF"} {
		for _, amount := range amounts {
			got, err := currency.Parse(currency.Format(amount))
			require.NoError(t, err)
			require.Equal(t, amount, got)
		}
	}
}

// Besides the text that Format returns, a number may have fewer decimals and more zeros
// in front.
func TestCurrencyParseIsExact(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		cents := rng.Int64N(1_000_000_000)
		text := fmt.Sprintf("%s%d.%02d", strings.Repeat("0", rng.IntN(4)), cents/100, cents%100)
		want, ok := new(big.Rat).SetString(text)
		require.True(t, ok)
		got, err := omise.THB.Parse(text)
		require.NoError(t, err)
		require.Zero(t, want.Cmp(big.NewRat(got, 100)), text)
		tenths, err := omise.THB.Parse(strings.TrimSuffix(text, "0"))
		if strings.HasSuffix(text, "00") {
			tenths, err = omise.THB.Parse(strings.TrimSuffix(text, ".00"))
		}
		require.NoError(t, err)
		require.Equal(t, got, tenths)
	}
}

func TestCurrencyParseRefuses(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		currency omise.Currency
		decimal  string
		because  string
	}{
		{omise.THB, "", "is not a decimal number"},
		{omise.THB, "-", "is not a decimal number"},
		{omise.THB, ".", "is not a decimal number"},
		{omise.THB, "1.", "is not a decimal number"},
		{omise.THB, ".5", "is not a decimal number"},
		{omise.THB, "+1", "is not a decimal number"},
		{omise.THB, "--1", "is not a decimal number"},
		{omise.THB, "1,000", "is not a decimal number"},
		{omise.THB, "1_000", "is not a decimal number"},
		{omise.THB, " 1", "is not a decimal number"},
		{omise.THB, "1\n", "is not a decimal number"},
		{omise.THB, "1.2.3", "is not a decimal number"},
		{omise.THB, "1.-2", "is not a decimal number"},
		{omise.THB, "1e3", "is not a decimal number"},
		{omise.THB, "0x10", "is not a decimal number"},
		{omise.THB, "NaN", "is not a decimal number"},
		{omise.THB, "๑๐", "is not a decimal number"}, // Thai digits
		{omise.THB, "1.005", "more than the 2 decimals of THB"},
		{omise.THB, "1.000", "more than the 2 decimals of THB"},
		{omise.JPY, "1.0", "more than the 0 decimals of JPY"},
		{omise.THB, "92233720368547758.08", "too large"},
		{omise.THB, "-92233720368547758.09", "too large"},
		{omise.THB, "184467440737095516.16", "too large"}, // 2^64 smallest units
		{omise.JPY, "9223372036854775808", "too large"},
		{omise.JPY, "-9223372036854775809", "too large"},
		{omise.JPY, strings.Repeat("9", 60), "too large"},
		{"KWD", "1.0005", "more than the 3 decimals of KWD"},
		{"XYZ", "1000", `"XYZ" is no currency`},
		{"XAU", "1", `"XAU" is no currency`}, // gold is in ISO 4217, without decimals
		{"", "1", `"" is no currency`},
	} {
		amount, err := row.currency.Parse(row.decimal)
		require.ErrorContains(t, err, row.because, "%s %q", row.currency, row.decimal)
		require.Zero(t, amount)
	}
}
