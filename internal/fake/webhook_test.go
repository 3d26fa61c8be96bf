package fake

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// An inbox receives webhooks.
type inbox struct {
	t      *testing.T
	mu     sync.Mutex
	got    []webhook
	answer func(n int, hr *http.Request) int // status for the nth webhook, from 1
}

type webhook struct {
	url, signature, timestamp string
	body                      []byte
	event                     answer
}

func (in *inbox) ServeHTTP(w http.ResponseWriter, hr *http.Request) {
	body, err := io.ReadAll(hr.Body)
	if err != nil || hr.Method != http.MethodPost || hr.Header.Get("Content-Type") != "application/json; charset=utf-8" {
		in.t.Error(err, hr)
	}
	got := webhook{
		url:       "https://" + hr.Host + hr.RequestURI,
		signature: hr.Header.Get("Omise-Signature"), timestamp: hr.Header.Get("Omise-Signature-Timestamp"),
		body: body,
	}
	if err := json.Unmarshal(body, &got.event); err != nil {
		in.t.Error(err)
	}
	in.mu.Lock()
	in.got = append(in.got, got)
	n := len(in.got)
	in.mu.Unlock()
	if in.answer != nil {
		w.WriteHeader(in.answer(n, hr))
	}
}

func (in *inbox) keys() []string {
	keys := []string{}
	for _, got := range in.got {
		keys = append(keys, got.event.text("key"))
	}
	return keys
}

// hooked returns a world that delivers to an inbox.
func hooked(t *testing.T, change func(*Hooks)) (*world, *inbox) {
	t.Helper()
	w, in := newWorld(t, Options{}), &inbox{t: t}
	hooks := InMemory(in)
	if change != nil {
		change(hooks)
	}
	w.Listen(hooks)
	return w, in
}

func TestSignature(t *testing.T) {
	t.Parallel()
	key, err := base64.StdEncoding.DecodeString("b21pc2UtZmFrZS1zaWduaW5nLXNlY3JldC0wMDAwMDE=")
	require.NoError(t, err)
	body := `{"object":"event","id":"evnt_test_no1t4tnemucod0e51mo","livemode":false,"location":"/events/evnt_test_no1t4tnemucod0e51mo","key":"charge.complete","created_at":"2026-01-01T00:00:00Z","data":{"object":"charge","id":"chrg_test_no1t4tnemucod0e51mo","amount":12345,"currency":"THB","status":"successful"}}`
	require.Equal(t, "00d638d2dd7f0fc76c71ce49667100c377e85e6d2d36051836577c066bca010e", signature(key, "1767225600", []byte(body)))
}

// requireSigned checks the signature of a webhook with each of the secrets.
func requireSigned(t *testing.T, got webhook, secrets ...string) {
	t.Helper()
	var want []string
	for _, secret := range secrets {
		key, err := base64.StdEncoding.DecodeString(secret)
		require.NoError(t, err)
		want = append(want, signature(key, got.timestamp, got.body))
	}
	require.Equal(t, strings.Join(want, ","), got.signature)
}

func TestWebhooksComeWithTheCall(t *testing.T) {
	t.Parallel()
	w, in := hooked(t, nil)
	c := w.charge(nil)
	require.Equal(t, []string{"charge.create"}, in.keys())
	got := in.got[0]
	require.Equal(t, placeholder, got.url)
	require.Equal(t, strconv.FormatInt(w.Now().Unix(), 10), got.timestamp)
	requireSigned(t, got, w.WebhookSecret())
	require.Equal(t, c.id(), got.event.in("data").id())
	require.Empty(t, got.event["webhook_deliveries"])

	event := w.get("/events/" + got.event.id())
	delivery := answer(event["webhook_deliveries"].([]any)[0].(map[string]any))
	require.Equal(t, string(got.body), delivery["payload"])
	require.EqualValues(t, 200, delivery["status"])
	require.Equal(t, "2026-01-05 03:00:00 UTC", delivery["created_at"])
	require.Nil(t, delivery["error"])
	require.Equal(t, []Delivery{{
		ID: delivery.id(), EventID: event.id(), Key: "charge.create", URI: placeholder, Attempt: 1,
		Time: w.Now(), Status: 200, Payload: got.body,
	}}, w.Deliveries())

	w.Listen(nil)
	w.charge(nil)
	require.Len(t, in.got, 1)
}

