package omise_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
)

const (
	goodCard     = "4242424242424242"
	declinedCard = "4111111111140011"
)

// ctx is the context of calls in functions that have no test.
var ctx = context.Background()

// tokenOf makes a token of a test card.
func tokenOf(t testing.TB, client *omise.Client, number string) string {
	t.Helper()
	token, err := client.Tokens.Create(t.Context(), &omise.TokenCreateParams{Card: &omise.TokenCardParams{
		Name: "Somchai Prasert", Number: omise.NewSensitive(number), ExpirationMonth: 12, ExpirationYear: 2035, SecurityCode: omise.NewSensitive("123"),
	}})
	require.NoError(t, err)
	return token.ID
}

// paidCharge charges 1,000.00 baht.
func paidCharge(t testing.TB, client *omise.Client) *omise.Charge {
	t.Helper()
	charge, err := client.Charges.Create(t.Context(), &omise.ChargeCreateParams{
		Amount: 100_000, Currency: omise.THB, Card: tokenOf(t, client, goodCard),
	})
	require.NoError(t, err)
	return charge
}

// held lets a charge wait for its capture.
func held(p *omise.ChargeCreateParams) {
	p.Capture, p.AuthorizationType = new(false), omise.ChargeAuthorizationTypePreAuth
}

// heldCharge makes a charge that waits for its capture.
func heldCharge(fake *fakeClient) *omise.Charge {
	p := fake.chargeOfToken()
	held(p)
	return fake.mustCharge(p)
}

func paidByToken(fake *fakeClient) *omise.Charge { return fake.mustCharge(fake.chargeOfToken()) }

func ofPromptPay(fake *fakeClient) *omise.Charge { return fake.mustCharge(fake.chargeOfSource()) }

// authorized makes a charge that waits for its capture.
func authorized(fake *fakeClient) *omise.Charge {
	fake.t.Helper()
	p := fake.chargeOfToken()
	p.Capture = new(false)
	return fake.mustCharge(p)
}

// fundedAccount gives the account money to transfer.
func (fake *fakeClient) fundedAccount() {
	fake.t.Helper()
	p := fake.chargeOfCustomer()
	p.Amount = 15_000_000
	fake.mustCharge(p)
	fake.srv.Advance(30 * 24 * time.Hour)
}

// transfer makes a transfer with one attempt.
func (fake *fakeClient) transfer(amount int64, intent string) (*omise.Transfer, error) {
	return fake.With(omise.WithMaxRetries(0)).Transfers.Create(fake.ctx(), &omise.TransferCreateParams{Amount: &amount}, omise.WithIntent(intent))
}
