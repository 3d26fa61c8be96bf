// Package wire decodes JSON answers.
//
// What the API writes is decoded per type, in one pass. Whatever is out of the
// ordinary is left to encoding/json, and what that refuses is looked at field by
// field: nothing above needs to know which of the three was at work.
package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Decode reads one JSON document into v, a pointer.
//
// A document that is not JSON is an error. A value of an unexpected shape is
// one only where it matters, in a field tagged `wire:"strict"`; any other such
// field is left zero and reported in ignored, so that one odd attribute does
// not cost the caller the whole object.
func Decode(data []byte, v any) (ignored []error, err error) {
	target := reflect.ValueOf(v).Elem()
	target.SetZero()
	if (&reader{data: data, often: new([64]string)}).into(v) {
		return nil, nil
	}
	defer inUTC(target)
	target.SetZero() // what a failed try left behind
	if json.Unmarshal(data, v) == nil {
		return nil, nil
	}
	if !json.Valid(data) {
		return nil, fmt.Errorf("not a JSON document (%d bytes)", len(data))
	}
	target.SetZero()
	return salvage(data, target, "")
}

// Unmarshal decodes data into v, a pointer to a zero value, as encoding/json
// does, save that a number in an interface is a json.Number. It is for types
// that decode themselves.
func Unmarshal(data []byte, v any) error {
	if s, ok := v.(*string); ok {
		r := reader{data: data}
		if text, ok := r.text(); ok && r.done() {
			*s = text
			return nil
		}
	} else if (&reader{data: data}).into(v) {
		return nil
	}
	target := reflect.ValueOf(v).Elem()
	target.SetZero()
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	err := decoder.Decode(v)
	inUTC(target)
	return err
}

// Fields returns what an object holds by name, as it is written in data. It is
// nil for what is no object.
func Fields(data []byte) (fields map[string]json.RawMessage) {
	fields = map[string]json.RawMessage{}
	r := reader{data: data}
	if r.elements('{', '}', func() bool {
		name, ok := r.text()
		if !ok || !r.take(':') {
			return false
		}
		fields[name], ok = r.raw()
		return ok
	}) && r.done() {
		return fields
	}
	fields = nil
	if json.Unmarshal(data, &fields) != nil {
		return nil
	}
	return fields
}

// salvage decodes field by field what did not decode as a whole.
func salvage(data []byte, v reflect.Value, path string) (ignored []error, err error) {
	var unexpected error
	switch {
	case v.Kind() == reflect.Pointer:
		return salvagePointer(data, v, path)
	case decodesItself(v): // a json.RawMessage is a slice, too
	case v.Kind() == reflect.Slice:
		var items []json.RawMessage
		if json.Unmarshal(data, &items) == nil && items != nil {
			return salvageItems(items, v, path)
		}
	case v.Kind() == reflect.Struct:
		var fields map[string]json.RawMessage
		if json.Unmarshal(data, &fields) == nil && fields != nil {
			return salvageFields(fields, v, path)
		}
	}
	if v.CanInt() {
		data = integral(data)
	}
	if json.Unmarshal(data, v.Addr().Interface()) != nil {
		v.SetZero()
		unexpected = fmt.Errorf("%s: unexpected %s for %s", name(path), kind(data), v.Type())
	}
	return nil, unexpected
}

func salvagePointer(data []byte, v reflect.Value, path string) ([]error, error) {
	if kind(data) == "null" {
		v.SetZero()
		return nil, nil
	}
	target := reflect.New(v.Type().Elem())
	ignored, err := salvage(data, target.Elem(), path)
	if err == nil {
		v.Set(target)
	}
	return ignored, err
}

func salvageItems(items []json.RawMessage, v reflect.Value, path string) (ignored []error, err error) {
	v.Set(reflect.MakeSlice(v.Type(), len(items), len(items)))
	for i, item := range items {
		more, err := salvage(item, v.Index(i), fmt.Sprintf("%s[%d]", path, i))
		ignored = append(ignored, more...)
		if err != nil {
			return ignored, err
		}
	}
	return ignored, nil
}

func salvageFields(fields map[string]json.RawMessage, v reflect.Value, path string) (ignored []error, err error) {
	names := slices.Sorted(maps.Keys(fields)) // capitals first, so that the right name has the last word
	for i := range v.NumField() {
		field := v.Type().Field(i)
		key, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		for _, name := range names {
			if !field.IsExported() || !strings.EqualFold(name, key) {
				continue
			}
			more, err := salvage(fields[name], v.Field(i), path+"."+key)
			ignored = append(ignored, more...)
			if err == nil {
				continue
			}
			if field.Tag.Get("wire") == "strict" {
				return ignored, err
			}
			v.Field(i).SetZero()
			ignored = append(ignored, err)
		}
	}
	return ignored, nil
}

// integral drops an all-zero fraction: 2000.0 is an amount, 2000.5 is not.
func integral(data []byte) []byte {
	whole, fraction, _ := bytes.Cut(data, []byte("."))
	if len(bytes.Trim(fraction, "0")) == 0 {
		return whole
	}
	return data
}

func decodesItself(v reflect.Value) bool {
	_, ok := v.Addr().Interface().(json.Unmarshaler)
	return ok
}

func name(path string) string {
	if path == "" {
		return "the document"
	}
	return strings.TrimPrefix(path, ".")
}

// kind names a JSON value without quoting it: it may be a card number.
func kind(data []byte) string {
	switch c := strings.TrimLeft(string(data), " \t\r\n"); {
	case c == "":
		return "nothing"
	case c[0] == '{':
		return "object"
	case c[0] == '[':
		return "array"
	case c[0] == '"':
		return "string"
	case c[0] == 't', c[0] == 'f':
		return "boolean"
	case c[0] == 'n':
		return "null"
	default:
		return "number"
	}
}
