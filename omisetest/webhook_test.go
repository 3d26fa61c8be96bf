package omisetest_test

import (
	"context"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/webhook"
)

// shopAt returns a shop whose webhook handler is at a path, and the number of events
// that it has handled.
func shopAt(path, secret string) (shop http.Handler, handled *int) {
	handled = new(int)
	mux := http.NewServeMux()
	mux.Handle(path, webhook.NewHandler([]string{secret}, func(context.Context, *omise.Event) error {
		*handled++
		return nil
	}, webhook.WithLogger(slog.New(slog.DiscardHandler))))
	return mux, handled
}

func TestAHandlerWithoutOptionsTakesTheWebhooks(t *testing.T) {
	t.Parallel()
	srv := omisetest.NewServer(t)
	shop, handled := shopAt("/webhooks/omise", srv.WebhookSecret())
	srv.Webhooks(shop)
	srv.Advance(1000 * time.Hour)
	srv.SeedCustomer()
	require.Equal(t, 1, *handled)
	srv.AssertWebhooksArrived()

	shop, handled = shopAt("/hooks", srv.WebhookSecret())
	srv.Webhooks(shop, omisetest.AtPath("/hooks"))
	srv.SeedCustomer()
	require.Equal(t, 1, *handled)
}

func TestARefusedWebhookFailsTheTest(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/hooks":          "omisetest: a webhook to https://merchant.example.com/webhooks/omise was answered 404: the handler is at another path; omisetest.AtPath names it\n",
		"/webhooks/omise": "omisetest: a webhook to https://merchant.example.com/webhooks/omise was answered 400: the handler needs the secret srv.WebhookSecret(), and no clock but that of the machine\n",
	} {
		shop, _ := shopAt(path, "YW5vdGhlciBzZWNyZXQgdGhhbiB0aGF0IG9mIHRoZSBmYWtl")
		require.Equal(t, want, failure(t, func(srv *omisetest.Server) {
			srv.Webhooks(shop)
			srv.SeedCustomer()
		}))
		require.Empty(t, failure(t, func(srv *omisetest.Server) {
			srv.Webhooks(shop, omisetest.MayRefuse())
			srv.SeedCustomer()
		}))
	}
}

func TestWebhooksThatDidNotArriveAreNamed(t *testing.T) {
	t.Parallel()
	down := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	said := failure(t, func(srv *omisetest.Server) {
		srv.Webhooks(down)
		srv.SeedCustomer()
		srv.Advance(time.Minute)
		srv.AssertWebhooksArrived()
	})
	require.Equal(t, "omisetest: customer.create of evnt_test_* did not arrive at https://merchant.example.com/webhooks/omise: attempt 2 was answered: 500\n", said)
}
