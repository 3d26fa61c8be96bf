package wire

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// A reader goes through a document once. Its methods return false where the
// text is no JSON, and where it is written as the API never writes: what then
// becomes of it is left to encoding/json, which knows everything.
type reader struct {
	data  []byte
	at    int
	depth int
	often *[64]string // short texts of the document, most of which come again; may be nil
}

// deepest is how many values within each other are followed.
const deepest = 64

// peek goes to the next token and returns its first byte, 0 at the end.
func (r *reader) peek() byte {
	for r.at < len(r.data) {
		switch c := r.data[r.at]; c {
		case ' ', '\t', '\r', '\n':
			r.at++
		default:
			return c
		}
	}
	return 0
}

// done tells whether nothing is left.
func (r *reader) done() bool { return r.peek() == 0 && r.at == len(r.data) }

// take goes past the next token if it is c.
func (r *reader) take(c byte) bool {
	if r.peek() != c {
		return false
	}
	r.at++
	return true
}

func (r *reader) literal(word string) bool {
	if !bytes.HasPrefix(r.data[r.at:], []byte(word)) {
		return false
	}
	r.at += len(word)
	return true
}

func (r *reader) null() bool { return r.peek() == 'n' && r.literal("null") }

// simple are the bytes that stand for themselves between quotes.
var simple = func() (is [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		is[c] = c != '"' && c != '\\'
	}
	return is
}()

// quoted reads a string and returns what is between its quotes. plain tells
// whether that is the text itself: no escapes, no broken characters.
func (r *reader) quoted() (inner []byte, plain, ok bool) {
	if !r.take('"') {
		return nil, false, false
	}
	rest, ascii, plain := r.data[r.at:], true, true
	for i := 0; i < len(rest); i++ {
		switch c := rest[i]; {
		case simple[c]:
		case c == '"':
			r.at += i + 1
			return rest[:i], plain && (ascii || utf8.Valid(rest[:i])), true
		case c == '\\':
			n := escape(rest[i:])
			if n == 0 {
				return nil, false, false
			}
			plain, i = false, i+n-1
		case c < ' ':
			return nil, false, false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return nil, false, false
}

// escape returns the length of the escape that text begins with, 0 if it is
// none.
func escape(text []byte) int {
	switch {
	case len(text) < 2:
		return 0
	case text[1] != 'u':
		return 2 * bytes.Count([]byte(`"\/bfnrt`), text[1:2])
	case len(text) < 6:
		return 0
	}
	for _, c := range text[2:6] {
		if !isHex(c) {
			return 0
		}
	}
	return 6
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// text reads a string.
func (r *reader) text() (s string, ok bool) {
	r.peek()
	start := r.at
	inner, plain, ok := r.quoted()
	if ok && !plain {
		return s, json.Unmarshal(r.data[start:r.at], &s) == nil
	}
	return r.keep(inner), ok
}

// keep copies a text out of the document, so that whoever keeps it does not
// keep the document. A short one that comes again is copied once.
func (r *reader) keep(text []byte) string {
	n := len(text)
	if n == 0 || n > 16 || r.often == nil {
		return string(text)
	}
	known := &r.often[(n+int(text[0])*5+int(text[n/2])*3+int(text[n-1]))%len(r.often)]
	if *known != string(text) {
		*known = string(text)
	}
	return *known
}

// number reads a number and returns it as it is written; whole tells that it
// has neither fraction nor exponent.
func (r *reader) number() (text []byte, whole, ok bool) {
	r.peek()
	start := r.at
	r.accept('-')
	if !r.accept('0') && !r.digits() {
		return nil, false, false
	}
	whole = true
	if r.accept('.') {
		if whole = false; !r.digits() {
			return nil, false, false
		}
	}
	if r.accept('e') || r.accept('E') {
		whole = false
		if !r.accept('+') {
			r.accept('-')
		}
		if !r.digits() {
			return nil, false, false
		}
	}
	return r.data[start:r.at], whole, true
}

// accept goes past c if it is the next byte, whatever it belongs to.
func (r *reader) accept(c byte) bool {
	if r.at == len(r.data) || r.data[r.at] != c {
		return false
	}
	r.at++
	return true
}

func (r *reader) digits() bool {
	start := r.at
	for r.at < len(r.data) && r.data[r.at] >= '0' && r.data[r.at] <= '9' {
		r.at++
	}
	return r.at > start
}

// elements reads what is between two brackets, separated by commas.
func (r *reader) elements(open, end byte, element func() bool) bool {
	if r.depth == deepest || !r.take(open) {
		return false
	}
	if r.take(end) {
		return true
	}
	r.depth++
	for element() {
		if !r.take(',') {
			r.depth--
			return r.take(end)
		}
	}
	return false
}

// raw reads any value and returns it as it is written.
func (r *reader) raw() (text []byte, ok bool) {
	r.peek()
	start := r.at
	ok = r.skip()
	return r.data[start:r.at], ok
}

func (r *reader) skip() (ok bool) {
	switch r.peek() {
	case '"':
		_, _, ok = r.quoted()
		return ok
	case 'n':
		return r.literal("null")
	case 't':
		return r.literal("true")
	case 'f':
		return r.literal("false")
	case '[':
		return r.elements('[', ']', r.skip)
	case '{':
		return r.elements('{', '}', func() bool {
			_, _, ok := r.quoted()
			return ok && r.take(':') && r.skip()
		})
	}
	_, _, ok = r.number()
	return ok
}

// value reads a value of any type. Numbers stay as they are written.
func (r *reader) value() (v any, ok bool) {
	switch r.peek() {
	case '"':
		return r.text()
	case 'n':
		return nil, r.literal("null")
	case 't':
		return true, r.literal("true")
	case 'f':
		return false, r.literal("false")
	case '[':
		array := []any{}
		ok = r.elements('[', ']', func() bool {
			item, ok := r.value()
			array = append(array, item)
			return ok
		})
		return array, ok
	case '{':
		return r.object()
	}
	text, _, ok := r.number()
	return json.Number(text), ok
}

func (r *reader) object() (object map[string]any, ok bool) {
	object = map[string]any{}
	ok = r.elements('{', '}', func() bool {
		name, ok := r.text()
		if !ok || !r.take(':') {
			return false
		}
		object[name], ok = r.value()
		return ok
	})
	return object, ok
}
