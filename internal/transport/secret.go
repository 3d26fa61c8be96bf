package transport

import (
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
)

const redacted = "[redacted]"

// A Secret holds a key that no printer can show.
//
// The key sits in a closure: fmt, encoding/json, slog and reflection see a
// func, even where the Secret is an unexported field and its methods are out of
// their reach.
type Secret struct{ reveal func() (key, basic string) }

// NewSecret hides key.
func NewSecret(key string) Secret {
	if key == "" {
		return Secret{}
	}
	basic := base64.StdEncoding.EncodeToString([]byte(key + ":"))
	return Secret{func() (string, string) { return key, basic }}
}

// Reveal returns the key, or "" for the zero Secret.
func (s Secret) Reveal() string {
	if s.reveal == nil {
		return ""
	}
	key, _ := s.reveal()
	return key
}

// authorization is the Authorization header: the key as a user name without a
// password, or the key alone.
func (s Secret) authorization(bare bool) string {
	switch {
	case bare:
		return s.Reveal()
	case s.reveal == nil:
		return "Basic Og=="
	}
	_, basic := s.reveal()
	return "Basic " + basic
}

// IsZero tells whether there is no key.
func (s Secret) IsZero() bool { return s.reveal == nil }

// Or returns s, or other if s is zero.
func (s Secret) Or(other Secret) Secret {
	if s.IsZero() {
		return other
	}
	return s
}

// Format prints the same for every verb.
func (s Secret) Format(w fmt.State, _ rune) { io.WriteString(w, redacted) }

// MarshalText keeps the key out of JSON.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue keeps the key out of slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }
