package outbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/omisekit/omise-go/internal/redact"
)

// codeNames are the names of a security code, in small letters. Its three or four digits
// do not show what they are, so only the name does.
var codeNames = []string{"cvc", "cvc2", "cvv", "cvv2", "security_code", "securitycode"}

// secretIn returns the name of a field of params in JSON that may hold an API key, a card
// number or a security code, "" if there is no such field. It reads texts as they were
// before they were written in JSON, because JSON escapes some separators.
func secretIn(params []byte) (field string, err error) {
	decoder := json.NewDecoder(bytes.NewReader(params))
	decoder.UseNumber() // a number keeps all its digits
	var fields map[string]any
	if err := decoder.Decode(&fields); err != nil {
		return "", fmt.Errorf("outbox: params: %w", err)
	}
	for name, value := range fields {
		if holdsSecret(value) {
			return name, nil
		}
	}
	return "", nil
}

// holdsSecret reports whether a value of JSON, or a value or a name inside of it, may
// hold an API key or a card number, or a name is that of a security code.
func holdsSecret(value any) bool {
	switch v := value.(type) {
	case string:
		return redact.HasKey(v) || redact.HasCardNumber(v)
	case json.Number:
		return redact.HasCardNumber(v.String())
	case []any:
		for _, one := range v {
			if holdsSecret(one) {
				return true
			}
		}
	case map[string]any:
		for name, one := range v {
			if slices.Contains(codeNames, strings.ToLower(name)) || holdsSecret(name) || holdsSecret(one) {
				return true
			}
		}
	}
	return false
}
