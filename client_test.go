package omise_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
)

// Each host gets only its own key.
func TestEveryHostGetsItsKey(t *testing.T) {
	t.Parallel()
	source := &omise.SourceCreateParams{Type: omise.SourceTypePromptPay, Amount: 2000, Currency: omise.THB}
	charges := func(c *omise.Client) { c.Charges.Get(ctx, chargeID) }
	tokens := func(c *omise.Client) { c.Tokens.Create(ctx, secretToken()) }
	sources := func(c *omise.Client) { c.Sources.Create(ctx, source) }
	capability := func(c *omise.Client) { c.Capability.Get(ctx) }
	tests := []struct {
		name           string
		secret, public string
		call           func(*omise.Client)
		host, key      string
	}{
		{"charge", testSecret, testPublic, charges, "api.omise.co", testSecret},
		{"token", testSecret, testPublic, tokens, "vault.omise.co", testPublic},
		{"token, public key alone", "", testPublic, tokens, "vault.omise.co", testPublic},
		{"source", testSecret, testPublic, sources, "api.omise.co", testPublic},
		{"source, secret key alone", testSecret, "", sources, "api.omise.co", testSecret},
		{"source, public key alone", "", testPublic, sources, "api.omise.co", testPublic},
		{"capability", testSecret, testPublic, capability, "api.omise.co", testPublic},
		{"raw", testSecret, testPublic, func(c *omise.Client) { c.Do(ctx, "GET", "/balance", nil, nil) }, "api.omise.co", testSecret},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			api := apitest.RespondNotFound()
			client, err := omise.NewClient(tt.secret, omise.WithPublicKey(tt.public), api.Option())
			require.NoError(t, err)
			tt.call(client)
			require.Len(t, api.Requests(), 1)
			user, password, _ := api.Requests()[0].BasicAuth()
			require.Equal(t, tt.key, user)
			require.Empty(t, password)
			require.Equal(t, "https://"+tt.host, api.Requests()[0].URL.Scheme+"://"+api.Requests()[0].URL.Host)
		})
	}
}

func TestFault65CallWithoutItsKey(t *testing.T) {
	t.Parallel()
	api := apitest.Respond(200, "")
	hc := api.Option()
	secretOnly, err := omise.NewClient(testSecret, hc)
	require.NoError(t, err)
	_, err = secretOnly.Tokens.Create(t.Context(), secretToken())
	require.Equal(t, "public key", refusal(t, err).Field)
	publicOnly, err := omise.NewClient("", omise.WithPublicKey(testPublic), hc)
	require.NoError(t, err)
	_, err = publicOnly.Charges.Get(t.Context(), chargeID)
	require.Equal(t, "secret key", refusal(t, err).Field)
	require.Empty(t, api.Requests())
}

func TestBaseURLsReplaceTheHosts(t *testing.T) {
	t.Parallel()
	api := apitest.RespondNotFound()
	client := api.Client(t, omise.WithBaseURL("https://proxy.test/omise/"), omise.WithVaultURL("https://vault.test:8443"),
		omise.WithLinksPlusURL("https://links.test/plus/"))
	client.Charges.Get(t.Context(), chargeID)
	client.Tokens.Get(t.Context(), "tokn_test_1")
	client.LinksPlus.Get(t.Context(), 789)
	require.Equal(t, "https://proxy.test/omise/charges/"+chargeID, api.Requests()[0].URL.String())
	require.Equal(t, "https://vault.test:8443/tokens/tokn_test_1", api.Requests()[1].URL.String())
	require.Equal(t, "https://links.test/plus/external/links/789", api.Requests()[2].URL.String())
}

// keysUsed makes a call that prefers the public key, and a call that needs the secret
// key. It returns the keys that were sent.
func keysUsed(api *apitest.API, client *omise.Client) (public, secret string) {
	client.Capability.Get(ctx)
	client.Balance.Get(ctx)
	last := api.Requests()[len(api.Requests())-2:]
	public, _, _ = last[0].BasicAuth()
	secret, _, _ = last[1].BasicAuth()
	return public, secret
}

