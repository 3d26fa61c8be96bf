// Package shape holds the recorded forms of the API's objects and writes objects
// in these forms.
package shape

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/omisekit/omise-go/testdata"
)

// An Object is an API object as answers show it. An Object with a shape has only the
// attributes that are not empty. An Object without a shape has all attributes.
type Object map[string]any

// shapeKey is the key under which an object keeps its shape. No attribute has
// this name.
const shapeKey = ""

// An omission marks a key of the shape that the object does not have.
type omission struct{}

// A Date is a day, given by its start. The zero Date is null.
type Date time.Time

// String returns the day in the form 2026-01-05.
func (d Date) String() string { return time.Time(d).Format(time.DateOnly) }

// A Shape is the recorded form of an API object. Every answer starts from a
// shape, so that it has all keys of the real answer.
type Shape struct {
	name       string
	attributes []attribute // in alphabetical order
}

// An attribute is a key of a shape.
type attribute struct {
	name  string
	label string // ,"name":
	empty string // label and empty value; empty if the key is optional
}

// optionalKeys are documented keys that the recorded shapes lack, because the
// API leaves them out of answers where they have no value.
var optionalKeys = map[string][]string{
	"barcode": {"raw_data"},
	"card":    {"email"},
	"charge": {
		"authenticated_by", "authentication", "merchant_name", "merchant_uid", "statement_descriptor", "three_ds_info",
		"webhook_endpoints",
	},
	"link":     {"metadata"},
	"refund":   {"reason"},
	"schedule": {"transfer"},
	"source":   {"supplier_id"},
}

// New returns the recorded shape of the named object. It panics if there is no
// record of it.
func New(name string) *Shape {
	sh, ok := shapes()[name]
	if !ok {
		panic(fmt.Sprintf("shape: no recorded shape of %s", name))
	}
	return sh
}

// Keys returns the keys of the shape in alphabetical order.
func (sh *Shape) Keys() []string {
	keys := make([]string, len(sh.attributes))
	for i, a := range sh.attributes {
		keys[i] = a.name
	}
	return keys
}

// shapes reads all recorded shapes when the first of them is needed.
var shapes = sync.OnceValue(func() map[string]*Shape {
	files, err := testdata.Objects.ReadDir("objects")
	if err != nil {
		panic(fmt.Sprintf("shape: no recorded shapes: %v", err))
	}
	all := map[string]*Shape{}
	for _, file := range files {
		name := strings.TrimSuffix(file.Name(), ".json")
		recorded := readShape(file.Name())
		all[name] = newShape(name, recorded)
		if name == "customer" {
			all["list"] = newShape("list", recorded["cards"].(map[string]any))
		}
	}
	return all
})

func readShape(file string) map[string]any {
	data, err := testdata.Objects.ReadFile("objects/" + file)
	if err != nil {
		panic(fmt.Sprintf("shape: no recorded shape: %v", err))
	}
	var recorded map[string]any
	if err := json.Unmarshal(data, &recorded); err != nil {
		panic(fmt.Sprintf("shape: shape %s: %v", file, err))
	}
	return recorded
}

func newShape(name string, recorded map[string]any) *Shape {
	sh := &Shape{name: name}
	for key, value := range empty(recorded).(map[string]any) {
		label := `,"` + key + `":`
		if key == "object" {
			value = recorded[key]
		}
		sh.attributes = append(sh.attributes, attribute{name: key, label: label, empty: label + string(Encode(value))})
	}
	for _, key := range optionalKeys[name] {
		sh.attributes = append(sh.attributes, attribute{name: key, label: `,"` + key + `":`})
	}
	slices.SortFunc(sh.attributes, func(a, b attribute) int { return strings.Compare(a.name, b.name) })
	return sh
}

// empty returns the empty value of the kind of v. A nested API object becomes
// null. A nested group of settings keeps its keys.
func empty(v any) any {
	switch v := v.(type) {
	case bool:
		return false
	case float64:
		return 0
	case []any:
		return []any{}
	case map[string]any:
		m := make(map[string]any, len(v))
		for key, value := range v {
			nested, _ := value.(map[string]any)
			if _, ok := nested["object"]; ok {
				m[key] = nil
				continue
			}
			m[key] = empty(value)
		}
		return m
	}
	return nil
}

// With returns an object with the given state. Keys that the state lacks are
// empty. [Encode] panics if the state has a key that the shape lacks.
func (sh *Shape) With(state Object) Object {
	state[shapeKey] = sh
	return state
}

// With sets the keys of state in o and returns o.
func (o Object) With(state Object) Object {
	maps.Copy(o, state)
	return o
}

// Without removes keys of the shape from o and returns o.
func (o Object) Without(keys ...string) Object {
	for _, key := range keys {
		o[key] = omission{}
	}
	return o
}

// At returns the attribute at a path such as card.last_digits.
func (o Object) At(path string) any {
	key, rest, nested := strings.Cut(path, ".")
	if !nested {
		return o[key]
	}
	inner, _ := o[key].(Object)
	if written, ok := o[key].(json.RawMessage); ok {
		_ = json.Unmarshal(written, &inner) // Encode wrote it, so it is an object
	}
	return inner.At(rest)
}

// OrNull returns v, or nil if v is the zero value.
func OrNull[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}
