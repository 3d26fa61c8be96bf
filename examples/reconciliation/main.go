// Command reconciliation writes the transactions of one day as CSV, in the time zone of a
// merchant in Bangkok. docs/reconciliation.md explains it.
//
//	go run ./cmd/omise-mock sh -c 'go run ./examples/checkout && go run ./examples/reconciliation'
//
// With OMISE_SECRET_KEY and OMISE_PUBLIC_KEY set to test keys,
// go run ./examples/reconciliation does the same on the API.
package main

import (
	"cmp"
	"context"
	"encoding/csv"
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
	bangkok, err := time.LoadLocation("Asia/Bangkok")
	if err != nil {
		return err
	}
	balance, err := client.Balance.Get(ctx)
	if err != nil {
		return err
	}
	day := omise.DateOf(balance.CreatedAt.In(bangkok)) // today, by the clock of the API
	if err := writeDay(ctx, client, csv.NewWriter(os.Stdout), day, bangkok, balance.Currency); err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "wrote the transactions of", day)
	return nil
}

// writeDay writes the transactions of a day. To of a list is inclusive, so a day ends a
// second before the next day begins. The API counts in seconds, so no record is on two days.
// All transactions have the currency of the account.
func writeDay(ctx context.Context, client *omise.Client, w *csv.Writer, day omise.Date, zone *time.Location, currency omise.Currency) error {
	from := day.In(zone)
	to := from.AddDate(0, 0, 1).Add(-time.Second)
	if err := w.Write([]string{"time", "id", "key", "amount", "currency", "origin"}); err != nil {
		return err
	}
	var total int64
	for t, err := range client.Transactions.All(ctx, &omise.ListParams{From: from, To: to, Limit: 100, Order: omise.Chronological}) {
		if err != nil {
			return err // the written lines are not the whole day
		}
		total += t.Signed()
		row := []string{t.CreatedAt.In(zone).Format(time.RFC3339), t.ID, string(t.Key), t.Currency.Format(t.Signed()), string(t.Currency), t.Origin.ID}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	if err := w.Write([]string{"", "", "total", currency.Format(total), string(currency), ""}); err != nil {
		return err
	}
	w.Flush()
	return w.Error()
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
