package mock_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/fake"
	"github.com/omisekit/omise-go/internal/mock"
)

const merchant = "skey_test_merchant"

// admin makes a call of the admin API for the world of the merchant.
func (h *host) admin(method, path, body string) answer {
	h.t.Helper()
	return h.ok(merchant, method, "/_admin/"+path, body)
}

// charge makes a charge that waits for its payer.
func (h *host) charge() string {
	h.t.Helper()
	source := h.ok(merchant, "POST", "/sources", "type=rabbit_linepay&amount=50000&currency=thb")
	form := "amount=50000&currency=thb&return_uri=https://shop.example.com/back&source=" + source.text("id")
	return h.ok(merchant, "POST", "/charges", form).text("id")
}

func TestBadInputNamesFieldAndRule(t *testing.T) {
	t.Parallel()
	h := newHost(t, mock.Options{})
	for _, test := range []struct{ path, body, field, rule string }{
		{"advance", ``, "duration", `must be a time such as "36h" or "7d", at most ten years`},
		{"advance", `{"duration":"-1h"}`, "duration", `must be a time such as "36h" or "7d", at most ten years`},
		{"advance", `{"duration":"99999999999d"}`, "duration", `must be a time such as "36h" or "7d", at most ten years`},
		{"advance", `{"duration":7}`, "duration", "must not be a number"},
		{"advance", `{"duraton":"7d"}`, "duraton", "is not a parameter of this operation"},
		{"advance", `[]`, "body", "must be a JSON object"},
		{"advance", `{"duration":"1h"} {}`, "body", "must be a JSON object"},
		{"reset", `{"country":"US"}`, "country", "must be one of JP, MY, SG, TH"},
		{"reset", `{"rate_limit":{"calls":-1,"per":"1s"}}`, "rate_limit.calls", "must not be negative"},
		{"reset", `{"rate_limit":{"calls":1,"per":"0s"}}`, "rate_limit.per", "must be greater than 0"},
		{"reset", `{"rate_limit":{"calls":1}}`, "rate_limit.per", `must be a time such as "36h" or "7d", at most ten years`},
		{"seed", `{"customers":-1}`, "customers", "must be between 0 and 10000"},
		{"seed", `{"paid_charges":10001}`, "paid_charges", "must be between 0 and 10000"},
		{"seed", `{"steps":[{"call":"POST /charge"}]}`, "steps", `cannot be taken: step 1: there is no operation "POST /charge"; did you mean "POST /charges"?`},
		{"chains", `{"email":"x"}`, "email", "must be an address"},
		{"redeliver", `{}`, "id", "must be that of an event or of a delivery"},
		{"webhook", `{"url":"ftp://x"}`, "webhook", "must be an http or https URL"},
		{"webhook", `{"url":"http://127.0.0.1:1","drop":2}`, "drop", "must be between 0 and 1"},
		{"faults", `{"effect":"explode"}`, "effect", "must be one of cut_json, decline, drop_after, drop_before, duplicate, error, hang, " +
			"html, late, latency, reset_in_headers, running, stall, status, too_many_requests, truncate"},
		{"faults", `{"on":"POST /charge","effect":"hang"}`, "on", `must be an operation of the API: there is no operation "POST /charge"; did you mean "POST /charges"?`},
		{"faults", `{"effect":"status","status":99}`, "status", "must be between 200 and 599"},
		{"faults", `{"effect":"html"}`, "status", "must be between 200 and 599"},
		{"faults", `{"effect":"error"}`, "code", "must be that of an error of the API, such as internal_error"},
		{"faults", `{"effect":"decline","code":"sad"}`, "code", "must be one of " + strings.Join(fake.FailureCodes(), ", ")},
		{"faults", `{"effect":"late","delay":"soon"}`, "delay", `must be a time such as "36h" or "7d", at most ten years`},
		{"faults", `{"effect":"too_many_requests","delay":"soon"}`, "delay", `must be a time such as "36h" or "7d", at most ten years`},
		{"faults", `{"effect":"hang","rate":1.5}`, "rate", "must be between 0 and 1"},
		{"faults", `{"effect":"truncate","bytes":-1}`, "bytes", "must not be negative"},
	} {
		status, a := h.send(merchant, "POST", "/_admin/"+test.path, test.body)
		require.Equal(t, http.StatusBadRequest, status, test.body)
		require.Equal(t, answer{"error": test.field + " " + test.rule, "field": test.field, "rule": test.rule}, a)
	}
	status, a := h.send(merchant, "GET", "/_admin/journal?after=x", "")
	require.Equal(t, http.StatusBadRequest, status)
	require.Equal(t, "after", a["field"])
}

