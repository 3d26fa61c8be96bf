// Package params reads the parameters of calls to the fake. It collects mistakes,
// because the API names all of them in one message.
package params

import (
	"encoding/json"
	"math/big"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Map holds the parameters of a call: strings from forms, any JSON value
// (numbers as json.Number) from JSON bodies, nested maps and lists from both.
type Map map[string]any

// Add stores a form value under a name such as a, a[b], a[] or items[][sku]. It
// returns an error if the name is nested deeper than [MaxDepth].
func (p Map) Add(name, value string) error {
	if strings.Count(name, "[") >= MaxDepth {
		return errDepth
	}
	assign(p, splitName(name), value)
	return nil
}

func splitName(name string) []string {
	first, rest, nested := strings.Cut(name, "[")
	if !nested || !strings.HasSuffix(rest, "]") {
		return []string{name}
	}
	return append([]string{first}, strings.Split(strings.TrimSuffix(rest, "]"), "][")...)
}

func assign(m map[string]any, path []string, value string) {
	key, rest := path[0], path[1:]
	switch {
	case len(rest) == 0:
		m[key] = value
	case rest[0] == "":
		elements, _ := m[key].([]any)
		m[key] = appendElement(elements, rest[1:], value)
	default:
		child, ok := m[key].(map[string]any)
		if !ok {
			child = map[string]any{}
			m[key] = child
		}
		assign(child, rest, value)
	}
}

// appendElement adds a value to a list. A value with a path is added to the last
// element. If that element has the path already, the value starts a new element.
func appendElement(elements []any, path []string, value string) []any {
	if len(path) == 0 {
		return append(elements, value)
	}
	if n := len(elements); n > 0 {
		if last, ok := elements[n-1].(map[string]any); ok && !hasPath(last, path) {
			assign(last, path, value)
			return elements
		}
	}
	element := map[string]any{}
	assign(element, path, value)
	return append(elements, element)
}

func hasPath(m map[string]any, path []string) bool {
	value, ok := m[path[0]]
	if !ok || len(path) == 1 {
		return ok
	}
	child, ok := value.(map[string]any)
	return ok && hasPath(child, path[1:])
}

// Has reports whether a parameter was given. null and "" count as not given,
// because several clients send them for parameters that were never set.
func (p Map) Has(key string) bool {
	value, ok := p[key]
	return ok && value != nil && value != ""
}

// Any reports whether any parameter was given.
func (p Map) Any() bool {
	for key := range p {
		if p.Has(key) {
			return true
		}
	}
	return false
}

// Text returns a scalar parameter as text, and "" for anything else.
func (p Map) Text(key string) string { return Text(p[key]) }

// Text returns a scalar as text, and "" for anything else.
func Text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// Integer returns a whole number. It adds a problem if the parameter is not one.
func (p Map) Integer(key string, bad *Problems) int64 {
	n, err := strconv.ParseInt(p.Text(key), 10, 64)
	if err != nil {
		bad.Add("%s is not a number", key)
	}
	return n
}

// Decimal returns an exact decimal number. It adds a problem if the parameter
// is not one.
func (p Map) Decimal(key string, bad *Problems) *big.Rat {
	text := p.Text(key)
	// An exponent such as 1e999999999 would take all memory.
	if strings.Trim(text, "-.0123456789") == "" {
		if d, ok := new(big.Rat).SetString(text); ok {
			return d
		}
	}
	bad.Add("%s is not a number", key)
	return new(big.Rat)
}

// Boolean returns true or false, or the value otherwise if the parameter was not given.
// It accepts 1 and 0 as well, because PHP writes booleans so in forms. It adds a problem
// for every other value.
//
// Guess: other words, such as False and on, are refused.
func (p Map) Boolean(key string, otherwise bool, bad *Problems) bool {
	if !p.Has(key) {
		return otherwise
	}
	switch p.Text(key) {
	case "true", "1":
		return true
	case "false", "0":
		return false
	}
	bad.Add("%s must be true or false", key)
	return otherwise
}

// Time reads an ISO 8601 time, or a date. A date means its start in UTC.
func (p Map) Time(key string, bad *Problems) time.Time {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, p.Text(key)); err == nil {
			return t.UTC()
		}
	}
	bad.Add("%s is not a valid date", key)
	return time.Time{}
}

// URI returns the address that was sent, even if it is empty, or the old one if
// none was sent.
func (p Map) URI(key, old string, bad *Problems) string {
	p.Update(&old, key)
	if old != "" && !IsAbsolute(old) {
		bad.Add("%s is invalid", key)
	}
	return old
}

// IsAbsolute reports whether an address has a scheme and a host or a path.
func IsAbsolute(uri string) bool {
	u, err := url.Parse(uri)
	return err == nil && u.Scheme != "" && (u.Host != "" || u.Path != "")
}

// Choice returns one of the allowed words, and the empty string if the parameter
// was not given.
func (p Map) Choice(key string, bad *Problems, allowed ...string) string {
	word := p.Text(key)
	if p.Has(key) && !slices.Contains(allowed, word) {
		bad.Add("%s must be one of %s", key, strings.Join(allowed, ", "))
	}
	return word
}

// Group returns nested parameters. They are empty if there are none.
func (p Map) Group(key string) Map {
	m, _ := p[key].(map[string]any)
	return m
}

// Groups returns a list of nested parameters.
func (p Map) Groups(key string) []Map {
	elements, _ := p[key].([]any)
	var groups []Map
	for _, element := range elements {
		if m, ok := element.(map[string]any); ok {
			groups = append(groups, m)
		}
	}
	return groups
}

// Texts returns a list of scalars.
func (p Map) Texts(key string) []string {
	elements, _ := p[key].([]any)
	texts := []string{}
	for i := range elements {
		texts = append(texts, Text(elements[i]))
	}
	return texts
}

// Values returns a list of scalars, or a scalar as a list of one.
func (p Map) Values(key string) []string {
	if _, ok := p[key].([]any); ok {
		return p.Texts(key)
	}
	return []string{p.Text(key)}
}

// Metadata returns the metadata that was given, or the old metadata.
func (p Map) Metadata(old map[string]any, bad *Problems) map[string]any {
	if !p.Has("metadata") {
		return old
	}
	m, ok := p["metadata"].(map[string]any)
	if !ok {
		bad.Add("Metadata should be a JSON hash")
		return old
	}
	// Guess: new metadata replaces the old metadata as a whole.
	return m
}

// Replace sets the field of an attribute that must not be empty.
//
// Guess: an empty value changes nothing, because some clients send the attribute with
// every update.
func (p Map) Replace(field *string, key string) {
	if p.Has(key) {
		*field = p.Text(key)
	}
}

// Update sets the field if the parameter was sent, even if it was sent empty.
func (p Map) Update(field *string, key string) {
	if _, ok := p[key]; ok {
		*field = p.Text(key)
	}
}
