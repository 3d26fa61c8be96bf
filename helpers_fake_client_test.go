package omise_test

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/transport"
	"github.com/omisekit/omise-go/omisetest"
)

// A fakeClient is a client of a fake Omise, with methods that make the objects for a
// payment.
type fakeClient struct {
	*omise.Client
	srv *omisetest.Server
	t   *testing.T
}

func newFakeClient(t *testing.T, opts ...omise.Option) *fakeClient {
	srv := omisetest.NewServer(t)
	return &fakeClient{srv.Client(opts...), srv, t}
}

// withFakeClient runs a test in a bubble of virtual time: waits take no time.
func withFakeClient(t *testing.T, test func(*testing.T, *fakeClient), opts ...omise.Option) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, newFakeClient(t, opts...)) })
}

func (fake *fakeClient) ctx() context.Context { return fake.t.Context() }

func (fake *fakeClient) newToken() string {
	token, err := fake.Tokens.Create(fake.ctx(), &omise.TokenCreateParams{Card: &omise.TokenCardParams{
		Name: "Somchai Prasert", Number: omise.NewSensitive("4242424242424242"), ExpirationMonth: 12, ExpirationYear: 2035, SecurityCode: omise.NewSensitive("123"),
	}})
	require.NoError(fake.t, err)
	return token.ID
}

func (fake *fakeClient) newCustomer() string {
	customer, err := fake.Customers.Create(fake.ctx(), &omise.CustomerCreateParams{Card: fake.newToken()})
	require.NoError(fake.t, err)
	return customer.ID
}

// chargeOfToken, chargeOfCustomer and chargeOfSource return the params of a charge
// of 1,000 baht.
func (fake *fakeClient) chargeOfToken() *omise.ChargeCreateParams {
	return &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Card: fake.newToken()}
}

func (fake *fakeClient) chargeOfCustomer() *omise.ChargeCreateParams {
	return &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Customer: fake.newCustomer()}
}

func (fake *fakeClient) chargeOfSource() *omise.ChargeCreateParams {
	source, err := fake.Sources.Create(fake.ctx(), &omise.SourceCreateParams{Type: omise.SourceTypePromptPay, Amount: 100_000, Currency: omise.THB})
	require.NoError(fake.t, err)
	return &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Source: source.ID}
}

func (fake *fakeClient) mustCharge(params *omise.ChargeCreateParams) *omise.Charge {
	charge, err := fake.Charges.Create(fake.ctx(), params)
	require.NoError(fake.t, err)
	return charge
}

// countCharges returns how many charges the account has.
func (fake *fakeClient) countCharges() int {
	list, err := fake.Charges.List(fake.ctx(), nil)
	require.NoError(fake.t, err)
	return list.Total
}

// throughJSON stores an error as JSON and reads it, as another process would.
func throughJSON(t *testing.T, err error) error {
	t.Helper()
	require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
	text, jsonErr := json.Marshal(err)
	require.NoError(t, jsonErr)
	var again omise.Error
	require.NoError(t, json.Unmarshal(text, &again))
	require.Equal(t, err.Error(), again.Error())
	return &again
}

// newFakeClientOverTCP returns a client that goes over real
// connections.
func newFakeClientOverTCP(t *testing.T) *fakeClient {
	t.Helper()
	srv := omisetest.NewServer(t)
	hc := transport.NewHTTPClient()
	t.Cleanup(hc.CloseIdleConnections)
	return &fakeClient{srv.Client(omise.WithHTTPClient(hc), omise.WithBaseURL(srv.URL()), omise.WithVaultURL(srv.URL())), srv, t}
}
