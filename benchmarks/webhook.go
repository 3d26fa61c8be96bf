package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
	deliveries   = 200 // number of different deliveries
)

// webhookNames has the names of the works that webhookWorks returns.
var webhookNames = []string{"this SDK", "encoding/json", "stripe-go"}

// webhookWorks returns works that verify and parse an event about a charge. The events have the
// same number of bytes for each SDK. With object the works also decode the charge.
func webhookWorks(docs *documents, object bool) ([]func(i int) error, error) {
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
			return nil, fmt.Errorf("%d bytes are not %d", len(body), len(stripeBody))
		}
		signed := stripewebhook.GenerateTestSignedPayload(&stripewebhook.UnsignedPayload{Payload: stripeBody, Secret: stripeSecret})
		all = append(all, delivery{body, stripeBody, webhook.Sign(body, omiseSecret, time.Now()), signed.Header})
	}
	ours := func(i int) error {
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
	plain := func(i int) error {
		d := all[i%deliveries]
		var event struct {
			ID, Key string
			Data    json.RawMessage
		}
		if err := verify(d.header, d.body); err != nil {
			return err
		}
		if err := json.Unmarshal(d.body, &event); err != nil || !object {
			return err
		}
		var charge floorCharge
		if err := json.Unmarshal(event.Data, &charge); err != nil || charge.Amount == 0 {
			return fmt.Errorf("the amount is %d: %w", charge.Amount, err)
		}
		return nil
	}
	stripes := func(i int) error {
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
	return []func(int) error{ours, plain, stripes}, nil
}

// verify verifies a webhook as a merchant would without an SDK.
func verify(header http.Header, body []byte) error {
	key, err := base64.StdEncoding.DecodeString(omiseSecret)
	if err != nil {
		return err
	}
	mac := hmac.New(sha256.New, key)
	io.WriteString(mac, header.Get(webhook.TimestampHeader)+".")
	mac.Write(body)
	signature, err := hex.DecodeString(header.Get(webhook.SignatureHeader))
	if err != nil {
		return err
	}
	if !hmac.Equal(signature, mac.Sum(nil)) {
		return errors.New("a wrong signature")
	}
	return nil
}
