// Package wire decodes JSON answers.
//
// A document is decoded per type, in one pass, with the same result as in
// encoding/json. A value of an unexpected type is left out in the same pass, so that
// the time and the memory for an answer are always in proportion to its size.
package wire

import (
	"errors"
	"fmt"
	"iter"
	"reflect"
	"sync"
)

// Decode reads one JSON document into v, a pointer.
//
// It returns an error for a document that is not JSON, whose values are nested more
// than 1,000 deep, or whose objects would take more memory than 16 times its size and 1
// MiB. A value of an unexpected type is an error only in a field tagged
// `wire:"strict"`. Any other such field is left zero and reported in ignored, so that
// the caller still gets the rest of the object. At most 100 of them are named, the
// others are counted.
func Decode(data []byte, v any) (ignored []error, err error) {
	target := reflect.ValueOf(v).Elem()
	target.SetZero()
	r := readers.Get().(*reader)
	r.data = data
	defer func() {
		*r = reader{words: r.words}
		readers.Put(r)
	}()
	switch decoded := decoderOf(target.Type())(r, target); {
	case !r.end():
		target.SetZero()
		return nil, fmt.Errorf("%w (%d bytes)", r.err, len(data))
	case !decoded:
		target.SetZero()
		return r.allIgnored(), r.odd.err()
	}
	return r.allIgnored(), nil
}

// readers are used again, with the words that they know. The words are only values of
// enums, so nothing else gets from one answer into another.
var readers = sync.Pool{New: func() any { return &reader{words: new(enumTexts)} }}

// Unmarshal is for the UnmarshalJSON method of a type that Decode handles itself. It
// decodes as Decode does, but any value of an unexpected type is an error.
func Unmarshal(data []byte, v any) error {
	ignored, err := Decode(data, v)
	return errors.Join(err, errors.Join(ignored...))
}

// Attributes goes through the attributes of an object in their order, with their values
// as they are written. It yields nothing if data is not an object.
func Attributes(data []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		r := &reader{data: data}
		if r.peek() != '{' {
			return
		}
		for more := r.open('}'); more; more = r.next('}') {
			name, value := r.name(), r.raw()
			if r.err != nil || !yield(name, value) {
				return
			}
		}
	}
}

// Text returns the text of a JSON string, and "" for any other value.
func Text(value []byte) string {
	r := reader{data: value}
	if r.peek() != '"' {
		return ""
	}
	return r.text()
}
