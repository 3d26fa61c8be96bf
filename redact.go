package omise

import (
	"encoding/json"
	"net/url"

	"github.com/omisekit/omise-go/internal/redact"
)

// A Sensitive is a text that no printer shows: a card number, a security code,
// a key, the payment data of a wallet. [NewSensitive] makes one.
//
// It prints as [redacted] in every verb of fmt, in slog, in templates and in JSON, XML,
// YAML and gob. Where Go does not call methods, such as for an unexported field or with
// the verb %p, it prints the address of a func. Therefore == and reflect.DeepEqual do
// not find two values equal; compare the results of [Sensitive.Reveal].
type Sensitive struct{ secret }

// A secret is a text that no printer can show.
type secret = redact.Text

// hidden is embedded in types that hold personal data, a card or the body of an answer,
// so that no printer shows them. SECURITY.md says where it does not help.
type hidden = redact.Hidden

// NewSensitive hides text. The empty text is the zero Sensitive.
func NewSensitive(text string) Sensitive { return Sensitive{redact.New(text)} }

// Reveal returns the text.
func (s Sensitive) Reveal() string { return s.secret.Reveal() }

// IsZero reports whether there is no text.
func (s Sensitive) IsZero() bool { return s.secret.IsZero() }

// UnmarshalJSON reads text. Another JSON value is kept as it was written.
func (s *Sensitive) UnmarshalJSON(data []byte) error {
	plain := string(data)
	if len(data) > 0 && data[0] == '"' || plain == "null" {
		plain = ""
		if err := json.Unmarshal(data, &plain); err != nil {
			return err
		}
	}
	*s = NewSensitive(plain)
	return nil
}

// GobDecode sets the zero Sensitive, because GobEncode does not write the text.
func (s *Sensitive) GobDecode([]byte) error {
	*s = Sensitive{}
	return nil
}

// EncodeValues writes the text into a request.
func (s Sensitive) EncodeValues(key string, v *url.Values) error {
	v.Set(key, s.Reveal())
	return nil
}
