package wire

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
	"sync"
	"time"
)

// A decoder reads the next value of a document into v. v is zero at first. If a document
// repeats a name, the second value overwrites the first one, as in encoding/json. A
// decoder returns false if the value does not fit. It has then read the value to its
// end, has set r.odd to the reason, and may have written a part of the value.
type decoder func(r *reader, v reflect.Value) bool

var decoders sync.Map // a decoder for each reflect.Type

func decoderOf(t reflect.Type) decoder {
	if known, ok := decoders.Load(t); ok {
		return known.(decoder)
	}
	known, _ := decoders.LoadOrStore(t, newDecoder(t))
	return known.(decoder)
}

var (
	objectType = reflect.TypeFor[map[string]any]()
	rawType    = reflect.TypeFor[json.RawMessage]()
	timeType   = reflect.TypeFor[time.Time]()
	selfType   = reflect.TypeFor[json.Unmarshaler]()
)

func newDecoder(t reflect.Type) decoder {
	switch {
	case t.Kind() == reflect.Pointer:
		return pointerDecoder(t)
	case objectType.AssignableTo(t) && t.Kind() == reflect.Map:
		return decodeObject
	case t == rawType:
		return decodeRaw
	case t == timeType:
		return decodeTime
	case isReference(t):
		return referenceDecoder(t)
	case reflect.PointerTo(t).Implements(selfType):
		return decodeItself
	case t.Kind() == reflect.String && t.Name() != "string":
		return decodeWord
	case t.Kind() == reflect.String:
		return decodeText
	case t.Kind() == reflect.Bool:
		return decodeBool
	case t.Kind() >= reflect.Int && t.Kind() <= reflect.Int64:
		return decodeInt
	case t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8:
		return sliceDecoder(t)
	case t.Kind() == reflect.Struct && isSimple(t):
		return structDecoder(t)
	}
	return decodeByEncodingJSON
}

// decodeByEncodingJSON is for types that are rare in answers.
func decodeByEncodingJSON(r *reader, v reflect.Value) bool {
	c, text := r.peek(), r.raw()
	return r.err == nil && (json.Unmarshal(text, v.Addr().Interface()) == nil || r.refuse(c, v.Type()))
}

func decodeItself(r *reader, v reflect.Value) bool {
	c, text := r.peek(), r.raw()
	return r.err == nil && (v.Addr().Interface().(json.Unmarshaler).UnmarshalJSON(text) == nil || r.refuse(c, v.Type()))
}

// decodeTime reads a time and converts it to UTC. encoding/json would keep its zone, or
// use the local zone if it has the same offset, and == would find such times different.
func decodeTime(r *reader, v reflect.Value) bool {
	ok := decodeItself(r, v)
	t := v.Addr().Interface().(*time.Time)
	*t = t.UTC()
	return ok
}

func decodeRaw(r *reader, v reflect.Value) bool {
	v.SetBytes(bytes.Clone(r.raw()))
	return r.err == nil
}

// decodeObject reads an object with any attributes. It keeps numbers as they are
// written.
func decodeObject(r *reader, v reflect.Value) bool {
	switch c := r.peek(); c {
	case 'n':
		v.SetZero()
		return r.literal("null")
	case '{':
		v.Set(reflect.ValueOf(r.object()))
		return r.err == nil
	default:
		return r.refuseNext(c, v.Type())
	}
}

func decodeText(r *reader, v reflect.Value) bool {
	switch c := r.peek(); c {
	case '"':
		v.SetString(r.text())
		return r.err == nil
	case 'n':
		return r.literal("null")
	default:
		return r.refuseNext(c, v.Type())
	}
}

// decodeWord reads a value of an enum, or the name of a kind of object.
func decodeWord(r *reader, v reflect.Value) bool {
	if r.peek() != '"' {
		return decodeText(r, v)
	}
	v.SetString(r.words.keep(r.unquoted()))
	return r.err == nil
}

