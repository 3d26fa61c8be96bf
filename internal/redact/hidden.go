// Package redact removes secrets, card numbers and personal data from the output of a
// program, and from text that comes from outside.
package redact

import (
	"fmt"
	"io"
	"log/slog"
)

// Mark is printed in place of hidden text.
const Mark = "[redacted]"

// Hidden is embedded in a struct that no printer may show: fmt, slog, encoding/json,
// encoding/xml, encoding/gob, YAML and templates write Mark in its place.
//
// Go does not call methods of a value behind an unexported field of another package,
// and fmt does not call them for the verbs %p and %w. In these cases a plain string in
// the struct is printed, but a [Text] is not.
type Hidden struct{}

// Format prints the same for every verb.
func (Hidden) Format(w fmt.State, _ rune) { io.WriteString(w, Mark) }

// MarshalText hides the struct in JSON, XML and YAML.
func (Hidden) MarshalText() ([]byte, error) { return []byte(Mark), nil }

// GobEncode hides the struct in gob.
func (Hidden) GobEncode() ([]byte, error) { return []byte(Mark), nil }

// LogValue hides the struct in slog.
func (Hidden) LogValue() slog.Value { return slog.StringValue(Mark) }

// A Text is a text that no printer can show.
//
// The text is in a closure. fmt, encoding/json, slog and reflection see a func, even if
// they cannot call the methods of the Text.
type Text struct {
	Hidden
	reveal func() string
}

// New hides text. The empty text is the zero Text.
func New(text string) Text {
	if text == "" {
		return Text{}
	}
	return Text{reveal: func() string { return text }}
}

// Reveal returns the text, "" for the zero Text.
func (t Text) Reveal() string {
	if t.reveal == nil {
		return ""
	}
	return t.reveal()
}

// IsZero reports whether there is no text.
func (t Text) IsZero() bool { return t.reveal == nil }
