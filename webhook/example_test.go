package webhook_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/fake"
	"github.com/omisekit/omise-go/webhook"
)

func ExampleNewHandler() {
	handle := func(ctx context.Context, event *omise.Event) error {
		switch object := event.Object().(type) {
		case *omise.Charge:
			fmt.Println(event.Key, object.Currency.Format(object.Amount), object.Currency)
		case *omise.DeletedObject:
			fmt.Println(object.Object, object.ID, "is gone")
		}
		return nil // anything else, and the event is handled when it comes again
	}
	once := webhook.Once(webhook.NewMemoryStore(100_000))
	handler := webhook.NewHandler([]string{secret}, once(handle), quiet)

	for range 2 { // Omise delivers at least once
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodPost, "/webhooks/omise", strings.NewReader(body))
		r.Header = webhook.Sign([]byte(body), secret, time.Now())
		handler.ServeHTTP(w, r)
		fmt.Println(w.Code)
	}
	// Output:
	// charge.complete 123.45 THB
	// 200
	// 200
}

// A secret is exchanged without losing an event: make a new one, accept both
// while Omise may sign with either, delete the old one.
func ExampleVerify_rotation() {
	ctx := context.Background()
	client := connect()
	previous, err := client.WebhookSecrets.Create(ctx, nil)
	must(err)

	// 1. Create. This answer alone has the key: put it where the handlers find it.
	latest, err := client.WebhookSecrets.Create(ctx, nil)
	must(err)

	// 2. Accept both. The old one signs for a day more.
	secrets := []string{latest.Key.Reveal(), previous.Key.Reveal()}
	for _, signer := range []omise.Sensitive{previous.Key, latest.Key} {
		header := webhook.Sign([]byte(body), signer.Reveal(), time.Now())
		fmt.Println(webhook.Verify(header, []byte(body), secrets...))
	}

	// 3. Delete the old one, and take it away from the handlers.
	_, err = client.WebhookSecrets.Delete(ctx, previous.ID)
	must(err)
	header := webhook.Sign([]byte(body), previous.Key.Reveal(), time.Now())
	fmt.Println(webhook.Verify(header, []byte(body), latest.Key.Reveal()))
	// Output:
	// <nil>
	// <nil>
	// webhook: no signature fits the body
}

// connect returns a client of a fake Omise, so that the example runs.
func connect() *omise.Client {
	srv := fake.New(fake.Options{})
	client, err := omise.NewClient(srv.SecretKey(), omise.WithHTTPClient(&http.Client{Transport: srv}))
	must(err)
	return client
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
