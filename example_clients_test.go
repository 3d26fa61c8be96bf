package omise_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"time"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
)

// With makes a client of another account, which shares the connections.
func ExampleWithSecretKey() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	client := srv.Client()
	chain, err := client.Chains.Get(ctx, srv.AddChain("merchant@example.com"))
	if err != nil {
		log.Fatal(err)
	}
	account, err := client.With(omise.WithSecretKey(chain.Key.Reveal())).Account.Get(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(account.Email)
	// Output: merchant@example.com
}

func ExampleWithPublicKey() {
	client, err := omise.NewClient("skey_test_1", omise.WithPublicKey("pkey_test_1"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(client) // no key is printed
	// Output: omise.Client(test, 2019-05-29)
}

func ExampleWithLinksPlusKey() {
	_, err := omise.NewClient("skey_test_1", omise.WithLinksPlusKey("the key of the dashboard of Payment Links+"))
	fmt.Println(err)
	// Output: <nil>
}

// A proxy, and a connection within three seconds.
func ExampleWithHTTPClient() {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = http.ProxyFromEnvironment
	transport.DialContext = (&net.Dialer{Timeout: 3 * time.Second}).DialContext
	_, err := omise.NewClient("skey_test_1", omise.WithHTTPClient(&http.Client{Transport: transport}))
	fmt.Println(err)
	// Output: <nil>
}

// These two options lead to omise-mock.
func ExampleWithBaseURL() {
	const mock = "http://127.0.0.1:8080"
	_, err := omise.NewClient("skey_test_1", omise.WithBaseURL(mock), omise.WithVaultURL(mock))
	fmt.Println(err)
	// Output: <nil>
}

// Card numbers are sent only to the vault, which is a separate host.
func ExampleWithVaultURL() {
	_, err := omise.NewClient("skey_test_1", omise.WithVaultURL("http://vault.example.com"))
	fmt.Println(err)
	// Output: omise: vault URL must be https: plain http is for this machine only
}

func ExampleWithLinksPlusURL() {
	_, err := omise.NewClient("skey_test_1", omise.WithLinksPlusURL("http://127.0.0.1:8080"))
	fmt.Println(err)
	// Output: <nil>
}

func ExampleWithAPIVersion() {
	client, err := omise.NewClient("skey_test_1", omise.WithAPIVersion("2017-11-02"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(client)
	// Output: omise.Client(test, 2017-11-02)
}

// A long report does not hold back the payments of the same program.
func ExampleWithOwnConnections() {
	client, err := omise.NewClient("skey_test_1")
	if err != nil {
		log.Fatal(err)
	}
	reports := client.With(omise.WithOwnConnections())
	fmt.Println(reports)
	// Output: omise.Client(test, 2019-05-29)
}

// The time limit of one attempt. The context limits all attempts of a call.
func ExampleWithTimeout() {
	srv := omisetest.NewServer(nil)
	srv.Fault(omisetest.On("GET /balance").Hang())
	client := srv.Client(omise.WithTimeout(20*time.Millisecond), omise.WithMaxRetries(0))
	_, err := client.Balance.Get(context.Background())
	fmt.Println(errors.Is(err, context.DeadlineExceeded))
	// Output: true
}

// The API asks to come back in a minute. The caller does not want to wait so long.
func ExampleWithMaxRetryAfter() {
	srv := omisetest.NewServer(nil)
	srv.Fault(omisetest.On("GET /balance").TooManyRequests(time.Minute))
	client := srv.Client(omise.WithMaxRetryAfter(5 * time.Second))
	_, err := client.Balance.Get(context.Background())
	e, ok := errors.AsType[*omise.Error](err)
	if !ok {
		log.Fatal(err)
	}
	fmt.Println(e.Status, e.RetryAfter)
	// Output: 429 1m0s
}

// A ticker lets requests pass one by one. *rate.Limiter of golang.org/x/time/rate
// allows bursts as well.
type ticker struct{ *time.Ticker }

func (t ticker) Wait(ctx context.Context) error {
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func ExampleWithRateLimiter() {
	client := omisetest.NewServer(nil).Client(omise.WithRateLimiter(ticker{time.NewTicker(time.Millisecond)}))
	balance, err := client.Balance.Get(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(balance.Currency)
	// Output: THB
}

func ExampleWithUserAgent() {
	_, err := omise.NewClient("skey_test_1", omise.WithUserAgent("shop/1.2"))
	fmt.Println(err)
	// Output: <nil>
}

// The lists of this account show a charge after at most ten milliseconds. So the
// client finds the charge of the lost answer by itself.
func ExampleWithMaxProcessingTime() {
	srv := omisetest.NewServer(nil)
	client := srv.Client(omise.WithMaxProcessingTime(10 * time.Millisecond)) // in production, minutes
	srv.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
	charge, err := client.Charges.Create(context.Background(), &omise.ChargeCreateParams{
		Amount: 45_000, Currency: omise.THB, Customer: srv.SeedCustomer(),
	}, omise.WithIntent("A-1/1"))
	if err != nil {
		log.Fatal(err)
	}
	srv.AssertCalls("POST /charges", 1) // it was not sent again
	fmt.Println(charge.Paid)
	// Output: true
}

// The fake refuses a token as soon as a charge of it has arrived. So it is safe to
// send the charge again at once after a lost answer.
func ExampleWithTokensUsedAtArrival() {
	srv := omisetest.NewServer(nil)
	client := srv.Client(omise.WithTokensUsedAtArrival()) // you have seen this on the account
	srv.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
	charge, err := client.Charges.Create(context.Background(), &omise.ChargeCreateParams{
		Amount: 45_000, Currency: omise.THB, Card: srv.SeedToken("4242424242424242"),
	}, omise.WithIntent("A-1/1"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(charge.Paid) // found, and not charged twice
	// Output: true
}

// A test lets an hour pass between a call and a later action of the program. A client
// of omisetest follows Server.Advance without this option.
func ExampleWithClock() {
	passed := time.Duration(0)
	_, err := omise.NewClient("skey_test_1", omise.WithClock(func() time.Time { return time.Now().Add(passed) }))
	passed = time.Hour
	fmt.Println(err, passed)
	// Output: <nil> 1h0m0s
}

func ExampleWithIdempotencyKey() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil, omisetest.WithHonouredKeys())
	customer := srv.SeedCustomer()
	for range 2 { // two processes charge for the same order
		client := srv.Client(omise.WithIdempotencyKeys(omise.KeysHonoured)) // you have seen this on the account
		_, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
			Amount: 45_000, Currency: omise.THB, Customer: customer,
		}, omise.WithIdempotencyKey("order-A-1-attempt-1"))
		if err != nil {
			log.Fatal(err)
		}
	}
	srv.AssertCharged(1)
	// Output:
}

func ExampleWithExpand() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	charge, err := srv.Client().Charges.Get(ctx, srv.SeedPaidCharges(1)[0], omise.WithExpand())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(charge.Transaction.Object.Key)
	// Output: charge.captured.net
}

// A parameter that is newer than this package.
func ExampleWithParam() {
	ctx := context.Background()
	client := omisetest.NewServer(nil).Client()
	customer, err := client.Customers.Create(ctx, &omise.CustomerCreateParams{}, omise.WithParam("email", "malee@example.com"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(customer.Email)
	// Output: malee@example.com
}
