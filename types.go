package omise

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/omisekit/omise-go/internal/form"
	"github.com/omisekit/omise-go/internal/wire"
)

// Ptr returns a pointer to v, for optional parameters. On Go 1.26 or later, new(v) does
// the same.
//
//go:fix inline
func Ptr[T any](v T) *T { return new(v) }

// Metadata is the merchant's own data on an object: any JSON object.
//
// Numbers come back as [json.Number], so that no digit is lost. In a request, which is
// form encoded, every value is sent as text; nested maps and slices of plain values are
// allowed.
//
// See https://docs.omise.co/how-to-store-your-data-with-the-metadata-api.
type Metadata map[string]any

// UnmarshalJSON reads a JSON object and keeps its numbers exact.
func (m *Metadata) UnmarshalJSON(data []byte) error {
	var plain map[string]any
	if err := wire.Unmarshal(data, &plain); err != nil {
		return err
	}
	*m = plain
	return nil
}

// EncodeValues writes the data as metadata[key]=value.
func (m Metadata) EncodeValues(key string, v *url.Values) error {
	return form.AddObject(key, m, v.Add)
}

// A Date is a day of the calendar, without a time and without a zone. The zero
// Date is no day.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf returns the day of t in t's own zone.
func DateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date{year, month, day}
}

// ParseDate reads a day as 2026-01-31.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("omise: %q is not a date such as 2026-01-31", s)
	}
	return DateOf(t), nil
}

// String writes the day as 2026-01-31, and "" for the zero Date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.In(time.UTC).Format(time.DateOnly)
}

// IsZero reports whether there is no day.
func (d Date) IsZero() bool { return d == Date{} }

// In returns the start of the day in a zone.
func (d Date) In(zone *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, zone)
}

// EncodeValues writes the day into a request.
func (d Date) EncodeValues(key string, v *url.Values) error {
	v.Set(key, d.String())
	return nil
}

// MarshalJSON writes the day as a string, and null for the zero Date.
func (d Date) MarshalJSON() ([]byte, error) {
	if d.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(d.String())
}

// UnmarshalJSON reads a day, null or an empty string.
func (d *Date) UnmarshalJSON(data []byte) (err error) {
	var s *string
	if err = json.Unmarshal(data, &s); err != nil {
		return err
	}
	*d = Date{}
	if s != nil && *s != "" {
		*d, err = ParseDate(*s)
	}
	return err
}

// A Decimal is a number that is kept as it was written, such as a rate or a percentage.
// It is never converted to a float.
type Decimal string

// UnmarshalJSON reads a number or a string.
func (d *Decimal) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		data = nil
	}
	if n := len(data); n >= 2 && data[0] == '"' && data[n-1] == '"' {
		data = data[1 : n-1]
	}
	if len(data) > 0 && !wire.IsNumber(data) {
		return errors.New("omise: a decimal must be a number")
	}
	*d = Decimal(data)
	return nil
}

// An Expandable is a reference to another object: its id and, if the call asked for it
// with [WithExpand], the object itself. The zero Expandable refers to nothing.
type Expandable[T any] struct {
	ID     string `wire:"id"`
	Object *T     `wire:"object"` // nil unless expanded
}

// IsZero reports whether there is no reference.
func (e Expandable[T]) IsZero() bool { return e.ID == "" && e.Object == nil }

// UnmarshalJSON reads an id, an object with an id, or null.
func (e *Expandable[T]) UnmarshalJSON(data []byte) error {
	return wire.Unmarshal(data, e)
}

// MarshalJSON writes the object if there is one, otherwise the id, or null without an
// id.
func (e Expandable[T]) MarshalJSON() ([]byte, error) {
	switch {
	case e.Object != nil:
		return json.Marshal(e.Object)
	case e.ID != "":
		return json.Marshal(e.ID)
	}
	return []byte("null"), nil
}
