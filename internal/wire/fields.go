package wire

import (
	"bytes"
	"reflect"
	"strconv"
	"strings"
	"sync/atomic"
	"unicode/utf8"
)

// fields are the fields of a struct.
type fields struct {
	named  map[string]*field
	folded map[string]*field // by their names in small letters
	before field             // stands before the first attribute
	large  bool              // a name has a capital letter
}

type field struct {
	name   string
	quoted []byte
	index  int
	strict bool
	former bool // a name of older API versions; the present name has priority
	decode decoder

	// next is the field that came after this one in the first document. The API always
	// writes attributes in the same order.
	next atomic.Pointer[field]
}

// isSimple reports whether this package can decode a struct: it has no embedded fields
// and no numbers in quotes.
func isSimple(t reflect.Type) bool {
	for f := range t.Fields() {
		_, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous || strings.Contains(options, "string") {
			return false
		}
	}
	return true
}

func newFields(t reflect.Type) *fields {
	fs := &fields{named: map[string]*field{}, folded: map[string]*field{}}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case !f.IsExported() || name == "-":
			continue
		case name == "":
			name = f.Name
		}
		tag, decode := f.Tag.Get("wire"), decoderOf(f.Type)
		if name == "object" && f.Type.Kind() == reflect.String {
			decode = decodeWord
		}
		fs.add(&field{name: name, index: i, strict: tag == "strict", decode: decode})
		if former, ok := strings.CutPrefix(tag, "formerly="); ok {
			fs.add(&field{name: former, index: i, former: true, decode: decode})
		}
	}
	return fs
}

func (fs *fields) add(f *field) {
	f.quoted = []byte(strconv.Quote(f.name))
	fs.large = fs.large || hasLarge(f.name)
	if fs.named[f.name] == nil {
		fs.named[f.name] = f
	}
	if folded := strings.ToLower(f.name); fs.folded[folded] == nil {
		fs.folded[folded] = f
	}
}

// after reads the name of the attribute that comes after the field last. It returns its
// field, or nil if there is no such field.
func (fs *fields) after(last *field, r *reader) *field {
	next := last.next.Load()
	if next != nil && r.peek() == '"' && bytes.HasPrefix(r.data[r.at:], next.quoted) {
		r.at += len(next.quoted)
		r.colon()
		return next
	}
	f := fs.find(r.name())
	if next == nil && f != nil {
		last.next.Store(f)
	}
	return f
}

// find returns the field with a name, or nil if there is none. As in encoding/json,
// capital letters match small letters.
func (fs *fields) find(name []byte) *field {
	if f := fs.named[string(name)]; f != nil {
		return f
	}
	return fs.fold(name)
}

func (fs *fields) fold(name []byte) *field {
	if !fs.large && !hasLarge(name) {
		return nil
	}
	// ToUpper comes first because it maps more letters to ASCII, such as ſ to S.
	if f := fs.folded[strings.ToLower(strings.ToUpper(string(name)))]; f != nil && strings.EqualFold(f.name, string(name)) {
		return f
	}
	return nil
}

// hasLarge reports whether a name has a letter that may match a small letter.
func hasLarge[T string | []byte](name T) bool {
	for i := range len(name) {
		if c := name[i]; c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf {
			return true
		}
	}
	return false
}
