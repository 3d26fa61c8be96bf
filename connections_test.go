package omise_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
)

func TestWithOwnConnectionsSharesNoConnection(t *testing.T) {
	t.Parallel()
	var opened atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte(apitest.ObjectJSON(t, "balance")))
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	client, err := omise.NewClient(testSecret, omise.WithBaseURL(server.URL))
	require.NoError(t, err)
	for i, c := range []*omise.Client{client, client.With(), client.With(omise.WithOwnConnections()), client} {
		_, err := c.Balance.Get(t.Context())
		require.NoError(t, err)
		require.Equal(t, []int32{1, 1, 2, 2}[i], opened.Load())
	}
}

func TestWithOwnConnectionsSharesTheIntentsInFlight(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p, client := fake.chargeOfCustomer(), fake.through(slow)
		clients := []*omise.Client{client.Client, client.With(omise.WithOwnConnections())}
		concurrently(len(clients), func(i int) {
			_, err := clients[i].Charges.Create(fake.ctx(), p, forOrder42)
			assert.NoError(t, err)
		})
		fake.srv.AssertCalls("POST /charges", 1)
	})
}

func TestWithOwnConnectionsSharesTheUsedKeys(t *testing.T) {
	t.Parallel()
	client := apitest.Respond(200, apitest.ObjectJSON(t, "charge")).Client(t)
	p := newCharge()
	client.Charges.Create(t.Context(), p, omise.WithIdempotencyKey("order-42"))
	p.Amount++
	_, err := client.With(omise.WithOwnConnections()).Charges.Create(t.Context(), p, omise.WithIdempotencyKey("order-42"))
	require.Equal(t, "idempotency key", refusal(t, err).Field)
}

func TestWithOwnConnectionsSharesNoPace(t *testing.T) {
	t.Parallel()
	api := apitest.RespondInTurn(apitest.Respond(429, "", "Retry-After", "20"), apitest.Respond(200, apitest.ObjectJSON(t, "balance")))
	client := api.Client(t, omise.WithMaxRetries(0))
	_, err := client.With(omise.WithOwnConnections()).Balance.Get(t.Context())
	require.Equal(t, 429, failure(t, err).Status)
	_, err = client.Balance.Get(t.Context())
	require.NoError(t, err)
}
