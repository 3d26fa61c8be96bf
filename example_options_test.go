package omise_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"os"
	"time"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
)

// An intent names one attempt. With it and the time of the call, another process
// finds the charge whose answer was lost.
func ExampleWithIntent() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client(omise.WithMaxRetries(0))
	srv.Fault(omisetest.On("POST /charges").DropAfter()) // charged, but the answer is lost

	began := time.Now()
	_, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 45_000, Currency: omise.THB, Customer: srv.SeedCustomer(),
	}, omise.WithIntent("A-1/1"))
	fmt.Println(errors.Is(err, omise.ErrOutcomeUnknown))

	r, err := client.Charges.ResolveIntent(ctx, "A-1/1", began, time.Time{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.State, r.Object.Paid)
	// Output:
	// true
	// found true
}

func ExampleWithMaxRetries() {
	srv := omisetest.NewServer(nil)
	client := srv.Client(omise.WithMaxRetries(0)) // one attempt
	srv.Fault(omisetest.On("GET /balance").HTML(502))
	_, err := client.Balance.Get(context.Background())
	e, ok := errors.AsType[*omise.Error](err)
	if !ok {
		log.Fatal(err)
	}
	fmt.Println(e.Status, e.Attempts)
	// Output: 502 1
}

func ExampleWithIdempotencyKeys() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil, omisetest.WithHonouredKeys())
	client := srv.Client(omise.WithIdempotencyKeys(omise.KeysHonoured)) // you have seen this on the account
	charge, err := client.Charges.Get(ctx, srv.SeedPaidCharges(1)[0])
	if err != nil {
		log.Fatal(err)
	}
	srv.Fault(omisetest.On("POST /charges/{id}/refunds").Nth(1).DropAfter())
	refund, err := client.Refunds.Create(ctx, charge.ID, &omise.RefundCreateParams{Amount: 1_000})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(refund.Amount) // the refund of the first attempt, because the key was the same
	// Output: 1000
}

func ExampleWithLogger() {
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		Level: slog.LevelDebug,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == "method" || a.Key == "path" || a.Key == "status" {
				return a
			}
			return slog.Attr{} // the time and the id of the request are different each time
		},
	}))
	client := omisetest.NewServer(nil).Client(omise.WithLogger(logger))
	if _, err := client.Balance.Get(context.Background()); err != nil {
		log.Fatal(err)
	}
	// Output: method=GET path=/balance status=200
}

func ExampleWithPrefetch() {
	srv := omisetest.NewServer(nil)
	srv.SeedPaidCharges(250)
	count := 0
	for _, err := range srv.Client().Charges.All(context.Background(), &omise.ListParams{Limit: 100}, omise.WithPrefetch(2)) {
		if err != nil {
			log.Fatal(err) // the list is not complete
		}
		count++
	}
	fmt.Println(count)
	// Output: 250
}

func ExampleEventsService_Watch() {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	srv := omisetest.NewServer(nil)
	srv.SeedCustomer()
	var place omise.EventCheckpoint // in production, read it from the database
	for event, err := range srv.Client().Events.Watch(ctx, &omise.EventWatchParams{Checkpoint: place}) {
		if err != nil {
			log.Print(err) // Watch waits and tries again
			continue
		}
		fmt.Println(event.Key)
		place = place.After(event) // store it
		stop()
	}
	// Output: customer.create
}
