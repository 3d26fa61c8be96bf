package webhook_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/testdata"
)

// events returns the bodies of webhooks, one for each recorded shape.
func events(t testing.TB) []string {
	t.Helper()
	files, err := testdata.Objects.ReadDir("objects")
	require.NoError(t, err)
	var bodies []string
	for _, file := range files {
		data, err := testdata.Objects.ReadFile("objects/" + file.Name())
		require.NoError(t, err)
		text, err := json.Marshal(map[string]any{
			"object": "event", "id": "evnt_test_5xsrnhy5yl6sc7x4pxb", "key": "charge.create",
			"created_at": "2026-01-01T00:00:00Z", "data": json.RawMessage(data),
		})
		require.NoError(t, err)
		bodies = append(bodies, string(text))
	}
	return bodies
}
