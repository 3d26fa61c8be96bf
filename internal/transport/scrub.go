package transport

import (
	"strings"

	"github.com/omisekit/omise-go/internal/redact"
)

// Scrubber returns a function that makes text from outside fit to be kept and
// printed: on one line, without the key of the call, any other key and whatever
// may be a card number, and cut short.
func Scrubber(key Secret) func(text string, limit int) string {
	return func(text string, limit int) string {
		text = redact.Clean(redact.Foreign(text), key.Text)
		if len(text) > limit {
			text = strings.ToValidUTF8(text[:limit], "") + "..."
		}
		return text
	}
}
