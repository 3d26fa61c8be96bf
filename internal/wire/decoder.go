package wire

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strconv"
	"sync"

	"github.com/omisekit/omise-go/internal/memo"
)

// A decoder reads the next value of a document into v, which is zero unless a
// name has come twice. It returns false where it is not sure to do as
// encoding/json does, and may then have written part of the value.
type decoder func(r *reader, v reflect.Value) bool

// into decodes the whole document into v, a pointer to a zero value.
func (r *reader) into(v any) bool {
	target := reflect.ValueOf(v).Elem()
	return decoderOf(target.Type())(r, target) && r.done()
}

var decoders memo.Memo // of each reflect.Type

func decoderOf(t reflect.Type) decoder {
	return decoders.Get(t, func() any { return newDecoder(t) }).(decoder)
}

var (
	objectType = reflect.TypeFor[map[string]any]()
	numberType = reflect.TypeFor[json.Number]()
	selfType   = reflect.TypeFor[json.Unmarshaler]()
	textType   = reflect.TypeFor[encoding.TextUnmarshaler]()
)

func newDecoder(t reflect.Type) decoder {
	switch {
	case t.Kind() == reflect.Pointer:
		return pointerDecoder(t.Elem())
	case objectType.AssignableTo(t) && t.Kind() == reflect.Map: // a method would do the same for encoding/json
		return decodeObject
	case t == timeType:
		return decodeTime
	case reflect.PointerTo(t).Implements(selfType):
		return decodeItself
	case reflect.PointerTo(t).Implements(textType):
		return giveUp
	case t == numberType:
		return decodeNumber
	case t.Kind() == reflect.String:
		return decodeText
	case t.Kind() == reflect.Bool:
		return decodeBool
	case t.Kind() >= reflect.Int && t.Kind() <= reflect.Int64:
		return decodeInt
	case t.Kind() == reflect.Slice:
		return sliceDecoder(t)
	case t.Kind() == reflect.Struct:
		return structDecoder(t)
	}
	return giveUp
}

func giveUp(*reader, reflect.Value) bool { return false }

func decodeItself(r *reader, v reflect.Value) bool {
	text, ok := r.raw()
	return ok && v.Addr().Interface().(json.Unmarshaler).UnmarshalJSON(text) == nil
}

func decodeObject(r *reader, v reflect.Value) bool {
	if r.null() {
		v.SetZero()
		return true
	}
	if !v.IsNil() {
		return false
	}
	object, ok := r.object()
	v.Set(reflect.ValueOf(object))
	return ok
}

func decodeText(r *reader, v reflect.Value) bool {
	if r.null() {
		return true
	}
	s, ok := r.text()
	v.SetString(s)
	return ok
}

// decodeNumber reads a number that is kept as it is written, also between
// quotes.
func decodeNumber(r *reader, v reflect.Value) bool {
	switch r.peek() {
	case 'n':
		return r.literal("null")
	case '"':
		inner, _, ok := r.quoted()
		text, _, isNumber := (&reader{data: inner}).number()
		v.SetString(r.keep(text))
		return ok && isNumber && len(text) == len(inner)
	}
	text, _, ok := r.number()
	v.SetString(r.keep(text))
	return ok
}

func decodeBool(r *reader, v reflect.Value) bool {
	switch r.peek() {
	case 'n':
		return r.literal("null")
	case 't':
		v.SetBool(true)
		return r.literal("true")
	}
	v.SetBool(false)
	return r.literal("false")
}

func decodeInt(r *reader, v reflect.Value) bool {
	if r.null() {
		return true
	}
	text, whole, ok := r.number()
	if !ok || !whole {
		return false
	}
	n, err := strconv.ParseInt(string(text), 10, v.Type().Bits())
	v.SetInt(n)
	return err == nil
}

func pointerDecoder(t reflect.Type) decoder {
	element := decoderOf(t)
	return func(r *reader, v reflect.Value) bool {
		if r.null() {
			v.SetZero()
			return true
		}
		if !v.IsNil() {
			return false
		}
		target := reflect.New(t)
		v.Set(target)
		return element(r, target.Elem())
	}
}

func sliceDecoder(t reflect.Type) decoder {
	element := decoderOf(t.Elem())
	return func(r *reader, v reflect.Value) bool {
		if r.null() {
			v.SetZero()
			return true
		}
		if !v.IsNil() {
			return false
		}
		v.Set(reflect.MakeSlice(t, 0, 0))
		return r.elements('[', ']', func() bool {
			n := v.Len()
			v.Grow(1)
			v.SetLen(n + 1)
			return element(r, v.Index(n))
		})
	}
}

// structDecoder looks at the fields of a struct when the first one arrives,
// because a type may hold itself.
func structDecoder(t reflect.Type) decoder {
	known := sync.OnceValue(func() *fields { return newFields(t) })
	return func(r *reader, v reflect.Value) bool {
		if r.null() {
			return true
		}
		fields := known()
		return !fields.odd && r.elements('{', '}', func() bool {
			name, plain, ok := r.quoted()
			if !ok || !plain || !r.take(':') {
				return false
			}
			if f := fields.find(name); f != nil {
				return f.decode(r, v.Field(f.index))
			}
			return !fields.folds(name) && r.skip()
		})
	}
}
