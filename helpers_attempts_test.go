package omise_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
)

// attempts are the expected numbers of requests of a read and of a write.
type attempts struct{ read, write int }

// requireAttempts reads a charge and charges a saved card, with two retries allowed, and
// checks the numbers of requests. It returns the error of the write, and the time that
// both calls took together.
func requireAttempts(t *testing.T, api *apitest.API, want attempts) (e *omise.Error, took time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		client := api.Client(t, omise.WithMaxRetries(2))
		_, err := client.Charges.Get(t.Context(), chargeID)
		require.Equal(t, want.read, failure(t, err).Attempts)
		require.Len(t, api.Requests(), want.read)
		_, err = client.Charges.Create(t.Context(), chargeOfSavedCard())
		e, took = failure(t, err), time.Since(start)
		require.Equal(t, want.write, e.Attempts)
		require.Len(t, writes(api), want.write)
	})
	return e, took
}

// chargeOfSavedCard returns the params of a charge that the API could make twice.
func chargeOfSavedCard() *omise.ChargeCreateParams {
	return &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Customer: "cust_test_7ix3touu51t1uyi3rpr"}
}

// requireReturnsAtOnce checks that a call returns the last error of the API at once,
// because the wait would be too long.
func requireReturnsAtOnce(t *testing.T, api *apitest.API, deadline, retryAfter time.Duration, opts ...omise.Option) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx := within(t, deadline)
		start := time.Now()
		_, err := api.Client(t, append(opts, omise.WithMaxRetries(2))...).Charges.Create(ctx, newCharge())
		require.Zero(t, time.Since(start))
		require.NoError(t, ctx.Err())
		e := failure(t, err)
		require.Equal(t, 1, e.Attempts)
		require.NotZero(t, e.Status)
		require.NotEmpty(t, e.Code, "the last error of the API")
		require.Equal(t, retryAfter, e.RetryAfter)
	})
}

// requireNotQuoted checks that the page of a proxy or a firewall is in the response, and
// that the error does not print a word of it.
func requireNotQuoted(t *testing.T, status int, page, word string) {
	t.Helper()
	var resp omise.Response
	_, err := apitest.Respond(status, page).Client(t).Charges.Create(t.Context(), newCharge(), omise.WithResponseInto(&resp))
	e := failure(t, err)
	require.Empty(t, string(e.Code)+e.Message)
	require.NotContains(t, outputs(err), word)
	require.Equal(t, page, string(resp.Body))
	require.Equal(t, strings.NewReplacer("\r", " ", "\n", " ").Replace(page), e.Page.Reveal())
}

// writes returns the requests that change something.
func writes(a *apitest.API) (all []apitest.Request) {
	for _, v := range a.Requests() {
		if v.Method != http.MethodGet {
			all = append(all, v)
		}
	}
	return all
}

// keysSent returns the different idempotency keys of all requests.
func keysSent(a *apitest.API) (keys []string) {
	for _, v := range writes(a) {
		if key := v.Header.Get("Idempotency-Key"); !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// formOf parses the body of a request.
func formOf(t *testing.T, body string) url.Values {
	t.Helper()
	values, err := url.ParseQuery(body)
	require.NoError(t, err)
	return values
}
