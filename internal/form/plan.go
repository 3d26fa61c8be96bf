package form

import (
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/google/go-querystring/query"
)

// A plan has the tags of a params type, so that no call has to read them again.
type plan struct {
	params  []param
	checked []param // the params that have a rule, or a struct with its own rules
	direct  bool    // walk encodes the type, and go-querystring is not needed
}

// A param is one field of the type.
type param struct {
	index     int
	name      string // in an url tag
	label     string // name in a Problem, "" if the field is not a parameter
	rule      string // for Check
	omitEmpty bool
	encodes   bool // the type has EncodeValues
	object    bool // a map[string]any, which AddObject writes
	prints    bool // fmt calls a method of the type or of its elements
}

var plans sync.Map // the *plan of each reflect.Type

func planOf(t reflect.Type) *plan {
	known, ok := plans.Load(t)
	if !ok {
		known, _ = plans.LoadOrStore(t, newPlan(t))
	}
	return known.(*plan)
}

func newPlan(t reflect.Type) *plan {
	p := &plan{direct: Guard(t) == nil}
	for i := range t.NumField() {
		field := t.Field(i)
		if addsNothing(field) {
			continue
		}
		tag := field.Tag.Get("url")
		name, options, _ := strings.Cut(tag, ",")
		switch options {
		case "", "omitempty", "omitempty,brackets", "brackets":
		default:
			p.direct = false
		}
		inner := field.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		encodes := field.Type.Implements(encoderType)
		if p.direct && !encodes && inner.Kind() == reflect.Struct && inner != timeType {
			p.direct = planOf(inner).direct
		}
		if field.Anonymous || field.Type.Kind() == reflect.Pointer && options != "omitempty" || field.Tag.Get("layout") != "" {
			p.direct = false
		}
		if !field.IsExported() {
			continue
		}
		param := param{
			index: i, name: name, label: nameOf(field), rule: field.Tag.Get("check"),
			omitEmpty: strings.HasPrefix(options, "omitempty"), encodes: encodes, object: field.Type.ConvertibleTo(objectType),
			prints: printsItself(field.Type),
		}
		p.params = append(p.params, param)
		if param.label != "" && (param.rule != "" || hasStruct(field.Type)) {
			p.checked = append(p.checked, param)
		}
	}
	return p
}

// hasStruct reports whether a type is a struct with fields of its own, or a pointer or a
// slice of such structs.
func hasStruct(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t.Kind() == reflect.Struct && t != timeType
}

// walk adds the parameters in v as go-querystring would, for types whose plan says
// direct. It is faster, because most calls set only a few of the many fields of their
// params.
func walk(v reflect.Value, scope string, to *pairs) error {
	for _, p := range planOf(v.Type()).params {
		field := v.Field(p.index)
		if p.name == "-" || p.omitEmpty && isEmpty(field) {
			continue
		}
		if err := add(field, p, scoped(scope, p.name), to); err != nil {
			return err
		}
	}
	return nil
}

func add(v reflect.Value, p param, name string, to *pairs) error {
	switch {
	case p.object:
		return addAny(name, v.Interface(), to.add)
	case p.encodes:
		values := url.Values{}
		err := v.Interface().(query.Encoder).EncodeValues(name, &values)
		to.addAll(values)
		return err
	}
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	switch {
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			to.add(name+"[]", text(v.Index(i), p.prints))
		}
	case v.Kind() == reflect.Struct && v.Type() != timeType:
		return walk(v, name, to)
	default:
		to.add(name, text(v, p.prints))
	}
	return nil
}

func text(v reflect.Value, prints bool) string {
	switch {
	case v.Type() == timeType:
		return timeIn(v).Format(time.RFC3339)
	case prints:
		return fmt.Sprint(v.Interface())
	case v.Kind() == reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case v.Kind() == reflect.String:
		return v.String()
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10)
	}
	return fmt.Sprint(v.Interface())
}

// timeIn returns the time in v. It does not copy the time to the heap if v is
// addressable.
func timeIn(v reflect.Value) time.Time {
	if v.CanAddr() {
		return *v.Addr().Interface().(*time.Time)
	}
	return v.Interface().(time.Time)
}

var (
	stringerType  = reflect.TypeFor[fmt.Stringer]()
	formatterType = reflect.TypeFor[fmt.Formatter]()
	errorType     = reflect.TypeFor[error]()
)

// printsItself reports whether fmt prints a type, or the element type of a pointer or a
// slice, by calling its method.
func printsItself(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t.Implements(stringerType) || t.Implements(formatterType) || t.Implements(errorType)
}

func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String, reflect.Slice, reflect.Map:
		return v.Len() == 0
	case reflect.Struct:
		switch {
		case v.IsZero():
			return true
		case v.Type() == timeType:
			return timeIn(v).IsZero()
		}
		zeroable, ok := v.Interface().(interface{ IsZero() bool })
		return ok && zeroable.IsZero()
	}
	return v.IsZero()
}

func scoped(scope, name string) string {
	if scope == "" {
		return name
	}
	return scope + "[" + name + "]"
}
