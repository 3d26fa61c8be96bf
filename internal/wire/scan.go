package wire

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/bits"
	"strings"
	"unicode/utf8"
)

// A reader reads a document once. Its methods return false after the first byte that
// JSON does not allow there; err then has the reason.
type reader struct {
	data  []byte
	at    int
	depth int
	err   error           // nothing is read after it
	chunk strings.Builder // of the short texts of the document
	words *enumTexts

	odd     oddity // why the last decoder has refused its value
	ignored []oddity
	others  int // values that were ignored and are not in ignored
	memory  int // of the objects so far
}

// Limits that no document of the API comes near.
const (
	deepest     = 1000    // values inside each other
	largestGain = 16      // memory of the objects, in sizes of the document
	freeMemory  = 1 << 20 // memory that any document may take in addition
)

var (
	errSyntax   = errors.New("not a JSON document")
	errTooDeep  = fmt.Errorf("a JSON document with more than %d values within each other", deepest)
	errTooLarge = fmt.Errorf("a JSON document whose objects take more than %d times its size", largestGain)
)

// fail ends the reading.
func (r *reader) fail(err error) bool {
	if r.err == nil {
		r.err = err
	}
	r.at = len(r.data)
	return false
}

// countMemory counts the memory of an object.
func (r *reader) countMemory(memory uintptr) bool {
	r.memory += int(memory)
	return r.memory <= largestGain*len(r.data)+freeMemory || r.fail(errTooLarge)
}

// peek goes to the next token and returns its first byte, 0 at the end.
func (r *reader) peek() byte {
	if r.at < len(r.data) && r.data[r.at] > ' ' {
		return r.data[r.at]
	}
	return r.peekFar()
}

