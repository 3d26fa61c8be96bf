package omise_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/testdata"
)

const (
	testSecret  = "skey_test_5xsrnhy5yl6sc7x4pxb"
	testPublic  = "pkey_test_5xsrnhy5z2wpj7cb5mm"
	otherSecret = "skey_test_5yot5l3tq7njk9oqtjb"
	otherPublic = "pkey_test_5yot5l3tq9atkj3dwts"
	liveSecret  = "skey_5xsrnhy5yl6sc7x4pxb"
	livePublic  = "pkey_5xsrnhy5z2wpj7cb5mm"

	testLinksPlus = "lplus-5xsrnhy5yl6sc7x4pxb" // of no documented form

	chargeID = "chrg_test_jesacj94rq9ef42w85p" // of the recorded charge

	usedToken   = `{"object":"error","location":"https://www.omise.co/api-errors#used-token","code":"used_token","message":"token was already used"}`
	missingCard = `{"object":"error","location":"https://www.omise.co/api-errors#missing-card","code":"missing_card","message":"request contains no card parameters"}`
	tooMany     = `{"object":"error","location":"https://www.omise.co/api-errors#too-many-requests","code":"too_many_requests","message":"too many requests"}`
	badGateway  = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body></html>"
)

// newCharge are params that can be sent.
func newCharge() *omise.ChargeCreateParams {
	return &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Card: "tokn_test_5xsrr3nrzxl8ik9cfcl"}
}

// A visit is a request as an API saw it.
type visit struct {
	*http.Request
	body string
	left time.Duration // until the deadline of the attempt
}

// An api plays Omise in memory and remembers who called.
type api struct {
	answer func(*http.Request) (*http.Response, error)

	mu     sync.Mutex
	visits []visit
}

func (a *api) RoundTrip(hr *http.Request) (*http.Response, error) {
	var body []byte
	if hr.Body != nil {
		body, _ = io.ReadAll(hr.Body)
		hr.Body.Close()
	}
	deadline, _ := hr.Context().Deadline()
	a.mu.Lock()
	a.visits = append(a.visits, visit{hr, string(body), time.Until(deadline)})
	a.mu.Unlock()
	return a.answer(hr)
}

// client returns a client of a that tries once, unless opts say otherwise.
func (a *api) client(t testing.TB, opts ...omise.Option) *omise.Client {
	t.Helper()
	opts = append([]omise.Option{
		omise.WithPublicKey(testPublic), omise.WithLinksPlusKey(testLinksPlus), omise.WithHTTPClient(&http.Client{Transport: a}), omise.WithMaxRetries(0),
	}, opts...)
	client, err := omise.NewClient(testSecret, opts...)
	require.NoError(t, err)
	return client
}

// says returns an API with one answer to everything. Headers are name, value,
// name, value.
func says(status int, body string, header ...string) *api {
	return &api{answer: func(*http.Request) (*http.Response, error) {
		resp := jsonAnswer(status, body)
		for i := 0; i < len(header); i += 2 {
			resp.Header.Set(header[i], header[i+1])
		}
		return resp, nil
	}}
}

// fails returns an API that never answers.
func fails(err error) *api {
	return &api{answer: func(*http.Request) (*http.Response, error) { return nil, err }}
}

// recorded returns the recorded shape of an object, with some attributes
// replaced. Values are JSON.
func recorded(t testing.TB, name string, replace ...string) string {
	t.Helper()
	data, err := testdata.Objects.ReadFile("objects/" + name + ".json")
	require.NoError(t, err)
	var object map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(data, &object))
	for i := 0; i < len(replace); i += 2 {
		require.Contains(t, object, replace[i])
		object[replace[i]] = json.RawMessage(replace[i+1])
	}
	data, err = json.Marshal(object)
	require.NoError(t, err)
	return string(data)
}

// failure returns the error of a call that reached the transport.
func failure(t testing.TB, err error) *omise.Error {
	t.Helper()
	var e *omise.Error
	require.ErrorAs(t, err, &e)
	return e
}

// refusal returns the error of a call that must not have been sent.
func refusal(t testing.TB, err error) *omise.ParamError {
	t.Helper()
	var e *omise.ParamError
	require.ErrorAs(t, err, &e)
	return e
}

var errReset = errors.New("read tcp 10.0.0.1:49152->10.0.0.2:443: read: connection reset by peer")

// large is more than any answer of the API.
var large = strings.Repeat("0123456789abcdef", 5<<20/16)

// silent returns an API that keeps everyone waiting.
func silent() *api {
	return &api{answer: func(hr *http.Request) (*http.Response, error) {
		<-hr.Context().Done()
		return nil, hr.Context().Err()
	}}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// answering returns a client of an API that always says the same.
func answering(t testing.TB, body []byte) *omise.Client {
	t.Helper()
	return talking(t, func(*http.Request) string { return string(body) })
}

// talking returns a client of an API that a function plays.
func talking(t testing.TB, answer func(*http.Request) string) *omise.Client {
	t.Helper()
	client, err := omise.NewClient(secretKey, omise.WithPublicKey(publicKey), omise.WithLinksPlusKey(linksPlusKey), omise.WithMaxRetries(0),
		omise.WithHTTPClient(&http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			return jsonAnswer(http.StatusOK, answer(r)), nil
		})}))
	require.NoError(t, err)
	return client
}

// within returns a context that ends after d, or with the test if d is 0.
func within(t testing.TB, d time.Duration) context.Context {
	t.Helper()
	if d == 0 {
		return t.Context()
	}
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// requireSame compares what two pointers point to. A Sensitive is the same as
// another of the same text, which no comparison of Go sees.
func requireSame(t *testing.T, want, got any, about ...any) {
	t.Helper()
	require.Equal(t, takeSecrets(reflect.ValueOf(want)), takeSecrets(reflect.ValueOf(got)), about...)
	require.Equal(t, want, got, about...)
}

// takeSecrets takes every Sensitive out of v and returns their texts.
func takeSecrets(v reflect.Value) (texts []string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return takeSecrets(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			texts = append(texts, takeSecrets(v.Index(i))...)
		}
	case reflect.Map:
		for _, name := range v.MapKeys() {
			if secret, ok := v.MapIndex(name).Interface().(omise.Sensitive); ok {
				texts = append(texts, name.String()+"="+secret.Reveal())
				v.SetMapIndex(name, reflect.Value{})
			}
		}
		slices.Sort(texts)
	case reflect.Struct:
		if secret, ok := v.Interface().(omise.Sensitive); ok {
			v.SetZero()
			return []string{secret.Reveal()}
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				texts = append(texts, takeSecrets(v.Field(i))...)
			}
		}
	}
	return texts
}
