package form_test

import (
	"io"
	"net/url"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/form"
)

type inner struct {
	A string `url:"a"`
}

// An encoder has EncodeValues, which go-querystring calls for a field, but not for an
// element of a slice.
type encoder string

func (encoder) EncodeValues(string, *url.Values) error { return nil }

func TestGuardRefusesWhatGoQuerystringGetsWrong(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		params  any
		because string
	}{
		{"no struct", map[string]string{}, "is not a struct"},
		{"a field without a name", struct{ A string }{}, "has no url name"},
		{"a field with options only", struct {
			A string `url:",omitempty"`
		}{}, "has no url name"},
		{"an embedded struct", struct{ inner }{}, "has no url name"},
		{"a map", struct {
			A map[string]string `url:"a"`
		}{}, "needs its own EncodeValues"},
		{"an interface", struct {
			A any `url:"a"`
		}{}, "needs its own EncodeValues"},
		{"a reader", struct {
			A io.Reader `url:"a"`
		}{}, "needs its own EncodeValues"},
		{"a func", struct {
			A func() `url:"a"`
		}{}, "needs its own EncodeValues"},
		{"a channel", struct {
			A chan int `url:"a"`
		}{}, "needs its own EncodeValues"},
		{"a float", struct {
			A float64 `url:"a"`
		}{}, "needs its own EncodeValues"},
		{"an array", struct {
			A [2]string `url:"a"`
		}{}, "needs its own EncodeValues"},
		{"bytes", struct {
			A []byte `url:"a,brackets"`
		}{}, "list of numbers"},
		{"a slice without brackets", struct {
			A []string `url:"a"`
		}{}, "needs the brackets option"},
		{"a slice of structs", struct {
			A []inner `url:"a,brackets"`
		}{}, "needs its own EncodeValues"},
		{"a slice of pointers to structs", struct {
			A []*inner `url:"a,omitempty,brackets"`
		}{}, "needs its own EncodeValues"},
		{"a slice of slices", struct {
			A [][]string `url:"a,brackets"`
		}{}, "needs its own EncodeValues"},
		{"a slice of maps", struct {
			A []map[string]string `url:"a,brackets"`
		}{}, "needs its own EncodeValues"},
		{"a slice of what encodes itself", struct {
			A []encoder `url:"a,brackets"`
		}{}, "needs its own EncodeValues"},
		{"a pointer without omitempty", struct {
			A *string `url:"a"`
		}{}, "add omitempty"},
		{"a pointer to a struct without omitempty", struct {
			A *inner `url:"a"`
		}{}, "add omitempty"},
		{"a map two structs down", struct {
			A *struct {
				B struct {
					C map[string]string `url:"c"`
				} `url:"b"`
			} `url:"a,omitempty"`
		}{}, "needs its own EncodeValues"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			require.ErrorContains(t, form.Guard(reflect.TypeOf(row.params)), row.because)
		})
	}
}

func TestGuardAcceptsOtherTypes(t *testing.T) {
	t.Parallel()
	type name string
	require.NoError(t, form.Guard(reflect.TypeFor[*struct {
		A string     `url:"a"`
		B *bool      `url:"b,omitempty"`
		C int64      `url:"c,omitempty"`
		D time.Time  `url:"d,omitempty"`
		E *time.Time `url:"e,omitempty"`
		F []name     `url:"f,omitempty,brackets"`
		G *inner     `url:"g,omitempty"`
		H inner      `url:"h"`
		I encoder    `url:"i,omitempty"`
		J io.Reader  `url:"-"`
		k map[string]string
	}]()))
}