func (r *reader) peekFar() byte {
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

// end reports whether the document was read to its end without an error.
func (r *reader) end() bool {
	return r.peek() == 0 && r.at == len(r.data) && r.err == nil || r.fail(errSyntax)
}

// take goes past the next token if it is c.
func (r *reader) take(c byte) bool {
	if r.peek() != c {
		return false
	}
	r.at++
	return true
}

func (r *reader) literal(word string) bool {
	if rest := r.data[r.at:]; len(rest) < len(word) || string(rest[:len(word)]) != word {
		return r.fail(errSyntax)
	}
	r.at += len(word)
	return true
}

// null goes past the next value if it is null.
func (r *reader) null() bool { return r.peek() == 'n' && r.literal("null") }

// open goes into an array or an object and reports whether it has elements. They are
// read by
//
//	for more := r.open(']'); more; more = r.next(']') {
//		// one element
//	}
func (r *reader) open(end byte) bool {
	if r.depth == deepest {
		return r.fail(errTooDeep)
	}
	r.at++
	if r.take(end) {
		return false
	}
	r.depth++
	return true
}

// next goes past a comma to the next element, or out of the array or object.
func (r *reader) next(end byte) bool {
	if r.take(',') {
		return true
	}
	r.depth--
	return !r.take(end) && r.fail(errSyntax)
}

// simple says which bytes stand for themselves in a string.
var simple = func() (is [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		is[c] = c != '"' && c != '\\'
	}
	return is
}()

// simplePrefix returns how many bytes of a text are simple before the first byte that
// is not. It checks eight bytes in one step, and does not check the last bytes of the
// text that are fewer.
func simplePrefix(text []byte) (n int) {
	const each, high = 0x0101010101010101, 0x8080808080808080
	for ; n+8 <= len(text); n += 8 {
		// In this expression a byte has its high bit set if it is not ASCII, or is
		// below ' ', or is '"' or '\\'. The bytes after such a byte may have it set,
		// too, so only the first one counts.
		w := binary.LittleEndian.Uint64(text[n:])
		if special := (w | (w - each*' ') | (w ^ each*'"' - each) | (w ^ each*'\\' - each)) & high; special != 0 {
			return n + bits.TrailingZeros64(special)/8
		}
	}
	return n
}

// quoted reads a string and returns what is between its quotes. plain reports whether
// that is the text itself, without escapes and broken characters.
func (r *reader) quoted() (inner []byte, plain bool) {
	if !r.take('"') {
		return nil, r.fail(errSyntax)
	}
	rest, ascii, plain := r.data[r.at:], true, true
	for i := simplePrefix(rest); i < len(rest); i++ {
		switch c := rest[i]; {
		case simple[c]:
		case c == '"':
			r.at += i + 1
			return rest[:i], plain && (ascii || utf8.Valid(rest[:i]))
		case c >= utf8.RuneSelf:
			ascii = false
		case c == '\\' && escapeLength(rest[i:]) > 0:
			plain, i = false, i+escapeLength(rest[i:])-1
		default:
			return nil, r.fail(errSyntax)
		}
	}
	return nil, r.fail(errSyntax)
}

// escapeLength returns the length of the escape that text begins with, 0 if there is
// none.
func escapeLength(text []byte) int {
	switch {
	case len(text) < 2:
		return 0
	case text[1] != 'u':
		if strings.IndexByte(`"\/bfnrt`, text[1]) < 0 {
			return 0
		}
		return 2
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
func (r *reader) text() string { return r.copyText(r.unquoted()) }

// unquoted reads a string. The bytes are part of the document, unless they had to be
// unescaped.
func (r *reader) unquoted() []byte {
	r.peek()
	start := r.at
	inner, plain := r.quoted()
	if !plain && r.err == nil {
		return []byte(unescape(r.data[start:r.at]))
	}
	return inner
}

// unescape returns the text of a string with quotes.
func unescape(quoted []byte) (text string) {
	_ = json.Unmarshal(quoted, &text) // cannot fail: the string was checked
	return text
}

// Short texts share chunks of a few hundred bytes. That saves allocations, and a text
// that stays in memory keeps only its chunk there.
const (
	chunkSize = 256
	shortText = 64
)

// copyText copies a text out of the document, so that the text does not keep the document
// in memory.
func (r *reader) copyText(text []byte) string {
	if len(text) > shortText || r.words == nil {
		return string(text)
	}
	if r.chunk.Cap()-r.chunk.Len() < len(text) {
		r.chunk.Reset()
		r.chunk.Grow(chunkSize)
	}
	start := r.chunk.Len()
	r.chunk.Write(text)
	return r.chunk.String()[start:]
}

// enumTexts has values of enums. There are few of them, and each is kept only once.
type enumTexts [128]string

func (ws *enumTexts) keep(text []byte) string {
	n := len(text)
	if n == 0 || n > shortText || ws == nil {
		return string(text)
	}
	known := &ws[(n+int(text[0])*5+int(text[n/2])*3+int(text[n-1]))%len(ws)]
	if *known != string(text) {
		*known = string(text)
	}
	return *known
}

// name reads the name of an attribute and the colon after it.
func (r *reader) name() []byte {
	name := r.unquoted()
	r.colon()
	return name
}

func (r *reader) colon() bool { return r.take(':') || r.fail(errSyntax) }

// number reads a number and returns it as it is written.
func (r *reader) number() []byte {
	r.peek()
	start := r.at
	r.accept('-')
	ok := r.accept('0') || r.digits()
	if ok && r.accept('.') {
		ok = r.digits()
	}
	if ok && (r.accept('e') || r.accept('E')) {
		if !r.accept('+') {
			r.accept('-')
		}
		ok = r.digits()
	}
	if !ok {
		r.fail(errSyntax)
		return nil
	}
	return r.data[start:r.at]
}

// IsNumber reports whether a text is a JSON number and nothing else.
func IsNumber(text []byte) bool {
	r := reader{data: text}
	return len(r.number()) == len(text) && r.err == nil
}

// accept goes past c if it is the next byte. It does not skip spaces.
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

// raw reads any value and returns it as it is written.
func (r *reader) raw() []byte {
	r.peek()
	start := r.at
	r.skip()
	return r.data[start:r.at]
}

// skip goes past any value.
func (r *reader) skip() bool {
	switch r.peek() {
	case '"':
		r.quoted()
	case 'n':
		r.literal("null")
	case 't':
		r.literal("true")
	case 'f':
		r.literal("false")
	case '[':
		for more := r.open(']'); more; more = r.next(']') {
			r.skip()
		}
	case '{':
		for more := r.open('}'); more; more = r.next('}') {
			r.quoted()
			r.colon()
			r.skip()
		}
	default:
		r.number()
	}
	return r.err == nil
}

// value reads a value of any type. Numbers stay as they are written.
func (r *reader) value() any {
	switch r.peek() {
	case '"':
		return r.text()
	case 'n':
		r.literal("null")
		return nil
	case 't':
		r.literal("true")
		return true
	case 'f':
		r.literal("false")
		return false
	case '[':
		array := []any{}
		for more := r.open(']'); more; more = r.next(']') {
			array = append(array, r.value())
		}
		return array
	case '{':
		return r.object()
	}
	return json.Number(r.number())
}

func (r *reader) object() map[string]any {
	object := map[string]any{}
	for more := r.open('}'); more; more = r.next('}') {
		name := r.copyText(r.name())
		object[name] = r.value()
	}
	return object
}
