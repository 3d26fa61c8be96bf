package wire

import (
	"reflect"
	"strings"
)

// fields are the fields of a struct. They are found by the length and three
// letters of their names: a map would take a quarter of all the time.
type fields struct {
	slots  [128][]*field
	folded map[string]*field // by their names in small letters
}

type field struct {
	name   string
	index  int
	strict bool
	former bool // a name of older API versions, which the name of today overrules
	decode decoder
}

// isSimple reports whether a struct has nothing that only encoding/json knows:
// embedded fields, numbers in quotes.
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
	fs := &fields{folded: map[string]*field{}}
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
	slot := fs.slot([]byte(f.name))
	*slot = append(*slot, f)
	if folded := strings.ToLower(f.name); fs.folded[folded] == nil {
		fs.folded[folded] = f
	}
}

func (fs *fields) slot(name []byte) *[]*field {
	n := len(name)
	if n == 0 {
		return &fs.slots[0]
	}
	return &fs.slots[(n+int(name[0])*21+int(name[n/2])*19+int(name[n-1])*23)%len(fs.slots)]
}

// find returns the field of that name, nil if there is none. As for
// encoding/json, large letters do for small ones.
func (fs *fields) find(name []byte) *field {
	for _, f := range *fs.slot(name) {
		if f.name == string(name) {
			return f
		}
	}
	return fs.fold(string(name))
}

func (fs *fields) fold(name string) *field {
	if f := fs.folded[strings.ToLower(strings.ToUpper(name))]; f != nil && strings.EqualFold(f.name, name) {
		return f
	}
	return nil
}
