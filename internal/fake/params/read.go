package params

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// The limits prevent that one call takes all memory or the whole stack.
const (
	// MaxDepth is how deep parameters may be nested: a[b] has a depth of 2.
	MaxDepth = 32
	// MaxCount is how many values a call may have.
	MaxCount = 10_000
)

var (
	errDepth = fmt.Errorf("parameters are nested deeper than %d levels", MaxDepth)
	errCount = fmt.Errorf("there are more than %d parameters", MaxCount)
)

// AddForm adds the pairs of a form in the order in which they were sent. The
// order tells the elements of items[][sku] and items[][name] apart, and
// url.ParseQuery would lose it. Pairs that cannot be unescaped are left out. The
// error names the limit that the form exceeds.
func (p Map) AddForm(form string) error {
	if strings.Count(form, "&") >= MaxCount {
		return errCount
	}
	for pair := range strings.SplitSeq(form, "&") {
		key, value, _ := strings.Cut(pair, "=")
		key, keyErr := url.QueryUnescape(key)
		value, valueErr := url.QueryUnescape(value)
		if keyErr != nil || valueErr != nil || key == "" {
			continue
		}
		if err := p.Add(key, value); err != nil {
			return err
		}
	}
	return nil
}

// FromJSON reads the parameters of a JSON body. Numbers stay as they were
// written, so that amounts are exact and answers show metadata unchanged. The
// error says that the body is not an object, or names the limit that it exceeds.
func FromJSON(body []byte) (Map, error) {
	p := Map{}
	if len(bytes.TrimSpace(body)) == 0 {
		return p, nil
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	if err := dec.Decode((*map[string]any)(&p)); err != nil || dec.More() {
		return nil, errors.New("request body is not a JSON object")
	}
	if p == nil { // the body is null
		return Map{}, nil
	}
	count := 0
	if err := check(map[string]any(p), MaxDepth, &count); err != nil {
		return nil, err
	}
	return p, nil
}

// check returns an error if a value is nested deeper than depth levels or has
// too many values in it. It adds the number of values to count.
func check(v any, depth int, count *int) error {
	if depth < 0 {
		return errDepth
	}
	if *count++; *count > MaxCount {
		return errCount
	}
	switch v := v.(type) {
	case map[string]any:
		for _, element := range v {
			if err := check(element, depth-1, count); err != nil {
				return err
			}
		}
	case []any:
		for _, element := range v {
			if err := check(element, depth-1, count); err != nil {
				return err
			}
		}
	}
	return nil
}
