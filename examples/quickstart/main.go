// Command quickstart plays a merchant's day: cards and PromptPay, a decline, a capture, a
// refund, a payout and the balance in the evening.
//
//	go run ./cmd/omise-mock go run ./examples/quickstart
//
// With OMISE_SECRET_KEY and OMISE_PUBLIC_KEY set to test keys,
// go run ./examples/quickstart does the same on the API.
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
	fmt.Print("A day of Malee's shop.\n\n")
	if err := day(context.Background(), &shop{client}); err != nil {
		log.Fatal(err)
	}
}

// shop is a merchant with one account.
type shop struct{ *omise.Client }

// day plays the day and compares the balance with its transactions.
func day(ctx context.Context, s *shop) error {
	morning, err := s.Balance.Get(ctx)
	if err != nil {
		return err
	}
	opened, err := s.regular(ctx)
	if err != nil {
		return err
	}
	for _, visit := range []func(context.Context) error{s.declined, s.deposit, s.promptPay, s.payout} {
		if err := visit(ctx); err != nil {
			return err
		}
	}
	return s.evening(ctx, opened, morning)
}

// regular saves the card of a regular customer and charges it. It returns the time of the
// first charge of the day.
func (s *shop) regular(ctx context.Context) (time.Time, error) {
	token, err := s.token(ctx, "4242424242424242")
	if err != nil {
		return time.Time{}, err
	}
	customer, err := s.Customers.Create(ctx, &omise.CustomerCreateParams{
		Email: "somchai@example.com",
		Card:  token.ID,
	})
	if err != nil {
		return time.Time{}, err
	}
	tell("Somchai leaves his card", "%s, %s ending in %s", customer.Email, token.Card.Brand, token.Card.LastDigits)

	charge, err := s.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount:      150_000,
		Currency:    omise.THB,
		Customer:    customer.ID,
		Description: "Coffee beans for a month",
		Metadata:    omise.Metadata{"order_id": "A-1"},
	})
	if err != nil {
		return time.Time{}, err
	}
	if !charge.Paid {
		return time.Time{}, fmt.Errorf("the regular's charge is %s", charge.Status)
	}
	tell("and buys coffee beans", "%s %s, of which %s is ours", amount(charge.Amount, charge.Currency), charge.Status, amount(charge.Net, charge.FundingCurrency))

	refund, err := s.Refunds.Create(ctx, charge.ID, &omise.RefundCreateParams{Amount: 50_000, Reason: "One bag was open"})
	if err != nil {
		return time.Time{}, err
	}
	tell("One bag was open", "%s refunded", amount(refund.Amount, refund.Currency))
	return charge.CreatedAt, nil
}

// declined charges a card without money. A decline is not an error.
func (s *shop) declined(ctx context.Context) error {
	token, err := s.token(ctx, "4111111111140011")
	if err != nil {
		return err
	}
	charge, err := s.Charges.Create(ctx, &omise.ChargeCreateParams{Amount: 80_000, Currency: omise.THB, Card: token.ID})
	if err != nil {
		return err
	}
	failure := charge.Failure()
	if failure == nil {
		return fmt.Errorf("the test card was not declined: the charge is %s", charge.Status)
	}
	tell("A tourist's card is declined", "%s: %s", failure.Code, failure.Message)
	return nil
}

// deposit holds an amount on a card and captures a part of it.
func (s *shop) deposit(ctx context.Context) error {
	token, err := s.token(ctx, "5555555555554444")
	if err != nil {
		return err
	}
	charge, err := s.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount:            200_000,
		Currency:          omise.THB,
		Card:              token.ID,
		Capture:           new(false),
		AuthorizationType: omise.ChargeAuthorizationTypePreAuth,
	})
	if err != nil {
		return err
	}
	tell("A cup machine goes out on loan", "%s held, nothing taken: %s", amount(charge.Amount, charge.Currency), charge.Status)

	charge, err = s.Charges.Capture(ctx, charge.ID, &omise.ChargeCaptureParams{CaptureAmount: new(int64(60_000))})
	if err != nil {
		return err
	}
	tell("and comes back scratched", "%s of it taken, the rest released: %s", amount(charge.FundingAmount, charge.FundingCurrency), charge.Status)
	return nil
}