func TestMissingObjectsAndImpossibleActionsAreErrors(t *testing.T) {
	t.Parallel()
	h := newHost(t, mock.Options{})
	for path, want := range map[string]string{
		"charges/chrg_x/pay":        "charge chrg_x was not found",
		"links/link_x/pay":          "link link_x was not found",
		"snapshots/monday/restore":  "snapshot monday was not found",
		"linked_accounts/x/decline": "linked_account x was not found",
	} {
		status, a := h.send(merchant, "POST", "/_admin/"+path, "")
		require.Equal(t, http.StatusNotFound, status)
		require.Equal(t, answer{"error": want}, a)
	}
	paid := h.admin("POST", "seed", `{"paid_charges":1}`)["paid_charges"].([]any)[0].(string)
	status, a := h.send(merchant, "POST", "/_admin/charges/"+paid+"/authorize", "")
	require.Equal(t, http.StatusConflict, status)
	require.Equal(t, answer{"error": "charge " + paid + " needs no authorization"}, a)

	status, a = h.send(merchant, "PUT", "/_admin/advance", "")
	require.Equal(t, http.StatusNotFound, status)
	require.Equal(t, "there is no operation PUT /_admin/advance", a["error"])
	require.Contains(t, a["operations"], "POST /_admin/advance")
}

func TestTheWorldIsChosenByItsSecretKey(t *testing.T) {
	t.Parallel()
	h := newHost(t, mock.Options{})
	require.Equal(t, h.First().Fake().SecretKey(), h.ok("", "GET", "/_admin/world", "")["secret_key"])
	require.Equal(t, merchant, h.ok(merchant, "GET", "/_admin/world", "")["secret_key"])
	for _, key := range []string{"pkey_test_merchant", "skey_5xsrnhy5yl6sc7x4pxb", "x"} {
		status, a := h.send(key, "GET", "/_admin/world", "")
		require.Equal(t, http.StatusUnauthorized, status)
		require.Contains(t, a["error"], "secret test key")
	}
}

func TestPagesOfOtherSitesCannotControlAWorld(t *testing.T) {
	t.Parallel()
	h := newHost(t, mock.Options{})
	from := func(name, value string) func(*http.Request) {
		return func(hr *http.Request) { hr.Header.Set(name, value) }
	}
	named := func(host string) func(*http.Request) { return func(hr *http.Request) { hr.Host = host } }
	for _, change := range []func(*http.Request){
		from("Sec-Fetch-Site", "cross-site"), from("Sec-Fetch-Site", "same-site"), from("Origin", "http://evil.example.com"),
		named("evil.example.com"), named("evil.example.com:8080"), named("127.0.0.1.evil.example.com"), named("192.168.0.7:8080"), named(""),
	} {
		status, a := h.send(merchant, "POST", "/_admin/reset", "", change)
		require.Equal(t, http.StatusForbidden, status, a)
	}
	status, _ := h.send(merchant, "GET", "/_admin/journal", "", named("evil.example.com"))
	require.Equal(t, http.StatusForbidden, status)
	for _, change := range []func(*http.Request){
		from("Sec-Fetch-Site", "same-origin"), from("Origin", "http://127.0.0.1:8080"),
		named("localhost"), named("localhost:8080"), named("127.0.0.2:1"), named("[::1]:8080"), named("[::1]"),
	} {
		status, a := h.send(merchant, "POST", "/_admin/reset", "", change)
		require.Equal(t, http.StatusOK, status, a)
	}

	reachable := newHost(t, mock.Options{Hosts: []string{"omise.test"}})
	for host, want := range map[string]int{
		"omise.test": http.StatusOK, "omise.test:8080": http.StatusOK, "127.0.0.1:8080": http.StatusOK,
		"evil.example.com": http.StatusForbidden,
	} {
		status, _ = reachable.send(merchant, "POST", "/_admin/reset", "", named(host))
		require.Equal(t, want, status, host)
	}
	status, _ = reachable.send(merchant, "POST", "/_admin/reset", "", named("omise.test"), from("Sec-Fetch-Site", "cross-site"))
	require.Equal(t, http.StatusForbidden, status)
}

