// Package form turns a params struct into the API's form encoding.
//
// The encoding is that of go-querystring. This package encodes simple types itself, and
// reads their tags only once; it lets go-querystring encode the other types. It adds
// three things: an order that keeps repeated groups together, a check for missing
// values, and a guard against field types that go-querystring encodes wrongly without
// an error.
package form

import (
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
	pairs, err := pairsOf(params, extra)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.Grow(48 * len(pairs))
	for i, p := range pairs {
		if i > 0 {
			b.WriteByte('&')
		}
		escape(&b, p.name)
		b.WriteByte('=')
		escape(&b, p.value)
	}
	return b.String(), nil
}

// escape writes a text as url.QueryEscape returns it, but without an allocation.
func escape(b *strings.Builder, text string) {
	from := 0 // the text before is written
	for i := range len(text) {
		c := text[i]
		if isUnreserved[c] {
			continue
		}
		b.WriteString(text[from:i])
		from = i + 1
		if c == ' ' {
			b.WriteByte('+')
			continue
		}
		b.WriteByte('%')
		b.WriteByte("0123456789ABCDEF"[c>>4])
		b.WriteByte("0123456789ABCDEF"[c&15])
	}
	b.WriteString(text[from:])
}

// isUnreserved has the bytes that are not escaped.
var isUnreserved = func() (is [256]bool) {
	for c := range is {
		is[c] = url.QueryEscape(string([]byte{byte(c)})) == string([]byte{byte(c)})
	}
	return is
}()

// A pair is one parameter of a request. Most calls have few parameters, so a slice of
// pairs costs less than url.Values, which is a map.
type pair struct{ name, value string }

type pairs []pair

func (ps *pairs) add(name, value string) { *ps = append(*ps, pair{name, value}) }

func (ps *pairs) addAll(values url.Values) {
	for name, list := range values {
		for _, value := range list {
			ps.add(name, value)
		}
	}
}

// pairsOf returns params and extra, sorted by name, array indices written as
// "[]".
func pairsOf(params any, extra url.Values) (pairs, error) {
	ps := make(pairs, 0, 16)
	v := reflect.Indirect(reflect.ValueOf(params))
	if v.Kind() == reflect.Struct && planOf(v.Type()).direct {
		if err := walk(v, "", &ps); err != nil {
			return nil, err
		}
	} else {
		values, err := query.Values(params)
		if err != nil {
			return nil, err
		}
		ps.addAll(values)
	}
	ps.addAll(extra)
	ps.sort()
	for i := range ps {
		ps[i].name = dropIndices(ps[i].name)
	}
	return ps, nil
}

// sort sorts pairs by name, and keeps the order of pairs with one name. Most calls have few
// pairs, and most of the pairs are in order, so the loop takes less time than the standard
// library. For the many lines of a cart it would take too long.
func (ps pairs) sort() {
	if len(ps) > 32 {
		slices.SortStableFunc(ps, func(a, b pair) int { return strings.Compare(a.name, b.name) })
		return
	}
	for i := range ps {
		for j := i; j > 0 && ps[j].name < ps[j-1].name; j-- {
			ps[j], ps[j-1] = ps[j-1], ps[j]
		}
	}
}

// indexMark starts an array index inside a name. No real name holds it.
const indexMark = "\x00"

// Index returns the name of element i of the array called name.
//
// The API groups the fields of an array of objects only by their order
// (items[][amount]=1&items[][name]=a&items[][amount]=2...). The index keeps the fields
// of each element together while names are sorted, and is dropped when they are
// written.
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