func TestWebhooksChangeNoIDs(t *testing.T) {
	t.Parallel()
	w, _ := hooked(t, func(h *Hooks) { h.Shuffle, h.Duplicate = true, 1 })
	other := newWorld(t, Options{})
	w.charge(nil)
	other.charge(nil)
	require.Equal(t, other.charge(nil).id(), w.charge(nil).id())
}

func TestWebhooksGoOutAtTheirMoment(t *testing.T) {
	t.Parallel()
	w, in := hooked(t, nil)
	var seen []string
	in.answer = func(_ int, hr *http.Request) int {
		seen = append(seen, w.Now().Format(time.DateTime))
		w.get("/balance") // the API can be called meanwhile
		return 200
	}
	w.sourceCharge("promptpay")
	w.Advance(8 * day)
	require.Equal(t, []string{"charge.create", "charge.expire"}, in.keys())
	require.Equal(t, []string{"2026-01-05 03:00:00", "2026-01-12 03:00:00"}, seen)
	require.Equal(t, "2026-01-13 03:00:00", w.Now().Format(time.DateTime))
}

func TestReceiversMayCauseEvents(t *testing.T) {
	t.Parallel()
	w, in := hooked(t, nil)
	busy := false
	in.answer = func(_ int, hr *http.Request) int {
		require.False(t, busy, "one webhook at a time")
		busy = true
		defer func() { busy = false }()
		if got := in.got[len(in.got)-1].event; got["key"] == "charge.create" {
			w.post("/charges/"+got.in("data").id()+"/capture", nil)
		}
		return 200
	}
	w.charge(object{"capture": false})
	require.Equal(t, []string{"charge.create", "charge.capture"}, in.keys())
}

func TestSecretsAreReplaced(t *testing.T) {
	t.Parallel()
	w, in := hooked(t, nil)
	first := w.WebhookSecret()
	second := w.post("/webhooks/secrets", nil).text("key")
	require.Equal(t, second, w.WebhookSecret())
	w.SeedCustomer()
	requireSigned(t, in.got[0], second, first)
	w.Advance(day)
	w.SeedCustomer()
	requireSigned(t, in.got[1], second)
	require.EqualValues(t, 1, w.get("/webhooks/secrets")["total"])
	w.ok("DELETE", "/webhooks/secrets/"+w.webhookSecrets.all[0].id, nil)
	w.SeedCustomer()
	require.Empty(t, in.got[2].signature)
	require.Empty(t, w.WebhookSecret())
}

func TestWhereWebhooksGo(t *testing.T) {
	t.Parallel()
	w, in := hooked(t, nil)
	urls := func() []string {
		var all []string
		for _, got := range in.got {
			all = append(all, got.url)
		}
		in.got = nil
		slices.Sort(all)
		return all
	}
	w.patch("/account", object{"webhook_uri": "https://shop.example.com/hook?x=1"})
	c := w.charge(object{"capture": false, "webhook_endpoints": []any{"https://one.example.com/", "https://two.example.com/", "https://one.example.com/"}})
	require.Equal(t, []string{"https://one.example.com/", "https://shop.example.com/hook?x=1", "https://two.example.com/"}, urls())
	w.post("/charges/"+c.id()+"/capture", nil)
	require.Len(t, urls(), 3)
	w.post("/charges/"+c.id()+"/refunds", object{"amount": 1})
	require.Equal(t, []string{"https://shop.example.com/hook?x=1"}, urls())
	require.Contains(t, w.fails(invalidCharge, "POST", "/charges", object{
		"amount": 1, "currency": "thb", "webhook_endpoints": []any{"nowhere"},
	}), "webhook_endpoints is invalid")

	chain := w.get("/chains/" + w.AddChain("malee@example.com")).text("key")
	sub := func(method, path string, body any) {
		hr := w.request(method, path, body)
		hr.SetBasicAuth(chain, "")
		w.send(hr)
	}
	sub("POST", "/customers", object{})
	require.Empty(t, urls())
	sub("PATCH", "/account", object{"webhook_uri": "https://chain.example.com/"})
	sub("POST", "/customers", object{})
	require.Equal(t, []string{"https://chain.example.com/"}, urls())
}

