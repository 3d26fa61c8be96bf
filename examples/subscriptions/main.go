// Command subscriptions saves a card and charges it each month.
// docs/saved-cards-and-subscriptions.md explains it.
//
//	go run ./cmd/omise-mock go run ./examples/subscriptions
//
// With OMISE_SECRET_KEY and OMISE_PUBLIC_KEY set to test keys,
// go run ./examples/subscriptions does the same on the API.
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
	customer, err := client.Customers.Create(ctx, &omise.CustomerCreateParams{Email: "malee@example.com", Card: token})
	if err != nil {
		return err
	}
	fmt.Println("kept the card of", customer.Email)

	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 30_000, Currency: omise.THB, Customer: customer.ID,
		TransactionIndicator: omise.ChargeTransactionIndicatorMIT,
		RecurringReason:      omise.ChargeRecurringReasonSubscription,
		Metadata:             omise.Metadata{"order_id": "A-3"},
	}, omise.WithIntent("A-3/1"))
	if err != nil {
		return err
	}
	fmt.Println("the first month is", charge.Status)

	schedule, err := client.Schedules.Create(ctx, &omise.ScheduleCreateParams{
		Every: 1, Period: omise.SchedulePeriodMonth,
		On:      &omise.ScheduleOn{DaysOfMonth: []int{1}},
		EndDate: omise.DateOf(time.Now().AddDate(1, 0, 0)),
		Charge:  &omise.ScheduleChargeParams{Customer: customer.ID, Amount: 30_000, Currency: omise.THB},
	})
	if err != nil {
		return err
	}
	fmt.Println("all others are charged", schedule.InWords)

	if _, err := client.Schedules.Delete(ctx, schedule.ID); err != nil {
		return err
	}
	fmt.Println("the customer has cancelled")
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
