package shape

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEncode compares the encoder with encoding/json.
func TestEncode(t *testing.T) {
	t.Parallel()
	for _, v := range []any{
		nil, "plain", "", "\"quoted\\\" \n\t\x00", "ไทย <b>&", "\xff", "\u2028", true, 1, int64(-5), 2.5,
		json.Number("1.50"), []any{}, []any{1, "a", nil}, []string{"a", "b"}, []int64{1, 2},
		map[string]any{}, map[string]any{"b": 1, "a": map[string]any{"ก": nil, "x": []any{map[string]any{"y": "z"}}}},
		map[string][]string{"a": {"b"}}, json.RawMessage(`{"a":1}`),
	} {
		require.Equal(t, string(appendOther(nil, v)), string(Encode(v)))
	}
}

func TestEncodePanicsOnAKeyThatTheShapeLacks(t *testing.T) {
	t.Parallel()
	require.Panics(t, func() { Encode(New("charge").With(Object{"colour": "red"})) })
}

func TestNewPanicsWithoutARecord(t *testing.T) {
	t.Parallel()
	require.Panics(t, func() { New("unicorn") })
}
