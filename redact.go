package omise

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/url"
)

// Sensitive is text that is not for logs: a card number, a security code, a
// wallet's payment data, a page that may quote them. It prints as [redacted] in
// every verb of fmt, in JSON and in slog; string(s) gives the text.
type Sensitive string

const redacted = "[redacted]"

// Format prints the same for every verb.
func (s Sensitive) Format(w fmt.State, _ rune) { io.WriteString(w, redacted) }

// MarshalText keeps the text out of JSON.
func (s Sensitive) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// hidden is what stands for text where fmt looks past the methods of a type, as
// it does behind a pointer with a verb that does not fit.
func (s Sensitive) hidden() Sensitive {
	if s == "" {
		return ""
	}
	return redacted
}

// printAs prints plain, a copy without secrets, as fmt would by itself.
func printAs(w fmt.State, verb rune, plain any) { fmt.Fprintf(w, fmt.FormatString(w, verb), plain) }

// UnmarshalJSON reads text; anything else is kept as it was written.
func (s *Sensitive) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, (*string)(s))
	}
	*s = Sensitive(data)
	if string(data) == "null" {
		*s = ""
	}
	return nil
}

// LogValue keeps the text out of slog.
func (s Sensitive) LogValue() slog.Value { return slog.StringValue(redacted) }

// EncodeValues writes the text into a request.
func (s Sensitive) EncodeValues(key string, v *url.Values) error {
	v.Set(key, string(s))
	return nil
}
