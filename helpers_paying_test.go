package omise_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
)

const (
	goodCard     = "4242424242424242"
	declinedCard = "4111111111140011"
)

// ctx is the context of calls in functions that have no test.
var ctx = context.Background()

// tokenOf makes a token of a test card.
func tokenOf(t testing.TB, client *omise.Client, number string) string {
	t.Helper()
	token, err := client.Tokens.Create(t.Context(), &omise.TokenCreateParams{Card: &omise.TokenCardParams{
		Name: "Somchai Prasert", Number: omise.NewSensitive(number), ExpirationMonth: 12, ExpirationYear: 2035, SecurityCode: omise.NewSensitive("123"),
	}})
	require.NoError(t, err)
	return token.ID
}

// paidCharge charges 1,000.00 baht.
func paidCharge(t testing.TB, client *omise.Client) *omise.Charge {
	t.Helper()
	charge, err := client.Charges.Create(t.Context(), &omise.ChargeCreateParams{
		Amount: 100_000, Currency: omise.THB, Card: tokenOf(t, client, goodCard),
	})
	require.NoError(t, err)
	return charge
}
