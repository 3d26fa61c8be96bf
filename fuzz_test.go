package omise_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/internal/form"
	"github.com/omisekit/omise-go/internal/wire"
	"github.com/omisekit/omise-go/testdata"
)

// addShapes seeds a fuzz test with every recorded shape.
func addShapes(f *testing.F) {
	f.Helper()
	files, err := fs.Glob(testdata.Objects, "objects/*.json")
	require.NoError(f, err)
	require.NotEmpty(f, files)
	for _, file := range files {
		text, err := testdata.Objects.ReadFile(file)
		require.NoError(f, err)
		f.Add(text)
	}
}

// For any answer, a call that succeeds returns the charge that was asked for.
func FuzzDecode(f *testing.F) {
	addShapes(f)
	for _, text := range []string{
		``, `null`, `[]`, `{}`, `{"object":"charge"}`, `{"object":"charge","id":"chrg_other"}`,
		`{"object":"charge","id":"chrg_1","amount":2000.0}`, `{"object":"charge","id":"chrg_1","metadata":[],"refunds":7,"card":{"id":1}}`,
		`{"object":"charge","id":"chrg_1","ID":"chrg_2"}`, `{"object":"error","code":"not_found"}`,
	} {
		f.Add([]byte(text))
	}
	id := apitest.Object("charge")["id"].(string)
	f.Fuzz(func(t *testing.T, body []byte) {
		charge, err := apitest.Respond(200, string(body)).Client(t).Charges.Get(t.Context(), id)
		if err != nil {
			require.Nil(t, charge)
			return
		}
		require.Equal(t, id, charge.ID)
		require.Equal(t, "charge", charge.Object)
	})
}

func FuzzExpandable(f *testing.F) {
	addShapes(f)
	for _, text := range []string{`null`, `""`, `"cust_1"`, ` "\ud800" `, `{"id":"cust_1"}`, `{"id":"a","ID":"b"}`, `{"id":"cust_1","cards":{"data":[null]}}`, `[`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var first, second omise.Expandable[omise.Customer]
		if json.Unmarshal(text, &first) != nil {
			return
		}
		require.True(t, first.Object == nil || first.ID != "", "an object without an id")
		again, err := json.Marshal(first)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(again, &second))
		require.Equal(t, first.ID, second.ID)
		require.Equal(t, first.Object == nil, second.Object == nil)
	})
}

