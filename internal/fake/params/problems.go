package params

import (
	"fmt"
	"strings"
)

// Problems are all mistakes in a request.
type Problems []string

// Add notes a mistake.
func (ps *Problems) Add(format string, args ...any) {
	*ps = append(*ps, fmt.Sprintf(format, args...))
}

// Text joins the problems into one message.
func (ps Problems) Text() string { return EnglishList(ps) }

// EnglishList joins words with commas and "and": a, b, and c.
func EnglishList(words []string) string {
	n := len(words)
	if n <= 2 {
		return strings.Join(words, " and ")
	}
	return strings.Join(words[:n-1], ", ") + ", and " + words[n-1]
}
