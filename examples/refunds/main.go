// Command refunds holds an amount, captures a part of it, refunds a part of that and answers
// a dispute. docs/refunds-captures-and-disputes.md explains it.
//
//	go run ./cmd/omise-mock go run ./examples/refunds
//
// With OMISE_SECRET_KEY and OMISE_PUBLIC_KEY set to test keys,
// go run ./examples/refunds does the same on the API.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/omisekit/omise-go"
)

func main() {
	log.SetFlags(0)
	client, err := connect()
	if err != nil {
		log.Fatal(err)
	}
	if err := run(context.Background(), client); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, client *omise.Client) error {
	token, err := testToken(ctx, client, "4242424242424242")
	if err != nil {
		return err
	}
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 200_000, Currency: omise.THB, Card: token,
		Capture:           new(false),
		AuthorizationType: omise.ChargeAuthorizationTypePreAuth,
		Metadata:          omise.Metadata{"order_id": "A-4"},
	}, omise.WithIntent("A-4/1"))
	if err != nil {
		return err
	}
	fmt.Println("held", charge.Currency.Format(charge.Amount), charge.Currency)

	charge, err = client.Charges.Capture(ctx, charge.ID, &omise.ChargeCaptureParams{CaptureAmount: new(int64(150_000))})
	if err != nil {
		return err
	}
	fmt.Println("captured", charge.Currency.Format(charge.FundingAmount), charge.Currency)

	refund, err := client.Refunds.Create(ctx, charge.ID, &omise.RefundCreateParams{Amount: 50_000, Reason: "one shoe was missing"},
		omise.WithIntent("return-7"))
	if err != nil {
		return err
	}
	fmt.Println("gave back", refund.Currency.Format(refund.Amount), refund.Currency)

	dispute, err := client.Disputes.Create(ctx, charge.ID) // in live mode the payer's bank does this
	if err != nil {
		return err
	}
	if _, err := client.Documents.Upload(ctx, dispute.ID, &omise.DocumentUploadParams{
		File: strings.NewReader("%PDF-1.4 the receipt"), Filename: "receipt.pdf",
	}); err != nil {
		return err
	}
	dispute, err = client.Disputes.Update(ctx, dispute.ID, &omise.DisputeUpdateParams{Message: new("The parcel was handed over on 3 May.")})
	if err != nil {
		return err
	}
	fmt.Println("the dispute is", dispute.Status)
	return nil
}

// testToken makes a token of a test card. In production the page of the shop does
// this with Omise.js, so that no card number reaches the server.
func testToken(ctx context.Context, client *omise.Client, number string) (string, error) {
	token, err := client.Tokens.Create(ctx, &omise.TokenCreateParams{Card: &omise.TokenCardParams{
		Name: "Somchai Prasert", Number: omise.NewSensitive(number), SecurityCode: omise.NewSensitive("123"),
		ExpirationMonth: 12, ExpirationYear: 2035,
	}})
	if err != nil {
		return "", err
	}
	return token.ID, nil
}

// connect returns a client of the account whose test keys are in the
// environment. OMISE_API_URL and OMISE_VAULT_URL lead to omise-mock, if set.
func connect() (*omise.Client, error) {
	key := os.Getenv("OMISE_SECRET_KEY")
	if !strings.HasPrefix(key, "skey_test_") {
		return nil, errors.New("OMISE_SECRET_KEY must be a test key: this example moves money")
	}
	return omise.NewClient(key,
		omise.WithPublicKey(os.Getenv("OMISE_PUBLIC_KEY")),
		omise.WithBaseURL(cmp.Or(os.Getenv("OMISE_API_URL"), "https://api.omise.co")),
		omise.WithVaultURL(cmp.Or(os.Getenv("OMISE_VAULT_URL"), "https://vault.omise.co")))
}
