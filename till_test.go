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

// A till is a fake with its client, and what a payment takes.
type till struct {
	*omise.Client
	srv *omisetest.Server
	t   *testing.T
}

func newTill(t *testing.T, opts ...omise.Option) *till {
	srv := omisetest.NewServer(t)
	return &till{srv.Client(opts...), srv, t}
}

// inTill runs a test whose waits take no time.
func inTill(t *testing.T, test func(*testing.T, *till), opts ...omise.Option) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, newTill(t, opts...)) })
}

func (s *till) ctx() context.Context { return s.t.Context() }

func (s *till) token() string {
	token, err := s.Tokens.Create(s.ctx(), &omise.TokenCreateParams{Card: &omise.TokenCardParams{
		Name: "Somchai Prasert", Number: "4242424242424242", ExpirationMonth: 12, ExpirationYear: 2035, SecurityCode: "123",
	}})
	require.NoError(s.t, err)
	return token.ID
}

func (s *till) customer() string {
	customer, err := s.Customers.Create(s.ctx(), &omise.CustomerCreateParams{Card: s.token()})
	require.NoError(s.t, err)
	return customer.ID
}

// ofToken, ofCustomer and ofSource are charges of 1,000 baht.
func (s *till) ofToken() *omise.ChargeCreateParams {
	return &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Card: s.token()}
}

func (s *till) ofCustomer() *omise.ChargeCreateParams {
	return &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Customer: s.customer()}
}

func (s *till) ofSource() *omise.ChargeCreateParams {
	source, err := s.Sources.Create(s.ctx(), &omise.SourceCreateParams{Type: omise.SourceTypePromptPay, Amount: 100_000, Currency: omise.THB})
	require.NoError(s.t, err)
	return &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Source: source.ID}
}

func (s *till) charge(params *omise.ChargeCreateParams) *omise.Charge {
	charge, err := s.Charges.Create(s.ctx(), params)
	require.NoError(s.t, err)
	return charge
}

// charges returns how many charges the account has.
func (s *till) charges() int {
	list, err := s.Charges.List(s.ctx(), nil)
	require.NoError(s.t, err)
	return list.Total
}

// stored returns the error as another process reads it.
func stored(t *testing.T, err error) error {
	t.Helper()
	require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
	text, jsonErr := json.Marshal(err)
	require.NoError(t, jsonErr)
	var again omise.Error
	require.NoError(t, json.Unmarshal(text, &again))
	require.Equal(t, err.Error(), again.Error())
	return &again
}

// onPort returns a till whose client goes over real connections.
func onPort(t *testing.T) *till {
	t.Helper()
	srv := omisetest.NewServer(t)
	hc := transport.NewHTTPClient()
	t.Cleanup(hc.CloseIdleConnections)
	return &till{srv.Client(omise.WithHTTPClient(hc), omise.WithBaseURL(srv.URL()), omise.WithVaultURL(srv.URL())), srv, t}
}
