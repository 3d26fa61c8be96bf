package omise_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
)

// The tests of this file are about input that could reach another object or host, and
// about secrets in the output.

func TestFault50IDThatClimbs(t *testing.T) {
	t.Parallel()
	refusesIDs(t, idRule, nil, "../transfers", "a/b", "a\\b")
}

func TestFault51IDOfDots(t *testing.T) {
	t.Parallel()
	refusesIDs(t, idRule, nil, "..", ".", "...")
}

func TestFault52IDWithURLSyntax(t *testing.T) {
	t.Parallel()
	refusesIDs(t, idRule, nil, "a?x=1", "a#f", "a%2fb", "a;b", "a&b")
}

func TestFault53IDWithANewline(t *testing.T) {
	t.Parallel()
	refusesIDs(t, idRule, nil, "a\nb", "a\r\nHost: b", "a b", "a\x00", "ché")
}

func TestFault55RedirectToAnotherHost(t *testing.T) {
	t.Parallel()
	for _, status := range []int{307, 308} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			var arrivals atomic.Int32
			elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { arrivals.Add(1) }))
			defer elsewhere.Close()
			srv := httptest.NewServer(http.RedirectHandler(strings.Replace(elsewhere.URL, "127.0.0.1", "localhost", 1), status))
			defer srv.Close()
			client, err := omise.NewClient(testSecret, omise.WithPublicKey(testPublic), omise.WithBaseURL(srv.URL), omise.WithVaultURL(srv.URL))
			require.NoError(t, err)
			requireNotFollowed(t, client, status)
			require.Zero(t, arrivals.Load())
		})
	}
}

func TestFault56RedirectOfAPost(t *testing.T) {
	t.Parallel()
	for _, status := range []int{300, 301, 302, 303, 304} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			requireStays(t, status, "https://api.omise.co/account")
		})
	}
}

func TestFault57RedirectToPlainHTTP(t *testing.T) {
	t.Parallel()
	var arrivals atomic.Int32
	plain := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { arrivals.Add(1) }))
	defer plain.Close()
	srv := httptest.NewTLSServer(http.RedirectHandler(plain.URL, http.StatusPermanentRedirect))
	defer srv.Close()
	client, err := omise.NewClient(testSecret, omise.WithPublicKey(testPublic), omise.WithHTTPClient(trusting(t, srv.Certificate())),
		omise.WithBaseURL(srv.URL), omise.WithVaultURL(srv.URL))
	require.NoError(t, err)
	requireNotFollowed(t, client, http.StatusPermanentRedirect)
	require.Zero(t, arrivals.Load())
}

func TestFault58RedirectToANeighbour(t *testing.T) {
	t.Parallel()
	for _, location := range []string{"https://eu.api.omise.co/charges", "https://api.omise.co:8443/charges", "//vault.omise.co/charges", "/v2/charges"} {
		t.Run(location, func(t *testing.T) {
			t.Parallel()
			requireStays(t, http.StatusTemporaryRedirect, location)
		})
	}
}

const idRule = "must hold only letters, digits, _ and -"

// refusesIDs calls methods with each bad id in each place of an id, and checks that the
// id is refused. of chooses the methods by their HTTP method.
func refusesIDs(t *testing.T, rule string, of func(method string) bool, ids ...string) {
	t.Helper()
	count := 0
	for _, op := range apitest.Operations() {
		if method := op.Endpoint.Method; op.HasNumericIDs() || of != nil && !of(method) {
			continue
		}
		good := op.IDs()
		for i := range good {
			for _, id := range ids {
				bad := slices.Clone(good)
				bad[i] = id
				api := apitest.Respond(200, "{}")
				err := op.Call(t, api.Client(t), bad, op.Params()[0])
				require.Empty(t, api.Requests(), "%s %q", op.Name, id)
				require.Contains(t, refusal(t, err).Rule, rule, "%s %q", op.Name, id)
				if id != "" && id != "." && id != ".." {
					require.NotContains(t, err.Error(), id)
				}
				count++
			}
		}
	}
	t.Logf("%d calls refused", count)
	require.NotZero(t, count)
}

// requireStays checks that a redirect is not followed.
func requireStays(t *testing.T, status int, location string) {
	t.Helper()
	api := apitest.Respond(status, "", "Location", location)
	requireNotFollowed(t, api.Client(t), status)
	require.Len(t, api.Requests(), 3)
	for _, v := range api.Requests() {
		require.NotEqual(t, location, v.URL.String())
	}
}

// requireNotFollowed makes calls that are answered with a redirect.
func requireNotFollowed(t *testing.T, client *omise.Client, status int) {
	t.Helper()
	_, err := client.Tokens.Create(t.Context(), secretToken())
	require.Equal(t, status, failure(t, err).Status)
	_, err = client.Charges.Create(t.Context(), newCharge())
	require.Equal(t, status, failure(t, err).Status)
	require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
	charge, err := client.Charges.Get(t.Context(), chargeID)
	require.Nil(t, charge)
	require.Equal(t, status, failure(t, err).Status)
	require.Equal(t, 1, failure(t, err).Attempts)
}

// The log is at debug level, and so has a line for every attempt.
func TestFault63LogHoldsOnlyListedAttributes(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 404, 500} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			client := apitest.Respond(status, internalError).Client(t,
				omise.WithLogger(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
			for _, op := range apitest.Operations() {
				op.Call(t, client, op.IDs(), op.Params()[0])
			}
			lines := strings.Split(strings.TrimSpace(log.String()), "\n")
			require.GreaterOrEqual(t, len(lines), len(apitest.Operations()), "a write may be looked up")
			for _, line := range lines {
				requireListedAttributes(t, line)
			}
			requireNoCanary(t, log.String(), "log")
		})
	}
}

// requireListedAttributes checks that a line of a log has no id, no query, and only
// attributes that a log may show.
func requireListedAttributes(t *testing.T, line string) {
	t.Helper()
	allowed := []string{"time", "level", "msg", "method", "path", "attempt", "duration", "outcome", "status", "request_id"}
	var attributes map[string]any
	require.NoError(t, json.Unmarshal([]byte(line), &attributes))
	for name := range attributes {
		require.Contains(t, allowed, name)
	}
	require.NotContains(t, line, "_test_", "an id")
	require.NotContains(t, line, "?", "a query")
}