func FuzzMetadata(f *testing.F) {
	addShapes(f)
	for _, text := range []string{`null`, `{}`, `[]`, `{"n":9007199254740993}`, `{"a":{"b":[1,"x",true,null]}}`, `{"":1}`, `{"a[b]":1}`, `{"a":1}{"b":2}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var first, second omise.Metadata
		if json.Unmarshal(text, &first) != nil {
			return
		}
		again, err := json.Marshal(first)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(again, &second))
		require.Equal(t, first, second)

		encoded, err := form.Encode(&omise.ChargeUpdateParams{Metadata: first}, nil)
		if err != nil {
			return
		}
		values, err := url.ParseQuery(encoded)
		require.NoError(t, err)
		for name := range values {
			require.True(t, strings.HasPrefix(name, "metadata["), "%q is another param", name)
		}
	})
}

func FuzzCurrencyParse(f *testing.F) {
	for _, text := range []string{"0", "-0.05", "1000.50", "92233720368547758.07", "-92233720368547758.08", "1.005", "1e3", "٣", "", "-", "."} {
		f.Add("THB", text)
		f.Add("jpy", text)
		f.Add("KWD", text)
		f.Add("XYZ", text)
	}
	f.Fuzz(func(t *testing.T, code, text string) {
		currency := omise.Currency(code)
		got, err := currency.Parse(text)
		if err != nil {
			require.Zero(t, got)
			return
		}
		want, ok := new(big.Rat).SetString(text)
		require.True(t, ok, "%q is no number", text)
		exponent, known := currency.Exponent()
		require.True(t, known)
		unit := int64(math.Pow10(exponent))
		require.Zero(t, want.Cmp(big.NewRat(got, unit)))
		again, err := currency.Parse(currency.Format(got))
		require.NoError(t, err)
		require.Equal(t, got, again)
	})
}

// For any answer that is not an object, the error is short and clean, can be stored,
// and can be resolved.
func FuzzErrorAnswer(f *testing.F) {
	for _, body := range []string{usedToken, tooMany, internalError, badGateway, ``, `null`, `{"object":"error","code":"a"}`, `{"object":"error","code":{}}`, testSecret, cardNumber, `{"object":"error","code":"skey_1","message":"4242-4242-4242-4242"}`} {
		for _, status := range []int{200, 302, 400, 429, 500} {
			f.Add(status, []byte(body), "3", "req_1")
		}
	}
	f.Add(503, []byte(searchDown), "Fri, 31 Dec 9999 23:59:59 GMT", testSecret)
	f.Fuzz(func(t *testing.T, status int, body []byte, retryAfter, requestID string) {
		if status < 200 || status > 599 {
			return
		}
		client := apitest.Respond(status, string(body), "Retry-After", retryAfter, "X-Request-Id", requestID).Client(t)
		charge, err := client.Charges.Create(t.Context(), newCharge())
		if err == nil {
			require.EqualValues(t, 100_000, charge.Amount)
			return
		}
		require.LessOrEqual(t, len(err.Error()), 1<<10)
		requireNoCanary(t, outputs(err), "error")
		e := failure(t, err)
		require.GreaterOrEqual(t, e.RetryAfter, time.Duration(0))
		if e.Outcome == omise.OutcomeUnknown {
			_, err = client.Charges.Resolve(t.Context(), throughJSON(t, err))
			require.True(t, err == nil || len(err.Error()) <= 1<<10)
		}
	})
}

// Any text that was stored as an error can be read and resolved without harm.
func FuzzStoredError(f *testing.F) {
	_, err := apitest.Fail(errReset).Client(f).Charges.Create(f.Context(), newCharge(), omise.WithIntent("order-42"))
	text, err := json.Marshal(err)
	require.NoError(f, err)
	f.Add(text)
	for _, text := range []string{
		`{}`, `null`, `[]`, `{"trace":null}`, `{"outcome":"unknown","trace":{}}`,
		`{"method":"POST","path":"/charges","outcome":"unknown","trace":{"token":"tokn_1"}}`,
		`{"method":"POST","path":"/charges/{id}/capture","outcome":"unknown","trace":{}}`,
		`{"method":"POST","path":"/charges/{id}/refunds","outcome":"unknown","trace":{"ids":[],"amount":-1}}`,
		`{"method":"POST","path":"/charges/{id}/refunds","outcome":"unknown","trace":{"ids":["..","x"],"first_attempt":"0001-01-01T00:00:00Z"}}`,
		`{"method":"POST","path":"/transfers","outcome":"unknown","trace":{"intent":"x","last_attempt":"9999-12-31T23:59:59Z"}}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var e omise.Error
		if json.Unmarshal(text, &e) != nil {
			return
		}
		_ = outputs(&e)
		again, err := json.Marshal(&e)
		require.NoError(t, err)
		var twin omise.Error
		require.NoError(t, json.Unmarshal(again, &twin))
		require.Equal(t, e.Error(), twin.Error())
		client := apitest.Respond(200, `{"object":"list","data":[],"total":0}`).Client(t)
		_, _ = client.Charges.Resolve(t.Context(), &e)
		_, _ = client.Refunds.Resolve(t.Context(), &e)
		_, _ = client.Transfers.Resolve(t.Context(), &e)
	})
}

// For any pages, the loop ends, and no record comes twice.
func FuzzList(f *testing.F) {
	f.Add([]byte(pageOf(3, 0, "cust_1", "cust_2")), []byte(pageOf(3, 2, "cust_3")))
	f.Add([]byte(pageOf(99, 0, "cust_1")), []byte(pageOf(99, 0, "cust_1")))
	f.Add([]byte(`{"object":"list","data":[{"object":"customer","id":"a"}],"offset":-9223372036854775808,"total":9223372036854775807}`), []byte(`{"object":"list","data":[null]}`))
	f.Add([]byte(`{"object":"list","data":[{"object":"customer","id":"a"}],"offset":9223372036854775807,"limit":-1,"total":9223372036854775807}`), []byte(`[]`))
	f.Fuzz(func(t *testing.T, first, second []byte) {
		asked := 0
		client := apitest.RespondFunc(func(*http.Request) string {
			if asked++; asked == 1 {
				return string(first)
			}
			return string(second)
		}).Client(t)
		seen := map[string]bool{}
		for customer, err := range client.Customers.All(t.Context(), nil) {
			if err != nil {
				require.Nil(t, customer)
				break
			}
			require.False(t, seen[customer.ID], "%q comes twice", customer.ID)
			seen[customer.ID] = true
		}
		require.LessOrEqual(t, asked, 3)
	})
}

// Every model is read as encoding/json reads it, and every model that was decoded can
// be written and read again.
func FuzzModels(f *testing.F) {
	for name := range apitest.Modelled() {
		for _, expand := range []bool{false, true} {
			text, err := json.Marshal(apitest.FullDocument(name, expand))
			require.NoError(f, err)
			f.Add(name, text)
		}
		if text, err := testdata.Objects.ReadFile("objects/" + name + ".json"); err == nil {
			f.Add(name, text)
		}
	}
	f.Add("account", []byte(`{"transfer_config":{"min_transfer_amount":false,"transfer_service_availability":null}}`))
	f.Fuzz(func(t *testing.T, name string, text []byte) {
		model, ok := apitest.Models[name]
		if !ok {
			return
		}
		want, first, second := reflect.New(model), reflect.New(model), reflect.New(model)
		ignored, err := wire.Decode(text, first.Interface())
		if json.Unmarshal(text, want.Interface()) == nil {
			require.NoError(t, err)
			require.Empty(t, ignored)
			if event, ok := want.Interface().(*omise.Event); ok && event.CreatedAt.IsZero() { // encoding/json does not know former names
				event.CreatedAt = first.Interface().(*omise.Event).CreatedAt
			}
			requireSame(t, want.Interface(), first.Interface())
		}
		if err != nil {
			return
		}
		again, err := json.Marshal(first.Interface())
		require.NoError(t, err)
		_, err = wire.Decode(again, second.Interface())
		require.NoError(t, err, "%s", again)
		third, err := json.Marshal(second.Interface())
		require.NoError(t, err)
		require.Equal(t, string(again), string(third))
	})
}

