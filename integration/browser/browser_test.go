// Package browser_test uses the pages of the fake with Chromium, as a person does, once with
// JavaScript and once without.
//
//	go -C integration test -count=1 ./browser
//
// If SCREENSHOTS is the name of a directory, it writes pictures of the pages there.
package browser_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/integration/chromium"
	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/webhook"
)

// browse starts a browser, with or without JavaScript.
func browse(t *testing.T, scripts bool) context.Context {
	t.Helper()
	browser := chromium.Start(t)
	_, err := chromedp.Run(browser, func(ctx context.Context, target *chromedp.Target) (cdp.Empty, error) {
		return cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts})
	})
	require.NoError(t, err)
	return browser
}

// A shop is a merchant's site that uses a fake Omise.
type shop struct {
	*omisetest.Server
	t      *testing.T
	client *omise.Client
	site   *httptest.Server

	mu     sync.Mutex
	events []string // key and charge of each webhook with a valid signature
}

func newShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{t: t, Server: omisetest.NewServer(t, omisetest.WithThreeDSecure())}
	s.site = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		fmt.Fprintf(w, `<!doctype html><link rel="icon" href="data:,"><title>Shop</title><p id="back">%s without</p>
			<script>document.getElementById("back").textContent = "%[1]s with"</script>`, hr.URL.Path)
	}))
	t.Cleanup(s.site.Close)
	s.Webhooks(webhook.NewHandler([]string{s.WebhookSecret()}, func(_ context.Context, event *omise.Event) error {
		if c, ok := event.Object().(*omise.Charge); ok {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.events = append(s.events, string(event.Key)+" "+c.ID)
		}
		return nil
	}, webhook.WithLogger(slog.New(slog.DiscardHandler))))
	s.client = s.Client(omise.WithHTTPClient(&http.Client{}), omise.WithBaseURL(s.URL()), omise.WithVaultURL(s.URL()))
	return s
}

func (s *shop) cardCharge() *omise.Charge {
	s.t.Helper()
	token, err := s.client.Tokens.Create(s.t.Context(), &omise.TokenCreateParams{Card: &omise.TokenCardParams{
		Name: "Somchai Prasert", Number: omise.NewSensitive("4242424242424242"), SecurityCode: omise.NewSensitive("123"), ExpirationMonth: 12, ExpirationYear: 2035,
	}})
	require.NoError(s.t, err)
	charge, err := s.client.Charges.Create(s.t.Context(), &omise.ChargeCreateParams{
		Amount: 129_900, Currency: omise.THB, Card: token.ID, ReturnURI: s.site.URL + "/thanks", Description: "Order A-1, two pairs of running shoes",
	})
	require.NoError(s.t, err)
	return charge
}

func (s *shop) promptPayCharge() *omise.Charge {
	s.t.Helper()
	source, err := s.client.Sources.Create(s.t.Context(), &omise.SourceCreateParams{Type: omise.SourceTypePromptPay, Amount: 45_000, Currency: omise.THB})
	require.NoError(s.t, err)
	charge, err := s.client.Charges.Create(s.t.Context(), &omise.ChargeCreateParams{Amount: source.Amount, Currency: source.Currency, Source: source.ID})
	require.NoError(s.t, err)
	return charge
}

// done checks the status of a charge by the SDK and by a webhook.
func (s *shop) done(id string, want omise.ChargeStatus) {
	s.t.Helper()
	charge, err := s.client.Charges.Get(s.t.Context(), id)
	require.NoError(s.t, err)
	require.Equal(s.t, want, charge.Status)
	s.mu.Lock()
	defer s.mu.Unlock()
	require.Contains(s.t, s.events, "charge.complete "+id)
}

func TestPeopleUseThePages(t *testing.T) {
	for name, scripts := range map[string]bool{"with": true, "without": false} {
		t.Run(name+" JavaScript", func(t *testing.T) {
			s, ctx := newShop(t), browse(t, scripts)
			for button, want := range map[string]omise.ChargeStatus{"yes": omise.ChargeStatusSuccessful, "no": omise.ChargeStatusFailed} {
				charge := s.cardCharge()
				chromium.Do(t, ctx,
					chromedp.Navigate(charge.AuthorizeURI),
					chromium.Shoot("authorize", 1280, 800), chromium.Shoot("authorize-phone", 390, 844),
					chromium.Click(`button[value="`+button+`"]`),
				)
				back, err := chromedp.Run(ctx, chromedp.Text(chromedp.CSS("#back")))
				require.NoError(t, err)
				require.Equal(t, "/thanks "+name, back)
				s.done(charge.ID, want)
				chromium.Do(t, ctx, chromedp.Navigate(charge.AuthorizeURI), chromium.Shoot("answered-"+button, 1280, 800))
			}

			charge := s.promptPayCharge()
			s.SeedPaidCharges(3)
			s.cardCharge()
			chromium.Do(t, ctx,
				chromedp.Navigate(s.URL()+"/_dashboard/"),
				chromium.Shoot("worlds", 1280, 400),
				chromium.Click(`a[href="./`+s.PublicKey()+`/"]`),
				chromium.See(`button[value="pay"]`),
				chromium.Shoot("dashboard", 1280, 1400), chromium.Shoot("dashboard-phone", 390, 844),
				chromium.Click(`button[value="pay"]`),
				chromedp.WaitNotPresent(chromedp.CSS(`button[value="pay"]`)),
				chromium.See(`button[value="day"]`),
				chromium.Shoot("dashboard-paid", 1280, 1400),
			)
			s.done(charge.ID, omise.ChargeStatusSuccessful)
		})
	}
}
