package omise_test

import (
	"encoding/json"
	"strings"

	"github.com/omisekit/omise-go/internal/reference"
)

// fullDocument builds an object with a value in every attribute that the reference
// has. What is referred to by id is expanded, one level deep, on demand.
func fullDocument(name string, expand bool) map[string]any {
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
		list := fullDocument("list", false)
		list["data"] = []any{fullDocument(rest, false)}
		return list
	}
	kind = strings.TrimPrefix(kind, "object:")
	switch {
	case kind == "object_id" && expand && reference.Read().Objects[referred] != nil:
		return fullDocument(referred, false)
	case reference.Read().Objects[kind] != nil:
		return fullDocument(kind, false)
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
