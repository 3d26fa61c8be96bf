package omise_test

import (
	"context"
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

// newFakeClient returns a client of a new fake.
func newFakeClient(t *testing.T, opts ...omise.Option) *fakeClient {
	t.Helper()
	return fakeClientOf(t, omisetest.NewServer(t), opts...)
}

// fakeClientOf returns a client of a fake.
func fakeClientOf(t *testing.T, srv *omisetest.Server, opts ...omise.Option) *fakeClient {
	t.Helper()
	return &fakeClient{srv.Client(opts...), srv, t}
}

// newFakeClientOverTCP returns a client of a new fake that it reaches over real
// connections.
func newFakeClientOverTCP(t *testing.T) *fakeClient {
	t.Helper()
	srv := omisetest.NewServer(t)
	hc := transport.NewHTTPClient()
	t.Cleanup(hc.CloseIdleConnections)
	return fakeClientOf(t, srv, omise.WithHTTPClient(hc), omise.WithBaseURL(srv.URL()), omise.WithVaultURL(srv.URL()))
}

// withFakeClient runs a test in a bubble of virtual time: waits take no time.
func withFakeClient(t *testing.T, test func(*testing.T, *fakeClient), opts ...omise.Option) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, newFakeClient(t, opts...)) })
}

func (fake *fakeClient) ctx() context.Context { return fake.t.Context() }

func (fake *fakeClient) newToken() string {
	fake.t.Helper()
	return tokenOf(fake.t, fake.Client, goodCard)
}

func (fake *fakeClient) newCustomer() string {
	fake.t.Helper()
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
	fake.t.Helper()
	source, err := fake.Sources.Create(fake.ctx(), &omise.SourceCreateParams{Type: omise.SourceTypePromptPay, Amount: 100_000, Currency: omise.THB})
	require.NoError(fake.t, err)
	return &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Source: source.ID}
}

func (fake *fakeClient) mustCharge(params *omise.ChargeCreateParams) *omise.Charge {
	fake.t.Helper()
	charge, err := fake.Charges.Create(fake.ctx(), params)
	require.NoError(fake.t, err)
	return charge
}

// countCharges returns how many charges the account has.
func (fake *fakeClient) countCharges() int {
	fake.t.Helper()
	list, err := fake.Charges.List(fake.ctx(), nil)
	require.NoError(fake.t, err)
	return list.Total
}