func decodeBool(r *reader, v reflect.Value) bool {
	switch c := r.peek(); c {
	case 't':
		v.SetBool(true)
		return r.literal("true")
	case 'f':
		v.SetBool(false)
		return r.literal("false")
	case 'n':
		return r.literal("null")
	default:
		return r.refuseNext(c, v.Type())
	}
}

// decodeInt reads a whole number, also one with a fraction of zeros: 2000.0 is
// an amount, 2000.5 is not.
func decodeInt(r *reader, v reflect.Value) bool {
	switch c := r.peek(); {
	case c == 'n':
		return r.literal("null")
	case c != '-' && (c < '0' || c > '9'):
		return r.refuseNext(c, v.Type())
	}
	text := r.number()
	n, ok := short(text)
	if !ok {
		n, ok = whole(text)
	}
	if !ok || v.OverflowInt(n) {
		return r.err == nil && r.refuse('0', v.Type())
	}
	v.SetInt(n)
	return true
}

// short returns the value of a number that has too few digits to overflow. Nearly all
// numbers are short.
func short(number []byte) (n int64, ok bool) {
	if len(number) > 18 {
		return 0, false
	}
	for _, c := range number {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, len(number) > 0
}

// whole returns the value of a JSON number, if it is a whole number.
func whole(number []byte) (n int64, ok bool) {
	digits, fraction, _ := bytes.Cut(number, []byte("."))
	if len(bytes.Trim(fraction, "0")) > 0 {
		return 0, false
	}
	n, err := strconv.ParseInt(string(digits), 10, 64)
	return n, err == nil
}

func pointerDecoder(t reflect.Type) decoder {
	element := decoderOf(t.Elem())
	return func(r *reader, v reflect.Value) bool {
		if r.null() {
			v.SetZero()
			return true
		}
		if v.IsNil() {
			if !r.countMemory(t.Elem().Size()) {
				return false
			}
			v.Set(reflect.New(t.Elem()))
		}
		return element(r, v.Elem())
	}
}

func sliceDecoder(t reflect.Type) decoder {
	element, empty := decoderOf(t.Elem()), reflect.MakeSlice(t, 0, 0)
	return func(r *reader, v reflect.Value) bool {
		switch c := r.peek(); c {
		case 'n':
			v.SetZero()
			return r.literal("null")
		case '[':
		default:
			return r.refuseNext(c, t)
		}
		n, fits := 0, true
		for more := r.open(']'); more; more = r.next(']') {
			if !fits {
				r.skip()
				continue
			}
			if n == v.Cap() {
				v.Grow(1)
			}
			if n == v.Len() {
				v.SetLen(n + 1)
			}
			ignored := len(r.ignored)
			fits = element(r, v.Index(n))
			if !fits || len(r.ignored) > ignored {
				r.within(step{index: n}, fits, ignored)
			}
			n++
		}
		if n == 0 {
			v.Set(empty)
		} else {
			v.SetLen(n)
		}
		return fits && r.err == nil
	}
}

// structDecoder reads the fields of the type when it decodes the first value, because a
// type may contain itself.
func structDecoder(t reflect.Type) decoder {
	known := sync.OnceValue(func() *fields { return newFields(t) })
	return func(r *reader, v reflect.Value) bool {
		switch c := r.peek(); c {
		case 'n':
			return r.literal("null")
		case '{':
		default:
			return r.refuseNext(c, t)
		}
		fields, fits := known(), true
		last := &fields.before
		for more := r.open('}'); more; more = r.next('}') {
			f := fields.after(last, r)
			if f == nil || !fits || f.former && !v.Field(f.index).IsZero() {
				r.skip()
				continue
			}
			last = f
			ignored := len(r.ignored)
			fits = f.decode(r, v.Field(f.index))
			if !fits || len(r.ignored) > ignored {
				r.within(step{name: f.name}, fits, ignored)
			}
			if !fits && !f.strict && r.err == nil {
				r.ignore()
				v.Field(f.index).SetZero()
				fits = true
			}
		}
		return fits && r.err == nil
	}
}
