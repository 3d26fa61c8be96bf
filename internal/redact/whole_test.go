package redact_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/redact"
)

func TestAKeyOrACardNumberIsASecret(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		secretKey, publicKey, strings.ToUpper(secretKey), base64.StdEncoding.EncodeToString([]byte(secretKey + ":")),
		"4242424242424242", "4242 4242 4242 4242", "4242-4242-4242-4242", "378282246310005", "5555555555554444", "6011111111111117",
	} {
		require.True(t, redact.IsSecret(text), text)
	}
}

// A call must not fail because its order number or its UUID has many digits.
func TestTheNameOfAnOrderIsNoSecret(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "order-42", "20261127140415", "1764252255123456789", "25181434-7991-48a3-9c10-c30b1fe8ea7d",
		"4242424242424241", "order-4242424242424242-2", "whiskey_12", "5555 5555",
	} {
		require.False(t, redact.IsSecret(text), text)
	}
}
