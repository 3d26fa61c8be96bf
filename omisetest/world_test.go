package omisetest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
)

// flow makes the usual calls of a shop.
func flow(t *testing.T, srv *omisetest.Server, client *omise.Client) {
	t.Helper()
	ctx := t.Context()
	source, err := client.Sources.Create(ctx, &omise.SourceCreateParams{Type: omise.SourceTypePromptPay, Amount: 50_000, Currency: omise.THB})
	require.NoError(t, err)
	waiting, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{Amount: 50_000, Currency: omise.THB, Source: source.ID})
	require.NoError(t, err)
	require.Equal(t, omise.ChargeStatusPending, waiting.Status)

	held := charge(t, client, func(p *omise.ChargeCreateParams) { p.Capture = new(false) })
	paid, err := client.Charges.Capture(ctx, held.ID, nil)
	require.NoError(t, err)
	require.True(t, paid.Paid)
	_, err = client.Charges.Capture(ctx, held.ID, nil)
	require.ErrorIs(t, err, omise.ErrCodeFailedCapture)
	_, err = client.Refunds.Create(ctx, paid.ID, &omise.RefundCreateParams{Amount: 10_000})
	require.NoError(t, err)

	srv.Advance(8 * 24 * time.Hour)
	waiting, err = client.Charges.Get(ctx, waiting.ID)
	require.NoError(t, err)
	require.Equal(t, omise.ChargeStatusExpired, waiting.Status)
	transfer, err := client.Transfers.Create(ctx, &omise.TransferCreateParams{})
	require.NoError(t, err)
	srv.Advance(4 * 24 * time.Hour)
	transfer, err = client.Transfers.Get(ctx, transfer.ID)
	require.NoError(t, err)
	require.True(t, transfer.Paid)
	balance, err := client.Balance.Get(ctx)
	require.NoError(t, err)
	require.Zero(t, balance.Total)
	srv.AssertCharged(1)
	srv.AssertCalls("POST /charges", 2)
}

func TestASeedComesFromADocument(t *testing.T) {
	t.Parallel()
	srv := omisetest.NewServer(t, omisetest.WithStrict())
	ids := srv.Seed(`[
		{"name": "malee", "call": "POST /customers", "params": {"email": "malee@example.com"}},
		{"name": "supplier", "call": "POST /recipients", "params": {"name": "Roaster", "type": "corporation",
			"bank_account": {"brand": "bbl", "number": "1234567890", "name": "Roaster"}}},
		{"call": "PATCH /recipients/{supplier}/verify"}
	]`)
	customer, err := srv.Client().Customers.Get(t.Context(), ids["malee"])
	require.NoError(t, err)
	require.Equal(t, "malee@example.com", customer.Email)
	recipient, err := srv.Client().Recipients.Get(t.Context(), ids["supplier"])
	require.NoError(t, err)
	require.True(t, recipient.Verified)
	srv.AssertCalls("POST /customers", 0)

	require.Equal(t, "omisetest: fake: step 1: there is no operation \"POST /charge\"; did you mean \"POST /charges\"?\n",
		failure(t, func(srv *omisetest.Server) { srv.Seed(`[{"call": "POST /charge"}]`) }))
}

func onPort(srv *omisetest.Server) *omise.Client {
	return srv.Client(omise.WithHTTPClient(&http.Client{}), omise.WithBaseURL(srv.URL()), omise.WithVaultURL(srv.URL()))
}

func TestTheSameInMemoryAndOnAPort(t *testing.T) {
	t.Parallel()
	memory := omisetest.NewServer(t, omisetest.WithStrict())
	flow(t, memory, memory.Client())
	port := omisetest.NewServer(t, omisetest.WithStrict())
	flow(t, port, onPort(port))
	require.Equal(t, port.URL(), port.URL())

	a, b := memory.Calls(), port.Calls()
	require.Len(t, b, len(a))
	for i := range a {
		for _, c := range []*omisetest.Call{&a[i], &b[i]} { // the SDK makes random keys
			c.IdempotencyKey = ""
			delete(c.Params, "idemp_key")
		}
		require.Equal(t, a[i], b[i])
	}
}

func TestAClientThatHangsEndsWithTheTest(t *testing.T) {
	t.Parallel()
	hung := make(chan error)
	t.Run("inner", func(t *testing.T) {
		srv := omisetest.NewServer(t)
		srv.Fault(omisetest.OnAny().Hang())
		client := onPort(srv)
		go func() {
			_, err := client.Balance.Get(t.Context())
			hung <- err
		}()
		for len(srv.Calls()) == 0 {
			time.Sleep(time.Millisecond)
		}
	})
	require.Error(t, <-hung)
}