func TestResetStartsTheWorldAgain(t *testing.T) {
	t.Parallel()
	h := newHost(t, mock.Options{World: fake.Options{Seed: 7}})
	before := h.ok("", "GET", "/_admin/world", "")
	key := before.text("secret_key")
	first := h.ok(key, "POST", "/customers", "").text("id")
	h.ok(key, "POST", "/_admin/faults", `{"effect":"html","status":502}`)
	h.ok(key, "POST", "/_admin/advance", `{"duration":"1d"}`)

	require.Equal(t, before, h.ok(key, "POST", "/_admin/reset", ""))
	require.Zero(t, h.customers(key))
	require.Equal(t, first, h.ok(key, "POST", "/customers", "").text("id"))

	after := h.ok(key, "POST", "/_admin/reset", `{"country":"JP","seed":8,"three_d_secure":true,"honour_keys":true,"strict":true}`)
	require.Equal(t, "JPY", h.ok(key, "GET", "/account", "")["currency"])
	require.Equal(t, before["links_plus_key"], after["links_plus_key"])
	for _, name := range []string{"three_d_secure", "honour_keys", "strict"} {
		require.Equal(t, true, after[name])
	}
	require.Equal(t, false, h.ok(key, "POST", "/_admin/reset", `{"strict":false}`)["strict"])

	limited := h.ok(key, "POST", "/_admin/reset", `{"ignore_idemp_keys":true,"rate_limit":{"calls":1,"per":"10s"}}`)
	require.Equal(t, true, limited["ignore_idemp_keys"])
	require.Equal(t, map[string]any{"calls": 1.0, "per": "10s"}, limited["rate_limit"])
	h.customers(key)
	status, _ := h.send(key, "GET", "/customers", "")
	require.Equal(t, http.StatusTooManyRequests, status)
	h.ok(key, "POST", "/_admin/reset", `{"rate_limit":{}}`)
	h.customers(key)
	h.customers(key)
}

func TestSnapshots(t *testing.T) {
	t.Parallel()
	h := newHost(t, mock.Options{})
	h.admin("POST", "seed", `{"customers":2}`)
	h.admin("PUT", "snapshots/two", "")
	h.admin("POST", "seed", `{"customers":3}`)
	require.Equal(t, 5.0, h.customers(merchant))
	for range 2 {
		h.admin("POST", "snapshots/two/restore", "")
		require.Equal(t, 2.0, h.customers(merchant))
		h.ok(merchant, "POST", "/customers", "")
	}
	h.admin("POST", "reset", "")
	status, _ := h.send(merchant, "POST", "/_admin/snapshots/two/restore", "")
	require.Equal(t, http.StatusNotFound, status)
}

func TestFaultsOfEveryEffect(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]int{
		`{"effect":"status","status":418,"body":"{}"}`:         418,
		`{"effect":"error","code":"internal_error"}`:           500,
		`{"effect":"too_many_requests"}`:                       429,
		`{"effect":"too_many_requests","delay":"30s"}`:         429,
		`{"effect":"duplicate","on":"POST /customers"}`:        200,
		`{"effect":"latency","delay":"30s","rate":1,"seed":3}`: 200,
		`{"effect":"hang","nth":2}`:                            200,
		`{"effect":"stall","key":"order-"}`:                    200,
	} {
		h := newHost(t, mock.Options{})
		faults := h.admin("POST", "faults", body)["faults"].([]any)
		require.Len(t, faults, 1)
		status, _ := h.send(merchant, "GET", "/customers", "")
		require.Equal(t, want, status, body)
	}
	h := newHost(t, mock.Options{})
	h.admin("POST", "faults", `{"on":"POST /charges","effect":"decline","code":"timeout"}`)
	id := h.charge()
	require.Equal(t, "timeout", h.ok(merchant, "POST", "/charges/"+id+"/mark_as_paid", "")["failure_code"])
	h.admin("DELETE", "faults", "")
	for _, effect := range []string{"drop_before", "drop_after", "reset_in_headers", "truncate", "cut_json", "late"} {
		h.admin("POST", "faults", `{"on":"GET /balance","times":1,"effect":"`+effect+`","delay":"1h","bytes":3}`)
	}
	require.Len(t, h.admin("GET", "faults", "")["faults"], 6)
	require.Empty(t, h.admin("DELETE", "faults", "")["faults"])
}

