package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/webhook"
)

func ExampleNewHandler() {
	srv := omisetest.NewServer(nil) // in production, this is Omise
	handle := func(ctx context.Context, event *omise.Event) error {
		switch object := event.Object().(type) {
		case *omise.Customer:
			fmt.Println(event.Key, object.Email)
		case *omise.Charge:
			fmt.Println(event.Key, object.Paid)
		}
		return nil // after an error, the event is handled when it comes again
	}
	once := webhook.Once(webhook.NewMemoryStore(100_000))
	shop := http.NewServeMux()
	shop.Handle("/webhooks/omise", webhook.NewHandler([]string{srv.WebhookSecret()}, once(handle),
		webhook.WithLogger(slog.New(slog.DiscardHandler))))

	srv.Webhooks(shop, omisetest.Duplicated(1)) // Omise delivers at least once
	if _, err := srv.Client().Customers.Create(context.Background(), &omise.CustomerCreateParams{Email: "malee@example.com"}); err != nil {
		log.Fatal(err)
	}
	// Output: customer.create malee@example.com
}

// Sign returns the headers of a webhook, for tests of a handler.
func ExampleSign() {
	const secret = "b21pc2UtZmFrZS1zaWduaW5nLXNlY3JldC0wMDAwMDE="
	body := `{"object":"event","id":"evnt_test_1","key":"charge.complete","created_at":"2026-01-01T00:00:00Z","data":{"object":"charge","id":"chrg_test_1","amount":12345,"currency":"THB","status":"successful","paid":true}}`
	handler := webhook.NewHandler([]string{secret}, func(_ context.Context, event *omise.Event) error {
		fmt.Println(event.Object().(*omise.Charge).Paid)
		return nil
	}, webhook.WithLogger(slog.New(slog.DiscardHandler)))

	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "/webhooks/omise", strings.NewReader(body))
	r.Header = webhook.Sign([]byte(body), secret, time.Now())
	handler.ServeHTTP(w, r)
	fmt.Println(w.Code)
	// Output:
	// true
	// 200
}

// Replace a secret without losing an event: make a new secret, accept both while Omise
// may sign with either, then delete the old secret.
func ExampleVerify_rotation() {
	ctx := context.Background()
	client := omisetest.NewServer(nil).Client()
	body := []byte(`{"object":"event"}`)
	previous, err := client.WebhookSecrets.Create(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}

	// 1. Create. Only this answer has the key: store it where the handlers read it.
	latest, err := client.WebhookSecrets.Create(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}

	// 2. Accept both. The old secret signs for one more day.
	secrets := []string{latest.Key.Reveal(), previous.Key.Reveal()}
	for _, signer := range []omise.Sensitive{previous.Key, latest.Key} {
		header := webhook.Sign(body, signer.Reveal(), time.Now())
		fmt.Println(webhook.Verify(header, body, secrets...))
	}

	// 3. Delete the old secret, and remove it from the handlers.
	if _, err = client.WebhookSecrets.Delete(ctx, previous.ID); err != nil {
		log.Fatal(err)
	}
	header := webhook.Sign(body, previous.Key.Reveal(), time.Now())
	fmt.Println(errors.Is(webhook.Verify(header, body, latest.Key.Reveal()), webhook.ErrBadSignature))
	// Output:
	// <nil>
	// <nil>
	// true
}

// A merchant without a secret asks the API for each event.
func ExampleVerifyByFetch() {
	srv := omisetest.NewServer(nil)
	srv.Webhooks(webhook.NewHandler(nil, func(_ context.Context, event *omise.Event) error {
		fmt.Println(event.Key)
		return nil
	}, webhook.VerifyByFetch(srv.Client()), webhook.WithLogger(slog.New(slog.DiscardHandler))))
	srv.SeedCustomer()
	// Output: customer.create
}

// The webhook is from the past, such as a webhook that was recorded for a test.
func ExampleWithClock() {
	const secret = "b21pc2UtZmFrZS1zaWduaW5nLXNlY3JldC0wMDAwMDE="
	then := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	body := `{"object":"event","id":"evnt_test_1","key":"customer.create","created_at":"2026-01-01T00:00:00Z","data":{"object":"customer","id":"cust_test_1"}}`
	handler := webhook.NewHandler([]string{secret}, func(_ context.Context, event *omise.Event) error {
		fmt.Println(event.Key)
		return nil
	},
		webhook.WithClock(func() time.Time { return then.Add(10 * time.Minute) }),
		webhook.WithTolerance(15*time.Minute),
		webhook.WithLogger(slog.New(slog.DiscardHandler)))

	r := httptest.NewRequest(http.MethodPost, "/webhooks/omise", strings.NewReader(body))
	r.Header = webhook.Sign([]byte(body), secret, then)
	handler.ServeHTTP(httptest.NewRecorder(), r)
	// Output: customer.create
}
