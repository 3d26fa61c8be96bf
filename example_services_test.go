package omise_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
)

func ExampleAccountService_Get() {
	ctx := context.Background()
	client := omisetest.NewServer(nil).Client()
	account, err := client.Account.Get(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(account.Country, account.Currency, account.APIVersion)
	// Output: TH THB 2019-05-29
}

func ExampleBalanceService_Get() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	srv.SeedPaidCharges(1)
	balance, err := client.Balance.Get(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(balance.Currency.Format(balance.Total), "of which", balance.Currency.Format(balance.Transferable), "can be paid out")
	// Output: 960.94 of which 0.00 can be paid out
}

func ExampleCapabilityService_Get() {
	ctx := context.Background()
	client := omisetest.NewServer(nil).Client()
	capability, err := client.Capability.Get(ctx)
	if err != nil {
		log.Fatal(err)
	}
	for _, method := range capability.PaymentMethods {
		if method.Name == omise.PaymentMethodCard {
			fmt.Println("cards in", method.Currencies[0])
		}
	}
	// Output: cards in THB
}

// Use the same switch for the answer to Create and on the page that the payer comes
// back to.
func ExampleCharge_NextStep() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil, omisetest.WithThreeDSecure())
	client := srv.Client()
	answer := func(charge *omise.Charge) {
		switch step := charge.NextStep(); step {
		case omise.NextStepPaid:
			fmt.Println("deliver")
		case omise.NextStepRedirect:
			fmt.Println("send the payer to confirm the payment")
		case omise.NextStepFailed:
			fmt.Println("ask for another card:", charge.Failure().Code)
		default:
			fmt.Println("the payment is", step)
		}
	}
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 100_000, Currency: omise.THB, Card: srv.SeedToken("4242424242424242"),
		ReturnURI: "https://shop.example.com/orders/A-1",
	}, omise.WithIntent("A-1"))
	if err != nil {
		log.Fatal(err)
	}
	answer(charge)

	srv.Authorize(charge.ID, true) // the payer, on the page at charge.AuthorizeURI
	charge, err = client.Charges.Get(ctx, charge.ID)
	if err != nil {
		log.Fatal(err)
	}
	answer(charge)
	// Output:
	// send the payer to confirm the payment
	// deliver
}

func ExampleCustomersService_Create() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	customer, err := client.Customers.Create(ctx, &omise.CustomerCreateParams{
		Email: "somchai@example.com",
		Card:  srv.SeedToken("4242424242424242"),
	})
	if err != nil {
		log.Fatal(err)
	}
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 50_000, Currency: omise.THB, Customer: customer.ID,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(charge.Status, charge.Card.ID == customer.DefaultCard.ID)
	// Output: successful true
}

func ExampleCardsService_List() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	customer, err := client.Customers.Create(ctx, &omise.CustomerCreateParams{Card: srv.SeedToken("4242424242424242")})
	if err != nil {
		log.Fatal(err)
	}
	cards, err := client.Cards.List(ctx, customer.ID, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, card := range cards.Data {
		fmt.Println(card.Brand, card.LastDigits)
	}
	// Output: Visa 4242
}

