package fake

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	goodCard     = "4242424242424242"
	declinedCard = "4111111111140011"
)

// A world is a Server and the test that uses it.
type world struct {
	*Server
	t *testing.T
}

func newWorld(t *testing.T, options Options) *world {
	t.Helper()
	return &world{Server: New(options), t: t}
}

// An answer is a decoded JSON body.
type answer map[string]any

func (a answer) id() string             { return a.text("id") }
func (a answer) text(key string) string { s, _ := a[key].(string); return s }
func (a answer) num(key string) int64   { f, _ := a[key].(float64); return int64(f) }
func (a answer) in(key string) answer   { m, _ := a[key].(map[string]any); return m }

func (a answer) data() []answer {
	var items []answer
	elements, _ := a["data"].([]any)
	for _, e := range elements {
		items = append(items, e.(map[string]any))
	}
	return items
}

func (a answer) ids() []string {
	ids := []string{}
	for _, item := range a.data() {
		ids = append(ids, item.id())
	}
	return ids
}

// send makes a call. TestMain checks the form of every answer.
func (w *world) send(hr *http.Request) (int, answer) {
	w.t.Helper()
	recorder := httptest.NewRecorder()
	w.ServeHTTP(recorder, hr)
	require.Equal(w.t, "application/json; charset=utf-8", recorder.Header().Get("Content-Type"))
	require.NotEmpty(w.t, recorder.Header().Get("X-Request-Id"))
	var a answer
	require.NoError(w.t, json.Unmarshal(recorder.Body.Bytes(), &a))
	return recorder.Code, a
}

// request makes a request with a JSON body, or with a form body for url.Values. For
// tokens it has the public key.
func (w *world) request(method, path string, body any) *http.Request {
	w.t.Helper()
	var reader io.Reader
	kind := "application/json"
	switch body := body.(type) {
	case nil:
	case url.Values:
		reader, kind = strings.NewReader(body.Encode()), "application/x-www-form-urlencoded"
	default:
		data, err := json.Marshal(body)
		require.NoError(w.t, err)
		reader = strings.NewReader(string(data))
	}
	hr := httptest.NewRequest(method, path, reader)
	hr.Header.Set("Content-Type", kind)
	switch {
	case strings.HasPrefix(path, "/tokens"):
		hr.SetBasicAuth(w.PublicKey(), "")
	case strings.HasPrefix(path, "/external"):
		hr.Header.Set("Authorization", w.LinksPlusKey())
	default:
		hr.SetBasicAuth(w.SecretKey(), "")
	}
	return hr
}

// ok makes a call that must succeed.
func (w *world) ok(method, path string, body any) answer {
	w.t.Helper()
	status, a := w.send(w.request(method, path, body))
	require.Equal(w.t, http.StatusOK, status, "%s %s: %v", method, path, a)
	return a
}

func (w *world) get(path string) answer { w.t.Helper(); return w.ok("GET", path, nil) }

func (w *world) post(path string, body any) answer { w.t.Helper(); return w.ok("POST", path, body) }

func (w *world) patch(path string, body any) answer { w.t.Helper(); return w.ok("PATCH", path, body) }

// fails makes a call that must fail with a code, and returns the message.
func (w *world) fails(code errorCode, method, path string, body any) string {
	w.t.Helper()
	status, a := w.send(w.request(method, path, body))
	require.Equal(w.t, string(code), a["code"], "%s %s: %v", method, path, a)
	require.Equal(w.t, code.status(), status)
	require.Equal(w.t, "https://www.omise.co/api-errors#"+strings.ReplaceAll(string(code), "_", "-"), a["location"])
	return a.text("message")
}

func (w *world) token(number string) string {
	w.t.Helper()
	return w.post("/tokens", object{"card": object{
		"name": "Somchai Prasert", "number": number, "security_code": "123",
		"expiration_month": 12, "expiration_year": 2035,
	}}).id()
}

// charge makes a charge of 1000 baht on a new token of a good card.
func (w *world) charge(extra object) answer {
	w.t.Helper()
	return w.chargeOn(w.token(goodCard), extra)
}

func (w *world) chargeOn(card string, extra object) answer {
	w.t.Helper()
	body := object{"amount": 100_000, "currency": "thb", "card": card}
	maps.Copy(body, extra)
	return w.post("/charges", body)
}

// sourceCharge makes a charge of 1000 baht on a new source.
func (w *world) sourceCharge(kind string) answer {
	w.t.Helper()
	return w.post("/charges", object{
		"amount": 100_000, "currency": "THB", "source": object{"type": kind},
		"return_uri": "https://shop.example.com/done",
	})
}

func (w *world) eventKeys() []string {
	w.t.Helper()
	var keys []string
	for _, e := range w.get("/events?limit=100").data() {
		keys = append(keys, e.text("key"))
	}
	return keys
}
