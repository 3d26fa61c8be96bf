// Package form turns a params struct into the API's form encoding.
//
// go-querystring says how, and does the walking where a type is not one of the
// simple ones that Guard knows; for those the tags are read once. This package
// adds the three things that go-querystring leaves open: an order in which
// repeated groups survive, a check of what the caller forgot, and a guard against
// the field types that it gets silently wrong.
package form

import (
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/google/go-querystring/query"
)

// Encode returns params and extra in form encoding, sorted by name.
//
// params is a struct, a pointer to one, or nil.
func Encode(params any, extra url.Values) (string, error) {
	if params == nil && len(extra) == 0 {
		return "", nil
	}
	values, err := values(params, extra)
	if err != nil {
		return "", err
	}
	return encode(values), nil
}

func values(params any, extra url.Values) (values url.Values, err error) {
	v := reflect.Indirect(reflect.ValueOf(params))
	if v.Kind() == reflect.Struct && planOf(v.Type()).walks {
		values = url.Values{}
		err = walk(v, "", values)
	} else {
		values, err = query.Values(params)
	}
	if err != nil {
		return nil, err
	}
	for name, more := range extra {
		values[name] = append(values[name], more...)
	}
	return values, nil
}

// encode is url.Values.Encode with array indices written as "[]".
func encode(values url.Values) string {
	var b strings.Builder
	b.Grow(32 * len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		key := url.QueryEscape(dropIndices(name))
		for _, v := range values[name] {
			if b.Len() > 0 {
				b.WriteByte('&')
			}
			b.WriteString(key)
			b.WriteByte('=')
			b.WriteString(url.QueryEscape(v))
		}
	}
	return b.String()
}

// indexMark starts an array index inside a name. No real name holds it.
const indexMark = "\x00"

// Index returns the name of element i of the array called name.
//
// The API groups the fields of an array of objects by their order alone
// (items[][amount]=1&items[][name]=a&items[][amount]=2...), which a map of
// values would lose. The index keeps each element together while names are
// sorted, and is dropped when they are written.
func Index(name string, i int) string {
	digits := strconv.Itoa(i)
	return name + "[" + indexMark + strings.Repeat("0", max(0, 4-len(digits))) + digits + "]"
}

func dropIndices(name string) string {
	for {
		before, after, found := strings.Cut(name, indexMark)
		if !found {
			return name
		}
		_, after, _ = strings.Cut(after, "]")
		name = before + "]" + after
	}
}
