package main

import (
	"context"
	"net/http"

	"github.com/stripe/stripe-go/v85"

	"github.com/omisekit/omise-go/tools/chaos/job"
)

// stripeClient uses stripe-go with the fake, which has Stripe's paths under /v1. At its best,
// each attempt has a limit and the caller gives the keys.
func stripeClient(j *job.Job, retries int64, best bool) pursuit {
	config := &stripe.BackendConfig{
		URL:               new(j.URL),
		MaxNetworkRetries: &retries,
		EnableTelemetry:   new(false),
		LeveledLogger:     &stripe.LeveledLogger{Level: stripe.LevelNull},
	}
	if best {
		config.HTTPClient = &http.Client{Timeout: attempt}
	}
	client := stripe.NewClient(j.SecretKey, stripe.WithBackends(stripe.NewBackendsWithConfig(config)))
	return func(i job.Intent) (job.Receipt, error) { return stripePursue(client, j, i, best) }
}

func stripePursue(client *stripe.Client, j *job.Job, i job.Intent, ownKey bool) (job.Receipt, error) {
	metadata := map[string]string{job.OrderKey: i.Name}
	var params stripe.Params
	if ownKey {
		params.IdempotencyKey = &i.Name
	}
	ctx := context.Background()
	switch j.Kind {
	case job.Refund:
		refund, err := client.V1Refunds.Create(ctx, &stripe.RefundCreateParams{Params: params, Amount: &i.Amount, Charge: &i.Charge, Metadata: metadata})
		if err != nil {
			return job.Receipt{}, err
		}
		return receipt(refund.ID, refund.Amount, nil)
	case job.Transfer:
		payout, err := client.V1Payouts.Create(ctx, &stripe.PayoutCreateParams{Params: params, Amount: &i.Amount, Currency: new("thb"), Metadata: metadata})
		if err != nil {
			return job.Receipt{}, err
		}
		return receipt(payout.ID, payout.Amount, nil)
	}
	p := &stripe.ChargeCreateParams{Params: params, Amount: &i.Amount, Currency: new("thb"), Metadata: metadata}
	if i.Token != "" {
		p.Source = &stripe.PaymentSourceSourceParams{Token: &i.Token}
	} else {
		p.Customer = &i.Customer
	}
	charge, err := client.V1Charges.Create(ctx, p)
	if err != nil {
		return job.Receipt{}, err
	}
	return receipt(charge.ID, charge.Amount, nil)
}
