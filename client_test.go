package omise_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
)

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
	for missing, row := range map[string]struct {
		secret, public string
		call           func(context.Context, *omise.Client) error
	}{
		"public key": {testSecret, "", func(ctx context.Context, c *omise.Client) error {
			return errorOf(c.Tokens.Create(ctx, secretToken()))
		}},
		"secret key": {"", testPublic, func(ctx context.Context, c *omise.Client) error {
			return errorOf(c.Charges.Get(ctx, chargeID))
		}},
	} {
		t.Run(missing, func(t *testing.T) {
			t.Parallel()
			api := apitest.Respond(200, "")
			client, err := omise.NewClient(row.secret, omise.WithPublicKey(row.public), api.Option())
			require.NoError(t, err)
			require.Equal(t, missing, refusal(t, row.call(t.Context(), client)).Field)
			require.Empty(t, api.Requests())
		})
	}
}

func TestBaseURLsReplaceTheHosts(t *testing.T) {
	t.Parallel()
	opts := []omise.Option{
		omise.WithBaseURL("https://proxy.test/omise/"), omise.WithVaultURL("https://vault.test:8443"), omise.WithLinksPlusURL("https://links.test/plus/"),
	}
	for want, call := range map[string]func(context.Context, *omise.Client) error{
		"https://proxy.test/omise/charges/" + chargeID: func(ctx context.Context, c *omise.Client) error {
			return errorOf(c.Charges.Get(ctx, chargeID))
		},
		"https://vault.test:8443/tokens/tokn_test_1": func(ctx context.Context, c *omise.Client) error {
			return errorOf(c.Tokens.Get(ctx, "tokn_test_1"))
		},
		"https://links.test/plus/external/links/789": func(ctx context.Context, c *omise.Client) error {
			return errorOf(c.LinksPlus.Get(ctx, 789))
		},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			api := apitest.RespondNotFound()
			require.ErrorIs(t, call(t.Context(), api.Client(t, opts...)), omise.ErrCodeNotFound)
			require.Equal(t, want, api.Requests()[0].URL.String())
		})
	}
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
			require.Equal(t, testPublic, public, "the first client does not change")
			require.Equal(t, testSecret, secret, "the first client does not change")
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
		t.Run(op.Name, func(t *testing.T) {
			t.Parallel()
			requireTimeout(t, op, want)
		})
		t.Run(op.Name+", with an option", func(t *testing.T) {
			t.Parallel()
			requireTimeout(t, op, time.Minute, omise.WithTimeout(time.Minute))
		})
	}
}

// requireTimeout checks how much time an attempt has.
func requireTimeout(t *testing.T, op apitest.Operation, want time.Duration, opts ...omise.Option) {
	t.Helper()
	ids := op.IDs()
	synctest.Test(t, func(t *testing.T) {
		api := apitest.RespondNotFound()
		op.Call(t, api.Client(t, opts...), ids, op.Params()[0])
		require.Equal(t, want, api.Requests()[0].Remaining)
	})
}

// The test is not parallel, because a mock replaces the transport that every client in the process may use.
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
