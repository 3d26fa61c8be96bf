package fake

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"

	"github.com/omisekit/omise-go/internal/fake/params"
	"github.com/omisekit/omise-go/internal/redact"
)

const redaction = redact.Mark

// cardGroups are the groups of parameters that describe a card.
var cardGroups = []string{"card", "tokenization"}

// harmless are the details of a card that the journal keeps.
var harmless = []string{"name", "expiration_month", "expiration_year", "city", "postal_code", "state", "country", "method", "brand"}

// secretNames are names of parameters that the journal never keeps, and
// secretParts are parts of such names. Both are in lower case and have letters
// only: SecurityCode, security_code and card.security_code are the same. They include the
// names of a security code at other gateways, such as cvn and cv2.
var (
	secretNames = []string{"data", "pan", "pin", "csc", "cid", "cv"}
	secretParts = []string{"number", "securitycode", "cvc", "cvv", "cvn", "cardcode", "verification", "password", "passwd", "secret"}
)

// redactedParams returns the parameters of a call without its secrets. For calls to
// the vault it keeps only parameters that are known to be harmless. The same holds for
// unknown paths, which may be misspelt paths of the vault.
func (s *Server) redactedParams(c *Call, p params.Map) map[string]any {
	if len(p) == 0 {
		return nil
	}
	safe := s.redactedMap(p)
	if c.Route == "" || strings.HasPrefix(c.Route, "/tokens") {
		for key, value := range safe {
			if _, isGroup := value.(map[string]any); !isGroup || !slices.Contains(cardGroups, key) {
				safe[key] = redaction
			}
		}
	}
	return safe
}

func (s *Server) redactedMap(m map[string]any) map[string]any {
	safe := make(map[string]any, len(m))
	for key, value := range m {
		group, isGroup := value.(map[string]any)
		text, _ := value.(string)
		switch {
		case isDocument(key), isSecret(key):
			safe[s.redactedName(key)] = redaction
		case isGroup && slices.Contains(cardGroups, key):
			safe[key] = s.redactedCard(group)
		case slices.Contains(cardGroups, key) && isDocument(text):
			safe[key] = redaction
		default:
			safe[s.redacted(key)] = s.redactedValue(value)
		}
	}
	return safe
}

// redactedCard keeps the details of a card or a wallet that are harmless.
func (s *Server) redactedCard(group map[string]any) map[string]any {
	safe := make(map[string]any, len(group))
	for key, value := range group {
		if slices.Contains(harmless, key) {
			safe[key] = s.redactedValue(value)
		} else {
			safe[s.redacted(key)] = redaction
		}
	}
	return safe
}

func isSecret(name string) bool {
	name = strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
	hasPart := slices.ContainsFunc(secretParts, func(part string) bool { return strings.Contains(name, part) })
	return hasPart || slices.Contains(secretNames, name)
}

// isDocument reports whether text is a document, such as JSON that was sent with the
// content type of a form. The fake cannot tell which parts of it are secret.
func isDocument(text string) bool {
	return strings.ContainsAny(text, "{}<>\"\r\n")
}

// redactedName returns the name of a parameter without secrets.
func (s *Server) redactedName(name string) string {
	if isDocument(name) {
		return redaction
	}
	return s.redacted(name)
}

func (s *Server) redactedValue(v any) any {
	switch v := v.(type) {
	case string:
		return s.redacted(v)
	case json.Number:
		return json.Number(s.redacted(v.String()))
	case map[string]any:
		return s.redactedMap(v)
	case []any:
		safe := make([]any, len(v))
		for i, element := range v {
			safe[i] = s.redactedValue(element)
		}
		return safe
	}
	return v
}

// redacted returns text without keys and without anything that may be a card number.
func (s *Server) redacted(text string) string {
	return redact.Clean(text, redact.New(s.options.LinksPlusKey))
}
