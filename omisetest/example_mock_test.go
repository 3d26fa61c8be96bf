package omisetest_test

import (
	"context"
	"fmt"
	"log"

	"github.com/omisekit/omise-go"
)

// A charger has the only method of the SDK that the shop needs. client.Charges is a
// charger.
type charger interface {
	Create(context.Context, *omise.ChargeCreateParams, ...omise.RequestOption) (*omise.Charge, error)
}

// checkout is the code under test.
func checkout(ctx context.Context, charges charger, token string) (string, error) {
	charge, err := charges.Create(ctx, &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Card: token})
	if err != nil {
		return "", err
	}
	if failure := charge.Failure(); failure != nil {
		return "declined: " + string(failure.Code), nil
	}
	return "paid", nil
}

// decliner is a mock of one call. Models can be built with a literal.
type decliner struct{}

func (decliner) Create(context.Context, *omise.ChargeCreateParams, ...omise.RequestOption) (*omise.Charge, error) {
	return &omise.Charge{Status: omise.ChargeStatusFailed, FailureCode: omise.ChargeFailureCodeInsufficientFund}, nil
}

func Example_interface() {
	said, err := checkout(context.Background(), decliner{}, "tokn_test_1")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(said)
	// Output: declined: insufficient_fund
}
