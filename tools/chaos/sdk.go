package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/tools/chaos/job"
)

// pursue makes what an intent asks for, once, as a merchant's program would.
func pursue(ctx context.Context, client *omise.Client, kind job.Kind, intent job.Intent, opts ...omise.RequestOption) (job.Receipt, error) {
	metadata := omise.Metadata{job.OrderKey: intent.Name}
	switch kind {
	case job.Refund:
		return receipt(client.Refunds.Create(ctx, intent.Charge,
			&omise.RefundCreateParams{Amount: intent.Amount, Metadata: metadata}, opts...))
	case job.Transfer:
		return receipt(client.Transfers.Create(ctx,
			&omise.TransferCreateParams{Amount: &intent.Amount, Metadata: metadata}, opts...))
	}
	return receipt(client.Charges.Create(ctx, &omise.ChargeCreateParams{
		Amount: intent.Amount, Currency: omise.THB, Card: intent.Token, Customer: intent.Customer, Metadata: metadata,
	}, opts...))
}

func receipt[T any](made *T, err error) (job.Receipt, error) {
	if err != nil {
		return job.Receipt{}, err
	}
	switch o := any(made).(type) {
	case *omise.Charge:
		return job.Receipt{ID: o.ID, Amount: o.Amount}, nil
	case *omise.Refund:
		return job.Receipt{ID: o.ID, Amount: o.Amount}, nil
	case *omise.Transfer:
		return job.Receipt{ID: o.ID, Amount: o.Amount}, nil
	}
	return job.Receipt{}, fmt.Errorf("%T is no receipt", made)
}

// A settlement is what Resolve finds out.
type settlement struct {
	receipt job.Receipt
	state   omise.ResolutionState
	err     error
}

// resolve settles an error that was stored, as another process would. It asks
// again for as long as the API cannot be asked or the matter is open.
func resolve(ctx context.Context, client *omise.Client, kind job.Kind, stored json.RawMessage) (s settlement) {
	unknown := new(omise.Error)
	if s.err = json.Unmarshal(stored, unknown); s.err != nil {
		return s
	}
	for range mostResolves {
		switch kind {
		case job.Charge:
			s = settled(client.Charges.Resolve(ctx, unknown))
		case job.Refund:
			s = settled(client.Refunds.Resolve(ctx, unknown))
		case job.Transfer:
			s = settled(client.Transfers.Resolve(ctx, unknown))
		}
		if s.err == nil && s.state != omise.ResolutionOpen {
			return s
		}
		time.Sleep(lateness / 2)
	}
	return s
}

const mostResolves = 40

func settled[T any](r *omise.Resolution[T], err error) settlement {
	if err != nil {
		return settlement{err: err}
	}
	s := settlement{state: r.State}
	if r.State == omise.ResolutionFound {
		s.receipt, s.err = receipt(r.Object, nil)
	}
	return s
}