func TestWithMakesACopyForAnotherAccount(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		opts           []omise.Option
		public, secret string
	}{
		"nothing":    {nil, testPublic, testSecret},
		"a timeout":  {[]omise.Option{omise.WithTimeout(1)}, testPublic, testSecret},
		"secret key": {[]omise.Option{omise.WithSecretKey(otherSecret)}, otherSecret, otherSecret}, // the old public key is dropped
		"both keys":  {[]omise.Option{omise.WithSecretKey(otherSecret), omise.WithPublicKey(otherPublic)}, otherPublic, otherSecret},
		"public key": {[]omise.Option{omise.WithPublicKey(otherPublic)}, otherPublic, testSecret},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := apitest.RespondNotFound()
			client := api.Client(t)
			public, secret := keysUsed(api, client.With(tt.opts...))
			require.Equal(t, tt.public, public)
			require.Equal(t, tt.secret, secret)
			public, secret = keysUsed(api, client)
			require.Equal(t, testPublic, public, "the original does not change")
			require.Equal(t, testSecret, secret, "the original does not change")
		})
	}
}

// The key of Payment Links+ belongs to the account, like the other keys.
func TestWithKeepsThePaymentLinksKeyOfTheSameAccount(t *testing.T) {
	t.Parallel()
	const other = "lplus-of-another-account"
	for name, tt := range map[string]struct {
		opts []omise.Option
		want string // "" is refused
	}{
		"nothing":         {nil, testLinksPlus},
		"a timeout":       {[]omise.Option{omise.WithTimeout(1)}, testLinksPlus},
		"public key":      {[]omise.Option{omise.WithPublicKey(otherPublic)}, testLinksPlus},
		"secret key":      {[]omise.Option{omise.WithSecretKey(otherSecret)}, ""}, // the old key is dropped
		"its key":         {[]omise.Option{omise.WithLinksPlusKey(other)}, other},
		"both of another": {[]omise.Option{omise.WithSecretKey(otherSecret), omise.WithLinksPlusKey(other)}, other},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := apitest.RespondNotFound()
			_, err := api.Client(t).With(tt.opts...).LinksPlus.Get(t.Context(), 789)
			if tt.want == "" {
				require.Equal(t, "Payment Links+ key", refusal(t, err).Field)
				require.Empty(t, api.Requests())
				return
			}
			require.Equal(t, tt.want, api.Requests()[0].Header.Get("Authorization"))
		})
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	api := apitest.RespondNotFound()
	client := api.Client(t, omise.WithUserAgent("shop/1.2"), omise.WithAPIVersion("2017-11-02"))
	client.Charges.Get(t.Context(), chargeID)
	client.Charges.Create(t.Context(), newCharge(), omise.WithIdempotencyKey("order-17"))
	read, write := api.Requests()[0].Header, api.Requests()[1].Header
	for _, header := range []http.Header{read, write} {
		require.Equal(t, "2017-11-02", header.Get("Omise-Version"))
		require.Equal(t, "shop/1.2 omisekit-go/"+omise.Version+" "+runtime.Version(), header.Get("User-Agent"))
		require.Equal(t, "application/json", header.Get("Accept"))
	}
	require.Equal(t, "application/x-www-form-urlencoded", write.Get("Content-Type"))
	require.Equal(t, "order-17", write.Get("Idempotency-Key"))
	require.NotContains(t, read, "Content-Type")
	require.NotContains(t, read, "Idempotency-Key")
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

