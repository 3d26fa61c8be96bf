package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// document has the parts of an OpenAPI 3 document that the comparison needs.
type document struct {
	OpenAPI    string                        `json:"openapi"`
	Paths      map[string]map[string]rawPath `json:"paths"`
	Components struct {
		Schemas    map[string]*schema   `json:"schemas"`
		Parameters map[string]parameter `json:"parameters"`
	} `json:"components"`
}

// rawPath is an operation, or a list that a path may have beside its operations.
type rawPath json.RawMessage

func (r *rawPath) UnmarshalJSON(data []byte) error {
	*r = append((*r)[:0], data...)
	return nil
}

type operation struct {
	Parameters  []parameter `json:"parameters"`
	RequestBody struct {
		Content map[string]struct {
			Schema *schema `json:"schema"`
		} `json:"content"`
	} `json:"requestBody"`
}

type parameter struct {
	Ref    string  `json:"$ref"`
	Name   string  `json:"name"`
	In     string  `json:"in"`
	Schema *schema `json:"schema"`
}

type schema struct {
	Ref        string             `json:"$ref"`
	Type       types              `json:"type"`
	Nullable   *bool              `json:"nullable"`
	Properties map[string]*schema `json:"properties"`
	Items      *schema            `json:"items"`
	Enum       []any              `json:"enum"`
	AllOf      []*schema          `json:"allOf"`
	Object     string             `json:"x-omise-schema"`
}

// types are one type or, since OpenAPI 3.1, several.
type types []string

func (t *types) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*t = types{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(t))
}

// methods has the HTTP methods of the API.
var methods = []string{"get", "post", "put", "patch", "delete"}

func parseOpenAPI(data []byte) (*surface, error) {
	var doc document
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("the OpenAPI document cannot be read: %w", err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.") || len(doc.Paths) == 0 {
		return nil, fmt.Errorf("this is not an OpenAPI 3 document with paths")
	}
	s := newSurface()
	for path, operations := range doc.Paths {
		for _, method := range methods {
			raw, ok := operations[method]
			if !ok {
				continue
			}
			var op operation
			if err := json.Unmarshal(raw, &op); err != nil {
				return nil, fmt.Errorf("%s %s: %w", method, path, err)
			}
			s.endpoints[strings.ToUpper(method)+" "+template(path)] = doc.params(op)
		}
	}
	for name, model := range doc.Components.Schemas {
		doc.addObject(s, objectName(name, model), model)
	}
	return s, nil
}

// params returns the parameters of an operation by their names in a form: card[name],
// filters[amount], webhook_endpoints.
func (d *document) params(op operation) names {
	params := names{}
	for _, p := range op.Parameters {
		if referred, ok := d.Components.Parameters[last(p.Ref)]; ok {
			p = referred
		}
		if p.In == "query" {
			d.addParam(params, p.Name, p.Schema)
		}
	}
	for _, content := range op.RequestBody.Content {
		for name, property := range d.resolve(content.Schema).properties(d) {
			d.addParam(params, name, property)
		}
	}
	return params
}

func (d *document) addParam(params names, name string, s *schema) {
	s = d.resolve(s)
	nested := s.properties(d)
	if s.Items != nil {
		nested = d.resolve(s.Items).properties(d)
	}
	if len(nested) == 0 {
		params[plain(name)] = true
		return
	}
	for field, property := range nested {
		d.addParam(params, name+"["+field+"]", property)
	}
}

func (d *document) addObject(s *surface, name string, model *schema) {
	attributes := names{}
	for attribute, property := range d.resolve(model).properties(d) {
		attributes[attribute] = true
		d.addType(s, name+"."+attribute, property)
		property = d.resolve(property)
		s.addEnum(name+"."+attribute, texts(property.Enum))
		if property.Items != nil {
			s.addEnum(name+"."+attribute, texts(d.resolve(property.Items).Enum))
		}
	}
	if len(attributes) > 0 {
		s.objects[name] = attributes
	}
}

// addType records the type of an attribute in the document. It records no type for an
// attribute with several types, such as an id or an object.
func (d *document) addType(s *surface, name string, property *schema) {
	target := d.resolve(property)
	kinds := slices.DeleteFunc(slices.Clone(target.Type), func(kind string) bool { return kind == "null" })
	if len(kinds) == 1 {
		s.types[name] = names{kinds[0]: true}
	}
	nullable := cmp.Or(property.Nullable, target.Nullable)
	switch {
	case slices.Contains(target.Type, "null"):
		s.addNull(name, true)
	case nullable != nil:
		s.addNull(name, *nullable)
	}
}

func (d *document) resolve(s *schema) *schema {
	for range 10 { // at most ten references to references
		if s == nil {
			return &schema{}
		}
		if s.Ref == "" {
			return s
		}
		s = d.Components.Schemas[last(s.Ref)]
	}
	return &schema{}
}

// properties returns the properties of a schema and of the schemas that it includes.
func (s *schema) properties(d *document) map[string]*schema {
	if len(s.AllOf) == 0 {
		return s.Properties
	}
	all := map[string]*schema{}
	for _, part := range append(s.AllOf, &schema{Properties: s.Properties}) {
		for name, property := range d.resolve(part).properties(d) {
			all[name] = property
		}
	}
	return all
}

// objectName returns the name of an object: its mark, the only value of its attribute
// object, or the name of its schema in snake case.
func objectName(name string, model *schema) string {
	if model.Object != "" {
		return model.Object
	}
	if p := model.Properties["object"]; p != nil && len(p.Enum) == 1 {
		return fmt.Sprint(p.Enum[0])
	}
	var b strings.Builder
	for i, r := range name {
		if r >= 'A' && r <= 'Z' {
			if i > 0 {
				b.WriteByte('_')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

func last(ref string) string { return ref[strings.LastIndex(ref, "/")+1:] }

// texts returns the values of an enum as text, without null.
func texts(values []any) []string {
	var all []string
	for _, v := range values {
		if v != nil {
			all = append(all, fmt.Sprint(v))
		}
	}
	return all
}