// TestTwoHundredServers needs no port.
func TestTwoHundredServers(t *testing.T) {
	t.Parallel()
	var wg sync.WaitGroup
	for n := range 200 {
		wg.Go(func() {
			srv := omisetest.NewServer(t, omisetest.WithSeed(uint64(n)))
			flow(t, srv, srv.Client())
		})
	}
	wg.Wait()
}

// TestAThousandServers has all servers at the same time.
func TestAThousandServers(t *testing.T) {
	t.Parallel()
	servers := make([]*omisetest.Server, 1000)
	for n := range servers {
		servers[n] = omisetest.NewServer(t, omisetest.WithSeed(uint64(n)))
		_, err := servers[n].Client().Customers.Create(t.Context(), &omise.CustomerCreateParams{})
		require.NoError(t, err)
	}
	for _, srv := range servers {
		srv.AssertCalls("POST /customers", 1)
		customers, err := srv.Client().Customers.List(t.Context(), nil)
		require.NoError(t, err)
		require.Equal(t, 1, customers.Total)
	}
}

func TestFork(t *testing.T) {
	t.Parallel()
	shop := omisetest.NewServer(t)
	ids := shop.SeedPaidCharges(10)
	shop.AssertCharged(10)
	var balances sync.Map
	t.Run("group", func(t *testing.T) {
		for n := range 10 {
			t.Run(fmt.Sprint(n), func(t *testing.T) {
				t.Parallel()
				srv := shop.Fork(t)
				for _, id := range ids[:n] {
					_, err := srv.Client().Refunds.Create(t.Context(), id, &omise.RefundCreateParams{Amount: 1000})
					require.NoError(t, err)
				}
				srv.AssertCalls("POST /charges/{id}/refunds", n)
				balance, err := srv.Client().Balance.Get(t.Context())
				require.NoError(t, err)
				balances.Store(balance.Total, true)
			})
		}
	})
	shop.AssertCalls("POST /charges/{id}/refunds", 0)
	count := 0
	balances.Range(func(any, any) bool { count++; return true })
	require.Equal(t, 10, count)
}

func TestSnapshot(t *testing.T) {
	t.Parallel()
	srv := omisetest.NewServer(t)
	customer := srv.SeedCustomer()
	kept := srv.Snapshot()
	var seen []string
	for range 2 {
		paid, err := srv.Client().Charges.Create(t.Context(), &omise.ChargeCreateParams{Amount: 50_000, Currency: omise.THB, Customer: customer})
		require.NoError(t, err)
		seen = append(seen, paid.ID)
		srv.AssertCharged(1)
		srv.Restore(kept)
		srv.AssertCharged(0)
	}
	require.Equal(t, seen[0], seen[1])
}

func TestWebhooks(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"memory", "port"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			srv := omisetest.NewServer(t)
			var keys []string
			down := 3
			shop := http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
				body, err := io.ReadAll(hr.Body)
				require.NoError(t, err)
				require.Len(t, hr.Header.Get("Omise-Signature"), 64)
				require.NotEmpty(t, hr.Header.Get("Omise-Signature-Timestamp"))
				if down > 0 {
					down--
					w.WriteHeader(http.StatusInternalServerError)
					return
				}
				_, key, _ := strings.Cut(string(body), `"key":"`)
				key, _, _ = strings.Cut(key, `"`)
				keys = append(keys, key)
			})
			if kind == "memory" {
				srv.Webhooks(shop, omisetest.Shuffled(), omisetest.Duplicated(0), omisetest.Dropped(0))
			} else {
				port := httptest.NewServer(shop)
				defer port.Close()
				srv.WebhookURL(port.URL)
			}
			require.NotEmpty(t, srv.WebhookSecret())
			srv.SeedCustomer()
			srv.Advance(time.Hour)
			require.Equal(t, []string{"customer.create"}, keys)
			deliveries := srv.Deliveries()
			require.Len(t, deliveries, 4)
			require.Equal(t, 500, deliveries[0].Status)
			require.Equal(t, 200, deliveries[3].Status)
			require.Equal(t, 15*time.Minute, deliveries[3].Time.Sub(deliveries[0].Time))
			srv.Redeliver(deliveries[0].EventID)
			require.Len(t, keys, 2)

			event, err := srv.Client().Events.Get(t.Context(), deliveries[0].EventID)
			require.NoError(t, err)
			require.Len(t, event.WebhookDeliveries, 5)
		})
	}
}
