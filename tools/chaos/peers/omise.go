package main

import (
	"net/http"

	"github.com/omise/omise-go"
	"github.com/omise/omise-go/operations"

	"github.com/omisekit/omise-go/tools/chaos/job"
)

// omiseClient is the client as its README shows it: one client for all intents, without a
// limit, a key or a context.
func omiseClient(j *job.Job) pursuit {
	client, err := newOmise(j)
	return func(i job.Intent) (job.Receipt, error) {
		if err != nil {
			return job.Receipt{}, err
		}
		return omisePursue(client, j, i, "")
	}
}

// omiseClients makes a client for each intent, because omise-go has no other way to send a
// key. Each attempt has a limit.
func omiseClients(j *job.Job) pursuit {
	return func(i job.Intent) (job.Receipt, error) {
		client, err := newOmise(j)
		if err != nil {
			return job.Receipt{}, err
		}
		client.Client = &http.Client{Transport: client.Client.Transport, Timeout: attempt}
		client.WithCustomHeaders(map[string]string{"Idempotency-Key": i.Name})
		return omisePursue(client, j, i, i.Name)
	}
}

func newOmise(j *job.Job) (*omise.Client, error) {
	client, err := omise.NewClient(j.PublicKey, j.SecretKey)
	if err != nil {
		return nil, err
	}
	client.Endpoints["https://api.omise.co"] = j.URL
	return client, nil
}

func omisePursue(client *omise.Client, j *job.Job, i job.Intent, key string) (job.Receipt, error) {
	metadata := map[string]any{job.OrderKey: i.Name}
	switch j.Kind {
	case job.Refund:
		var refund omise.Refund
		err := client.Do(&refund, &operations.CreateRefund{ChargeID: i.Charge, Amount: i.Amount, Metadata: metadata})
		return receipt(refund.ID, refund.Amount, err)
	case job.Transfer:
		var transfer omise.Transfer
		err := client.Do(&transfer, &operations.CreateTransfer{Amount: i.Amount, Metadata: metadata, IdempKey: key})
		return receipt(transfer.ID, transfer.Amount, err)
	}
	var charge omise.Charge
	err := client.Do(&charge, &operations.CreateCharge{Amount: i.Amount, Currency: "thb", Card: i.Token, Customer: i.Customer, Metadata: metadata})
	return receipt(charge.ID, charge.Amount, err)
}

func receipt(id string, amount int64, err error) (job.Receipt, error) {
	if err != nil {
		return job.Receipt{}, err
	}
	return job.Receipt{ID: id, Amount: amount}, nil
}
