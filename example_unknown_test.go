package omise_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
)

func ExampleChargesService_Resolve() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	srv.Fault(omisetest.On("POST /charges").DropAfter()) // charged, but the answer is lost

	_, unknown := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 45_000, Currency: omise.THB, Customer: srv.SeedCustomer(),
	}, omise.WithIntent("A-1/1"))
	if !errors.Is(unknown, omise.ErrOutcomeUnknown) {
		log.Fatal(unknown)
	}
	r, err := client.Charges.Resolve(ctx, unknown)
	if err != nil {
		log.Fatal(err) // the API could not be asked: ask again later
	}
	switch r.State {
	case omise.ResolutionFound:
		fmt.Println("charged once, paid:", r.Object.Paid)
	case omise.ResolutionDuplicated:
		fmt.Println("charged", len(r.Candidates), "times: a person gives back all but one")
	case omise.ResolutionNotFound:
		fmt.Println("not charged: it is safe to charge again")
	case omise.ResolutionOpen:
		fmt.Println("not known yet: ask again later; a person may look at r.Candidates")
	}
	// Output: charged once, paid: true
}

// The process died, and only the intent and the time of the call are known. The loop
// ends, because the state is no longer open when the API must have finished.
func ExampleChargesService_ResolveIntent() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	began := time.Now() // was stored together with the intent, before the call
	for {
		r, err := client.Charges.ResolveIntent(ctx, "A-1/1", began, time.Time{})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(r.State)
		if r.State != omise.ResolutionOpen || len(r.Candidates) > 0 {
			break // the result is known
		}
		srv.Advance(5 * time.Minute) // in production, wait
	}
	// Output:
	// open
	// open
	// not_found
}

func ExampleRefundsService_ResolveIntent() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	charge := srv.SeedPaidCharges(1)[0]
	began := time.Now()
	srv.Fault(omisetest.On("POST /charges/{id}/refunds").DropAfter())
	if _, err := client.Refunds.Create(ctx, charge, &omise.RefundCreateParams{Amount: 1_000}, omise.WithIntent("return-7")); err == nil {
		log.Fatal("the answer should be lost")
	}
	r, err := client.Refunds.ResolveIntent(ctx, charge, "return-7", began, time.Time{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.State, r.Object.Amount)
	// Output: found 1000
}

func ExampleTransfersService_Resolve() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client(omise.WithMaxRetries(0))
	srv.Fault(omisetest.On("POST /transfers").DropAfter())
	_, unknown := client.Transfers.Create(ctx, &omise.TransferCreateParams{Amount: new(int64(100_000))}, omise.WithIntent("invoice-7"))
	r, err := client.Transfers.Resolve(ctx, unknown)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.State, r.Object.Amount)
	// Output: found 100000
}

func ExampleTransfersService_ResolveIntent() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	began := time.Now()
	if _, err := client.Transfers.Create(ctx, &omise.TransferCreateParams{Amount: new(int64(100_000))}, omise.WithIntent("invoice-7")); err != nil {
		log.Fatal(err)
	}
	r, err := client.Transfers.ResolveIntent(ctx, "invoice-7", began, time.Time{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.State, r.Object.Amount)
	// Output: found 100000
}

// MarshalError also finds an error that the program has wrapped.
func ExampleMarshalError() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	srv.Fault(omisetest.On("POST /charges").DropAfter())
	_, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 45_000, Currency: omise.THB, Customer: srv.SeedCustomer(),
	}, omise.WithIntent("A-1/1"))
	wrapped := fmt.Errorf("order A-1: %w", err)

	stored, err := omise.MarshalError(wrapped) // json.Marshal(wrapped) would return {}
	if err != nil {
		log.Fatal(err)
	}
	unknown := new(omise.Error) // in another process
	if err := json.Unmarshal(stored, unknown); err != nil {
		log.Fatal(err)
	}
	r, err := client.Charges.Resolve(ctx, unknown)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.State, r.Object.Paid)
	// Output: found true
}
