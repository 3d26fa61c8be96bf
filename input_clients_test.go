package omise_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
)

// An invalidClient has a key or options that NewClient and With refuse.
type invalidClient struct {
	name        string
	key         string
	opts        []omise.Option
	field, rule string
}

// requireInvalidClients checks that NewClient and With refuse the clients.
func requireInvalidClients(t *testing.T, clients []invalidClient) {
	t.Helper()
	for _, tt := range clients {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			client, err := omise.NewClient(tt.key, tt.opts...)
			require.Nil(t, client)
			requireRule(t, err, tt.field, tt.rule)
			if tt.key == "" {
				return
			}
			api := apitest.Respond(200, "{}")
			other := api.Client(t).With(append(tt.opts, omise.WithSecretKey(tt.key))...)
			_, err = other.Charges.Get(t.Context(), chargeID)
			requireRule(t, err, tt.field, tt.rule)
			requireRule(t, other.Do(t.Context(), "GET", "/charges", nil, nil), tt.field, tt.rule)
			require.Empty(t, api.Requests())
		})
	}
}

// requireRule checks the error of an invalid client. The error has no secret.
func requireRule(t *testing.T, err error, field, rule string) {
	t.Helper()
	require.Equal(t, field, refusal(t, err).Field)
	require.Contains(t, err.Error(), "omise: "+field+" "+rule)
	for _, secret := range []string{"5xsrnhy5", "hunter2", "10.0.0.1"} {
		require.NotContains(t, err.Error(), secret)
	}
}

func baseURL(u string) []omise.Option { return []omise.Option{omise.WithBaseURL(u)} }

func TestInvalidClientsAreRefused(t *testing.T) {
	t.Parallel()
	const https, query = "must be an absolute https URL", "must not hold a query or a fragment"
	requireInvalidClients(t, []invalidClient{
		{"no key", "", nil, "secret key", "is required"},
		{"query", testSecret, baseURL("https://api.omise.co?a=b"), "base URL", query},
		{"empty query", testSecret, baseURL("https://api.omise.co?"), "base URL", query},
		{"fragment", testSecret, baseURL("https://api.omise.co#a"), "base URL", query},
		{"empty fragment", testSecret, baseURL("https://api.omise.co#"), "base URL", query},
		{"relative URL", testSecret, baseURL("/v2"), "base URL", https},
		{"no scheme", testSecret, baseURL("api.omise.co"), "base URL", https},
		{"no host", testSecret, baseURL("https://"), "base URL", https},
		{"port alone", testSecret, baseURL("https://:443"), "base URL", https},
		{"other scheme", testSecret, baseURL("ftp://api.omise.co"), "base URL", https},
		{"no URL", testSecret, baseURL("https://api omise\x7f"), "base URL", https},
		{"version", testSecret, []omise.Option{omise.WithAPIVersion("2019-05")}, "API version", "must be a date"},
		{"version with a line break", testSecret, []omise.Option{omise.WithAPIVersion("2019-05-29\n")}, "API version", "must be a date"},
		{"timeout", testSecret, []omise.Option{omise.WithTimeout(-1)}, "timeout", "must not be negative"},
		{"max Retry-After", testSecret, []omise.Option{omise.WithMaxRetryAfter(-1)}, "max Retry-After", "must not be negative"},
		{"retries", testSecret, []omise.Option{omise.WithMaxRetries(-1)}, "max retries", "must not be negative"},
		{"HTTP client", testSecret, []omise.Option{omise.WithHTTPClient(nil)}, "HTTP client", "must not be nil"},
		{"user agent", testSecret, []omise.Option{omise.WithUserAgent("shop\r\nX: y")}, "user agent", "must be printable ASCII"},
	})
}

func TestFault59PlainHTTP(t *testing.T) {
	t.Parallel()
	requireInvalidClients(t, []invalidClient{
		{"http, live key", liveSecret, baseURL("http://api.omise.co"), "base URL", "must be https"},
		{"http, test key", testSecret, baseURL("http://api.omise.co"), "base URL", "must be https"},
		{"http to the vault", testSecret, []omise.Option{omise.WithVaultURL("http://10.0.0.1")}, "vault URL", "must be https"},
		{"http to a name like this machine", testSecret, baseURL("http://localhost.evil.test"), "base URL", "must be https"},
		{"http to Payment Links+", testSecret, []omise.Option{omise.WithLinksPlusURL("http://10.0.0.1")}, "Payment Links+ URL", "must be https"},
		{"http to this machine, live key", liveSecret, baseURL("http://localhost:8080"), "base URL", "must be https: plain http is for test keys"},
		{"http to the vault on this machine, live public key", "", []omise.Option{omise.WithPublicKey(livePublic), omise.WithVaultURL("http://127.0.0.1")}, "vault URL", "must be https: plain http is for test keys"},
	})
}

func TestFault59PlainHTTPToThisMachine(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"localhost:8080", "127.0.0.1", "127.8.9.10:1", "[::1]:8080"} {
		t.Run(host, func(t *testing.T) {
			t.Parallel()
			_, err := omise.NewClient(testSecret, omise.WithBaseURL("http://"+host), omise.WithVaultURL("http://"+host))
			require.NoError(t, err)
		})
	}
}

func TestFault64KeyWithBlanks(t *testing.T) {
	t.Parallel()
	const noSpace = "must hold only letters, digits and _"
	requireInvalidClients(t, []invalidClient{
		{"key with a line break", testSecret + "\n", nil, "secret key", noSpace},
		{"key with a blank", " " + testSecret, nil, "secret key", noSpace},
		{"key with a tab", testSecret + "\t", nil, "secret key", noSpace},
		{"public key with a line break", testSecret, []omise.Option{omise.WithPublicKey(testPublic + "\r\n")}, "public key", noSpace},
		{"Payment Links+ key with a line break", testSecret, []omise.Option{omise.WithLinksPlusKey("key\r\nX: y")}, "Payment Links+ key", "must be printable ASCII"},
	})
}

func TestFault65KeyOfAnotherRole(t *testing.T) {
	t.Parallel()
	requireInvalidClients(t, []invalidClient{
		{"public key as secret key", testPublic, nil, "secret key", "must start with skey_"},
		{"secret key as public key", "", []omise.Option{omise.WithPublicKey(testSecret)}, "public key", "must start with pkey_"},
		{"another kind of key", "sk_test_5xsrnhy5yl6sc7x4pxb", nil, "secret key", "must start with skey_"},
		{"a prefix alone", "skey_", nil, "secret key", "must start with skey_"},
		{"test and live key", testSecret, []omise.Option{omise.WithPublicKey(livePublic)}, "secret key", "and public key must both be"},
		{"live and test key", liveSecret, []omise.Option{omise.WithPublicKey(testPublic)}, "secret key", "and public key must both be"},
	})
}

func TestFault66UserInfoInTheBaseURL(t *testing.T) {
	t.Parallel()
	requireInvalidClients(t, []invalidClient{
		{"user info", testSecret, baseURL("https://admin:hunter2@api.omise.co"), "base URL", "must not hold a user name"},
	})
}
