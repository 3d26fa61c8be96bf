// Command checkout charges a card and sends the payer to 3-D Secure if the bank asks for it.
// docs/card-checkout.md explains it. examples/shop is a whole shop.
//
//	go run ./cmd/omise-mock go run ./examples/checkout
//
// With OMISE_SECRET_KEY and OMISE_PUBLIC_KEY set to test keys,
// go run ./examples/checkout does the same on the API.
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
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 129_900, Currency: omise.THB, Card: token,
		Description: "Order A-1",
		ReturnURI:   "https://shop.example.com/orders/A-1",
		Metadata:    omise.Metadata{"order_id": "A-1"},
	}, omise.WithIntent("A-1/1")) // the first attempt to pay order A-1
	switch {
	case errors.Is(err, omise.ErrOutcomeUnknown):
		return fmt.Errorf("the money may have moved, see docs/unknown-outcomes.md: %w", err)
	case err != nil:
		return fmt.Errorf("not charged: %w", err)
	}
	if charge.NextStep() == omise.NextStepRedirect {
		fmt.Println("the payer goes to", charge.AuthorizeURI)
		if charge, err = comeBack(ctx, client, charge.ID); err != nil {
			return err
		}
	}
	switch step := charge.NextStep(); step {
	case omise.NextStepPaid:
		fmt.Println("paid", charge.Currency.Format(charge.Amount), charge.Currency)
	case omise.NextStepFailed:
		fmt.Println("declined:", charge.Failure().Code)
	default:
		fmt.Println("not paid:", step)
	}
	return nil
}

// comeBack does the work of the page at the ReturnURI: it reads the charge. A shop reads the
// charge once for each visit and waits for the webhook. It does not send the payer to
// AuthorizeURI again.
func comeBack(ctx context.Context, client *omise.Client, id string) (*omise.Charge, error) {
	for range 60 {
		charge, err := client.Charges.Get(ctx, id)
		if err != nil {
			return nil, err
		}
		switch charge.NextStep() {
		case omise.NextStepRedirect, omise.NextStepWait: // not decided yet
			time.Sleep(time.Second)
		default:
			return charge, nil
		}
	}
	return nil, errors.New("the payer did not come back within a minute")
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