func ExampleDisputesService_Update() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	dispute, err := client.Disputes.Create(ctx, srv.SeedPaidCharges(1)[0]) // in test mode, this call acts for the payer's bank
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(dispute.Status, dispute.ReasonCode)

	dispute, err = client.Disputes.Update(ctx, dispute.ID, &omise.DisputeUpdateParams{
		Message: new("Delivered on 5 January; the signed receipt is attached."),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(dispute.Status)
	// Output:
	// open goods_or_services_not_provided
	// pending
}

func ExampleDocumentsService_Upload() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	dispute, err := client.Disputes.Create(ctx, srv.SeedPaidCharges(1)[0])
	if err != nil {
		log.Fatal(err)
	}
	document, err := client.Documents.Upload(ctx, dispute.ID, &omise.DocumentUploadParams{
		File:     strings.NewReader("%PDF-1.7 a signed receipt"), // or an os.File
		Filename: "receipt.pdf",
		Kind:     omise.DocumentKindProofOfReceipt,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(document.Filename, document.Kind)
	// Output: receipt.pdf proof_of_receipt
}

func ExampleEventsService_List() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	srv.SeedPaidCharges(1)
	events, err := client.Events.List(ctx, &omise.ListParams{Limit: 10})
	if err != nil {
		log.Fatal(err)
	}
	for _, event := range events.Data {
		fmt.Println(event.Key)
	}
	// Output:
	// customer.create
	// charge.create
}

func ExampleForexService_Get() {
	ctx := context.Background()
	client := omisetest.NewServer(nil).Client()
	forex, err := client.Forex.Get(ctx, omise.USD)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("1", forex.Base, "in", forex.Quote, "is a decimal:", forex.Rate != "")
	// Output: 1 USD in THB is a decimal: true
}

func ExampleRecipientsService_Create() {
	ctx := context.Background()
	client := omisetest.NewServer(nil).Client()
	recipient, err := client.Recipients.Create(ctx, &omise.RecipientCreateParams{
		Name: "Doi Chang Roasters",
		Type: omise.RecipientTypeCorporation,
		BankAccount: &omise.BankAccountParams{
			Name:   "Doi Chang Roasters",
			Number: "1234567890",
			Brand:  "bbl",
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(recipient.BankAccount.Brand, recipient.Verified)
	// Output: Bangkok Bank false
}

func ExampleRefundsService_Create() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	charge, err := client.Charges.Get(ctx, srv.SeedPaidCharges(1)[0])
	if err != nil {
		log.Fatal(err)
	}
	refund, err := client.Refunds.Create(ctx, charge.ID, &omise.RefundCreateParams{Amount: 25_000})
	if err != nil {
		log.Fatal(err)
	}
	charge, err = client.Charges.Get(ctx, charge.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(refund.Status, charge.RefundedAmount)
	// Output: closed 25000
}

func ExampleSourcesService_Create() {
	ctx := context.Background()
	client := omisetest.NewServer(nil).Client()
	source, err := client.Sources.Create(ctx, &omise.SourceCreateParams{
		Type:     omise.SourceTypePromptPay,
		Amount:   45_000,
		Currency: omise.THB,
	})
	if err != nil {
		log.Fatal(err)
	}
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: source.Amount, Currency: source.Currency, Source: source.ID,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(charge.Status, charge.Source.ScannableCode.Type) // show the code's image to the payer

	charge, err = client.Charges.MarkAsPaid(ctx, charge.ID) // in test mode, this call acts for the payer
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(charge.Status)
	// Output:
	// pending qr
	// successful
}

func ExampleTokensService_Create() {
	ctx := context.Background()
	client := omisetest.NewServer(nil).Client()
	token, err := client.Tokens.Create(ctx, &omise.TokenCreateParams{Card: &omise.TokenCardParams{
		Name:            "Somchai Prasert",
		Number:          omise.NewSensitive("4242424242424242"),
		ExpirationMonth: 12,
		ExpirationYear:  2035,
		SecurityCode:    omise.NewSensitive("123"),
	}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(token.Card.Brand, token.Card.LastDigits, token.Used)
	// Output: Visa 4242 false
}

func ExampleTransactionsService_All() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	srv.SeedPaidCharges(1)
	for transaction, err := range client.Transactions.All(ctx, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(transaction.Key, transaction.Signed())
	}
	// Output: charge.captured.net 96094
}

func ExampleTransfersService_Create() {
	ctx := context.Background()
	client := omisetest.NewServer(nil).Client()
	transfer, err := client.Transfers.Create(ctx, &omise.TransferCreateParams{
		Amount: new(int64(100_000)), // to the account's own bank account
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(transfer.Net, "will arrive at", transfer.BankAccount.Brand)
	// Output: 97000 will arrive at Test Bank
}
