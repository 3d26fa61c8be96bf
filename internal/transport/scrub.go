package transport

import (
	"strings"

	"github.com/omisekit/omise-go/internal/redact"
)

// Scrubber returns a function that makes text from outside safe to keep and to print.
// It writes the text on one line, replaces the key of the call, any other key and all
// that may be a card number, and cuts the text after limit bytes.
func Scrubber(key Secret) func(text string, limit int) string {
	return func(text string, limit int) string {
		text = redact.Clean(redact.Foreign(text), key.Text)
		if len(text) > limit {
			text = strings.ToValidUTF8(text[:limit], "") + "..."
		}
		return text
	}
}
