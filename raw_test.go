package omise_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
)

func TestRawCallsThatCannotBeMeant(t *testing.T) {
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

func TestRawCallRefusesParamsThatAreNone(t *testing.T) {
	t.Parallel()
	for _, params := range []any{map[string]string{"a": "b"}, 7, "a=b", []string{"a"}} {
		requireRefused(t, "params", "cannot be encoded", func(ctx context.Context, c *omise.Client) error {
			return c.Do(ctx, "POST", "/charges", params, nil)
		})
	}
}
