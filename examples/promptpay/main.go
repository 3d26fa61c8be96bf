// Command promptpay shows a QR code of PromptPay and waits until it is paid.
// docs/promptpay-and-wallets.md explains it.
//
//	go run ./cmd/omise-mock go run ./examples/promptpay
//
// With OMISE_SECRET_KEY and OMISE_PUBLIC_KEY set to test keys,
// go run ./examples/promptpay does the same on the API.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

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
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 45_000, Currency: omise.THB,
		InlineSource: &omise.SourceCreateParams{Type: omise.SourceTypePromptPay},
		ExpiresAt:    time.Now().Add(24 * time.Hour),
		Metadata:     omise.Metadata{"order_id": "A-2"},
	}, omise.WithIntent("A-2/1"))
	if err != nil {
		return err
	}
	fmt.Println("show the picture", charge.Source.ScannableCode.Image.DownloadURI)

	// In test mode no payer scans the code. This call does the work of the payer's bank.
	if _, err := client.Charges.MarkAsPaid(ctx, charge.ID); err != nil {
		return err
	}
	if charge, err = client.Charges.Get(ctx, charge.ID); err != nil {
		return err
	}
	switch step := charge.NextStep(); step {
	case omise.NextStepPaid:
		fmt.Println("paid", charge.Currency.Format(charge.Amount), charge.Currency)
	case omise.NextStepExpired:
		fmt.Println("expired: offer a new code")
	default:
		fmt.Println("not paid yet:", step)
	}
	return nil
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
