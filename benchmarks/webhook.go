package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/stripe/stripe-go/v85"
	stripewebhook "github.com/stripe/stripe-go/v85/webhook"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/webhook"
)

const (
	omiseSecret  = "b21pc2UtZmFrZS1zaWduaW5nLXNlY3JldC0wMDAwMDE="
	stripeSecret = "whsec_omise_fake_signing_secret_000001"
	deliveries   = 200 // that differ
)

// webhookWorks verify and parse an event about a charge, of the same number of
// bytes for either SDK; with object they go on to the typed charge.
func webhookWorks(docs *documents, object bool) (ours, stripes func(i int) error, err error) {
	type delivery struct {
		body, stripeBody []byte
		header           http.Header
		stripeHeader     string
	}
	var all []delivery
	for i := range deliveries {
		body := eventAbout(docs.omise[i])
		stripeBody := stripeEventAbout(i, len(body))
		if len(body) != len(stripeBody) {
			return nil, nil, fmt.Errorf("%d bytes are not %d", len(body), len(stripeBody))
		}
		signed := stripewebhook.GenerateTestSignedPayload(&stripewebhook.UnsignedPayload{Payload: stripeBody, Secret: stripeSecret})
		all = append(all, delivery{body, stripeBody, webhook.Sign(body, omiseSecret, time.Now()), signed.Header})
	}
	ours = func(i int) error {
		d := all[i%deliveries]
		if err := webhook.Verify(d.header, d.body, omiseSecret); err != nil {
			return err
		}
		event, err := webhook.Parse(d.body)
		if err != nil || !object {
			return err
		}
		if charge, ok := event.Object().(*omise.Charge); !ok || charge.Amount == 0 {
			return fmt.Errorf("the object is %T", event.Object())
		}
		return nil
	}
	stripes = func(i int) error {
		d := all[i%deliveries]
		event, err := stripewebhook.ConstructEvent(d.stripeBody, d.stripeHeader, stripeSecret)
		if err != nil || !object {
			return err
		}
		var charge stripe.Charge
		if err := json.Unmarshal(event.Data.Raw, &charge); err != nil || charge.Amount == 0 {
			return fmt.Errorf("the amount is %d: %w", charge.Amount, err)
		}
		return nil
	}
	return ours, stripes, nil
}
