package fake

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

// An object is one API object as it goes over the wire. Made of a shape, it
// holds what differs from the shape; without one it holds everything.
type object map[string]any

// shapeKey is where an object keeps its shape. No attribute is called so.
const shapeKey = ""

// An omission stands where an object lacks a key of its shape.
type omission struct{}

// A date is a day, the first moment of which it holds; zero is null.
type date time.Time

func (d date) String() string { return time.Time(d).Format(time.DateOnly) }

// A shape is the recorded form of an API object. An answer starts from it, so
// that it never lacks a key that nobody thought of.
type shape struct {
	name       string
	attributes []attribute // in alphabetical order
}

// An attribute is a key of a shape.
type attribute struct {
	name  string
	label string // ,"name":
	empty string // the same with the empty value; nothing where the key is optional
}

// optionalKeys are documented keys that the recorded shapes lack, because the
// API leaves them out of answers where they have no value.
var optionalKeys = map[string][]string{
	"charge":   {"merchant_name", "merchant_uid"},
	"refund":   {"reason"},
	"schedule": {"transfer"},
}

// newObject returns the recorded shape of the named object, to be filled.
func newObject(name string) *shape {
	sh, ok := shapes()[name]
	if !ok {
		panic(fmt.Sprintf("fake: no recorded shape of %s", name))
	}
	return sh
}

// shapes reads all recorded shapes when the first of them is needed.
var shapes = sync.OnceValue(func() map[string]*shape {
	files, err := testdata.Objects.ReadDir("objects")
	if err != nil {
		panic(fmt.Sprintf("fake: no recorded shapes: %v", err))
	}
	all := map[string]*shape{}
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
		panic(fmt.Sprintf("fake: no recorded shape: %v", err))
	}
	var recorded map[string]any
	if err := json.Unmarshal(data, &recorded); err != nil {
		panic(fmt.Sprintf("fake: shape %s: %v", file, err))
	}
	return recorded
}

func newShape(name string, recorded map[string]any) *shape {
	sh := &shape{name: name}
	for key, value := range empty(recorded).(map[string]any) {
		label := `,"` + key + `":`
		if key == "object" {
			value = recorded[key]
		}
		sh.attributes = append(sh.attributes, attribute{name: key, label: label, empty: label + string(encode(value))})
	}
	for _, key := range optionalKeys[name] {
		sh.attributes = append(sh.attributes, attribute{name: key, label: `,"` + key + `":`})
	}
	slices.SortFunc(sh.attributes, func(a, b attribute) int { return strings.Compare(a.name, b.name) })
	return sh
}

// empty returns the empty value of the kind that v is. A nested API object
// becomes null; a nested group of settings keeps its keys.
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

// with makes an object of the state given; keys that it lacks are empty. A key
// that the shape lacks is a mistake in this package, which shows when the
// object is written.
func (sh *shape) with(state object) object {
	state[shapeKey] = sh
	return state
}

// with lays state over o and returns o.
func (o object) with(state object) object {
	maps.Copy(o, state)
	return o
}

// without takes keys of its shape out of o and returns o.
func (o object) without(keys ...string) object {
	for _, key := range keys {
		o[key] = omission{}
	}
	return o
}

// orNull turns the zero value into null.
func orNull[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}
