package redact

import (
	"net/url"
	"strings"
)

// Remove replaces each secret in text, as it is and as it is escaped for a URL. It is
// for secrets that do not look like a key or a card number, so that Clean cannot find
// them.
func Remove(text string, secrets ...Text) string {
	for _, secret := range secrets {
		if plain := secret.Reveal(); plain != "" {
			text = strings.ReplaceAll(text, plain, Mark)
			text = strings.ReplaceAll(text, url.QueryEscape(plain), Mark)
		}
	}
	return text
}
