package omisetest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/jarcoal/httpmock"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/webhook"
)

// A test passes its t in place of nil.
func Example() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()

	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 100_000, Currency: omise.THB, Card: srv.SeedToken("4242424242424242"),
		Metadata: omise.Metadata{"order_id": "A-1"},
	})
	if err != nil {
		log.Fatal(err)
	}
	srv.AssertOneCharge("A-1")
	fmt.Println(charge.Status)

	declined, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 100_000, Currency: omise.THB, Card: srv.SeedToken("4111111111140011"),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(declined.Failure().Code)
	// Output:
	// successful
	// insufficient_fund
}

func ExampleServer_Advance() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	srv.SeedPaidCharges(1)
	for range 2 {
		balance, err := client.Balance.Get(ctx)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(balance.Transferable == balance.Total)
		srv.Advance(7 * 24 * time.Hour) // the money becomes transferable
	}
	// Output:
	// false
	// true
}

func ExampleServer_Authorize() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil, omisetest.WithThreeDSecure())
	client := srv.Client()
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 100_000, Currency: omise.THB, Card: srv.SeedToken("4242424242424242"), ReturnURI: "https://shop.example.com/back",
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(charge.Status, charge.AuthorizeURI != "")
	srv.Authorize(charge.ID, true) // the payer approves
	if charge, err = client.Charges.Get(ctx, charge.ID); err != nil {
		log.Fatal(err)
	}
	fmt.Println(charge.Status)
	// Output:
	// pending true
	// successful
}

// The page of the payer can be used without a port.
func ExampleServer_HTTPClient() {
	srv := omisetest.NewServer(nil, omisetest.WithThreeDSecure())
	charge, err := srv.Client().Charges.Create(context.Background(), &omise.ChargeCreateParams{
		Amount: 100_000, Currency: omise.THB, Card: srv.SeedToken("4242424242424242"), ReturnURI: "https://shop.example.com/back",
	})
	if err != nil {
		log.Fatal(err)
	}
	browser := srv.HTTPClient() // reaches the fake only, so it must not follow the redirect
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, err := browser.PostForm(charge.AuthorizeURI, url.Values{"answer": {"yes"}})
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	fmt.Println(resp.Header.Get("Location"))
	// Output: https://shop.example.com/back
}

// A browser, or a client in another language, needs a port.
func ExampleServer_URL() {
	srv := omisetest.NewServer(nil)
	request, err := http.NewRequest(http.MethodGet, srv.URL()+"/balance", nil)
	if err != nil {
		log.Fatal(err)
	}
	request.SetBasicAuth(srv.SecretKey(), "")
	resp, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	fmt.Println(resp.Status)
	// Output: 200 OK
}

func ExampleServer_Fault() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	srv.Fault(omisetest.On("POST /charges").Nth(1).DropAfter()) // charged, but the answer is lost
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: 100_000, Currency: omise.THB, Card: srv.SeedToken("4242424242424242"),
	})
	if err != nil {
		log.Fatal(err)
	}
	srv.AssertCharged(1) // the client has found the charge of the first attempt
	fmt.Println(charge.Paid)
	// Output: true
}

func ExampleOn() {
	srv := omisetest.NewServer(nil)
	client := srv.Client(omise.WithMaxRetries(0))
	srv.Fault(omisetest.On("GET /balance").Error("internal_error"))
	_, err := client.Balance.Get(context.Background())
	fmt.Println(errors.Is(err, omise.ErrCodeInternalError))
	// Output: true
}

func ExampleServer_Webhooks() {
	srv := omisetest.NewServer(nil)
	shop := http.NewServeMux()
	shop.Handle("/webhooks/omise", webhook.NewHandler([]string{srv.WebhookSecret()}, func(_ context.Context, event *omise.Event) error {
		fmt.Println(event.Key)
		return nil
	}, webhook.WithLogger(slog.New(slog.DiscardHandler))))

	srv.Webhooks(shop) // posts to /webhooks/omise; AtPath names another path
	if _, err := srv.Client().Customers.Create(context.Background(), &omise.CustomerCreateParams{Email: "malee@example.com"}); err != nil {
		log.Fatal(err)
	}
	srv.AssertWebhooksArrived()
	// Output: customer.create
}

// Webhooks that come twice, and webhooks that are lost, are all handled in the end.
func ExampleDuplicated() {
	srv := omisetest.NewServer(nil)
	handled := 0
	count := func(context.Context, *omise.Event) error {
		handled++
		return nil
	}
	once := webhook.Once(webhook.NewMemoryStore(100))
	srv.Webhooks(webhook.NewHandler([]string{srv.WebhookSecret()}, once(count), webhook.WithLogger(slog.New(slog.DiscardHandler))),
		omisetest.Duplicated(1), omisetest.Dropped(0.5))
	srv.SeedCustomer()
	srv.Advance(7 * 24 * time.Hour) // lost webhooks are posted again
	fmt.Println(handled)
	// Output: 1
}

