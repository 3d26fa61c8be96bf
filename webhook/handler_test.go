package webhook_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/reference"
	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/testdata"
	"github.com/omisekit/omise-go/webhook"
)

func TestHandlerCallsTheFunctionWithASignedEvent(t *testing.T) {
	t.Parallel()
	var got *omise.Event
	w := post(t, newHandler(func(_ context.Context, e *omise.Event) error { got = e; return nil }), body)
	require.Equal(t, 200, w.Code)
	require.Empty(t, w.Body.String())
	require.Equal(t, omise.EventKeyChargeComplete, got.Key)
	charge := got.Object().(*omise.Charge)
	require.EqualValues(t, 12345, charge.Amount)
	require.Equal(t, omise.THB, charge.Currency)
}

func TestHandlerAnswers(t *testing.T) {
	t.Parallel()
	request := func(method, body string, header http.Header) *http.Request {
		r := httptest.NewRequest(method, "/", strings.NewReader(body))
		r.Header = header
		return r
	}
	signed := func(body string) *http.Request {
		return request("POST", body, webhook.Sign([]byte(body), secret, now))
	}
	chunked := func(body io.Reader) *http.Request {
		r := httptest.NewRequest("POST", "/", body)
		r.ContentLength, r.Header = -1, headers(signature, timestamp)
		return r
	}
	large := strings.Repeat(" ", webhook.LargestBody+1)
	fine := newHandler(ignore)
	not := func(err error) http.Handler {
		return newHandler(func(context.Context, *omise.Event) error { return err })
	}
	panics := func(value any) http.Handler {
		return newHandler(func(context.Context, *omise.Event) error { panic(value) })
	}
	for name, row := range map[string]struct {
		h       http.Handler
		request *http.Request
		want    int
	}{
		"a valid one":                      {fine, signed(body), 200},
		"an error":                         {not(errors.New(canary + " is away")), signed(body), 500},
		"a panic":                          {panics(canary), signed(body), 500},
		"a panic with an error":            {panics(errors.New(canary)), signed(body), 500},
		"a panic with a slice":             {panics([]string{canary}), signed(body), 500},
		"a GET":                            {fine, request("GET", body, headers(signature, timestamp)), 405},
		"a PUT":                            {fine, request("PUT", body, headers(signature, timestamp)), 405},
		"no signature":                     {fine, request("POST", body, http.Header{}), 400},
		"a forged one":                     {fine, request("POST", body, headers(previousSignature, timestamp)), 400},
		"a stale one":                      {newHandler(ignore, webhook.WithClock(func() time.Time { return now.Add(time.Hour) })), signed(body), 400},
		"an old one and a large tolerance": {newHandler(ignore, webhook.WithTolerance(time.Hour), webhook.WithClock(func() time.Time { return now.Add(time.Hour) })), signed(body), 200},
		"no body":                          {fine, signed(""), 400},
		"a large body":                     {fine, signed(large), 413},
		"a large one in chunks":            {fine, chunked(strings.NewReader(large)), 413},
		"a body that breaks off":           {fine, chunked(iotest.ErrReader(io.ErrUnexpectedEOF)), 400},
		"null data":                        {fine, signed(`{"data":null}`), 400},
		"an empty object":                  {fine, signed(`{}`), 400},
		"null":                             {fine, signed(`null`), 400},
		"HTML":                             {fine, signed("<html>" + canary), 400},
		"another object":                   {fine, signed(`{"object":"charge","id":"chrg_` + canary + `"}`), 400},
		"a nil option":                     {newHandler(ignore, nil), signed(body), 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := httptest.NewRecorder()
			row.h.ServeHTTP(w, row.request)
			require.Equal(t, row.want, w.Code)
			require.NotContains(t, w.Body.String(), canary)
			if row.want == 405 {
				require.Equal(t, "POST", w.Header().Get("Allow"))
			}
			if row.want != 200 {
				require.Equal(t, http.StatusText(row.want)+"\n", w.Body.String())
			}
		})
	}
}

func TestNewHandlerPanicsWithoutAGoodSecret(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		secrets []string
		want    error
	}{
		"no secret":        {nil, webhook.ErrNoSecret},
		"an empty secret":  {[]string{""}, webhook.ErrBadSecret},
		"no Base64":        {[]string{secret, "not base64!"}, webhook.ErrBadSecret},
		"a byte":           {[]string{"QQ=="}, webhook.ErrShortSecret},
		"a short one more": {[]string{secret, "MTIzNDU2Nzg5MDEyMzQ1"}, webhook.ErrShortSecret}, // 15 bytes
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := webhook.NewVerifier(row.secrets)
			require.ErrorIs(t, err, row.want)
			require.PanicsWithError(t, row.want.Error(), func() { webhook.NewHandler(row.secrets, ignore) })
		})
	}
}

