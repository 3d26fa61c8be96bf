package omise_test

import (
	"fmt"
	"strings"

	"github.com/omisekit/omise-go"
)

func ExampleAccountService_Get() {
	client := connect()
	account, err := client.Account.Get(ctx)
	must(err)
	fmt.Println(account.Country, account.Currency, account.APIVersion)
	// Output: TH THB 2019-05-29
}

func ExampleBalanceService_Get() {
	client := connect()
	paidCharge(client)
	balance, err := client.Balance.Get(ctx)
	must(err)
	fmt.Println(balance.Currency.Format(balance.Total), "of which", balance.Currency.Format(balance.Transferable), "can be paid out")
	// Output: 960.94 of which 0.00 can be paid out
}

func ExampleCapabilityService_Get() {
	client := connect()
	capability, err := client.Capability.Get(ctx)
	must(err)
	for _, method := range capability.PaymentMethods {
		if method.Name == omise.PaymentMethodCard {
			fmt.Println("cards in", method.Currencies[0])
		}
	}
	// Output: cards in THB
}

func ExampleCustomersService_Create() {
	client := connect()
	customer, err := client.Customers.Create(ctx, &omise.CustomerCreateParams{
		Email: "somchai@example.com",
		Card:  tokenOf(client, "4242424242424242"),
	})
	must(err)
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 50_000, Currency: omise.THB, Customer: customer.ID,
	})
	must(err)
	fmt.Println(charge.Status, charge.Card.ID == customer.DefaultCard.ID)
	// Output: successful true
}

func ExampleCardsService_List() {
	client := connect()
	customer, err := client.Customers.Create(ctx, &omise.CustomerCreateParams{Card: tokenOf(client, "4242424242424242")})
	must(err)
	cards, err := client.Cards.List(ctx, customer.ID, nil)
	must(err)
	for _, card := range cards.Data {
		fmt.Println(card.Brand, card.LastDigits)
	}
	// Output: Visa 4242
}

func ExampleDisputesService_Update() {
	client := connect()
	dispute, err := client.Disputes.Create(ctx, paidCharge(client).ID) // in test mode, this is the payer's bank
	must(err)
	fmt.Println(dispute.Status, dispute.ReasonCode)

	dispute, err = client.Disputes.Update(ctx, dispute.ID, &omise.DisputeUpdateParams{
		Message: new("Delivered on 5 January; the signed receipt is attached."),
	})
	must(err)
	fmt.Println(dispute.Status)
	// Output:
	// open goods_or_services_not_provided
	// pending
}

func ExampleDocumentsService_Upload() {
	client := connect()
	dispute, err := client.Disputes.Create(ctx, paidCharge(client).ID)
	must(err)
	document, err := client.Documents.Upload(ctx, dispute.ID, &omise.DocumentUploadParams{
		File:     strings.NewReader("%PDF-1.7 a signed receipt"), // or an os.File
		Filename: "receipt.pdf",
		Kind:     omise.DocumentKindProofOfReceipt,
	})
	must(err)
	fmt.Println(document.Filename, document.Kind)
	// Output: receipt.pdf proof_of_receipt
}

func ExampleEventsService_List() {
	client := connect()
	paidCharge(client)
	events, err := client.Events.List(ctx, &omise.ListParams{Limit: 10})
	must(err)
	for _, event := range events.Data {
		fmt.Println(event.Key)
	}
	// Output: charge.create
}

func ExampleForexService_Get() {
	client := connect()
	forex, err := client.Forex.Get(ctx, omise.USD)
	must(err)
	fmt.Println("1", forex.Base, "in", forex.Quote, "is a decimal:", forex.Rate != "")
	// Output: 1 USD in THB is a decimal: true
}

func ExampleRecipientsService_Create() {
	client := connect()
	recipient, err := client.Recipients.Create(ctx, &omise.RecipientCreateParams{
		Name: "Doi Chang Roasters",
		Type: omise.RecipientTypeCorporation,
		BankAccount: &omise.BankAccountParams{
			Name:   "Doi Chang Roasters",
			Number: "1234567890",
			Brand:  "bbl",
		},
	})
	must(err)
	fmt.Println(recipient.BankAccount.Brand, recipient.Verified)
	// Output: Bangkok Bank false
}

func ExampleRefundsService_Create() {
	client := connect()
	charge := paidCharge(client)
	refund, err := client.Refunds.Create(ctx, charge.ID, &omise.RefundCreateParams{Amount: 25_000})
	must(err)
	charge, err = client.Charges.Get(ctx, charge.ID)
	must(err)
	fmt.Println(refund.Status, charge.RefundedAmount)
	// Output: closed 25000
}

func ExampleSourcesService_Create() {
	client := connect()
	source, err := client.Sources.Create(ctx, &omise.SourceCreateParams{
		Type:     omise.SourceTypePromptPay,
		Amount:   45_000,
		Currency: omise.THB,
	})
	must(err)
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: source.Amount, Currency: source.Currency, Source: source.ID,
	})
	must(err)
	fmt.Println(charge.Status, charge.Source.ScannableCode.Type) // show the code's image to the payer

	charge, err = client.Charges.MarkAsPaid(ctx, charge.ID) // in test mode, this is the payer
	must(err)
	fmt.Println(charge.Status)
	// Output:
	// pending qr
	// successful
}

func ExampleTokensService_Create() {
	client := connect()
	token, err := client.Tokens.Create(ctx, &omise.TokenCreateParams{Card: &omise.TokenCardParams{
		Name:            "Somchai Prasert",
		Number:          omise.NewSensitive("4242424242424242"),
		ExpirationMonth: 12,
		ExpirationYear:  2035,
		SecurityCode:    omise.NewSensitive("123"),
	}})
	must(err)
	fmt.Println(token.Card.Brand, token.Card.LastDigits, token.Used)
	// Output: Visa 4242 false
}

func ExampleTransactionsService_All() {
	client := connect()
	paidCharge(client)
	for transaction, err := range client.Transactions.All(ctx, nil) {
		must(err)
		fmt.Println(transaction.Key, transaction.Signed())
	}
	// Output: charge.captured.net 96094
}

func ExampleTransfersService_Create() {
	client := connect()
	transfer, err := client.Transfers.Create(ctx, &omise.TransferCreateParams{
		Amount: new(int64(100_000)), // to the account's own bank account
	})
	must(err)
	fmt.Println(transfer.Net, "will arrive at", transfer.BankAccount.Brand)
	// Output: 97000 will arrive at Test Bank
}