func TestPayersAndTheJournal(t *testing.T) {
	t.Parallel()
	h := newHost(t, mock.Options{})
	for does, want := range map[string]string{"authorize": "successful", "pay": "successful", "decline": "failed", "fail": "failed"} {
		id := h.charge()
		require.Equal(t, answer{"ok": true}, h.admin("POST", "charges/"+id+"/"+does, ""))
		require.Equal(t, want, h.ok(merchant, "GET", "/charges/"+id, "")["status"], does)
	}
	calls := h.admin("GET", "journal", "")["calls"].([]any)
	require.Len(t, calls, 12)
	last := calls[11].(map[string]any)
	require.Equal(t, "/charges/{id}", last["route"])
	require.Equal(t, "2026-01-05T03:00:00Z", last["time"])
	require.Len(t, h.admin("GET", "journal?after=10", "")["calls"], 2)
}

// A shop receives webhooks.
type shop struct {
	*httptest.Server
	mu   sync.Mutex
	got  chan struct{}
	fail bool
}

func newShop(t *testing.T) *shop {
	s := &shop{got: make(chan struct{}, 100)}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.fail {
			w.WriteHeader(http.StatusInternalServerError)
		}
		s.got <- struct{}{}
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *shop) fails(fail bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = fail
}

func TestWebhooksOfEveryWorld(t *testing.T) {
	t.Parallel()
	s, other := newShop(t), newShop(t)
	h := newHost(t, mock.Options{Webhook: s.URL})
	h.ok(h.First().Fake().SecretKey(), "POST", "/customers", "")
	<-s.got
	s.fails(true)
	h.ok(merchant, "POST", "/customers", "email=a@example.com")
	require.Equal(t, 500.0, h.deliveries(1)[0]["status"])

	s.fails(false)
	h.admin("POST", "advance", `{"duration":"1m"}`)
	require.Equal(t, 2.0, h.deliveries(2)[1]["attempt"])
	event := h.events()[0]
	require.Equal(t, "customer.create", event["key"])
	require.Equal(t, "a@example.com", event["data"].(map[string]any)["email"])
	h.admin("POST", "redeliver", `{"id":"`+event["id"].(string)+`"}`)
	require.Equal(t, 200.0, h.deliveries(3)[2]["status"])
	status, _ := h.send(merchant, "POST", "/_admin/redeliver", `{"id":"evnt_x"}`)
	require.Equal(t, http.StatusConflict, status)

	require.Equal(t, other.URL, h.admin("POST", "webhook", `{"url":"`+other.URL+`"}`)["webhook"])
	h.admin("POST", "reset", "")
	h.ok(merchant, "POST", "/customers", "")
	<-other.got
	require.Empty(t, h.admin("POST", "webhook", `{}`)["webhook"])
	h.ok(merchant, "POST", "/customers", "")
	require.Empty(t, h.events()[1]["deliveries"])
}

// TestWebhooksDoNotDelayCalls has a shop that takes no webhook until its call is answered.
func TestWebhooksDoNotDelayCalls(t *testing.T) {
	t.Parallel()
	answered := make(chan struct{})
	busy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-answered }))
	defer busy.Close()
	h := newHost(t, mock.Options{Webhook: busy.URL})
	h.ok(merchant, "POST", "/customers", "")
	close(answered)
	require.Equal(t, 200.0, h.deliveries(1)[0]["status"], "the shop was not given up on")
}

func TestRestoringLeavesTheReceiverOfWebhooks(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	h := newHost(t, mock.Options{})
	h.admin("PUT", "snapshots/empty", "")
	h.admin("POST", "webhook", `{"url":"`+s.URL+`"}`)
	h.admin("POST", "snapshots/empty/restore", "")
	h.ok(merchant, "POST", "/customers", "")
	require.Equal(t, s.URL, h.deliveries(1)[0]["uri"])
}

// events returns the events in the world of the merchant.
func (h *host) events() (all []map[string]any) {
	h.t.Helper()
	for _, e := range h.admin("GET", "events", "")["events"].([]any) {
		all = append(all, e.(map[string]any))
	}
	return all
}

// deliveries waits until the first event has want attempts, and returns them.
func (h *host) deliveries(want int) (all []map[string]any) {
	h.t.Helper()
	require.Eventually(h.t, func() bool {
		all = nil
		for _, d := range h.events()[0]["deliveries"].([]any) {
			all = append(all, d.(map[string]any))
		}
		return len(all) == want
	}, 30*time.Second, time.Millisecond)
	return all
}
