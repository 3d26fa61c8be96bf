package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/tools/chaos/job"
)

// pursue makes the call of an intent once, as a merchant's program does.
func pursue(ctx context.Context, client *omise.Client, kind job.Kind, intent job.Intent, named bool, opts ...omise.RequestOption) (job.Receipt, error) {
	var metadata omise.Metadata
	if named {
		metadata = omise.Metadata{job.OrderKey: intent.Name}
	}
	switch kind {
	case job.Capture:
		return receipt(client.Charges.Capture(ctx, intent.Charge, nil, opts...))
	case job.Delete:
		deleted, err := client.Transfers.Delete(ctx, intent.Transfer, opts...)
		if err == nil && !deleted.Deleted {
			err = fmt.Errorf("%s is not deleted", deleted.ID)
		}
		if err != nil {
			return job.Receipt{}, err
		}
		return job.Receipt{ID: deleted.ID}, nil
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

// A settlement is the answer of Resolve.
type settlement struct {
	receipt  job.Receipt
	state    omise.ResolutionState
	err      error
	stranger bool // the client of another account has refused to judge
}

// resolve resolves a stored error, as another process does. It tries again as long as the API
// cannot be reached, and once more after a pause if the outcome is open.
func resolve(ctx context.Context, client *omise.Client, kind job.Kind, stored json.RawMessage, pauseIfOpen time.Duration) (s settlement) {
	wasOpen := false
	for range mostResolves {
		s = ask(ctx, client, kind, stored)
		if s.err == nil && s.state != omise.ResolutionOpen || isParamError(s.err) {
			return s
		}
		pause := lateness / 2
		if s.err == nil {
			if wasOpen {
				return s
			}
			wasOpen, pause = true, pauseIfOpen
		}
		time.Sleep(pause)
	}
	return s
}

const mostResolves = 40

// ask gives a stored error to Resolve. All kinds except deletes have a Resolve.
func ask(ctx context.Context, client *omise.Client, kind job.Kind, stored json.RawMessage) settlement {
	unknown := new(omise.Error)
	if err := json.Unmarshal(stored, unknown); err != nil {
		return settlement{err: err}
	}
	switch kind {
	case job.Refund:
		return settled(client.Refunds.Resolve(ctx, unknown))
	case job.Transfer, job.Delete:
		return settled(client.Transfers.Resolve(ctx, unknown))
	}
	return settled(client.Charges.Resolve(ctx, unknown))
}

func isParamError(err error) bool {
	_, ok := errors.AsType[*omise.ParamError](err)
	return ok
}

func settled[T any](r *omise.Resolution[T], err error) settlement {
	if err != nil {
		return settlement{err: err}
	}
	s := settlement{state: r.State}
	if r.Object != nil {
		s.receipt, s.err = receipt(r.Object, nil)
	}
	return s
}
