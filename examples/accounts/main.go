// Command accounts reads the balances of several accounts with one program.
// docs/several-accounts.md explains it.
//
//	go run ./cmd/omise-mock go run ./examples/accounts
//
// With OMISE_SECRET_KEY and OMISE_PUBLIC_KEY set to test keys,
// go run ./examples/accounts does the same on the API.
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
	keys := strings.Split(cmp.Or(os.Getenv("OMISE_SECRET_KEYS"), os.Getenv("OMISE_SECRET_KEY")), ",")
	for _, key := range keys {
		branch := client.With(omise.WithSecretKey(key)) // shares the connections, and no key
		account, err := branch.Account.Get(ctx)
		if err != nil {
			return err
		}
		balance, err := branch.Balance.Get(ctx)
		if err != nil {
			return err
		}
		fmt.Println(account.Email, balance.Currency.Format(balance.Total), balance.Currency)
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
