package omise_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/url"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
)

func TestInvalidRawCallsAreRefused(t *testing.T) {
	t.Parallel()
	const path = "must begin with / and hold only letters"
	tests := []struct{ method, path, field, rule string }{
		{"", "/charges", "method", "must be GET"},
		{"get", "/charges", "method", "must be GET"},
		{"HEAD", "/charges", "method", "must be GET"},
		{"GET\r\nX: y", "/charges", "method", "must be GET"},
		{"GET", "", "path", path},
		{"GET", "charges", "path", path},
		{"GET", "https://evil.test/charges", "path", path},
		{"GET", "//evil.test", "path", path},
		{"GET", "@evil.test/", "path", path},
		{"GET", "/charges/../transfers", "path", path},
		{"GET", "/charges/", "path", path},
		{"GET", "/charges?card=4242", "path", path},
		{"GET", "/charges#a", "path", path},
		{"GET", "/charges/%2e%2e", "path", path},
		{"GET", "/charges/{id}", "path", path},
		{"GET", "/charges\n", "path", path},
		{"GET", "/charges/chrg_test_1\n", "path", path},
	}
	for _, tt := range tests {
		t.Run(tt.method+" "+tt.path, func(t *testing.T) {
			t.Parallel()
			api := apitest.Respond(200, "{}")
			err := api.Client(t).Do(t.Context(), tt.method, tt.path, nil, nil)
			require.Equal(t, tt.field, refusal(t, err).Field)
			require.ErrorContains(t, err, tt.rule)
			require.NotContains(t, err.Error(), "\n")
			require.NotContains(t, err.Error(), "4242")
			require.Empty(t, api.Requests())
		})
	}
}

func TestRawCallRefusesInvalidParams(t *testing.T) {
	t.Parallel()
	for _, params := range []any{map[string]string{"a": "b"}, 7, "a=b", []string{"a"}} {
		requireRefused(t, "params", "cannot be encoded", func(ctx context.Context, c *omise.Client) error {
			return c.Do(ctx, "POST", "/charges", params, nil)
		})
	}
}

func TestRawCallRefusesAnOutThatCannotBeFilled(t *testing.T) {
	t.Parallel()
	for _, out := range []any{"", map[string]any{}, (*omise.Charge)(nil)} {
		requireRefused(t, "out", "must be nil or a pointer", func(ctx context.Context, c *omise.Client) error {
			return c.Do(ctx, "PATCH", "/charges/"+chargeID, nil, out)
		})
	}
}

func TestRawWriteWhoseAnswerDoesNotFitIsSentOnce(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		charge := fake.mustCharge(fake.chargeOfCustomer())
		err := fake.Do(fake.ctx(), "PATCH", "/charges/"+charge.ID, url.Values{"description": {"x"}}, new([]string))
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		fake.srv.AssertCalls("PATCH /charges/{id}", 1)
	})
}

func TestRawPathsShowOnlyWordsOfTheAPI(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/":                                  "/",
		"/balance":                           "/balance",
		"/charges/" + chargeID:               "/charges/{id}",
		"/charges/" + chargeID + "/capture":  "/charges/{id}/capture",
		"/new_things/chrg_test_1":            "/{segment}/{id}",
		"/foo/5555444433332226":              "/{segment}/{segment}",
		"/receipts/rcpt_5ls9t67qwjp71hmvwpa": "/receipts/{id}",
		"/customers/somchai-jaidee/cards":    "/customers/{segment}/cards",
		"/recipients/0812345678":             "/recipients/{segment}",
		"/charges/Capture":                   "/charges/{segment}",
		"/" + testSecret[:14]:                "/{segment}",
		"/charges/" + testSecret:             "/charges/{segment}",
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			api := apitest.RespondNotFound()
			var log bytes.Buffer
			var seen []omise.Attempt
			client := api.Client(t,
				omise.WithLogger(slog.New(slog.NewTextHandler(&log, nil))),
				omise.WithObserver(func(_ context.Context, a omise.Attempt) { seen = append(seen, a) }))
			err := client.Do(t.Context(), "GET", path, nil, nil)
			require.Equal(t, want, failure(t, err).PathTemplate)
			require.Len(t, seen, 1)
			require.Equal(t, want, seen[0].PathTemplate)
			require.Contains(t, log.String(), " path="+want+" ")
			require.Equal(t, path, api.Requests()[0].URL.Path, "the path is sent unchanged")
		})
	}
}

func TestRawPathsKnowTheWordsOfEveryRoute(t *testing.T) {
	t.Parallel()
	for _, op := range apitest.Operations() {
		for _, sent := range op.Send()[:1] {
			err := apitest.RespondNotFound().Client(t).Do(t.Context(), "GET", sent.URL.Path, nil, nil)
			template := failure(t, err).PathTemplate
			require.Equal(t, placeholders.ReplaceAllString(op.Endpoint.Path, "{}"), placeholders.ReplaceAllString(template, "{}"), op.Name)
		}
	}
}

var placeholders = regexp.MustCompile(`\{\w+\}`)
