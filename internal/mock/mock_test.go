package mock_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/fake"
	"github.com/omisekit/omise-go/internal/mock"
)

// A host is a Host and the test that uses it.
type host struct {
	*mock.Host
	t *testing.T
}

func newHost(t *testing.T, options mock.Options) *host {
	t.Helper()
	h, err := mock.New(options)
	require.NoError(t, err)
	return &host{h, t}
}

// An answer is a decoded JSON body.
type answer map[string]any

func (a answer) text(key string) string { s, _ := a[key].(string); return s }

// send makes a call as curl does, with a key or without one.
func (h *host) send(key, method, path, body string, change ...func(*http.Request)) (int, answer) {
	h.t.Helper()
	hr := httptest.NewRequest(method, "http://127.0.0.1:8080"+path, strings.NewReader(body))
	hr.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if key != "" {
		hr.SetBasicAuth(key, "")
	}
	for _, do := range change {
		do(hr)
	}
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, hr)
	text, err := io.ReadAll(recorder.Body)
	require.NoError(h.t, err)
	require.Equal(h.t, "application/json; charset=utf-8", recorder.Header().Get("Content-Type"), string(text))
	var a answer
	require.NoError(h.t, json.Unmarshal(text, &a))
	return recorder.Code, a
}

// ok makes a call that has to succeed.
func (h *host) ok(key, method, path, body string) answer {
	h.t.Helper()
	status, a := h.send(key, method, path, body)
	require.Equal(h.t, http.StatusOK, status, "%s %s: %v", method, path, a)
	return a
}

// customers returns the number of customers in a world.
func (h *host) customers(key string) float64 {
	h.t.Helper()
	return h.ok(key, "GET", "/customers", "")["total"].(float64)
}

func TestEveryPairOfKeysIsAWorld(t *testing.T) {
	t.Parallel()
	h := newHost(t, mock.Options{})
	first := h.First().Fake()
	h.ok(first.SecretKey(), "POST", "/customers", "")
	h.ok("skey_test_a1", "POST", "/customers", "")
	h.ok("skey_test_a1", "POST", "/customers", "")

	require.Equal(t, 1.0, h.customers(first.SecretKey()))
	require.Equal(t, 2.0, h.customers("skey_test_a1"))
	require.Zero(t, h.customers("skey_test_b2"))
	require.Len(t, h.Worlds(), 3)

	source := h.ok("pkey_test_a1", "POST", "/sources", "type=promptpay&amount=5000&currency=thb")
	require.NotEmpty(t, h.ok("skey_test_a1", "GET", "/sources/"+source.text("id"), ""))
	status, _ := h.send("skey_test_b2", "GET", "/sources/"+source.text("id"), "")
	require.Equal(t, http.StatusNotFound, status)
	require.Len(t, h.Worlds(), 3)
}

func TestWorldsDifferAndAreTheSameEveryTime(t *testing.T) {
	t.Parallel()
	ids := func(seed uint64) []string {
		h := newHost(t, mock.Options{World: fake.Options{Seed: seed}})
		all := []string{h.First().Fake().SecretKey()}
		for _, key := range []string{"", "skey_test_a", "skey_test_b"} {
			world := h.ok(key, "GET", "/_admin/world", "")
			all = append(all, h.ok(world.text("secret_key"), "POST", "/customers", "").text("id"), world.text("links_plus_key"))
		}
		return all
	}
	one := ids(1)
	require.Equal(t, one, ids(1))
	seen := map[string]bool{}
	for _, id := range append(one, ids(2)...) {
		require.False(t, seen[id], id)
		seen[id] = true
	}
}

func TestInvalidKeysAreRefused(t *testing.T) {
	t.Parallel()
	h := newHost(t, mock.Options{World: fake.Options{SecretKey: "skey_test_mine", PublicKey: "pkey_test_yours"}})
	long := "skey_test_" + strings.Repeat("x", 65)
	for _, key := range []string{"", "foo", "skey_test_", "skey_test_a b", "ckey_test_x", "pkey_test_mine", "skey_test_yours", "pkey_test_fresh", long} {
		status, a := h.send(key, "GET", "/customers", "")
		require.Equal(t, http.StatusUnauthorized, status, key)
		require.Equal(t, "authentication failed", a["message"])
	}
	for _, key := range []string{"skey_5xsrnhy5yl6sc7x4pxb", "pkey_5xsrnhy5yl6sc7x4pxb"} {
		status, a := h.send(key, "GET", "/customers", "")
		require.Equal(t, http.StatusUnauthorized, status)
		require.Equal(t, "authentication_failure", a["code"])
		require.Contains(t, a["message"], "test keys only")
	}
	require.Len(t, h.Worlds(), 2, "the first, and that of pkey_test_fresh")
}

func TestTheKeyOfAChain(t *testing.T) {
	t.Parallel()
	h := newHost(t, mock.Options{})
	chain := h.ok("skey_test_a", "POST", "/_admin/chains", `{"email":"merchant@example.com"}`)
	key := h.ok("skey_test_a", "GET", "/chains/"+chain.text("id"), "").text("key")
	h.ok(key, "POST", "/customers", "")
	require.Equal(t, 1.0, h.customers(key))
	require.Zero(t, h.customers("skey_test_a"))
	require.Zero(t, h.customers(h.First().Fake().SecretKey()))
}

func TestTheKeyOfPaymentLinksPlus(t *testing.T) {
	t.Parallel()
	h := newHost(t, mock.Options{})
	key := h.ok("skey_test_a", "GET", "/_admin/world", "").text("links_plus_key")
	status, _ := h.send("", "GET", "/external/3388/templates", "", func(hr *http.Request) { hr.Header.Set("Authorization", key) })
	require.Equal(t, http.StatusOK, status)
	calls := h.ok("skey_test_a", "GET", "/_admin/journal", "")["calls"].([]any)
	require.Len(t, calls, 1)
}

func TestImpossibleOptionsAreRefused(t *testing.T) {
	t.Parallel()
	for want, options := range map[string]mock.Options{
		"country must be one of JP, MY, SG, TH":                         {World: fake.Options{Country: "US"}},
		"secret key must be skey_test_ and up to 64 letters and digits": {World: fake.Options{SecretKey: "skey_5xsrnhy5yl6sc7x4pxb"}},
		"public key must be pkey_test_ and up to 64 letters and digits": {World: fake.Options{PublicKey: "skey_test_1"}},
		"webhook must be an http or https URL":                          {Webhook: "127.0.0.1:3000"},
	} {
		_, err := mock.New(options)
		require.EqualError(t, err, want)
	}
}
