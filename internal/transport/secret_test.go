package transport

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
)

var nullLog = log.New(io.Discard, "", 0)

func TestSecretRevealsItsKeyWhenAsked(t *testing.T) {
	t.Parallel()
	require.Equal(t, key, NewSecret(key).Reveal())
}

func TestZeroSecretHoldsNothing(t *testing.T) {
	t.Parallel()
	require.Empty(t, Secret{}.Reveal())
	require.True(t, NewSecret("").IsZero())
	require.False(t, NewSecret(key).IsZero())
}

// A holder keeps its secret where fmt cannot call methods.
type holder struct{ hidden Secret }

type shower struct{ Shown Secret }

func TestSecretIsNeverPrinted(t *testing.T) {
	t.Parallel()
	secret := NewSecret(key)
	values := []any{
		secret, &secret, []Secret{secret}, map[string]Secret{"k": secret},
		holder{secret}, &holder{secret}, shower{secret}, &shower{secret}, []any{holder{secret}},
	}
	for _, value := range values {
		var out bytes.Buffer
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%p"} {
			fmt.Fprintf(&out, verb, value)
		}
		encoded, err := json.Marshal(value)
		require.NoError(t, err)
		out.Write(encoded)
		slog.New(slog.NewTextHandler(&out, nil)).Info("call", "value", value)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("call", "value", value)
		require.NotContains(t, out.String(), key)
		require.NotContains(t, out.String(), fmt.Sprintf("%x", key))
	}
}
