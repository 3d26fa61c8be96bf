package transport

import (
	"slices"
	"strings"

	"github.com/omisekit/omise-go/internal/redact"
)

// Scrub makes text from outside safe to keep and to print. It writes the text on one line,
// replaces the key of the call, the secrets that the call has sent, any other key and all
// that may be a card number, and cuts the text after limit bytes.
func Scrub(text string, limit int, key Secret, sent ...redact.Text) string {
	// A security code may be a part of a card number, and the rest of the number would
	// be kept. So it is removed after the number. Payment data of a wallet are removed
	// first, because Clean may change a part of them.
	long := slices.DeleteFunc(slices.Clone(sent), func(secret redact.Text) bool { return len(secret.Reveal()) <= longestSecurityCode })
	text = redact.Remove(text, long...)
	text = redact.Clean(redact.Foreign(text), key.Text)
	text = redact.Remove(text, sent...)
	if len(text) > limit {
		text = strings.ToValidUTF8(text[:limit], "") + "..."
	}
	return text
}

const longestSecurityCode = 4
