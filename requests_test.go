package omise_test

import (
	"context"
	"net/http"
	"net/url"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
)

func TestHeadersOfEveryCall(t *testing.T) {
	t.Parallel()
	api := apitest.RespondNotFound()
	client := api.Client(t, omise.WithUserAgent("shop/1.2"), omise.WithAPIVersion("2017-11-02"))
	client.Charges.Get(t.Context(), chargeID)
	client.Charges.Create(t.Context(), newCharge())
	require.Len(t, api.Requests(), 2)
	for _, request := range api.Requests() {
		require.Equal(t, "2017-11-02", request.Header.Get("Omise-Version"))
		require.Equal(t, "shop/1.2 omisekit-go/"+omise.Version+" "+runtime.Version(), request.Header.Get("User-Agent"))
		require.Equal(t, "application/json", request.Header.Get("Accept"))
	}
}

func TestAWriteHasAKeyAndAForm(t *testing.T) {
	t.Parallel()
	api := apitest.RespondNotFound()
	api.Client(t).Charges.Create(t.Context(), newCharge(), omise.WithIdempotencyKey("order-17"))
	require.Equal(t, "application/x-www-form-urlencoded", api.Requests()[0].Header.Get("Content-Type"))
	require.Equal(t, "order-17", api.Requests()[0].Header.Get("Idempotency-Key"))
}

func TestAReadHasNoKeyAndNoForm(t *testing.T) {
	t.Parallel()
	api := apitest.RespondNotFound()
	api.Client(t).Charges.Get(t.Context(), chargeID)
	require.NotContains(t, api.Requests()[0].Header, "Content-Type")
	require.NotContains(t, api.Requests()[0].Header, "Idempotency-Key")
}

func TestEveryWriteHasAKeyOfItsOwn(t *testing.T) {
	t.Parallel()
	api := apitest.RespondNotFound()
	client := api.Client(t)
	client.Charges.Create(t.Context(), newCharge())
	client.Charges.Create(t.Context(), newCharge())
	client.Charges.Reverse(t.Context(), chargeID)
	client.Charges.Update(t.Context(), chargeID, &omise.ChargeUpdateParams{})
	keys := map[string]bool{}
	for _, request := range api.Requests() {
		keys[request.Header.Get("Idempotency-Key")] = true
	}
	require.Len(t, keys, 4)
	require.NotContains(t, keys, "")
}

func TestIdempotencyKeyMustFitAHeader(t *testing.T) {
	t.Parallel()
	requireRefused(t, "idempotency key", "must be printable ASCII", func(_ context.Context, c *omise.Client) error {
		_, err := c.Charges.Create(t.Context(), newCharge(), omise.WithIdempotencyKey("a\r\nb"))
		return err
	})
}

// HTTP drops the spaces at the ends of a header. So the keys "order-1" and "order-1 " would
// be the same key for the API, and " " would be no key.
func TestAnIdempotencyKeyHasNoSpaceAtItsEnds(t *testing.T) {
	t.Parallel()
	for name, key := range map[string]string{"a space": " ", "at the end": "order-1 ", "at the beginning": " order-1"} {
		t.Run("option, "+name, func(t *testing.T) {
			t.Parallel()
			requireRefused(t, "idempotency key", "must not begin or end with a space", func(ctx context.Context, c *omise.Client) error {
				return errorOf(c.Charges.Create(ctx, newCharge(), omise.WithIdempotencyKey(key)))
			})
		})
		t.Run("params, "+name, func(t *testing.T) {
			t.Parallel()
			requireRefused(t, "idemp_key", "must not begin or end with a space", func(ctx context.Context, c *omise.Client) error {
				return errorOf(c.Transfers.Create(ctx, &omise.TransferCreateParams{IdempKey: key}))
			})
		})
	}
}

// An empty idemp_key would switch off the guard of the transfer.
func TestIdempKeyIsNoExtraParamOfATransfer(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"", "payout-1"} {
		requireRefused(t, "idemp_key", "must be set in the params or by WithIdempotencyKey", func(_ context.Context, c *omise.Client) error {
			return errorOf(c.Transfers.Create(t.Context(), &omise.TransferCreateParams{}, omise.WithParam("idemp_key", key)))
		})
	}
}

func TestExtraParamsOfAWriteAreSentWithTheOthers(t *testing.T) {
	t.Parallel()
	api := apitest.RespondNotFound()
	api.Client(t).Charges.Create(t.Context(), newCharge(), omise.WithParam("a[b]", "1&2"), omise.WithParam("a[b]", "3"))
	sent := formOf(t, api.Requests()[0].Payload)
	require.Equal(t, []string{"1&2", "3"}, sent["a[b]"])
	require.Equal(t, "100000", sent.Get("amount"))
}