func TestNewHandlerPanicsWithoutAFunction(t *testing.T) {
	t.Parallel()
	require.PanicsWithError(t, "webhook: there is no function to handle events", func() { webhook.NewHandler([]string{secret}, nil) })
}

func TestNewHandlerPanicsOnABadSecretAlsoWhereItFetches(t *testing.T) {
	t.Parallel()
	fetch := webhook.VerifyByFetch(omisetest.NewServer(t).Client())
	require.PanicsWithError(t, webhook.ErrBadSecret.Error(), func() { webhook.NewHandler([]string{""}, ignore, fetch) })
}

// The server runs in virtual time, and the client sends only the first half of a body.
func TestHandlerEndsABodyThatStalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		there, here := net.Pipe()
		defer here.Close()
		server := &http.Server{Handler: newHandler(ignore)}
		go server.Serve(&oneConnection{connection: there})
		defer server.Close()

		start := time.Now()
		_, err := io.WriteString(here, "POST / HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 100\r\n\r\n{\"object\":")
		require.NoError(t, err)
		answer, err := http.ReadResponse(bufio.NewReader(here), nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusRequestTimeout, answer.StatusCode)
		require.Equal(t, 10*time.Second, time.Since(start))
		time.Sleep(time.Second) // the server closes the connection in this time
	})
}

func TestTheReadDeadlineDoesNotEndASlowHandle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		there, here := net.Pipe()
		defer here.Close()
		server := &http.Server{Handler: newHandler(func(ctx context.Context, _ *omise.Event) error {
			time.Sleep(time.Minute)
			return ctx.Err()
		})}
		go server.Serve(&oneConnection{connection: there})
		defer server.Close()

		r, err := http.NewRequest("POST", "http://shop.test/", strings.NewReader(body))
		require.NoError(t, err)
		r.Header = headers(signature, timestamp)
		require.NoError(t, r.Write(here))
		answer, err := http.ReadResponse(bufio.NewReader(here), r)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, answer.StatusCode)
	})
}

// oneConnection is a listener of one connection.
type oneConnection struct {
	connection net.Conn
	taken      bool
}

func (l *oneConnection) Accept() (net.Conn, error) {
	if l.taken {
		return nil, io.EOF
	}
	l.taken = true
	return l.connection, nil
}

func (l *oneConnection) Close() error   { return nil }
func (l *oneConnection) Addr() net.Addr { return l.connection.LocalAddr() }

var quiet = webhook.WithLogger(slog.New(slog.DiscardHandler))

func TestHandlerLetsAnAbortedRequestAbort(t *testing.T) {
	t.Parallel()
	h := newHandler(func(context.Context, *omise.Event) error { panic(http.ErrAbortHandler) })
	require.PanicsWithValue(t, http.ErrAbortHandler, func() { post(t, h, body) })
}

func TestHandlerLogsTheOutcome(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		handle webhook.Func
		body   string
		want   map[string]any
		absent []string
	}{
		"handled": {ignore, body, map[string]any{"level": "INFO", "outcome": "handled", "status": 200.0, "event": "evnt_test_no1t4tnemucod0e51mo", "key": "charge.complete"}, []string{"error", "stack"}},
		"handled, with a card number in it": {ignore, strings.Replace(body, `"successful"`, `"successful","description":"`+canary+`","metadata":{"`+canary+`":"`+secret+`"}`, 1),
			map[string]any{"level": "INFO", "outcome": "handled", "status": 200.0}, []string{"error", "stack"}},
		"handled, with control characters in the key": {ignore, strings.Replace(body, "charge.complete", `a\n\u001b[2Jb`, 1), map[string]any{"outcome": "handled", "key": "a \ufffd[2Jb"}, nil},
		"failed": {func(context.Context, *omise.Event) error { return errors.New("the database is away") }, body,
			map[string]any{"level": "ERROR", "outcome": "failed", "status": 500.0, "event": "evnt_test_no1t4tnemucod0e51mo", "error": "the database is away"}, []string{"stack"}},
		"panicked": {func(context.Context, *omise.Event) error { panic(canary) }, body,
			map[string]any{"level": "ERROR", "outcome": "failed", "error": "webhook: the handler panicked with a value of type string"}, nil},
		"refused": {ignore, `{"` + canary + `":1}`, map[string]any{"level": "WARN", "outcome": "refused", "status": 400.0}, []string{"event", "key"}},
	} {
		var lines bytes.Buffer
		post(t, newHandler(row.handle, webhook.WithLogger(slog.New(slog.NewJSONHandler(&lines, nil)))), row.body)
		var line map[string]any
		require.NoError(t, json.Unmarshal(lines.Bytes(), &line), name)
		for key, want := range row.want {
			require.Equal(t, want, line[key], "%s: %s", name, key)
		}
		for _, key := range row.absent {
			require.NotContains(t, line, key, name)
		}
		require.Contains(t, line, "duration")
		require.Equal(t, name == "panicked", line["stack"] != nil)
		require.NotContains(t, lines.String(), canary)
		require.NotContains(t, lines.String(), "chrg_test")
		require.NotContains(t, lines.String(), signature)
		require.NotContains(t, lines.String(), secret)
	}
}

