// Command payouts pays a supplier. docs/payouts.md explains it.
//
//	go run ./cmd/omise-mock go run ./examples/payouts
//
// With OMISE_SECRET_KEY and OMISE_PUBLIC_KEY set to test keys,
// go run ./examples/payouts does the same on the API.
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
	recipient, err := client.Recipients.Create(ctx, &omise.RecipientCreateParams{
		Name: "Doi Chang Roasters", Type: omise.RecipientTypeCorporation, Email: "accounts@example.com",
		BankAccount: &omise.BankAccountParams{Name: "Doi Chang Roasters", Number: "1234567890", Brand: "bbl"},
	})
	if err != nil {
		return err
	}
	if recipient, err = client.Recipients.Verify(ctx, recipient.ID); err != nil { // in live mode Omise does this
		return err
	}
	fmt.Println(recipient.Name, "is active:", recipient.Active)

	balance, err := client.Balance.Get(ctx)
	if err != nil {
		return err
	}
	fmt.Println(balance.Currency.Format(balance.Transferable), balance.Currency, "can be paid out now")

	transfer, err := client.Transfers.Create(ctx, &omise.TransferCreateParams{
		Recipient: recipient.ID, Amount: new(int64(100_000)),
		IdempKey: "invoice-2026-07", // a repeated key does not pay again
	}, omise.WithIntent("invoice-2026-07"))
	if err != nil {
		return err
	}
	fmt.Println("the supplier gets", transfer.Currency.Format(transfer.Net), transfer.Currency, "after the fee")
	if !transfer.Sendable {
		fmt.Println("it is sent when the balance is high enough")
		return nil
	}
	if transfer, err = client.Transfers.MarkAsSent(ctx, transfer.ID); err != nil { // in live mode Omise does this
		return err
	}
	if transfer, err = client.Transfers.MarkAsPaid(ctx, transfer.ID); err != nil { // in live mode the bank does this
		return err
	}
	fmt.Println("paid:", transfer.Paid)
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
