package fake

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAuthentication(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	require.Regexp(t, "^skey_test_[0-9a-z]{19}$", w.SecretKey())
	require.Regexp(t, "^pkey_test_[0-9a-z]{19}$", w.PublicKey())
	for _, test := range []struct {
		path, key, password string
		allowed             bool
	}{
		{"/charges", w.SecretKey(), "", true},
		{"/charges", w.PublicKey(), "", false},
		{"/charges", "skey_test_other", "", false},
		{"/charges", w.SecretKey(), "x", false},
		{"/charges", "", "", false},
		{"/capability", w.SecretKey(), "", true},
		{"/capability", w.PublicKey(), "", true},
		{"/tokens/tokn_x", w.SecretKey(), "", false},
		{"/nowhere", "", "", false},
	} {
		hr := httptest.NewRequest("GET", test.path, nil)
		hr.SetBasicAuth(test.key, test.password)
		status, a := w.send(hr)
		require.Equal(t, test.allowed, status == http.StatusOK, test)
		if !test.allowed {
			require.Equal(t, http.StatusUnauthorized, status)
			require.Equal(t, answer{
				"object": "error", "location": "https://www.omise.co/api-errors#authentication-failure",
				"code": "authentication_failure", "message": "authentication failed",
			}, a)
		}
	}
	status, _ := w.send(httptest.NewRequest("GET", "/charges", nil))
	require.Equal(t, http.StatusUnauthorized, status)

	own := newWorld(t, Options{SecretKey: "skey_test_1", PublicKey: "pkey_test_1"})
	require.Equal(t, "skey_test_1", own.SecretKey())
	require.Equal(t, "pkey_test_1", own.PublicKey())
}

func TestUnknownPaths(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	for _, call := range [][2]string{
		{"POST", "/"}, {"GET", "/nowhere"}, {"PUT", "/charges"}, {"DELETE", "/charges/x"}, {"POST", "/charges//capture"},
		{"GET", "/charges/../account"}, {"POST", "/charges/x/refunds/y"},
	} {
		w.fails(serviceNotFound, call[0], call[1], nil)
	}
}

func TestParameterEncodings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	form := w.post("/customers", url.Values{"email": {"a@example.com"}, "metadata[order]": {"A-1"}, "metadata[n]": {"1"}})
	require.Equal(t, map[string]any{"order": "A-1", "n": "1"}, form["metadata"])
	require.Equal(t, "slash", w.post("/customers/", object{"description": "slash"})["description"])
	require.Equal(t, "slashes", w.post("//customers", object{"description": "slashes"})["description"])
	require.Equal(t, form["email"], w.get("/customers/" + form.id() + "/")["email"])

	require.Len(t, w.ok("GET", "/customers", object{"limit": 1}).data(), 1, "JSON body on GET")
	require.Len(t, w.ok("GET", "/customers", url.Values{"limit": {"1"}}).data(), 1, "form body on GET")
	require.Len(t, w.ok("GET", "/customers?limit=2", object{"limit": 1}).data(), 2, "the query wins")
	require.Equal(t, "/customers", w.get("/customers/")["location"])
	untyped := w.request("GET", "/customers", object{"limit": 1})
	untyped.Header.Del("Content-Type")
	_, page := w.send(untyped)
	require.Len(t, page.data(), 1, "JSON body of no type")

	exact := w.post("/customers", object{"metadata": object{"large": int64(1) << 60, "nested": object{"list": []any{1, "two", nil}}}})
	require.Equal(t, []any{1.0, "two", nil}, exact.in("metadata").in("nested")["list"])
	recorder := httptest.NewRecorder()
	w.ServeHTTP(recorder, w.request("GET", "/customers/"+exact.id(), nil))
	require.Contains(t, recorder.Body.String(), `"large":1152921504606846976`)

	charge := w.post("/charges", url.Values{
		"amount": {"100000"}, "currency": {"thb"}, "return_uri": {"https://a.example.com?x=1&y=<2>"}, "capture": {"false"}, "card": {w.token(goodCard)},
	})
	require.Equal(t, "https://a.example.com?x=1&y=<2>", charge["return_uri"])
	require.Equal(t, false, charge["capture"])
}

