package transport

import (
	"encoding/base64"

	"github.com/omisekit/omise-go/internal/redact"
)

// A Secret is a key that no printer can show.
type Secret struct {
	redact.Text
	basic redact.Text // the header with the key as a user name without a password
}

// NewSecret hides key.
func NewSecret(key string) Secret {
	if key == "" {
		return Secret{}
	}
	return Secret{redact.New(key), redact.New("Basic " + base64.StdEncoding.EncodeToString([]byte(key+":")))}
}

// authorization returns the Authorization header: the key as a user name without a
// password, or only the key if bare.
func (s Secret) authorization(bare bool) string {
	switch {
	case bare:
		return s.Reveal()
	case s.IsZero():
		return "Basic Og=="
	}
	return s.basic.Reveal()
}

// Or returns s, or other if s is zero.
func (s Secret) Or(other Secret) Secret {
	if s.IsZero() {
		return other
	}
	return s
}