// The handler accepts every key of the reference, each with the recorded object of its
// kind.
func TestHandlerTakesEveryKey(t *testing.T) {
	t.Parallel()
	count := 0
	for _, attribute := range reference.Read().Objects["event"] {
		if attribute.Name != "key" {
			continue
		}
		for _, key := range attribute.Enum {
			kind, _, _ := strings.Cut(key, ".")
			data, err := testdata.Objects.ReadFile("objects/" + kind + ".json")
			require.NoError(t, err)
			var object any
			h := newHandler(func(_ context.Context, e *omise.Event) error {
				require.EqualValues(t, key, e.Key)
				object = e.Object()
				return nil
			})
			w := post(t, h, `{"object":"event","id":"evnt_test_1","key":"`+key+`","data":`+string(data)+`}`)
			require.Equal(t, 200, w.Code)
			require.Equal(t, kind, reflect.ValueOf(object).Elem().FieldByName("Object").String(), key)
			count++
		}
	}
	require.Equal(t, 35, count)
}

func TestHandlerTakesTheEventsOfTheFake(t *testing.T) {
	t.Parallel()
	srv := omisetest.NewServer(t)
	paid := charge(t, srv.Client())
	for _, event := range happened(t, srv) {
		text, err := json.Marshal(event)
		require.NoError(t, err)
		var got *omise.Event
		require.Equal(t, 200, post(t, newHandler(func(_ context.Context, e *omise.Event) error { got = e; return nil }), string(text)).Code)
		require.Equal(t, paid.ID, got.Object().(*omise.Charge).ID)
	}
}

func TestVerifyByFetchHandlesTheEventOfTheAPI(t *testing.T) {
	t.Parallel()
	srv := omisetest.NewServer(t)
	paid := charge(t, srv.Client())
	event := happened(t, srv)[0]
	forged := `{"object":"event","id":"` + event.ID + `","key":"charge.complete","data":{"object":"charge","id":"` + paid.ID + `","amount":1,"currency":"THB"}}`
	var got *omise.Event
	handle := func(_ context.Context, e *omise.Event) error { got = e; return nil }
	unsigned := func(h http.Handler, body string) int {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("POST", "/", strings.NewReader(body)))
		return w.Code
	}

	open := webhook.NewHandler(nil, handle, webhook.VerifyByFetch(srv.Client()), quiet)
	require.Equal(t, 200, unsigned(open, forged))
	require.Equal(t, omise.EventKeyChargeCreate, got.Key)
	require.EqualValues(t, 100_000, got.Object().(*omise.Charge).Amount)

	got = nil
	require.Equal(t, 400, unsigned(open, strings.Replace(forged, event.ID, "evnt_test_unknown", 1)))
	require.Equal(t, 400, unsigned(open, strings.Replace(forged, event.ID, paid.ID, 1)))
	require.Equal(t, 400, unsigned(open, `{"data":null}`))
	locked := webhook.NewHandler(nil, handle, webhook.VerifyByFetch(srv.Client().With(omise.WithSecretKey("skey_test_other"))), quiet)
	require.Equal(t, 500, unsigned(locked, forged))
	require.Nil(t, got)

	both := newHandler(handle, webhook.VerifyByFetch(srv.Client()))
	require.Equal(t, 400, unsigned(both, forged))
	require.Nil(t, got)
	require.Equal(t, 200, post(t, both, forged).Code)
	require.Equal(t, omise.EventKeyChargeCreate, got.Key)
}