func TestWebhooksOverHTTP(t *testing.T) {
	t.Parallel()
	w, in := newWorld(t, Options{}), &inbox{t: t}
	port := httptest.NewServer(in)
	defer port.Close()
	hooks, err := OverHTTP(port.URL+"/hooks", ReachLocal)
	require.NoError(t, err)
	w.Listen(hooks)
	w.SeedCustomer()
	require.Equal(t, []string{"customer.create"}, in.keys())
	requireSigned(t, in.got[0], w.WebhookSecret())

	in.answer = func(int, *http.Request) int { return http.StatusFound }
	w.SeedCustomer()
	require.Equal(t, http.StatusFound, w.Deliveries()[1].Status)
	port.Close()
	w.Advance(time.Minute)
	last := w.Deliveries()[2]
	require.Zero(t, last.Status)
	require.Contains(t, last.Error, "refused")
	require.Equal(t, 2, last.Attempt)
	_, err = OverHTTP("nowhere", ReachLocal)
	require.Error(t, err)
}

func TestShuffledWebhooks(t *testing.T) {
	t.Parallel()
	w, in := hooked(t, func(h *Hooks) { h.Shuffle = true })
	for range 20 {
		w.SeedCustomer()
	}
	w.Advance(0)
	require.Len(t, in.got, 20, "all arrive in the end")
	var order []string
	for _, got := range in.got {
		order = append(order, got.event.id())
	}
	var made []string
	for _, e := range w.events.all {
		made = append(made, e.id)
	}
	require.NotEqual(t, made, order)
	require.ElementsMatch(t, made, order)
}

func TestWebhooksOfTheFormerReceiver(t *testing.T) {
	t.Parallel()
	w, first := hooked(t, func(h *Hooks) { h.Shuffle = true })
	for sent := 0; sent == len(first.got); sent++ { // until one is held back
		w.charge(nil)
	}
	second := &inbox{t: t}
	w.Listen(InMemory(second))
	w.Advance(0)
	require.Empty(t, second.got)
	w.charge(nil)
	require.Len(t, second.got, 1)
}

func TestRedeliver(t *testing.T) {
	t.Parallel()
	w, in := hooked(t, nil)
	w.SeedCustomer()
	first := w.Deliveries()[0]
	require.NoError(t, w.Redeliver(first.ID))
	require.NoError(t, w.Redeliver(first.EventID))
	require.Len(t, in.got, 3)
	require.Equal(t, in.got[0].body, in.got[2].body)
	in.answer = func(int, *http.Request) int { return 500 }
	require.NoError(t, w.Redeliver(first.ID))
	w.Advance(10 * day)
	require.Len(t, in.got, 4, "that is not tried again")
	require.ErrorContains(t, w.Redeliver("evnt_x"), "no delivery of evnt_x")
	w.Listen(nil)
	require.Error(t, w.Redeliver(first.ID))
}

// TestReceiverEndsTheTest is about receivers that end the test and do not return.
func TestReceiverEndsTheTest(t *testing.T) {
	t.Parallel()
	w, in := hooked(t, nil)
	end := true
	in.answer = func(int, *http.Request) int {
		if end {
			panic(errors.New("over"))
		}
		return 200
	}
	require.Panics(t, func() { w.SeedCustomer() })
	end = false
	w.SeedCustomer()
	require.Len(t, in.got, 2)
}

func TestManyCallersOneReceiver(t *testing.T) {
	t.Parallel()
	w, in := hooked(t, nil)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { w.SeedPaidCharges(5) })
	}
	wg.Wait()
	require.Len(t, in.got, 120)
}

// TestBackground has a receiver that answers only after the call has ended, because it
// makes the call itself.
func TestBackground(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	over, arrived := make(chan struct{}), make(chan struct{})
	hooks := InMemory(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		<-over
		close(arrived)
	}))
	hooks.Background = true
	w.Listen(hooks)
	w.post("/customers", nil)
	close(over)
	<-arrived
}