func ExampleServer_Deliveries() {
	srv := omisetest.NewServer(nil)
	srv.Webhooks(http.NotFoundHandler(), omisetest.MayRefuse())
	srv.SeedCustomer()
	for _, d := range srv.Deliveries() {
		fmt.Println(d.Key, d.Attempt, d.Status)
	}
	// Output: customer.create 1 404
}

func ExampleServer_Redeliver() {
	srv := omisetest.NewServer(nil)
	srv.Webhooks(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		fmt.Println(len(body) > 0, err)
	}))
	srv.SeedCustomer()
	srv.Redeliver(srv.Deliveries()[0].EventID)
	// Output:
	// true <nil>
	// true <nil>
}

func ExampleServer_Calls() {
	srv := omisetest.NewServer(nil)
	if _, err := srv.Client().Balance.Get(context.Background()); err != nil {
		log.Fatal(err)
	}
	for _, call := range srv.Calls() {
		fmt.Println(call.Method, call.Route, call.Status)
	}
	srv.AssertCalls("GET /balance", 1)
	// Output: GET /balance 200
}

func ExampleServer_AssertNothingPending() {
	srv := omisetest.NewServer(nil)
	srv.SeedPaidCharges(1)
	srv.AssertNothingPending() // in a test: t.Cleanup(srv.AssertNothingPending)
	// Output:
}

func ExampleServer_Seed() {
	srv := omisetest.NewServer(nil)
	ids := srv.Seed(`[
		{"name": "malee", "call": "POST /customers", "params": {"email": "malee@example.com"}},
		{"call": "PATCH /customers/{malee}", "params": {"description": "drinks tea"}},
		{"advance": "7d"}
	]`)
	customer, err := srv.Client().Customers.Get(context.Background(), ids["malee"])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(customer.Description)
	// Output: drinks tea
}

func ExampleServer_Snapshot() {
	srv := omisetest.NewServer(nil)
	before := srv.Snapshot()
	srv.SeedPaidCharges(3)
	srv.AssertCharged(3)
	srv.Restore(before)
	srv.AssertCharged(0)
	// Output:
}

func ExampleServer_Fork() {
	shop := omisetest.NewServer(nil)
	shop.SeedPaidCharges(100)
	srv := shop.Fork(nil) // make one for each test; it takes well below a millisecond
	srv.SeedPaidCharges(1)
	srv.AssertCharged(101)
	shop.AssertCharged(100)
	// Output:
}

func ExampleServer_AddChain() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	chain, err := client.Chains.Get(ctx, srv.AddChain("merchant@example.com"))
	if err != nil {
		log.Fatal(err)
	}
	merchant := client.With(omise.WithSecretKey(chain.Key.Reveal()))
	account, err := merchant.Account.Get(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(account.Email)
	// Output: merchant@example.com
}

func ExampleWithCountry() {
	srv := omisetest.NewServer(nil, omisetest.WithCountry("JP"))
	account, err := srv.Client().Account.Get(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(account.Currency)
	// Output: JPY
}

func ExampleWithRateLimit() {
	srv := omisetest.NewServer(nil, omisetest.WithRateLimit(1, time.Minute))
	client := srv.Client(omise.WithMaxRetries(0))
	for range 2 {
		_, err := client.Balance.Get(context.Background())
		fmt.Println(errors.Is(err, omise.ErrCodeTooManyRequests))
	}
	// Output:
	// false
	// true
}

func ExampleWithHonouredKeys() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil, omisetest.WithHonouredKeys())
	var ids []string
	for range 2 { // two processes that do not know each other
		client := srv.Client(omise.WithIdempotencyKeys(omise.KeysHonoured))
		customer, err := client.Customers.Create(ctx, &omise.CustomerCreateParams{Email: "malee@example.com"}, omise.WithIdempotencyKey("malee"))
		if err != nil {
			log.Fatal(err)
		}
		ids = append(ids, customer.ID)
	}
	fmt.Println(ids[0] == ids[1])
	// Output: true
}

// In a test, strict mode fails the test instead of panicking.
func ExampleWithStrict() {
	srv := omisetest.NewServer(nil, omisetest.WithStrict())
	defer func() { fmt.Println(recover() != nil) }()
	_, err := srv.Client().Customers.Create(context.Background(), &omise.CustomerCreateParams{Email: "malee@example.com"},
		omise.WithParam("e_mail", "malee@example.com"))
	fmt.Println(err)
	// Output: true
}

// A mock of HTTP, such as httpmock, must answer with the name of the object, its id,
// and the attributes that the SDK requires.
func Example_httpmock() {
	transport := httpmock.NewMockTransport()
	transport.RegisterResponder("GET", "https://api.omise.co/charges/chrg_test_1", httpmock.NewStringResponder(200,
		`{"object": "charge", "id": "chrg_test_1", "amount": 100000, "currency": "THB", "status": "successful", "paid": true}`))
	client, err := omise.NewClient("skey_test_1",
		omise.WithHTTPClient(&http.Client{Transport: transport}),
		omise.WithMaxRetries(0)) // a wrong mock fails at once
	if err != nil {
		log.Fatal(err)
	}
	charge, err := client.Charges.Get(context.Background(), "chrg_test_1")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(charge.Paid)
	// Output: true
}
