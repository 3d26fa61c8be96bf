package fake

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// String returns the call on one line.
func (c Call) String() string { return strings.Join(c.Columns(), " ") }

// Columns returns the call as the columns of a table.
func (c Call) Columns() []string {
	outcome := "no answer"
	if c.Status != 0 {
		outcome = strings.TrimSpace(fmt.Sprint(c.Status, " ", c.ErrorCode))
	}
	var notes []string
	if c.Fault != "" {
		notes = append(notes, "[fault: "+c.Fault+"]")
	}
	for _, g := range c.Guesses {
		notes = append(notes, "[guess: "+g+"]")
	}
	columns := []string{fmt.Sprintf("#%d", c.Number), c.Time.Format(time.DateTime), c.Method + " " + c.Path, outcome}
	if details := append(flat("", c.Params), notes...); len(details) > 0 {
		columns = append(columns, strings.Join(details, " "))
	}
	return columns
}

// flat writes parameters as name=value, in the order of their names.
func flat(prefix string, v any) []string {
	switch v := v.(type) {
	case map[string]any:
		var all []string
		for key, value := range v {
			name := key
			if prefix != "" {
				name = prefix + "[" + key + "]"
			}
			all = append(all, flat(name, value)...)
		}
		slices.Sort(all)
		return all
	case []any:
		var all []string
		for _, element := range v {
			all = append(all, flat(prefix+"[]", element)...)
		}
		return all
	}
	return []string{fmt.Sprintf("%s=%v", prefix, v)}
}