func TestBadBodies(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	for kind, body := range map[string]string{
		"application/json":                        `[1]`,
		"application/json; charset=utf-8":         `{"a":`,
		"multipart/form-data; boundary=x":         "nonsense",
		"multipart/form-data; boundary=y":         "--y\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\ncut",
		"application/json; charset=utf-8; again=": `{} {}`,
		"application/x-www-form-urlencoded":       strings.Repeat("x", maxBody+1),
	} {
		hr := httptest.NewRequest("POST", "/customers", strings.NewReader(body))
		hr.Header.Set("Content-Type", kind)
		hr.SetBasicAuth(w.SecretKey(), "")
		status, a := w.send(hr)
		require.Equal(t, http.StatusBadRequest, status, kind)
		require.Equal(t, "bad_request", a["code"])
	}
	for _, body := range []any{object{}, nil} {
		w.post("/customers", body)
	}
}

// TestNestedParametersAreRefusedAtALimit sends bodies that would otherwise take the whole
// stack or all memory.
func TestNestedParametersAreRefusedAtALimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	for name, test := range map[string]struct{ kind, body, message string }{
		"a form":    {"application/x-www-form-urlencoded", "metadata" + strings.Repeat("[a]", 300_000) + "=x", "parameters are nested deeper than 32 levels"},
		"JSON":      {"application/json", `{"a":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "}", "parameters are nested deeper than 32 levels"},
		"many":      {"application/x-www-form-urlencoded", strings.Repeat("a[]=1&", 10_001), "there are more than 10000 parameters"},
		"a long":    {"application/x-www-form-urlencoded", "metadata" + strings.Repeat("[a]", 3_800_000), "request body is too large"},
		"many JSON": {"application/json", `{"a":[1` + strings.Repeat(",1", 10_000) + "]}", "there are more than 10000 parameters"},
	} {
		hr := httptest.NewRequest("POST", "/customers", strings.NewReader(test.body))
		hr.Header.Set("Content-Type", test.kind)
		hr.SetBasicAuth(w.SecretKey(), "")
		status, a := w.send(hr)
		require.Equal(t, http.StatusBadRequest, status, name)
		require.Equal(t, test.message, a["message"], name)
	}
}

// story returns all bytes of the answers to a fixed series of calls.
func story(t *testing.T, options Options) string {
	t.Helper()
	w := newWorld(t, options)
	var told strings.Builder
	tell := func(method, path string, body any) {
		recorder := httptest.NewRecorder()
		w.ServeHTTP(recorder, w.request(method, path, body))
		fmt.Fprintln(&told, recorder.Code, recorder.Header(), recorder.Body)
	}
	owner := w.post("/customers", object{"card": w.token(goodCard)})
	c := w.post("/charges", object{"amount": 100_000, "currency": "thb", "customer": owner.id()})
	w.sourceCharge("promptpay")
	tell("POST", "/charges/"+c.id()+"/refunds", object{"amount": 5000})
	tell("POST", "/transfers", object{"amount": 5000})
	tell("POST", "/schedules", plan(owner.id(), nil))
	w.AddChain("malee@example.com")
	w.Advance(10 * day)
	for _, path := range []string{
		"/account", "/balance", "/capability", "/forex/jpy", "/charges", "/customers", "/events", "/recipients",
		"/refunds", "/transactions", "/transfers", "/disputes", "/schedules", "/receipts", "/chains", "/schema",
		"/charges/search?filters[a]=1&filters[b]=2&filters[c]=3", "/search?scope=charge&query=membership", "/nowhere",
	} {
		tell("GET", path, nil)
	}
	tell("POST", "/charges", nil)
	return told.String()
}

func TestSameSeedSameBytes(t *testing.T) {
	t.Parallel()
	require.Equal(t, story(t, Options{Seed: 5}), story(t, Options{Seed: 5}))
	require.NotEqual(t, story(t, Options{Seed: 5}), story(t, Options{Seed: 6}))
}

func TestIdempotencyKey(t *testing.T) {
	t.Parallel()
	create := func(w *world, key string, body object) (int, answer) {
		hr := w.request("POST", "/customers", body)
		hr.Header.Set("Idempotency-Key", key)
		return w.send(hr)
	}
	ignoring := newWorld(t, Options{})
	_, first := create(ignoring, "k", object{})
	_, second := create(ignoring, "k", object{})
	require.NotEqual(t, first.id(), second.id())

	w := newWorld(t, Options{HonourKeys: true})
	_, first = create(w, "k", object{"email": "a@example.com"})
	w.Advance(replayWindow - time.Second)
	_, second = create(w, "k", object{"email": "a@example.com"})
	require.Equal(t, first, second)
	_, other := create(w, "k2", object{"email": "a@example.com"})
	require.NotEqual(t, first.id(), other.id())
	status, a := create(w, "k", object{"email": "b@example.com"})
	require.Equal(t, http.StatusUnprocessableEntity, status)
	require.Equal(t, "bad_request", a["code"])
	w.Advance(time.Second)
	_, later := create(w, "k", object{"email": "a@example.com"})
	require.NotEqual(t, first.id(), later.id())
	require.EqualValues(t, 3, w.get("/customers")["total"])
}

func TestConcurrentCalls(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	token := w.token(goodCard)
	var wg sync.WaitGroup
	paid := make(chan int, 20)
	for range 20 {
		wg.Go(func() {
			recorder := httptest.NewRecorder()
			w.ServeHTTP(recorder, w.request("POST", "/charges", object{"amount": 100_000, "currency": "thb", "card": token}))
			w.Advance(time.Millisecond)
			paid <- recorder.Code
		})
	}
	wg.Wait()
	close(paid)
	codes := map[int]int{}
	for code := range paid {
		codes[code]++
	}
	require.Equal(t, map[int]int{http.StatusOK: 1, http.StatusBadRequest: 19}, codes, "a token pays once")
}

// TestConcurrentReadersAndWriters is for the race detector: answers are written while
// their records change.
func TestConcurrentReadersAndWriters(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	customer := w.payer(goodCard)
	schedule := w.post("/schedules", plan(customer, nil)).id()
	c := w.get("/charges").data()[0].id()
	chain := w.get("/chains/" + w.AddChain("malee@example.com")).text("key")
	var wg sync.WaitGroup
	for n := range 60 {
		wg.Go(func() {
			var hr *http.Request
			switch n % 6 {
			case 0:
				hr = w.request("PATCH", "/charges/"+c, object{"metadata": object{"n": n}})
			case 1:
				hr = w.request("GET", "/charges?expand=true", nil)
			case 2:
				hr = w.request("GET", "/schedules/"+schedule+"?expand=true", nil)
			case 3:
				hr = w.request("PATCH", "/customers/"+customer, object{"metadata": object{"n": n}})
			case 4:
				hr = w.request("GET", "/search?scope=charge&query=fee", nil)
			case 5:
				hr = w.request("GET", "/account", nil)
				hr.SetBasicAuth(chain, "")
				w.Advance(day)
			}
			resp, err := w.RoundTrip(hr)
			require.NoError(t, err)
			require.Equal(t, http.StatusOK, resp.StatusCode)
		})
	}
	wg.Wait()
	require.EqualValues(t, 11, w.get("/charges")["total"])
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	client := http.Client{Transport: w.Server}
	hr, err := http.NewRequest("GET", "https://api.omise.co/nowhere", nil)
	require.NoError(t, err)
	hr.SetBasicAuth(w.SecretKey(), "")
	resp, err := client.Do(hr)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusNotFound, resp.StatusCode)
	require.Equal(t, "404 Not Found", resp.Status)
	require.EqualValues(t, len(body), resp.ContentLength)
	require.Contains(t, string(body), "service /nowhere was not found")
	require.Equal(t, "/nowhere", hr.URL.Path)
	require.Empty(t, hr.Pattern, "the request stays as it was")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = client.Do(hr.WithContext(ctx))
	require.ErrorIs(t, err, context.Canceled)
}

func TestClock(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	c := newClock(start)
	var fired []string
	note := func(name string) deed {
		return func() { fired = append(fired, name+c.time.Format(" 15:04")) }
	}
	c.at(start.Add(2*time.Hour), note("b"))
	c.at(start.Add(2*time.Hour), note("c"))
	c.at(start.Add(time.Hour), deed(func() {
		note("a")()
		c.at(start.Add(90*time.Minute), note("a2"))
	}))
	c.at(start.Add(5*time.Hour), note("late"))
	never := func() bool { return false }
	require.Zero(t, c.advance(3*time.Hour, never))
	require.Equal(t, []string{"a 01:00", "a2 01:30", "b 02:00", "c 02:00"}, fired)
	require.Equal(t, start.Add(3*time.Hour), c.time)
	require.Zero(t, c.advance(-time.Hour, never))
	require.Equal(t, start.Add(3*time.Hour), c.time)
	require.Equal(t, 2*time.Hour, c.advance(4*time.Hour, func() bool { return true }), "what is left after a halt")
	require.Equal(t, start.Add(5*time.Hour), c.time)
}

// A deed is a task that cannot be copied.
type deed func()

func (d deed) run()                { d() }
func (d deed) copied(*copier) task { return d }
