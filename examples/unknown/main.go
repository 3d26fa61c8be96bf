// Command unknown charges a saved card. If the answer is lost, it finds out whether the card
// was charged. docs/unknown-outcomes.md explains it.
//
//	go run ./cmd/omise-mock go run ./examples/unknown
//
// With OMISE_SECRET_KEY and OMISE_PUBLIC_KEY set to test keys,
// go run ./examples/unknown does the same on the API.
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
	token, err := testToken(ctx, client, "4242424242424242")
	if err != nil {
		return err
	}
	customer, err := client.Customers.Create(ctx, &omise.CustomerCreateParams{Card: token})
	if err != nil {
		return err
	}

	// Store both before the call. A process that finds the order after a crash needs
	// nothing else.
	intent, began := "A-6/1", time.Now()
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 45_000, Currency: omise.THB, Customer: customer.ID,
		Metadata: omise.Metadata{"order_id": "A-6"},
	}, omise.WithIntent(intent))
	if errors.Is(err, omise.ErrOutcomeUnknown) {
		fmt.Println("not known yet:", err)
		charge, err = settle(ctx, client, intent, began)
	}
	if err != nil {
		return err
	}
	fmt.Println("next step:", charge.NextStep())
	return nil
}

// settle asks for the charge of an intent until the outcome is known. This takes some
// minutes at most. A shop does this in the background and tells the payer to wait.
func settle(ctx context.Context, client *omise.Client, intent string, began time.Time) (*omise.Charge, error) {
	for {
		r, err := client.Charges.ResolveIntent(ctx, intent, began, time.Time{})
		if err != nil {
			return nil, err // the API could not be asked: ask again later
		}
		switch {
		case r.State == omise.ResolutionFound:
			return r.Object, nil
		case r.State == omise.ResolutionNotFound:
			return nil, errors.New("it was not charged: it is safe to charge again")
		case r.State == omise.ResolutionDuplicated:
			return nil, fmt.Errorf("it was charged %d times: a person refunds all charges but one", len(r.Candidates))
		case len(r.Candidates) > 0:
			return nil, errors.New("a person has to look at the candidates")
		}
		fmt.Println("not yet")
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(10 * time.Second):
		}
	}
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
