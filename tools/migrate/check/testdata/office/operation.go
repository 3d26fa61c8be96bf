package office

import (
	"context"

	"github.com/omise/omise-go"
	"github.com/omise/omise-go/operations"
)

func half(ctx context.Context, client *omise.Client, charge *omise.Charge) error {
	refund, create := &omise.Refund{}, &operations.CreateRefund{ChargeID: charge.ID, Amount: charge.Amount / 2}
	return client.Do(refund, create)
}

func window(ctx context.Context, client *omise.Client, list operations.List) error {
	charges := &omise.ChargeList{}
	return client.Do(charges, &operations.ListCharges{List: list})
}
