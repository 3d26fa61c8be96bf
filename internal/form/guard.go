package form

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/google/go-querystring/query"
)

// Guard returns an error for a params type that go-querystring would encode wrongly
// without an error: a map becomes map[a:1], a slice of structs becomes {a 1}, an
// interface, a func or raw bytes become the text that fmt prints, and a nil pointer to
// a struct becomes an empty value. Such a field needs a type with its own EncodeValues.
// A test calls Guard for every params type. At run time its result only says which
// types go-querystring has to encode.
func Guard(t reflect.Type) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return fmt.Errorf("%s is not a struct", t)
	}
	for i := range t.NumField() {
		field := t.Field(i)
		tag := field.Tag.Get("url")
		if tag == "-" || !field.IsExported() && !field.Anonymous || addsNothing(field) {
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		if name == "" {
			return fmt.Errorf("%s.%s has no url name", t, field.Name)
		}
		if err := guardField(field.Type, strings.Split(options, ",")); err != nil {
			return fmt.Errorf("%s.%s: %w", t, field.Name, err)
		}
	}
	return nil
}

// addsNothing reports whether a field is embedded only for its methods.
func addsNothing(field reflect.StructField) bool {
	return field.Anonymous && field.Type.Kind() == reflect.Struct && field.Type.NumField() == 0
}

var (
	encoderType = reflect.TypeFor[query.Encoder]()
	timeType    = reflect.TypeFor[time.Time]()
)

func guardField(t reflect.Type, options []string) error {
	switch {
	case t.Implements(encoderType), t == timeType, isPlain(t):
		return nil
	case t.Kind() == reflect.Pointer && !slices.Contains(options, "omitempty"):
		return fmt.Errorf("a nil %s would be sent as an empty value: add omitempty", t)
	case t.Kind() == reflect.Pointer:
		return guardField(t.Elem(), options)
	case t.Kind() == reflect.Struct:
		return Guard(t)
	case t.Kind() == reflect.Slice && !slices.Contains(options, "brackets"):
		return fmt.Errorf("%s needs the brackets option", t)
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		return fmt.Errorf("%s would be sent as a list of numbers", t)
	case t.Kind() == reflect.Slice && isPlain(t.Elem()) && !t.Elem().Implements(encoderType):
		return nil // go-querystring does not call EncodeValues of elements
	}
	return fmt.Errorf("%s needs its own EncodeValues", t)
}

// isPlain reports whether fmt prints a value as the API reads it.
func isPlain(t reflect.Type) bool {
	return t.Kind() == reflect.Bool || t.Kind() == reflect.String ||
		t.Kind() >= reflect.Int && t.Kind() <= reflect.Uint64
}
