package omise_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
)

func ExampleChargesService_Create() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 129_900, Currency: omise.THB, // 1,299.00 baht
		InlineSource: &omise.SourceCreateParams{Type: omise.SourceTypePromptPay},
		ExpiresAt:    srv.Now().Add(time.Hour),
	}, omise.WithIntent("A-1/1"))
	switch {
	case errors.Is(err, omise.ErrOutcomeUnknown):
		log.Fatal("the money may move: resolve, do not charge again: ", err)
	case err != nil:
		log.Fatal("not charged: ", err)
	}
	fmt.Println(charge.Status, charge.Source.ScannableCode != nil) // a QR code for the payer
	// Output: pending true
}

func ExampleChargesService_Reverse() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 100_000, Currency: omise.THB, Card: srv.SeedToken("4242424242424242"), Capture: new(false),
	}, omise.WithIntent("A-1/1"))
	if err != nil {
		log.Fatal(err)
	}
	charge, err = client.Charges.Reverse(ctx, charge.ID) // the goods are sold out: release the money
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(charge.Status, charge.Paid)
	// Output: reversed false
}

func ExampleChargesService_Expire() {
	ctx := context.Background()
	client := omisetest.NewServer(nil).Client()
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 45_000, Currency: omise.THB, ReturnURI: "https://shop.example.com/orders/A-1",
		InlineSource: &omise.SourceCreateParams{Type: omise.SourceTypeTrueMoney, PhoneNumber: "0812345678"},
	}, omise.WithIntent("A-1/1"))
	if err != nil {
		log.Fatal(err)
	}
	charge, err = client.Charges.Expire(ctx, charge.ID) // the payer chose something else
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(charge.Status)
	// Output: expired
}

// In test mode no payer scans the code. This call acts for the payer.
func ExampleChargesService_MarkAsPaid() {
	ctx := context.Background()
	client := omisetest.NewServer(nil).Client()
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 45_000, Currency: omise.THB, InlineSource: &omise.SourceCreateParams{Type: omise.SourceTypePromptPay},
	})
	if err != nil {
		log.Fatal(err)
	}
	charge, err = client.Charges.MarkAsPaid(ctx, charge.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(charge.Status, charge.Paid)
	// Output: successful true
}

func ExampleChargesService_MarkAsFailed() {
	ctx := context.Background()
	client := omisetest.NewServer(nil).Client()
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 45_000, Currency: omise.THB, InlineSource: &omise.SourceCreateParams{Type: omise.SourceTypePromptPay},
	})
	if err != nil {
		log.Fatal(err)
	}
	charge, err = client.Charges.MarkAsFailed(ctx, charge.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(charge.Status, charge.Failure().Code)
	// Output: failed failed_processing
}

// A transfer can be deleted until it is sent.
func ExampleTransfersService_Delete() {
	ctx := context.Background()
	client := omisetest.NewServer(nil).Client()
	transfer, err := client.Transfers.Create(ctx, &omise.TransferCreateParams{Amount: new(int64(100_000))})
	if err != nil {
		log.Fatal(err)
	}
	transfer, err = client.Transfers.Delete(ctx, transfer.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(transfer.Deleted)
	// Output: true
}

// In test mode no bank takes the money. These two calls act for the bank.
func ExampleTransfersService_MarkAsSent() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	srv.SeedPaidCharges(3)
	srv.Advance(8 * 24 * time.Hour) // the money of the charges can be paid out
	transfer, err := client.Transfers.Create(ctx, &omise.TransferCreateParams{Amount: new(int64(100_000))})
	if err != nil {
		log.Fatal(err)
	}
	transfer, err = client.Transfers.MarkAsSent(ctx, transfer.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("sent:", transfer.Sent, "paid:", transfer.Paid)

	transfer, err = client.Transfers.MarkAsPaid(ctx, transfer.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("sent:", transfer.Sent, "paid:", transfer.Paid)
	// Output:
	// sent: true paid: false
	// sent: true paid: true
}

func ExampleTransfersService_MarkAsPaid() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	srv.SeedPaidCharges(3)
	srv.Advance(8 * 24 * time.Hour)
	transfer, err := client.Transfers.Create(ctx, &omise.TransferCreateParams{Amount: new(int64(100_000))})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.Transfers.MarkAsSent(ctx, transfer.ID); err != nil {
		log.Fatal(err)
	}
	transfer, err = client.Transfers.MarkAsPaid(ctx, transfer.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(transfer.Paid, transfer.Net)
	// Output: true 97000
}

// The merchant accepts the dispute, and the payer keeps the money.
func ExampleDisputesService_Accept() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	dispute, err := client.Disputes.Create(ctx, srv.SeedPaidCharges(1)[0]) // in test mode, this call acts for the payer's bank
	if err != nil {
		log.Fatal(err)
	}
	dispute, err = client.Disputes.Accept(ctx, dispute.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(dispute.Status)
	// Output: lost
}
