package redact_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/redact"
)

// These UUIDs have digits as a card number has them.
func TestAUUIDIsNoCardNumber(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"822bc933-078e-4805-8624-5106a5877ae4", "55368857-2435-4390-92d0-798ecef6b7f6"} {
		for _, text := range []string{id, "https://shop.example/orders/" + id, "order " + id + ", paid", `{"id":"` + id + `"}`} {
			require.False(t, redact.HasCardNumber(text), text)
			require.Equal(t, text, redact.Clean(text))
		}
	}
}

func TestACardNumberBesideAUUIDIsFound(t *testing.T) {
	t.Parallel()
	const id = "822bc933-078e-4805-8624-5106a5877ae4"
	for _, text := range []string{id + " 4242424242424242", "4242-4242-4242-4242 " + id, "12345678-4242-4242-8242-424242424242", id + "4242424242424242"} {
		require.NotEqual(t, text, redact.Clean(text))
	}
}
