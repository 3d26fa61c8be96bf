package fake

import (
	"encoding/json"
	"math/big"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// params are the parameters of a call: strings from forms, any JSON value
// (numbers as json.Number) from JSON bodies, nested maps and lists from both.
type params map[string]any

// add stores a form value under a name such as a, a[b], a[] or items[][sku].
func (p params) add(name, value string) {
	assign(p, splitName(name), value)
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

// appendElement adds a value to a list. A value with a path belongs to the
// last element until that element has it, which starts the next one.
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

// has reports whether a parameter was given; null and "" count as not given,
// because several clients send them for what was never set.
func (p params) has(key string) bool {
	value, ok := p[key]
	return ok && value != nil && value != ""
}

// text returns a scalar parameter as text, and "" for anything else.
func (p params) text(key string) string {
	switch v := p[key].(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

func (p params) integer(key string, bad *problems) int64 {
	n, err := strconv.ParseInt(p.text(key), 10, 64)
	if err != nil {
		bad.add("%s is not a number", key)
	}
	return n
}

func (p params) decimal(key string, bad *problems) *big.Rat {
	text := p.text(key)
	// An exponent such as 1e999999999 would take all memory.
	if strings.Trim(text, "-.0123456789") == "" {
		if d, ok := new(big.Rat).SetString(text); ok {
			return d
		}
	}
	bad.add("%s is not a number", key)
	return new(big.Rat)
}

func (p params) boolean(key string, otherwise bool, bad *problems) bool {
	if !p.has(key) {
		return otherwise
	}
	switch p.text(key) {
	case "true":
		return true
	case "false":
		return false
	}
	bad.add("%s must be true or false", key)
	return otherwise
}

// time reads an ISO 8601 moment or a date, which means its first moment (UTC).
func (p params) time(key string, bad *problems) time.Time {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, p.text(key)); err == nil {
			return t.UTC()
		}
	}
	bad.add("%s is not a valid date", key)
	return time.Time{}
}

// uri returns the address that was sent, even if empty, or the old one.
func (p params) uri(key, old string, bad *problems) string {
	p.update(&old, key)
	if old != "" && !isAbsolute(old) {
		bad.add("%s is invalid", key)
	}
	return old
}

func isAbsolute(uri string) bool {
	u, err := url.Parse(uri)
	return err == nil && u.Scheme != "" && (u.Host != "" || u.Path != "")
}

// choice reads one of the allowed words; not given is the empty string.
func (p params) choice(key string, bad *problems, allowed ...string) string {
	word := p.text(key)
	if p.has(key) && !slices.Contains(allowed, word) {
		bad.add("%s must be one of %s", key, strings.Join(allowed, ", "))
	}
	return word
}

// group returns nested parameters, empty when there are none.
func (p params) group(key string) params {
	m, _ := p[key].(map[string]any)
	return m
}

// groups returns a list of nested parameters.
func (p params) groups(key string) []params {
	elements, _ := p[key].([]any)
	var groups []params
	for _, element := range elements {
		if m, ok := element.(map[string]any); ok {
			groups = append(groups, m)
		}
	}
	return groups
}

// texts returns a list of scalars.
func (p params) texts(key string) []string {
	elements, _ := p[key].([]any)
	texts := []string{}
	for i := range elements {
		texts = append(texts, params{"": elements[i]}.text(""))
	}
	return texts
}

// values returns a list of scalars, or a scalar as a list of one.
func (p params) values(key string) []string {
	if _, ok := p[key].([]any); ok {
		return p.texts(key)
	}
	return []string{p.text(key)}
}

// metadata returns the metadata given, or the old one.
func (p params) metadata(old map[string]any, bad *problems) map[string]any {
	if !p.has("metadata") {
		return old
	}
	m, ok := p["metadata"].(map[string]any)
	if !ok {
		bad.add("Metadata should be a JSON hash")
		return old
	}
	// Guess: new metadata replaces the old one as a whole.
	return m
}

// update sets the field to a text parameter that was sent, even if empty.
func (p params) update(field *string, key string) {
	if _, ok := p[key]; ok {
		*field = p.text(key)
	}
}
