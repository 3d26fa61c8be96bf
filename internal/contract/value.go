package contract

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/omisekit/omise-go/internal/reference"
)

// value checks the value at a path of an answer.
func (c *check) value(path string, a *attribute, got any) {
	kind, of, _ := strings.Cut(a.Type, ":")
	switch {
	case got == nil && (a.Nullable || a.Type == "map"):
	case kind == "array":
		elements, ok := got.([]any)
		if !ok {
			c.object("%s is %T, not an array", path, got)
		}
		for _, e := range elements {
			c.value(path+"[]", &attribute{Attribute: reference.Attribute{Type: of, Enum: a.Enum}}, e)
		}
	case kind == "list":
		c.page(path, "list", of, got)
	case kind == "object", known().objects[kind] != nil:
		if of == "" {
			of = kind
		}
		c.members(path, c.nameOf(of, got), got)
	case !fits(kind, got):
		c.object("%s is %v (%T), not of type %s", path, got, got, kind)
	case kind == "map":
		c.nested(path, got)
	case len(a.Enum) > 0 && !slices.Contains(a.Enum, got.(string)):
		c.object("%s is %q, none of %q", path, got, a.Enum)
	}
}

// page checks a list or a search, and its records.
func (c *check) page(path, name, of string, got any) {
	c.members(path, name, got)
	page, _ := got.(map[string]any)
	c.value(path+".data", &attribute{Attribute: reference.Attribute{Type: "array:object:" + of}}, page["data"])
}

// nameOf returns the expected name of an object. If every object is allowed, it returns
// the name in the object.
func (c *check) nameOf(wanted string, got any) string {
	o, _ := got.(map[string]any)
	says, _ := o["object"].(string)
	if wanted == "any" || wanted == "map" || wanted == "object" {
		return says
	}
	return wanted
}

// members checks the attributes of an object. If the reference does not have the name of
// the object, the object may have any attributes.
func (c *check) members(path, name string, got any) {
	o, ok := got.(map[string]any)
	if !ok {
		c.object("%s is %v, not an object", path, got)
		return
	}
	attributes := known().objects[name]
	for key, a := range attributes {
		if _, ok := o[key]; !ok && a.always && !c.mayLack(name, key, o) {
			c.object("%s: %s lacks %s", path, name, key)
		}
	}
	for key, v := range o {
		at := path + "." + key
		switch a := attributes[key]; {
		case attributes == nil:
			c.nested(at, v)
		case a == nil && !(key == "deleted" && isStub(o)):
			c.object("%s: %s has %s, which the reference lacks", path, name, key)
		case a != nil && key != "metadata" && !(key == "data" && (name == "list" || name == "search")):
			c.value(at, a, v)
		}
	}
}

// nested checks the objects within a value of any form.
func (c *check) nested(path string, got any) {
	switch got := got.(type) {
	case map[string]any:
		if name, ok := got["object"].(string); ok && known().objects[name] != nil {
			c.members(path, name, got)
		}
	case []any:
		for _, e := range got {
			c.nested(path+"[]", e)
		}
	}
}

// isStub reports whether an object is the remainder of a deleted object in an event.
func isStub(o map[string]any) bool { return len(o) == 4 && o["deleted"] == true }

// mayLack reports whether an object may lack an attribute that only some objects of its
// kind have.
func (c *check) mayLack(name, key string, o map[string]any) bool {
	switch {
	case isStub(o):
		return true
	case name == "schedule_on":
		return true
	case name == "schedule":
		return key == "charge" && o["transfer"] != nil
	case name == "event":
		return strings.HasSuffix(c.operation, "/events") && c.operation != "GET /events" && (key == "data" || key == "webhook_deliveries")
	}
	return false
}

// fits reports whether a value is of a type. The value is not an array.
func fits(kind string, got any) bool {
	switch v := got.(type) {
	case string:
		switch kind {
		case "datetime":
			_, err := time.Parse(time.RFC3339, v)
			return err == nil
		case "date":
			_, err := time.Parse(time.DateOnly, v)
			return err == nil
		}
		return kind == "string" || kind == "object_id"
	case bool:
		return kind == "boolean"
	case float64:
		return kind == "number" || kind == "integer" && v == math.Trunc(v)
	case map[string]any:
		return kind == "map" || kind == "limit" || kind == "object_id" && v["object"] != nil
	}
	return false
}
