package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/omisekit/omise-go/internal/reference"
)

// A surface has the names of an API as sets, so that two surfaces can be compared.
type surface struct {
	endpoints map[string]names // "POST /charges" -> parameters
	objects   map[string]names // "charge" -> attributes
	enums     map[string]names // "charge.status" -> values
	types     map[string]names // "charge.status" -> string
	nulls     map[string]names // "charge.status" -> whether it can be null, if known
}

type names map[string]bool

func newSurface() *surface {
	return &surface{map[string]names{}, map[string]names{}, map[string]names{}, map[string]names{}, map[string]names{}}
}

// sdkSurface returns the surface of the reference. The SDK's own tests compare the SDK with
// the reference, so they are equal.
func sdkSurface() *surface {
	s := newSurface()
	for _, e := range reference.Read().Endpoints {
		if e.Host == "linksplus" {
			continue // this service is not in the document
		}
		params := names{}
		for _, p := range e.Params {
			if p.InBodyOrQuery() {
				params[plain(p.Name)] = true
			}
		}
		s.endpoints[e.Method+" "+template(e.Path)] = params
	}
	for name, attributes := range reference.Read().Objects {
		s.objects[name] = names{}
		for _, a := range attributes {
			s.objects[name][a.Name] = true
			s.addEnum(name+"."+a.Name, a.Enum)
			s.types[name+"."+a.Name] = names{typeOf(a.Type): true}
			s.addNull(name+"."+a.Name, a.Nullable)
		}
	}
	return s
}

func (s *surface) addEnum(name string, values []string) {
	if len(values) == 0 || name[strings.LastIndex(name, ".")+1:] == "object" {
		return
	}
	set := names{}
	for _, v := range values {
		set[v] = true
	}
	s.enums[name] = set
}

func (s *surface) addNull(name string, nullable bool) {
	if nullable {
		s.nulls[name] = names{"can be null": true}
		return
	}
	s.nulls[name] = names{"is never null": true}
}

// typeOf returns the JSON type of a type of the reference.
func typeOf(name string) string {
	switch kind, _, _ := strings.Cut(name, ":"); kind {
	case "datetime", "date", "object_id":
		return "string"
	case "list", "map":
		return "object"
	default:
		return kind
	}
}

// plain removes the marks of arrays from the name of a parameter: items[][sku] and
// conditions[].field become items[sku] and conditions[field].
func plain(name string) string {
	if array, field, ok := strings.Cut(name, "[]."); ok {
		name = array + "[" + field + "]"
	}
	return strings.ReplaceAll(name, "[]", "")
}

// template removes the names of placeholders, so that paths can be compared.
func template(path string) string {
	path = reference.Unnamed(path)
	if path != "/" {
		path = strings.TrimSuffix(path, "/")
	}
	return path
}

// A difference is a name that one side has and the other lacks.
type difference struct {
	kind string // endpoint, parameter, attribute, enum value, type, null
	name string
	new  bool // the API has it, the SDK does not
}

type report []difference

// compare lists the names that one side lacks. If one side lacks a whole, its parts are not
// listed as well.
func compare(api, sdk *surface) (r report) {
	r.sets("endpoint", "parameter", api.endpoints, sdk.endpoints, " ")
	r.sets("object", "attribute", api.objects, sdk.objects, ".")
	r.sets("", "enum value", api.enums, sdk.enums, " ")
	r.sets("", "type", api.types, sdk.types, " ")
	r.sets("", "null", api.nulls, sdk.nulls, " ")
	return r
}

// sets compares two groups of sets. If kind is empty, it compares only sets that both sides
// have.
func (r *report) sets(kind, part string, api, sdk map[string]names, joint string) {
	all := maps.Clone(api)
	maps.Copy(all, sdk)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		theirs, inAPI := api[name]
		ours, inSDK := sdk[name]
		switch {
		case inAPI && inSDK:
			r.members(part, name+joint, theirs, ours)
		case kind != "":
			*r = append(*r, difference{kind, name, inAPI})
		}
	}
}

func (r *report) members(kind, prefix string, api, sdk names) {
	all := maps.Clone(api)
	maps.Copy(all, sdk)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if api[name] != sdk[name] {
			*r = append(*r, difference{kind, prefix + name, api[name]})
		}
	}
}