// HTTP drops the spaces at the ends of a header, so the keys "order-1" and "order-1 " are
// one key for the API, and " " is no key.
func TestAnIdempotencyKeyHasNoSpaceAtItsEnds(t *testing.T) {
	t.Parallel()
	for _, key := range []string{" ", "order-1 ", " order-1"} {
		requireRefused(t, "idempotency key", "must not begin or end with a space", func(_ context.Context, c *omise.Client) error {
			return errorOf(c.Charges.Create(t.Context(), newCharge(), omise.WithIdempotencyKey(key)))
		})
		requireRefused(t, "idemp_key", "must not begin or end with a space", func(_ context.Context, c *omise.Client) error {
			return errorOf(c.Transfers.Create(t.Context(), &omise.TransferCreateParams{IdempKey: key}))
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

func TestExtraParamsAreSentWithTheOthers(t *testing.T) {
	t.Parallel()
	api := apitest.RespondNotFound()
	client := api.Client(t)
	client.Charges.Create(t.Context(), newCharge(), omise.WithParam("a[b]", "1&2"), omise.WithParam("a[b]", "3"))
	client.Charges.Get(t.Context(), chargeID, omise.WithExpand(), omise.WithParam("x", "y"))
	sent, err := url.ParseQuery(api.Requests()[0].Payload)
	require.NoError(t, err)
	require.Equal(t, []string{"1&2", "3"}, sent["a[b]"])
	require.Equal(t, "100000", sent.Get("amount"))
	require.Equal(t, "expand=true&x=y", api.Requests()[1].URL.RawQuery)
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
		var resp omise.Response
		apitest.Respond(status, body, "X-Request-Id", "req_1").Client(t).Charges.Get(t.Context(), chargeID, omise.WithResponseInto(&resp))
		require.Equal(t, status, resp.StatusCode)
		require.Equal(t, body, string(resp.Body))
		require.Equal(t, "req_1", resp.RequestID)
		require.Equal(t, "req_1", resp.Header.Get("X-Request-Id"))
		require.Equal(t, 1, resp.Attempts)
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

func TestTransfersCarryTheirKeyInTheBody(t *testing.T) {
	t.Parallel()
	api := apitest.RespondNotFound()
	client := api.Client(t)
	client.Transfers.Create(t.Context(), &omise.TransferCreateParams{}, omise.WithIdempotencyKey("payout-1"))
	client.Transfers.Create(t.Context(), &omise.TransferCreateParams{})
	client.Transfers.Create(t.Context(), &omise.TransferCreateParams{IdempKey: "own"}, omise.WithParam("x", "y"))
	require.Equal(t, "idemp_key=payout-1", api.Requests()[0].Payload)
	require.Equal(t, "idemp_key="+api.Requests()[1].Header.Get("Idempotency-Key"), api.Requests()[1].Payload)
	require.Equal(t, "idemp_key=own&x=y", api.Requests()[2].Payload)
}

func TestFault20TimeoutOfEveryMethod(t *testing.T) {
	t.Parallel()
	bank := map[string]bool{
		"Charges.Create": true, "Charges.Capture": true, "Charges.Reverse": true, "Charges.Expire": true, "Refunds.Create": true,
		"Schedules.Create": true, // a schedule that starts today charges at once
	}
	for _, op := range apitest.Operations() {
		want := 30 * time.Second
		switch {
		case bank[op.Name]:
			want = 65 * time.Second
		case op.Name == "RecurringExports.Download": // the caller reads its body
			want = 10 * time.Minute
		}
		ids := op.IDs()
		synctest.Test(t, func(t *testing.T) {
			byDefault, byOption := apitest.RespondNotFound(), apitest.RespondNotFound()
			op.Call(t, byDefault.Client(t), ids, op.Params()[0])
			op.Call(t, byOption.Client(t, omise.WithTimeout(time.Minute)), ids, op.Params()[0])
			require.Equal(t, want, byDefault.Requests()[0].Remaining, op.Name)
			require.Equal(t, time.Minute, byOption.Requests()[0].Remaining, op.Name)
		})
	}
}

// Not parallel: a mock replaces the transport that every client in the process may use.
func TestMockActivatedAfterTheClientIsUsed(t *testing.T) {
	hc := &http.Client{}
	client, err := omise.NewClient(testSecret, omise.WithHTTPClient(hc))
	require.NoError(t, err)
	httpmock.ActivateNonDefault(hc)
	defer httpmock.DeactivateAndReset()
	httpmock.RegisterResponder("GET", "https://api.omise.co/charges/"+chargeID,
		httpmock.NewJsonResponderOrPanic(200, json.RawMessage(apitest.ObjectJSON(t, "charge"))))
	charge, err := client.Charges.Get(t.Context(), chargeID)
	require.NoError(t, err)
	require.Equal(t, chargeID, charge.ID)
}
