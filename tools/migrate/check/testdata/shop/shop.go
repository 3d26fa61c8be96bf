// Package shop is a typical program that uses omise-go 1.7.2.
package shop

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/omise/omise-go"
	"github.com/omise/omise-go/operations"
	"github.com/omise/omise-go/schedule"
)

// A Shop takes orders.
type Shop struct {
	client *omise.Client
	events chan string
}

// New connects a shop.
func New(public, secret, address string) (*Shop, error) {
	client, err := omise.NewClient(public, secret)
	if err != nil {
		return nil, err
	}
	client.SetDebug(false)
	client.WithUserAgent("shop/1.2")
	client.Endpoints["https://api.omise.co"] = address
	client.Endpoints["https://vault.omise.co"] = address
	return &Shop{client: client, events: make(chan string, 100)}, nil
}

// Token is what the browser makes in production.
func (s *Shop) Token(number string) (string, error) {
	token := &omise.Token{}
	err := s.client.Do(token, &operations.CreateToken{
		Name:            "Somchai Prasert",
		Number:          number,
		ExpirationMonth: 12,
		ExpirationYear:  2035,
		SecurityCode:    "123",
	})
	return token.ID, err
}

// Pay charges a card.
func (s *Shop) Pay(ctx context.Context, order, token string, amount int64) (string, error) {
	charge := &omise.Charge{}
	if err := s.client.Do(charge, &operations.CreateCharge{
		Amount:    amount,
		Currency:  "THB",
		Card:      token,
		ReturnURI: "https://shop.example.com/orders/" + order,
		Metadata:  map[string]interface{}{"order_id": order, "items": 3},
	}); err != nil {
		return "", err
	}
	if charge.FailureCode != nil {
		return charge.ID, errors.New(*charge.FailureCode)
	}
	if charge.Status == omise.ChargePending && charge.AuthorizeURI != "" {
		return charge.AuthorizeURI, nil
	}
	log.Println("paid", charge.ID, charge.Currency, charge.CapturedAmount)
	return charge.ID, nil
}

// Hold authorizes a card of a customer and captures part of it.
func (s *Shop) Hold(customerID string, amount int64) (*omise.Charge, error) {
	charge, create := &omise.Charge{}, &operations.CreateCharge{
		Customer: customerID, Amount: amount, Currency: "thb", DontCapture: true,
	}
	if err := s.client.Do(charge, create); err != nil {
		return nil, err
	}
	var captured omise.Charge
	err := s.client.Do(&captured, &operations.CaptureCharge{ChargeID: charge.ID, CaptureAmount: 40000})
	if err != nil {
		return nil, err
	}
	return &captured, nil
}

// Customer keeps a card.
func (s *Shop) Customer(email, token string) (*omise.Customer, error) {
	customer := &omise.Customer{}
	err := s.client.Do(customer, &operations.CreateCustomer{Email: email, Card: token})
	if err != nil {
		return nil, err
	}
	err = s.client.Do(customer, &operations.UpdateCustomer{CustomerID: customer.ID, Description: "drinks tea"})
	return customer, err
}

// Forget deletes a customer.
func (s *Shop) Forget(id string) (bool, error) {
	gone := &omise.Deletion{}
	err := s.client.Do(gone, &operations.DestroyCustomer{CustomerID: id})
	return gone.Deleted, err
}

// Refund gives money back.
func (s *Shop) Refund(chargeID string, amount int64) (string, error) {
	var refund omise.Refund
	if err := s.client.Do(&refund, &operations.CreateRefund{
		ChargeID: chargeID,
		Amount:   amount,
		Metadata: map[string]interface{}{"reason": "broken"},
	}); err != nil {
		return "", err
	}
	return refund.Charge + "/" + refund.ID, nil
}

// QR makes a code to pay with.
func (s *Shop) QR(amount int64, currency string) (string, error) {
	source := &omise.Source{}
	if err := s.client.Do(source, &operations.CreateSource{Type: "promptpay", Amount: amount, Currency: currency}); err != nil {
		return "", err
	}
	charge := &omise.Charge{}
	if err := s.client.Do(charge, &operations.CreateCharge{Source: source.ID, Amount: amount, Currency: currency}); err != nil {
		return "", err
	}
	return charge.Source.ScannableCode.Image.DownloadURI, nil
}

// Report adds up a month.
func (s *Shop) Report(from, to time.Time) (credit, debit int64, err error) {
	for offset := 0; ; offset += 100 {
		page := &omise.TransactionList{}
		if err = s.client.Do(page, &operations.ListTransactions{List: operations.List{
			Offset: offset, Limit: 100, From: from, To: to, Order: omise.Chronological,
		}}); err != nil {
			return 0, 0, err
		}
		for _, transaction := range page.Data {
			switch transaction.Type {
			case omise.Credit:
				credit += transaction.Amount
			case omise.Debit:
				debit += transaction.Amount
			}
		}
		if len(page.Data) == 0 || offset+100 >= page.Total {
			return credit, debit, nil
		}
	}
}

// Find looks for a charge in the first page.
func (s *Shop) Find(id string) *omise.Charge {
	page := &omise.ChargeList{}
	if err := s.client.Do(page, &operations.ListCharges{}); err != nil {
		return nil
	}
	return page.Find(id)
}

// PayOut pays a supplier.
func (s *Shop) PayOut(name, number string, amount int64) (string, error) {
	recipient := &omise.Recipient{}
	if err := s.client.Do(recipient, &operations.CreateRecipient{
		Name:        name,
		Type:        omise.Individual,
		BankAccount: &omise.BankAccountRequest{Brand: "bbl", Number: number, Name: name},
	}); err != nil {
		return "", err
	}
	transfer := &omise.Transfer{}
	err := s.client.Do(transfer, &operations.CreateTransfer{Amount: amount, Recipient: recipient.ID, IdempKey: "july"})
	return transfer.ID, err
}

// Subscribe charges a customer each month.
func (s *Shop) Subscribe(customerID string) error {
	return s.client.Do(nil, &operations.CreateChargeSchedule{
		Every: 1, Period: schedule.PeriodMonth, DaysOfMonth: schedule.DaysOfMonth{1},
		EndDate: "2027-12-31", Customer: customerID, Amount: 30000, Currency: "thb",
	})
}

// Branch reads the balance of another account.
func (s *Shop) Branch(ctx context.Context, key string) (int64, error) {
	balance := &omise.Balance{}
	err := s.client.DoWithKeys(balance, "", key, &operations.RetrieveBalance{})
	return balance.Total, err
}

// Missing reports whether a charge does not exist.
func (s *Shop) Missing(w http.ResponseWriter, r *http.Request) {
	err := s.client.Do(nil, &operations.RetrieveCharge{ChargeID: r.FormValue("id")})
	var refused *omise.Error
	if errors.As(err, &refused) {
		http.Error(w, refused.Code, refused.StatusCode)
		return
	}
	fmt.Fprintln(w, "it exists")
}

// Webhooks handles events.
func (s *Shop) Webhooks() http.Handler {
	return omise.WebhookHTTPHandler(omise.EventHandlerFunc(func(w http.ResponseWriter, r *http.Request, event *omise.Event) {
		if charge, ok := event.Data.(*omise.Charge); ok {
			s.events <- event.Key + " " + charge.ID
		}
	}))
}
