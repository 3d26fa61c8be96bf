package outbox

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/omisekit/omise-go/internal/redact"
)

// cardNumberIn returns the name of a field of params in JSON whose text may hold a card
// number, "" if there is no such field. It reads texts as they were before they were
// written in JSON, because JSON escapes some separators.
func cardNumberIn(params []byte) (field string, err error) {
	decoder := json.NewDecoder(bytes.NewReader(params))
	decoder.UseNumber() // a number keeps all its digits
	var fields map[string]any
	if err := decoder.Decode(&fields); err != nil {
		return "", fmt.Errorf("outbox: params: %w", err)
	}
	for name, value := range fields {
		if holdsCardNumber(value) {
			return name, nil
		}
	}
	return "", nil
}

// holdsCardNumber reports whether a value of JSON, or a value or a name inside of it, may
// hold a card number.
func holdsCardNumber(value any) bool {
	switch v := value.(type) {
	case string:
		return redact.HasCardNumber(v)
	case json.Number:
		return redact.HasCardNumber(v.String())
	case []any:
		for _, one := range v {
			if holdsCardNumber(one) {
				return true
			}
		}
	case map[string]any:
		for name, one := range v {
			if holdsCardNumber(name) || holdsCardNumber(one) {
				return true
			}
		}
	}
	return false
}