// promptPay shows a QR code that is paid after the customer has left.
func (s *shop) promptPay(ctx context.Context) error {
	source, err := s.Sources.Create(ctx, &omise.SourceCreateParams{
		Type:     omise.SourceTypePromptPay,
		Amount:   45_000,
		Currency: omise.THB,
	})
	if err != nil {
		return err
	}
	charge, err := s.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount:   source.Amount,
		Currency: source.Currency,
		Source:   source.ID,
	})
	if err != nil {
		return err
	}
	tell("Noi scans a PromptPay code", "%s %s, code in %s", amount(charge.Amount, charge.Currency), charge.Status, charge.Source.ScannableCode.Image.Filename)

	charge, err = s.Charges.MarkAsPaid(ctx, charge.ID) // in live mode the payer's bank does this
	if err != nil {
		return err
	}
	tell("and pays on the bus", "%s %s", amount(charge.Amount, charge.Currency), charge.Status)
	return nil
}

// payout makes a transfer to a supplier. It is sent when the money is settled.
func (s *shop) payout(ctx context.Context) error {
	recipient, err := s.Recipients.Create(ctx, &omise.RecipientCreateParams{
		Name: "Doi Chang Roasters",
		Type: omise.RecipientTypeCorporation,
		BankAccount: &omise.BankAccountParams{
			Name:   "Doi Chang Roasters",
			Number: "1234567890",
			Brand:  "bbl",
		},
	})
	if err != nil {
		return err
	}
	if recipient, err = s.Recipients.Verify(ctx, recipient.ID); err != nil {
		return err
	}
	transfer, err := s.Transfers.Create(ctx, &omise.TransferCreateParams{
		Amount:    new(int64(100_000)),
		Recipient: recipient.ID,
	})
	if err != nil {
		return err
	}
	tell("The roaster will be paid", "%s to %s, %s after the fee, when the money is settled",
		amount(transfer.Amount, transfer.Currency), recipient.BankAccount.Brand, amount(transfer.Net, transfer.Currency))
	return nil
}

// evening lists the transactions of today and checks that they add up to the balance.
func (s *shop) evening(ctx context.Context, opened time.Time, morning *omise.Balance) error {
	fmt.Println("\nThe day's transactions:")
	var total int64
	for transaction, err := range s.Transactions.All(ctx, &omise.ListParams{From: opened}) {
		if err != nil {
			return err
		}
		total += transaction.Signed()
		fmt.Printf("  %-38s %12s\n", transaction.Key, transaction.Currency.Format(transaction.Signed()))
	}
	balance, err := s.Balance.Get(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("  %-38s %12s\n\n", "total", balance.Currency.Format(total))
	tell("The balance tonight", "%s, of which %s can be paid out now", amount(balance.Total, balance.Currency), amount(balance.Transferable, balance.Currency))
	if morning.Total+total != balance.Total {
		return fmt.Errorf("%s this morning and %s today do not make %s",
			amount(morning.Total, balance.Currency), amount(total, balance.Currency), amount(balance.Total, balance.Currency))
	}
	return nil
}

// token makes a token of a test card. In production the payer's browser or app does this,
// so that the server never sees the number.
func (s *shop) token(ctx context.Context, number string) (*omise.Token, error) {
	return s.Tokens.Create(ctx, &omise.TokenCreateParams{Card: &omise.TokenCardParams{
		Name:            "Somchai Prasert",
		Number:          omise.NewSensitive(number),
		ExpirationMonth: 12,
		ExpirationYear:  2035,
		SecurityCode:    omise.NewSensitive("123"),
	}})
}

func amount(minor int64, currency omise.Currency) string {
	return currency.Format(minor) + " " + string(currency)
}

func tell(what, format string, args ...any) {
	fmt.Printf("%-32s %s\n", what, fmt.Sprintf(format, args...))
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