// Dates and decimals are read as they are written.
func FuzzValues(f *testing.F) {
	for _, text := range []string{`"2026-01-31"`, `"2026-02-30"`, `"0000-01-01"`, `null`, `""`, `3.65`, `"3.650"`, `-1.5e3`, `1e999`, `"NaN"`, `" 1"`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var day, sameDay omise.Date
		if json.Unmarshal(text, &day) == nil {
			again, err := json.Marshal(day)
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(again, &sameDay))
			require.Equal(t, day, sameDay)
			require.True(t, day.IsZero() || day == omise.DateOf(day.In(bangkok)))
		}
		var number, sameNumber omise.Decimal
		if json.Unmarshal(text, &number) == nil {
			again, err := json.Marshal(number)
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(again, &sameNumber))
			require.Equal(t, number, sameNumber)
		}
	})
}

// Any id becomes one segment of the path, or is refused.
func FuzzID(f *testing.F) {
	for _, id := range []string{chargeID, "", ".", "..", "../transfers", "a?x=1", "a#f", "a%2fb", "a\nb", "chrg_", "chrg_é", "cust_test_1", strings.Repeat("a", 5000)} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		api := apitest.Respond(404, usedToken)
		client := api.Client(t)
		_, _ = client.Charges.Get(t.Context(), id)
		_, _ = client.WebhookSecrets.Delete(t.Context(), id)
		if !strings.Contains(id, "/") { // a raw call may have more segments
			_ = client.Do(t.Context(), "GET", "/charges/"+id, nil, nil)
		}
		for _, v := range api.Requests() {
			require.Equal(t, "api.omise.co", v.URL.Host)
			require.Equal(t, id, v.URL.Path[strings.LastIndex(v.URL.Path, "/")+1:])
			require.Empty(t, v.URL.RawQuery+v.URL.Fragment)
		}
	})
}

// For any base URL, the key is sent only over TLS or to this machine.
func FuzzBaseURL(f *testing.F) {
	for _, u := range []string{"https://api.omise.co", "http://localhost:8080/x", "http://[::1]", "http://127.1", "http://localhost.evil.test", "https://a@b", "https://a?b", "//x", "HTTPS://X", "https://é/\x00"} {
		f.Add(u)
	}
	f.Fuzz(func(t *testing.T, u string) {
		api := apitest.Respond(404, usedToken)
		client, err := omise.NewClient(testSecret, omise.WithBaseURL(u), api.Option(), omise.WithMaxRetries(0))
		if err != nil {
			require.Nil(t, client)
			return
		}
		_, _ = client.Charges.Get(t.Context(), chargeID)
		for _, v := range api.Requests() {
			ip := net.ParseIP(v.URL.Hostname())
			require.True(t, v.URL.Scheme == "https" || v.URL.Hostname() == "localhost" || ip != nil && ip.IsLoopback(), "%q", u)
			require.Nil(t, v.URL.User)
			require.True(t, strings.HasSuffix(v.URL.Path, "/charges/"+chargeID), "%q", u)
		}
	})
}

// For any path of a raw call, a segment that is not a word of the API is never shown.
func FuzzRawPath(f *testing.F) {
	for _, path := range []string{"/", "/charges", "/charges/" + chargeID + "/capture", "/foo/5555444433332226", "/skey_test_1/search", "/Charges/-/_", "//", "/a/", "charges"} {
		f.Add(path)
	}
	words := map[string]bool{"": true, "{id}": true, "{segment}": true}
	for _, op := range apitest.Operations() {
		for word := range strings.SplitSeq(op.Endpoint.Path, "/") {
			words[word] = words[word] || !strings.Contains(word, "{")
		}
	}
	f.Fuzz(func(t *testing.T, path string) {
		api := apitest.RespondNotFound()
		err := api.Client(t).Do(t.Context(), "GET", path, nil, nil)
		template := ""
		if e, ok := errors.AsType[*omise.Error](err); ok {
			template = e.PathTemplate
			require.Equal(t, path, api.Requests()[0].URL.Path)
		} else {
			template = refusal(t, err).PathTemplate
			require.Empty(t, api.Requests())
		}
		for segment := range strings.SplitSeq(template, "/") {
			require.True(t, words[segment], "%q shows %q", path, segment)
		}
	})
}
