package params_test

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/fake/params"
)

func TestAddFormReadsNestedNames(t *testing.T) {
	t.Parallel()
	p := params.Map{}
	require.NoError(t, p.AddForm("a=1&b[c]=2&b[d][e]=3&f[]=4&f[]=5"+
		"&items[][sku]=A&items[][name]=x&items[][sku]=B&items[][o][p]=1&items[][o][p]=2&bad[=7&%zz=8&=9&h"))
	require.Equal(t, params.Map{
		"a": "1",
		"b": map[string]any{"c": "2", "d": map[string]any{"e": "3"}},
		"f": []any{"4", "5"},
		"items": []any{
			map[string]any{"sku": "A", "name": "x"},
			map[string]any{"sku": "B", "o": map[string]any{"p": "1"}},
			map[string]any{"o": map[string]any{"p": "2"}},
		},
		"bad[": "7",
		"h":    "",
	}, p)
}

func TestDepthHasALimit(t *testing.T) {
	t.Parallel()
	name := func(depth int) string { return "a" + strings.Repeat("[b]", depth-1) }
	require.NoError(t, params.Map{}.AddForm(name(params.MaxDepth)))
	require.EqualError(t, params.Map{}.AddForm(name(params.MaxDepth+1)), "parameters are nested deeper than 32 levels")
	require.EqualError(t, params.Map{}.Add(strings.Repeat("[", 4_000_000), "x"), "parameters are nested deeper than 32 levels")

	object := func(depth int) []byte {
		return []byte(strings.Repeat(`{"a":`, depth) + "1" + strings.Repeat("}", depth))
	}
	_, err := params.FromJSON(object(params.MaxDepth))
	require.NoError(t, err)
	_, err = params.FromJSON(object(params.MaxDepth + 1))
	require.EqualError(t, err, "parameters are nested deeper than 32 levels")
}

// FuzzParams searches for forms and JSON that params reads without end or deeper than
// the limit.
func FuzzParams(f *testing.F) {
	f.Add("a=1&b[c]=2&items[][sku]=A&items[][name]=x&bad[=7&%zz=8&=9&h")
	f.Add(`{"a":{"b":[1,{"c":null}]}}`)
	f.Add("a[[]]=1&[]=2&[][]=3&a][b=4&a[b]c[d]=5")
	f.Fuzz(func(t *testing.T, body string) {
		p := params.Map{}
		if p.AddForm(body) == nil {
			require.LessOrEqual(t, depth(map[string]any(p)), params.MaxDepth)
		}
		if p, err := params.FromJSON([]byte(body)); err == nil {
			require.LessOrEqual(t, depth(map[string]any(p)), params.MaxDepth)
		}
	})
}

// depth returns how deep maps and lists are nested in a value.
func depth(v any) int {
	deepest := 0
	switch v := v.(type) {
	case map[string]any:
		for _, element := range v {
			deepest = max(deepest, depth(element))
		}
	case []any:
		for _, element := range v {
			deepest = max(deepest, depth(element))
		}
	default:
		return 0
	}
	return deepest + 1
}

func TestReaders(t *testing.T) {
	t.Parallel()
	p := params.Map{"n": json.Number("7"), "text": "x", "yes": true, "rate": "2.50", "day": "2026-01-05", "list": []any{"a", json.Number("1")}}
	var bad params.Problems
	require.EqualValues(t, 7, p.Integer("n", &bad))
	require.True(t, p.Boolean("yes", false, &bad))
	require.True(t, p.Boolean("missing", true, &bad))
	require.Zero(t, p.Decimal("rate", &bad).Cmp(big.NewRat(5, 2)))
	require.Equal(t, time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC), p.Time("day", &bad))
	require.Equal(t, "x", p.Choice("text", &bad, "x", "y"))
	require.Equal(t, []string{"a", "1"}, p.Values("list"))
	require.Equal(t, []string{"x"}, p.Values("text"))
	require.Empty(t, bad)
}

// PHP writes the booleans of a form as numbers.
func TestBooleansMayBeNumbers(t *testing.T) {
	t.Parallel()
	p := params.Map{"one": "1", "zero": "0", "number": json.Number("0")}
	var bad params.Problems
	require.True(t, p.Boolean("one", false, &bad))
	require.False(t, p.Boolean("zero", true, &bad))
	require.False(t, p.Boolean("number", true, &bad))
	require.Empty(t, bad)
	for _, word := range []string{"True", "False", "on", "off", "yes", "2"} {
		params.Map{"word": word}.Boolean("word", false, &bad)
	}
	require.Len(t, bad, 6)
}

func TestReplaceIgnoresEmptyValues(t *testing.T) {
	t.Parallel()
	old := "old"
	for _, blank := range []any{"", nil} {
		params.Map{"name": blank}.Replace(&old, "name")
		require.Equal(t, "old", old)
	}
	params.Map{"name": "new"}.Replace(&old, "name")
	require.Equal(t, "new", old)
}

func TestProblemsNameEveryMistake(t *testing.T) {
	t.Parallel()
	p := params.Map{"n": "seven", "yes": "maybe", "word": "z", "huge": "1e999999999"}
	var bad params.Problems
	p.Integer("n", &bad)
	p.Boolean("yes", false, &bad)
	p.Choice("word", &bad, "x", "y")
	p.Decimal("huge", &bad)
	require.Equal(t, "n is not a number, yes must be true or false, word must be one of x, y, and huge is not a number", bad.Text())
}
