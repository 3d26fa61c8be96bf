package wire

import (
	"reflect"
	"strings"
)

// fields are the fields of a struct. They are found by the length and three
// letters of their names: a map would take a quarter of all the time.
type fields struct {
	slots [128][]field
	odd   bool // not for this package to decode
}

type field struct {
	name   string
	index  int
	decode decoder
}

func newFields(t reflect.Type) *fields {
	fs := new(fields)
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous:
			fs.odd = true
			continue
		case !f.IsExported() || name == "-":
			continue
		case name == "":
			name = f.Name
		}
		fs.odd = fs.odd || strings.Contains(options, "string") || fs.find([]byte(name)) != nil
		slot := fs.slot([]byte(name))
		*slot = append(*slot, field{name, i, decoderOf(f.Type)})
	}
	return fs
}

func (fs *fields) slot(name []byte) *[]field {
	n := len(name)
	if n == 0 {
		return &fs.slots[0]
	}
	return &fs.slots[(n+int(name[0])*21+int(name[n/2])*19+int(name[n-1])*23)%len(fs.slots)]
}

// find returns the field of that name, nil if there is none.
func (fs *fields) find(name []byte) *field {
	slot := *fs.slot(name)
	for i := range slot {
		if slot[i].name == string(name) {
			return &slot[i]
		}
	}
	return nil
}

// folds tells whether a field goes by that name in other letters, large for
// small: encoding/json then takes it for the field.
func (fs *fields) folds(name []byte) bool {
	for _, slot := range fs.slots {
		for _, f := range slot {
			if strings.EqualFold(f.name, string(name)) {
				return true
			}
		}
	}
	return false
}
