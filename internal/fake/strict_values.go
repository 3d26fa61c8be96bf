package fake

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/omisekit/omise-go/internal/fake/params"
	apireference "github.com/omisekit/omise-go/internal/reference"
)

// A valueKind is the form of a parameter's values.
type valueKind struct {
	looks string
	fits  func(any) bool
}

// valueKinds has the forms by the types of the reference. A parameter of another type
// takes any value.
var valueKinds = map[string]valueKind{
	"integer":   {"a whole number such as 100", readable(func(p params.Map, bad *params.Problems) { p.Integer("", bad) })},
	"number":    {"a number such as 2.5", readable(func(p params.Map, bad *params.Problems) { p.Decimal("", bad) })},
	"boolean":   {"true or false", readable(func(p params.Map, bad *params.Problems) { p.Boolean("", false, bad) })},
	"datetime":  {"a time such as 2026-01-05T03:00:00Z", readable(func(p params.Map, bad *params.Problems) { p.Time("", bad) })},
	"date":      {"a date such as 2026-01-05", readable(func(p params.Map, bad *params.Problems) { p.Time("", bad) })},
	"string":    {"text", isText},
	"object_id": {"an id", isText},
	"map":       {"a group of parameters", func(any) bool { return false }},
}

// readable returns a check that accepts the values that the fake can read.
func readable(read func(params.Map, *params.Problems)) func(any) bool {
	return func(v any) bool {
		var bad params.Problems
		read(params.Map{"": v}, &bad)
		return len(bad) == 0
	}
}

// isText reports whether v is text or a number, because a form does not tell them apart.
func isText(v any) bool {
	switch v.(type) {
	case string, json.Number:
		return true
	}
	return false
}

// wrongValues returns the parameters of a call whose values have the wrong form. It
// reads the parameters in the journal, so that it shows no secrets.
//
// It skips the filters of a search. The search itself refuses wrong filters.
func wrongValues(c *Call, of []apireference.Param) []string {
	var wrong []string
	for _, l := range formParamsOf("", c.Params) {
		p, ok := find(of, l.name)
		kind, isList := strings.CutPrefix(p.Type, "array:")
		expected, checked := valueKinds[kind]
		add := func(format string, args ...any) {
			wrong = append(wrong, fmt.Sprintf("%s %s: %q ", c.Method, c.Route, l.name)+fmt.Sprintf(format, args...))
		}
		switch inList := strings.HasSuffix(l.name, "[]"); {
		case !ok || !checked || l.value == "" || l.value == redaction || strings.HasPrefix(l.name, "filters["):
		case inList && !isList && !strings.HasSuffix(p.Name, "[]"):
			add("takes one value, not a list")
		case isList && !inList:
			add("takes a list")
		case !expected.fits(l.value):
			add("takes %s, not %v", expected.looks, l.value)
		}
	}
	return wrong
}

// find returns the parameter with a name.
func find(among []apireference.Param, name string) (apireference.Param, bool) {
	for _, p := range among {
		if strings.TrimSuffix(p.Name, "[]") == strings.TrimSuffix(name, "[]") {
			return p, true
		}
	}
	return apireference.Param{}, false
}