func TestExtraParamsOfAReadAreSentInTheQuery(t *testing.T) {
	t.Parallel()
	api := apitest.RespondNotFound()
	api.Client(t).Charges.Get(t.Context(), chargeID, omise.WithExpand(), omise.WithParam("x", "y"))
	require.Equal(t, "expand=true&x=y", api.Requests()[0].URL.RawQuery)
}

func TestExpandIsForReads(t *testing.T) {
	t.Parallel()
	requireRefused(t, "expand", "is for calls that read", func(_ context.Context, c *omise.Client) error {
		_, err := c.Charges.Create(t.Context(), newCharge(), omise.WithExpand())
		return err
	})
}

func TestResponseIsFilledOnSuccessAndOnFailure(t *testing.T) {
	t.Parallel()
	for status, body := range map[int]string{200: apitest.ObjectJSON(t, "charge"), 400: usedToken, 502: badGateway} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			var resp omise.Response
			client := apitest.Respond(status, body, "X-Request-Id", "req_1").Client(t)
			client.Charges.Get(t.Context(), chargeID, omise.WithResponseInto(&resp))
			require.Equal(t, status, resp.StatusCode)
			require.Equal(t, body, string(resp.Body))
			require.Equal(t, "req_1", resp.RequestID)
			require.Equal(t, "req_1", resp.Header.Get("X-Request-Id"))
			require.Equal(t, 1, resp.Attempts)
		})
	}
}

func TestResponseWithholdsCredentials(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Set-Cookie", "Authorization", "Proxy-Authorization", "Authentication-Info"} {
		var resp omise.Response
		_, err := apitest.Respond(200, apitest.ObjectJSON(t, "charge"), name, "session="+testSecret).Client(t).
			Charges.Get(t.Context(), chargeID, omise.WithResponseInto(&resp))
		require.NoError(t, err)
		require.Equal(t, []string{"[redacted]"}, resp.Header[name])
	}
}

func TestResponseStaysAsItIsWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	resp := omise.Response{StatusCode: 418}
	apitest.Fail(errReset).Client(t).Charges.Get(t.Context(), chargeID, omise.WithResponseInto(&resp))
	require.Equal(t, omise.Response{StatusCode: 418}, resp)
}

func TestRawCall(t *testing.T) {
	t.Parallel()
	params := struct {
		Name string `url:"name"`
	}{"a b"}
	tests := map[string]struct {
		method      string
		params      any
		query, body string
	}{
		"struct":                {"POST", params, "", "name=a+b"},
		"pointer":               {"PATCH", &params, "", "name=a+b"},
		"values":                {"PUT", url.Values{"a[]": {"1", "2"}}, "", "a%5B%5D=1&a%5B%5D=2"},
		"nothing":               {"POST", nil, "", ""},
		"delete":                {"DELETE", nil, "", ""},
		"struct in the query":   {"GET", params, "name=a+b", ""},
		"values in the query":   {"GET", url.Values{"a": {"1"}}, "a=1", ""},
		"expansion in the same": {"GET", url.Values{"expand": {"true"}}, "expand=true", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := apitest.Respond(200, `{"a":1}`)
			var out struct{ A int }
			require.NoError(t, api.Client(t).Do(t.Context(), tt.method, "/new/thing", tt.params, &out))
			require.Equal(t, 1, out.A)
			require.Equal(t, tt.method+" /new/thing", api.Requests()[0].Method+" "+api.Requests()[0].URL.Path)
			require.Equal(t, tt.query, api.Requests()[0].URL.RawQuery)
			require.Equal(t, tt.body, api.Requests()[0].Payload)
		})
	}
}

func TestATransferSendsTheKeyOfTheCallInItsBody(t *testing.T) {
	t.Parallel()
	api := apitest.RespondNotFound()
	api.Client(t).Transfers.Create(t.Context(), &omise.TransferCreateParams{}, omise.WithIdempotencyKey("payout-1"))
	require.Equal(t, "idemp_key=payout-1", api.Requests()[0].Payload)
}

func TestATransferSendsANewKeyInItsBodyAndItsHeader(t *testing.T) {
	t.Parallel()
	api := apitest.RespondNotFound()
	api.Client(t).Transfers.Create(t.Context(), &omise.TransferCreateParams{})
	require.Equal(t, "idemp_key="+api.Requests()[0].Header.Get("Idempotency-Key"), api.Requests()[0].Payload)
}

func TestATransferSendsTheKeyOfItsParams(t *testing.T) {
	t.Parallel()
	api := apitest.RespondNotFound()
	api.Client(t).Transfers.Create(t.Context(), &omise.TransferCreateParams{IdempKey: "own"}, omise.WithParam("x", "y"))
	require.Equal(t, "idemp_key=own&x=y", api.Requests()[0].Payload)
}
