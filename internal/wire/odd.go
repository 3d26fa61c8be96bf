package wire

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// An oddity is a value whose type does not fit its field. The value itself is not kept,
// because it may be a card number.
type oddity struct {
	found byte // first byte of the value
	want  reflect.Type
	path  []step // to the value, the last step first
}

// A step is the name of a field or, without a name, the index of an element.
type step struct {
	name  string
	index int
}

// refuse records that the value that began with found does not fit the type.
func (r *reader) refuse(found byte, want reflect.Type) bool {
	r.odd = oddity{found, want, r.odd.path[:0]}
	return false
}

// refuseNext skips the next value, which begins with found, and records that it does not
// fit the type.
func (r *reader) refuseNext(found byte, want reflect.Type) bool {
	if r.skip() {
		r.refuse(found, want)
	}
	return false
}

// mostIgnored is the largest number of ignored values that are named. An answer may
// have a million ignored values.
const mostIgnored = 100

// ignore records that the value that was refused is left out.
func (r *reader) ignore() {
	if len(r.ignored) == mostIgnored {
		r.others++
		return
	}
	odd := r.odd
	odd.path = slices.Clone(odd.path)
	r.ignored = append(r.ignored, odd)
}

// within adds a step to the path of the refused value, unless the value fits, and to
// the paths of the values that were ignored since their number was ignored.
func (r *reader) within(s step, fits bool, ignored int) {
	if !fits {
		r.odd.path = append(r.odd.path, s)
	}
	for i := range r.ignored[ignored:] {
		odd := &r.ignored[ignored+i]
		odd.path = append(odd.path, s)
	}
}

// allIgnored returns an error for each value that was left out.
func (r *reader) allIgnored() (all []error) {
	for _, odd := range r.ignored {
		all = append(all, odd.err())
	}
	if r.others > 0 {
		all = append(all, fmt.Errorf("%d more values of an unexpected type", r.others))
	}
	return all
}

func (o oddity) err() error {
	return fmt.Errorf("%s: unexpected %s for %s", o.name(), kind(o.found), o.want)
}

func (o oddity) name() string {
	if len(o.path) == 0 {
		return "the document"
	}
	var name strings.Builder
	for i, s := range slices.Backward(o.path) {
		switch {
		case s.name == "":
			name.WriteString("[" + strconv.Itoa(s.index) + "]")
		case i == len(o.path)-1:
			name.WriteString(s.name)
		default:
			name.WriteString("." + s.name)
		}
	}
	return name.String()
}

// kind names the JSON value that begins with a byte.
func kind(found byte) string {
	switch found {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "string"
	case 't', 'f':
		return "boolean"
	case 'n':
		return "null"
	}
	return "number"
}
