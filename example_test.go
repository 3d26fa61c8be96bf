package omise_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/fake"
)

var ctx = context.Background()

// connect returns a client of a fake Omise, so that the examples run. A program
// writes omise.NewClient(secretKey, omise.WithPublicKey(publicKey)).
func connect() *omise.Client {
	client, _ := connectTo()
	return client
}

// connectTo returns the fake Omise as well.
func connectTo() (*omise.Client, *fake.Server) {
	srv := fake.New(fake.Options{})
	client, err := omise.NewClient(srv.SecretKey(),
		omise.WithPublicKey(srv.PublicKey()),
		omise.WithLinksPlusKey(srv.LinksPlusKey()),
		omise.WithHTTPClient(&http.Client{Transport: srv}))
	must(err)
	return client, srv
}

// tokenOf makes a token of a test card.
func tokenOf(client *omise.Client, number string) string {
	token, err := client.Tokens.Create(ctx, &omise.TokenCreateParams{Card: &omise.TokenCardParams{
		Name: "Somchai Prasert", Number: omise.NewSensitive(number), ExpirationMonth: 12, ExpirationYear: 2035, SecurityCode: omise.NewSensitive("123"),
	}})
	must(err)
	return token.ID
}

// paidCharge charges 1,000.00 baht.
func paidCharge(client *omise.Client) *omise.Charge {
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 100_000, Currency: omise.THB, Card: tokenOf(client, "4242424242424242"),
	})
	must(err)
	return charge
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func Example() {
	client := connect()
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount:   100_000, // 1,000.00 baht
		Currency: omise.THB,
		Card:     tokenOf(client, "4242424242424242"), // made in the payer's browser
		Metadata: omise.Metadata{"order_id": "A-1"},
	})
	switch {
	case errors.Is(err, omise.ErrOutcomeUnknown):
		fmt.Println("look before you try again:", err)
	case err != nil:
		fmt.Println("not charged:", err)
	case charge.Failure() != nil:
		fmt.Println("declined:", charge.Failure().Code)
	case charge.AuthorizeURI != "":
		fmt.Println("send the payer to", charge.AuthorizeURI)
	default:
		fmt.Println(charge.Status, charge.Currency.Format(charge.Amount), charge.Currency)
	}
	// Output: successful 1000.00 THB
}

func ExampleCharge_Failure() {
	client := connect()
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 100_000, Currency: omise.THB, Card: tokenOf(client, "4111111111140011"),
	})
	must(err) // a decline is not an error
	if failure := charge.Failure(); failure != nil {
		fmt.Println(charge.Status, failure.Code)
	}
	// Output: failed insufficient_fund
}

func ExampleChargesService_Capture() {
	client := connect()
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 100_000, Currency: omise.THB, Card: tokenOf(client, "4242424242424242"),
		Capture: new(false), AuthorizationType: omise.ChargeAuthorizationTypePreAuth,
	})
	must(err)
	fmt.Println("held:", charge.Capturable)

	charge, err = client.Charges.Capture(ctx, charge.ID, &omise.ChargeCaptureParams{CaptureAmount: new(int64(40_000))})
	must(err)
	fmt.Println("taken:", charge.Paid, *charge.CapturedAmount)
	// Output:
	// held: true
	// taken: true 40000
}

func ExampleChargesService_All() {
	client := connect()
	for range 3 {
		paidCharge(client)
	}
	var total int64
	for charge, err := range client.Charges.All(ctx, nil) {
		must(err)
		total += charge.Amount
	}
	fmt.Println(omise.THB.Format(total))
	// Output: 3000.00
}

func ExampleList_Next() {
	client := connect()
	for range 3 {
		paidCharge(client)
	}
	page, err := client.Charges.List(ctx, &omise.ListParams{Limit: 2, Order: omise.ReverseChronological})
	for ; page != nil; page, err = page.Next(ctx) {
		fmt.Println(len(page.Data), "of", page.Total)
	}
	must(err)
	// Output:
	// 2 of 3
	// 1 of 3
}

func ExampleError() {
	client := connect()
	_, err := client.Charges.Get(ctx, "chrg_test_missing")
	if errors.Is(err, omise.ErrCodeNotFound) {
		fmt.Println("no such charge")
	}
	var e *omise.Error
	if errors.As(err, &e) {
		fmt.Println(e.Status, e.Method, e.PathTemplate)
	}
	// Output:
	// no such charge
	// 404 GET /charges/{id}
}

func ExampleParamError() {
	client := connect()
	_, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{Currency: omise.THB, Card: "tokn_test_1"})
	fmt.Println(err)
	// Output: omise: POST /charges: amount must be greater than 0
}

func ExampleClient_Do() {
	client := connect()
	var balance struct {
		Currency string `json:"currency"`
	}
	err := client.Do(ctx, http.MethodGet, "/balance", nil, &balance)
	must(err)
	fmt.Println(balance.Currency)
	// Output: THB
}

func ExampleWithResponseInto() {
	client := connect()
	var resp omise.Response
	_, err := client.Balance.Get(ctx, omise.WithResponseInto(&resp))
	must(err)
	fmt.Println(resp.StatusCode, resp.Header.Get("Content-Type"), len(resp.Body) > 0)
	// Output: 200 application/json; charset=utf-8 true
}

func ExampleWithObserver() {
	client := connect().With(omise.WithObserver(func(_ context.Context, a omise.Attempt) {
		fmt.Println(a.Method, a.PathTemplate, a.Number, a.Status)
	}))
	_, err := client.Charges.Get(ctx, "chrg_test_5xuy4w91xqz7d1w9u0t")
	fmt.Println(errors.Is(err, omise.ErrCodeNotFound))
	// Output:
	// GET /charges/{id} 1 404
	// true
}

func ExampleCurrency_Format() {
	fmt.Println(omise.THB.Format(100_050), omise.JPY.Format(1000))
	// Output: 1000.50 1000
}

func ExampleCurrency_Parse() {
	amount, err := omise.THB.Parse("1000.50")
	fmt.Println(amount, err)
	_, err = omise.JPY.Parse("1000.50")
	fmt.Println(err)
	// Output:
	// 100050 <nil>
	// omise: "1000.50" has more than the 0 decimals of JPY
}

func ExampleRefundsService_Resolve() {
	client, srv := connectTo()
	charge := paidCharge(client)
	must(srv.Fault(fake.Rule{Operation: "POST /charges/{id}/refunds", Effect: fake.DropAfter}))

	_, err := client.Refunds.Create(ctx, charge.ID, &omise.RefundCreateParams{Amount: 25_000}, omise.WithIntent("return-7"))
	stored, _ := json.Marshal(err) // kept until it is settled

	var unknown omise.Error
	must(json.Unmarshal(stored, &unknown))
	fmt.Println(errors.Is(&unknown, omise.ErrOutcomeUnknown))
	r, err := client.Refunds.Resolve(ctx, &unknown)
	must(err)
	fmt.Println(r.State, r.Object.Amount)
	// Output:
	// true
	// found 25000
}
