package omise_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
)

func Example() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount:   100_000, // 1,000.00 baht
		Currency: omise.THB,
		Card:     srv.SeedToken("4242424242424242"), // made in the payer's browser
		Metadata: omise.Metadata{"order_id": "A-1"},
	}, omise.WithIntent("A-1/1")) // the first attempt to pay order A-1
	switch {
	case errors.Is(err, omise.ErrOutcomeUnknown):
		log.Fatal("the money may have moved: find out, and do not charge again: ", err)
	case err != nil:
		log.Fatal("not charged: ", err)
	}
	switch charge.NextStep() {
	case omise.NextStepPaid:
		fmt.Println("deliver:", charge.Currency.Format(charge.Amount), charge.Currency)
	case omise.NextStepRedirect:
		fmt.Println("send the payer to", charge.AuthorizeURI)
	case omise.NextStepFailed:
		fmt.Println("declined:", charge.Failure().Code)
	default:
		fmt.Println("wait:", charge.Status)
	}
	// Output: deliver: 1000.00 THB
}

func ExampleCharge_Failure() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 100_000, Currency: omise.THB, Card: srv.SeedToken("4111111111140011"),
	})
	if err != nil {
		log.Fatal(err) // a decline is not an error
	}
	if failure := charge.Failure(); failure != nil {
		fmt.Println(charge.Status, failure.Code)
	}
	// Output: failed insufficient_fund
}

func ExampleChargesService_Capture() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 100_000, Currency: omise.THB, Card: srv.SeedToken("4242424242424242"),
		Capture: new(false), AuthorizationType: omise.ChargeAuthorizationTypePreAuth,
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("held:", charge.Capturable)

	charge, err = client.Charges.Capture(ctx, charge.ID, &omise.ChargeCaptureParams{CaptureAmount: new(int64(40_000))})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("taken:", charge.Paid, *charge.CapturedAmount)
	// Output:
	// held: true
	// taken: true 40000
}

func ExampleChargesService_All() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	srv.SeedPaidCharges(3)
	var total int64
	for charge, err := range client.Charges.All(ctx, nil) {
		if err != nil {
			log.Fatal(err)
		}
		total += charge.Amount
	}
	fmt.Println(omise.THB.Format(total))
	// Output: 3000.00
}

func ExampleList_Next() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	srv.SeedPaidCharges(3)
	page, err := client.Charges.List(ctx, &omise.ListParams{Limit: 2, Order: omise.ReverseChronological})
	for ; page != nil; page, err = page.Next(ctx) {
		fmt.Println(len(page.Data), "of", page.Total)
	}
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// 2 of 3
	// 1 of 3
}

func ExampleError() {
	ctx := context.Background()
	client := omisetest.NewServer(nil).Client()
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
	ctx := context.Background()
	client := omisetest.NewServer(nil).Client()
	_, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{Currency: omise.THB, Card: "tokn_test_1"})
	fmt.Println(err)
	// Output: omise: POST /charges: amount must be greater than 0
}

func ExampleClient_Do() {
	ctx := context.Background()
	client := omisetest.NewServer(nil).Client()
	var balance struct {
		Currency string `json:"currency"`
	}
	err := client.Do(ctx, http.MethodGet, "/balance", nil, &balance)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(balance.Currency)
	// Output: THB
}

func ExampleWithResponseInto() {
	ctx := context.Background()
	client := omisetest.NewServer(nil).Client()
	var resp omise.Response
	_, err := client.Balance.Get(ctx, omise.WithResponseInto(&resp))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(resp.StatusCode, resp.Header.Get("Content-Type"), len(resp.Body) > 0)
	// Output: 200 application/json; charset=utf-8 true
}

func ExampleWithObserver() {
	ctx := context.Background()
	client := omisetest.NewServer(nil).Client().With(omise.WithObserver(func(_ context.Context, a omise.Attempt) {
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
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	charge, err := client.Charges.Get(ctx, srv.SeedPaidCharges(1)[0])
	if err != nil {
		log.Fatal(err)
	}
	srv.Fault(omisetest.On("POST /charges/{id}/refunds").DropAfter())

	_, unknownErr := client.Refunds.Create(ctx, charge.ID, &omise.RefundCreateParams{Amount: 25_000}, omise.WithIntent("return-7"))
	stored, err := omise.MarshalError(unknownErr) // kept until the result is known
	if err != nil {
		log.Fatal(err)
	}

	var unknown omise.Error
	if err := json.Unmarshal(stored, &unknown); err != nil {
		log.Fatal(err)
	}
	fmt.Println(errors.Is(&unknown, omise.ErrOutcomeUnknown))
	r, err := client.Refunds.Resolve(ctx, &unknown)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.State, r.Object.Amount)
	// Output:
	// true
	// found 25000
}
