package apitest

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
)

// The keys of the clients of an API. They are made up.
const (
	SecretKey    = "skey_test_5xsrnhy5yl6sc7x4pxb"
	PublicKey    = "pkey_test_5xsrnhy5z2wpj7cb5mm"
	LinksPlusKey = "lplus-5xsrnhy5yl6sc7x4pxb"
)

// An API plays Omise in memory: an http.RoundTripper that keeps each request.
type API struct {
	Respond func(*http.Request) (*http.Response, error)

	mu       sync.Mutex
	requests []Request
}

// RoundTrip keeps the request and responds.
func (a *API) RoundTrip(hr *http.Request) (*http.Response, error) {
	var body []byte
	if hr.Body != nil {
		var err error
		body, err = io.ReadAll(hr.Body)
		hr.Body.Close()
		if err != nil {
			return nil, err
		}
	}
	deadline, _ := hr.Context().Deadline()
	a.mu.Lock()
	a.requests = append(a.requests, Request{hr, string(body), time.Until(deadline)})
	a.mu.Unlock()
	again := hr.WithContext(hr.Context())
	again.Body = io.NopCloser(bytes.NewReader(body))
	return a.Respond(again)
}

// Requests returns the requests so far, in their order.
func (a *API) Requests() []Request {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.requests)
}

// Option makes a client call a.
func (a *API) Option() omise.Option {
	return omise.WithHTTPClient(&http.Client{Transport: a})
}

// Client returns a client of a that has all keys and tries once, unless opts say
// otherwise.
func (a *API) Client(t testing.TB, opts ...omise.Option) *omise.Client {
	t.Helper()
	opts = append([]omise.Option{omise.WithPublicKey(PublicKey), omise.WithLinksPlusKey(LinksPlusKey), a.Option(), omise.WithMaxRetries(0)}, opts...)
	client, err := omise.NewClient(SecretKey, opts...)
	require.NoError(t, err)
	return client
}

// Respond returns an API with one answer to everything. Headers are name, value,
// name, value.
func Respond(status int, body string, header ...string) *API {
	return &API{Respond: func(*http.Request) (*http.Response, error) {
		resp := Response(status, body)
		for i := 0; i < len(header); i += 2 {
			resp.Header.Set(header[i], header[i+1])
		}
		return resp, nil
	}}
}

// RespondNotFound returns an API that answers 404, so that each call ends after one
// attempt.
func RespondNotFound() *API {
	return Respond(http.StatusNotFound, `{"object":"error","location":"https://docs.omise.co/api-errors#not-found","code":"not_found","message":"not found"}`)
}

// RespondFunc returns an API that answers with status 200 and the body that a
// function returns.
func RespondFunc(body func(*http.Request) string) *API {
	return &API{Respond: func(hr *http.Request) (*http.Response, error) { return Response(http.StatusOK, body(hr)), nil }}
}

// RespondInTurn returns an API that answers as each of the others once, and as the
// last one from then on.
func RespondInTurn(apis ...*API) *API {
	turn := &API{}
	turn.Respond = func(hr *http.Request) (*http.Response, error) {
		return apis[min(len(turn.Requests()), len(apis))-1].Respond(hr)
	}
	return turn
}

// Fail returns an API that cannot be reached.
func Fail(err error) *API {
	return &API{Respond: func(*http.Request) (*http.Response, error) { return nil, err }}
}

// Hang returns an API that does not answer until the attempt ends.
func Hang() *API {
	return &API{Respond: func(hr *http.Request) (*http.Response, error) {
		<-hr.Context().Done()
		return nil, hr.Context().Err()
	}}
}

// Response returns an answer in JSON.
func Response(status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status,
		Header:     http.Header{"Content-Type": {"application/json; charset=utf-8"}},
		Body:       io.NopCloser(strings.NewReader(body)),
	}
}
