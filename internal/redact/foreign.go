package redact

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Foreign makes text from outside safe to print: valid UTF-8 on one line, without
// characters that control a terminal or a log viewer. White space becomes a space. A
// control character, an escape, a mark of direction and any other character that is not
// printable becomes U+FFFD. It is not removed, because the text on its two sides must
// not be joined.
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
