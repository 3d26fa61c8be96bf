// Package shop_test uses examples/shop with Chromium.
//
//	go -C integration test -count=1 ./shop
//
// If SCREENSHOTS is the name of a directory, it writes pictures of the pages there.
package shop_test

import (
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/integration/chromium"
	"github.com/omisekit/omise-go/omisetest"
)

// A visit is a shop, its fake Omise, and the browser of a payer.
type visit struct {
	*omisetest.Server
	t       *testing.T
	url     string
	browser context.Context
}

func newVisit(t *testing.T) *visit {
	t.Helper()
	v := &visit{t: t, Server: omisetest.NewServer(t, omisetest.WithThreeDSecure(), omisetest.WithStrict())}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := listener.Addr().String()
	require.NoError(t, listener.Close())
	v.url = "http://" + addr

	dir := t.TempDir()
	program := filepath.Join(dir, "shop")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Dir = "../../examples/shop"
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))
	shop := exec.Command(program)
	shop.Env = append(os.Environ(), "ADDR="+addr, "SHOP_DATABASE="+filepath.Join(dir, "shop.db"),
		"OMISE_SECRET_KEY="+v.SecretKey(), "OMISE_PUBLIC_KEY="+v.PublicKey(), "OMISE_WEBHOOK_SECRET="+v.WebhookSecret(),
		"OMISE_API_URL="+v.URL(), "OMISE_VAULT_URL="+v.URL(), "OMISE_JS_URL="+v.URL()+"/_omise.js")
	shop.Stdout, shop.Stderr = t.Output(), t.Output()
	require.NoError(t, shop.Start())
	t.Cleanup(func() {
		_ = shop.Process.Kill()
		_ = shop.Wait()
	})
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		resp, err := http.Get(v.url)
		require.NoError(c, err)
		resp.Body.Close()
	}, 20*time.Second, 50*time.Millisecond)
	v.WebhookURL(v.url + "/webhooks/omise")

	v.browser = chromium.Start(t)
	return v
}

func (v *visit) do(actions ...chromium.Action) {
	v.t.Helper()
	chromium.Do(v.t, v.browser, actions...)
}

// buy orders the shoes.
func (v *visit) buy() {
	v.t.Helper()
	v.do(chromedp.Navigate(v.url), shoot("front"), chromium.Click("button"), chromium.See("#number"))
}

// payByCard fills in a card and sends it.
func (v *visit) payByCard(number string) {
	v.t.Helper()
	for id, text := range map[string]string{"#number": number, "#name": "Somchai Prasert", "#month": "12", "#year": "2035", "#code": "123"} {
		v.do(chromium.Type(id, text))
	}
	v.do(shoot("card"), chromium.Click("#pay"))
}

// sees waits for a page of the order with a text.
func (v *visit) sees(text, picture string) {
	v.t.Helper()
	var said string
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		var err error
		ctx, stop := context.WithTimeout(v.browser, 5*time.Second)
		said, err = chromedp.Run(ctx, chromedp.Text(chromedp.CSS("#state")))
		stop()
		if err == nil && said == text {
			v.do(shoot(picture))
			return
		}
	}
	require.Equal(v.t, text, said)
}

func TestACardIsPaidAfter3DSecureAndGivenBack(t *testing.T) {
	v := newVisit(t)
	v.buy()
	v.payByCard("4242 4242 4242 4242")
	v.do(chromium.See(`button[value="yes"]`), shoot("3ds"), chromium.Click(`button[value="yes"]`))
	v.sees("Paid. Thank you!", "paid")
	v.AssertOneCharge("1")
	v.do(chromium.Click("#refund"))
	v.sees("The money was refunded.", "refunded")
	v.AssertCalls("POST /charges/{id}/refunds", 1)
	v.AssertWebhooksArrived()
}

func TestAPayerWhoDeclinesPaysWithAnotherCard(t *testing.T) {
	v := newVisit(t)
	v.buy()
	v.payByCard("4242 4242 4242 4242")
	v.do(chromium.See(`button[value="no"]`), chromium.Click(`button[value="no"]`))
	v.sees("Not paid: payment_rejected. You can try again.", "declined")
	v.payByCard("5555 5555 5555 4444")
	v.do(chromium.See(`button[value="yes"]`), chromium.Click(`button[value="yes"]`))
	v.sees("Paid. Thank you!", "paid-second")
	v.AssertOneCharge("1")
}

func TestAWrongCardNumberStaysOnThePage(t *testing.T) {
	v := newVisit(t)
	v.buy()
	v.payByCard("4242 4242 4242 4241")
	v.do(chromium.See("#problem:not(:empty)"), shoot("wrong-number"))
	v.AssertCalls("POST /charges", 0)
}

func TestAPromptPayCodeIsPaid(t *testing.T) {
	v := newVisit(t)
	v.buy()
	v.do(chromium.Click("#promptpay"), chromium.See("#qr"), shoot("promptpay"))
	page, err := v.Client().Charges.List(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, page.Data, 1)
	_, err = v.Client().Charges.MarkAsPaid(t.Context(), page.Data[0].ID)
	require.NoError(t, err)
	v.sees("Paid. Thank you!", "promptpay-paid")
}

func TestAPromptPayCodeExpires(t *testing.T) {
	v := newVisit(t)
	v.buy()
	v.do(chromium.Click("#promptpay"), chromium.See("#qr"))
	v.Advance(8 * 24 * time.Hour)
	v.sees("Not paid: expired. You can try again.", "promptpay-expired")
}

func shoot(name string) chromium.Action { return chromium.Shoot(name, 900, 760) }
