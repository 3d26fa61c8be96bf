// Command omise-go goes through the flow with Omise's own SDK for Go. For each step it prints
// the name and, after a tab, the answer as the SDK has decoded it.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/omise/omise-go"
	op "github.com/omise/omise-go/operations"
	"github.com/omise/omise-go/schedule"
)

var (
	mock   = os.Getenv("OMISE_MOCK_URL")
	secret = os.Getenv("OMISE_SECRET_KEY")
	client *omise.Client
)

func main() {
	log.SetFlags(0)
	var err error
	if client, err = omise.NewClient(os.Getenv("OMISE_PUBLIC_KEY"), secret); err != nil {
		log.Fatal(err)
	}
	client.Endpoints["https://api.omise.co"] = mock
	client.Endpoints["https://vault.omise.co"] = mock
	customer := &omise.Customer{}
	cards(customer)
	sources()
	lists()
	payouts(customer)
	step("update the customer", customer, client.Do(customer, &op.UpdateCustomer{CustomerID: customer.ID, Description: "loyal"}))
	gone := &omise.Deletion{}
	step("delete the customer", gone, client.Do(gone, &op.DestroyCustomer{CustomerID: customer.ID}))
	step("missing charge", nil, client.Do(nil, &op.RetrieveCharge{ChargeID: "chrg_test_404"}))
}

func cards(customer *omise.Customer) {
	token, poor := &omise.Token{}, &omise.Token{}
	paid, declined, held, refund := &omise.Charge{}, &omise.Charge{}, &omise.Charge{}, &omise.Refund{}
	step("token", token, client.Do(token, card("4242424242424242")))
	step("customer", customer, client.Do(customer, &op.CreateCustomer{Email: "somchai@example.com", Card: token.ID}))
	step("charge the customer", paid, client.Do(paid, &op.CreateCharge{
		Customer: customer.ID, Amount: 100_000, Currency: "thb", Metadata: map[string]any{"order": "A-1"},
	}))
	step("token of a card without money", poor, client.Do(poor, card("4111111111140011")))
	onPoor := &op.CreateCharge{Card: poor.ID, Amount: 100_000, Currency: "thb"}
	step("declined charge", declined, client.Do(declined, onPoor))
	step("used token", nil, client.Do(nil, onPoor))
	step("authorize", held, client.Do(held, &op.CreateCharge{
		Customer: customer.ID, Amount: 50_000, Currency: "thb", DontCapture: true,
	}))
	step("capture", held, client.Do(held, &op.CaptureCharge{ChargeID: held.ID}))
	step("refund", refund, client.Do(refund, &op.CreateRefund{ChargeID: held.ID, Amount: 10_000}))
	step("refund too much", nil, client.Do(nil, &op.CreateRefund{ChargeID: held.ID, Amount: 40_001}))
}

func card(number string) *op.CreateToken {
	return &op.CreateToken{Name: "Somchai Prasert", Number: number, ExpirationMonth: 12, ExpirationYear: 2035, SecurityCode: "123"}
}

func sources() {
	qr, bank, waiting, away := &omise.Source{}, &omise.Source{}, &omise.Charge{}, &omise.Charge{}
	step("source", qr, client.Do(qr, &op.CreateSource{Type: "promptpay", Amount: 45_000, Currency: "thb"}))
	step("charge the source", waiting, client.Do(waiting, &op.CreateCharge{Source: qr.ID, Amount: 45_000, Currency: "thb"}))
	admin("charges/"+waiting.ID+"/pay", "")
	step("paid with the phone", waiting, client.Do(waiting, &op.RetrieveCharge{ChargeID: waiting.ID}))
	step("source of a bank", bank, client.Do(bank, &op.CreateSource{Type: "internet_banking_bbl", Amount: 30_000, Currency: "thb"}))
	step("charge a bank account", away, client.Do(away, &op.CreateCharge{
		Source: bank.ID, Amount: 30_000, Currency: "thb", ReturnURI: "https://shop.example.com/back",
	}))
	admin("charges/"+away.ID+"/authorize", "")
	step("authorized at the bank", away, client.Do(away, &op.RetrieveCharge{ChargeID: away.ID}))
}

func lists() {
	newest, none, events := &omise.ChargeList{}, &omise.ChargeList{}, &omise.EventList{}
	balance, transfer := &omise.Balance{}, &omise.Transfer{}
	step("newest charges", newest, client.Do(newest, &op.ListCharges{List: op.List{
		Limit: 2, Offset: 1, Order: omise.ReverseChronological,
	}}))
	step("charges of tomorrow", none, client.Do(none, &op.ListCharges{List: op.List{
		From: time.Date(2026, 1, 6, 0, 0, 0, 0, time.UTC),
	}}))
	admin("advance", `{"duration":"7d"}`)
	step("balance", balance, client.Do(balance, &op.RetrieveBalance{}))
	step("transfer", transfer, client.Do(transfer, &op.CreateTransfer{Amount: 50_000}))
	step("events", events, client.Do(events, &op.ListEvents{List: op.List{Limit: 100}}))
}

// payouts makes updates in which the SDK sends empty parameters for unchanged attributes.
func payouts(customer *omise.Customer) {
	weekly, recipient := &omise.Schedule{}, &omise.Recipient{}
	step("schedule", weekly, client.Do(weekly, &op.CreateChargeSchedule{
		Every: 1, Period: schedule.PeriodWeek, Weekdays: schedule.Weekdays{schedule.Monday, schedule.Thursday},
		EndDate: "2026-12-31", Customer: customer.ID, Amount: 20_000,
	}))
	step("recipient", recipient, client.Do(recipient, &op.CreateRecipient{
		Name: "Malee", Type: omise.Individual,
		BankAccount: &omise.BankAccountRequest{Brand: "bbl", Number: "1234567890", Name: "Malee"},
	}))
	step("update the recipient", recipient, client.Do(recipient, &op.UpdateRecipient{
		RecipientID: recipient.ID, Description: "partner",
	}))
}

// step prints the answer to a call, or the error of the API.
func step(name string, answer any, err error) {
	var refused *omise.Error
	switch {
	case errors.As(err, &refused):
		answer = refused
	case err != nil:
		log.Fatalf("%s: %v", name, err)
	}
	text, err := json.Marshal(answer)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s\t%s\n", name, text)
}

// admin makes a call of the admin API.
func admin(path, body string) {
	req, err := http.NewRequest(http.MethodPost, mock+"/_admin/"+path, strings.NewReader(body))
	if err != nil {
		log.Fatal(err)
	}
	req.SetBasicAuth(secret, "")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		log.Fatalf("%s: %s", path, resp.Status)
	}
}
