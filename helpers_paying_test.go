package omise_test

import (
	"context"
	"log"

	"github.com/omisekit/omise-go"
)

var ctx = context.Background()

// tokenOf makes a token of a test card.
func tokenOf(client *omise.Client, number string) string {
	token, err := client.Tokens.Create(ctx, &omise.TokenCreateParams{Card: &omise.TokenCardParams{
		Name: "Somchai Prasert", Number: omise.NewSensitive(number), ExpirationMonth: 12, ExpirationYear: 2035, SecurityCode: omise.NewSensitive("123"),
	}})
	must(err)
	return token.ID
}

// paidCharge charges 1,000.00 baht.
func paidCharge(client *omise.Client) *omise.Charge {
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 100_000, Currency: omise.THB, Card: tokenOf(client, "4242424242424242"),
	})
	must(err)
	return charge
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
