package apitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/reference"
	"github.com/omisekit/omise-go/testdata"
)

// FullDocument returns an object with a value in every attribute of the reference. With
// expand, references to other objects are expanded, one level deep.
func FullDocument(name string, expand bool) map[string]any {
	object := map[string]any{}
	for _, a := range reference.Read().Objects[name] {
		object[a.Name] = sample(a.Name, a.Type, expand)
	}
	return object
}

func sample(name, kind string, expand bool) any {
	referred := strings.TrimPrefix(name, "default_")
	if rest, ok := strings.CutPrefix(kind, "array:"); ok {
		return []any{sample(name, rest, expand)}
	}
	if rest, ok := strings.CutPrefix(kind, "list:"); ok {
		list := FullDocument("list", false)
		list["data"] = []any{FullDocument(rest, false)}
		return list
	}
	kind = strings.TrimPrefix(kind, "object:")
	switch {
	case kind == "object_id" && expand && reference.Read().Objects[referred] != nil:
		return FullDocument(referred, false)
	case reference.Read().Objects[kind] != nil:
		return FullDocument(kind, false)
	case name == "metadata_export_keys":
		return map[string]any{"charge": []any{"a"}, "transfer": []any{"b"}, "refund": []any{"c"}, "dispute": []any{"d"}}
	}
	samples := map[string]any{
		"string": "7.50", "object_id": "id_test_1", "integer": json.Number("9007199254740993"), "number": json.Number("2.50"),
		"boolean": true, "datetime": "2026-01-31T10:30:00Z", "date": "2026-01-31", "map": map[string]any{"a": json.Number("1.10")},
		"object": map[string]any{"a": "b"},
		"limit":  map[string]any{"min": json.Number("1"), "max": json.Number("2")},
		"three_ds_info": map[string]any{
			"three_ds_version": "2.2", "authenticated_at": "2026-01-31T10:30:00Z", "eci": "05", "transaction_status": "Y", "acs_url": "https://acs.example",
		},
		"unmanaged_payment": map[string]any{"authorization_code": "1", "backend_name": "b", "iin": "424242", "merchant_reference": "m"},
	}
	return samples[kind] // nil is reported as a lost attribute
}

// Object returns the recorded form of an object, with its numbers as written. It
// panics if there is none.
func Object(name string) map[string]any { return ParseJSON(readObject(name)) }

// ObjectJSON returns the recorded form of an object as text, with some attributes
// replaced: name, JSON, name, JSON.
func ObjectJSON(t testing.TB, name string, replace ...string) string {
	t.Helper()
	var object map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(readObject(name), &object))
	for i := 0; i < len(replace); i += 2 {
		require.Contains(t, object, replace[i])
		object[replace[i]] = json.RawMessage(replace[i+1])
	}
	text, err := json.Marshal(object)
	require.NoError(t, err)
	return string(text)
}

// ParseJSON parses an object, with its numbers as written. It panics if there is
// none.
func ParseJSON(text []byte) (object map[string]any) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&object); err != nil {
		panic(fmt.Sprintf("apitest: %v", err))
	}
	return object
}

func readObject(name string) []byte {
	return must(testdata.Objects.ReadFile("objects/" + name + ".json"))
}

// hasObject reports whether there is a recorded form of an object.
func hasObject(name string) bool {
	_, err := testdata.Objects.ReadFile("objects/" + name + ".json")
	return err == nil
}
