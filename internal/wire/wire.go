// Package wire decodes JSON answers.
//
// A document is decoded per type, in one pass, with the result that encoding/json
// has. A value of an unexpected type is left out in the same pass, so that the
// time and the memory that an answer takes are in proportion to its size,
// whatever is in it.
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
// A document that is not JSON is an error, and so is one with more than 1,000
// values within each other, or of so many empty objects that they would take more
// than 16 times its size. A value of an unexpected type is an error only where it matters,
// in a field tagged `wire:"strict"`; any other such field is left zero and
// reported in ignored, so that one odd attribute does not cost the caller the
// whole object. At most 100 of them are named, the others are counted.
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

// readers are used again with the words that they know, which are values of
// enums alone: no answer is told what was in another.
var readers = sync.Pool{New: func() any { return &reader{words: new(words)} }}

// Unmarshal is Decode for the UnmarshalJSON of a type that this package knows
// by its shape: any value of an unexpected type is an error.
func Unmarshal(data []byte, v any) error {
	ignored, err := Decode(data, v)
	return errors.Join(err, errors.Join(ignored...))
}

// Attributes goes through the attributes of an object in their order, with
// their values as they are written. What is no object has none.
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
