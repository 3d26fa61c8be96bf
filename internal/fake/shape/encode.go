package shape

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"
)

// Encode writes v as JSON. Keys are in alphabetical order. There are no HTML
// escapes, because the API does not use them. encoding/json writes the kinds of values
// that are rare in answers.
func Encode(v any) []byte {
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	*buffer = appendValue((*buffer)[:0], v)
	return bytes.Clone(*buffer)
}

// buffers are reused, so that a result takes no more memory than it needs.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case string:
		return appendString(b, v)
	case bool:
		return strconv.AppendBool(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case time.Time:
		return appendTime(b, v, time.RFC3339)
	case Date:
		return appendTime(b, time.Time(v), time.DateOnly)
	case json.Number:
		return append(b, v...)
	case json.RawMessage:
		return append(b, v...)
	case Object:
		return appendObject(b, v)
	case map[string]any:
		return appendMap(b, v)
	case []Object:
		return appendElements(b, v)
	case []any:
		return appendElements(b, v)
	case []string:
		return appendElements(b, v)
	}
	return appendOther(b, v)
}

// appendTime writes a time as the API does, in UTC. It writes null for the zero time.
func appendTime(b []byte, t time.Time, layout string) []byte {
	if t.IsZero() {
		return append(b, "null"...)
	}
	b = append(b, '"')
	b = t.UTC().AppendFormat(b, layout)
	return append(b, '"')
}

func appendElements[T any](b []byte, elements []T) []byte {
	b = append(b, '[')
	for i, v := range elements {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendValue(b, v)
	}
	return append(b, ']')
}

// appendObject writes an object in the order of its shape. Every pair starts
// with a comma. The first comma becomes the opening brace.
func appendObject(b []byte, o Object) []byte {
	sh, ok := o[shapeKey].(*Shape)
	if !ok {
		return appendMap(b, o)
	}
	start, known := len(b), 1
	for i := range sh.attributes {
		a := &sh.attributes[i]
		v, ok := o[a.name]
		if ok {
			known++
		}
		switch {
		case !ok:
			b = append(b, a.empty...)
		case v != omission{}:
			b = append(b, a.label...)
			b = appendValue(b, v)
		}
	}
	if known != len(o) {
		panic(fmt.Sprintf("shape: the shape of %s lacks one of the keys %q", sh.name, slices.Sorted(maps.Keys(o))))
	}
	b[start] = '{'
	return append(b, '}')
}

func appendMap(b []byte, m map[string]any) []byte {
	b = append(b, '{')
	for i, key := range slices.Sorted(maps.Keys(m)) {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, key)
		b = append(b, ':')
		b = appendValue(b, m[key])
	}
	return append(b, '}')
}

func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return appendOther(b, s)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

func appendOther(b []byte, v any) []byte {
	var other bytes.Buffer
	enc := json.NewEncoder(&other)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(fmt.Sprintf("shape: answer cannot be encoded: %v", err))
	}
	return append(b, bytes.TrimSuffix(other.Bytes(), []byte("\n"))...)
}
