package redact

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Foreign makes text that somebody else wrote safe to print: it is valid UTF-8
// on one line, without anything that a terminal or a reader of logs obeys. White
// space becomes a blank. A control character, an escape, a mark of direction and
// any other character without a shape becomes U+FFFD, so that nothing joins what
// it kept apart.
func Foreign(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsPrint(r):
			return r
		case unicode.IsSpace(r):
			return ' '
		}
		return utf8.RuneError
	}, text)
}
