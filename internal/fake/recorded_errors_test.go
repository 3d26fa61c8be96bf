package fake

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/testdata"
)

// A recordedError is an answer of testdata/errors.json.
type recordedError struct {
	Source  string
	Country string          // of the account; Thailand if there is none
	Key     string          // used instead of the account's secret key
	Call    string          // such as POST /charges/{paid}/reverse
	Params  json.RawMessage // "{customer}" is replaced by an id
	File    string          // name of the file that is sent

	Status  int // 0 if the source does not tell it
	Code    string
	Message string
}

// beforeErrors makes the objects that the calls name.
const beforeErrors = `[
	{"name": "token", "call": "POST /tokens", "params": {"card": {"name": "Somchai", "number": "4242424242424242", "expiration_month": 12, "expiration_year": 2035}}},
	{"name": "customer", "call": "POST /customers", "params": {"card": "{token}"}},
	{"name": "used", "call": "POST /tokens", "params": {"card": {"name": "Somchai", "number": "4242424242424242", "expiration_month": 12, "expiration_year": 2035}}},
	{"name": "paid", "call": "POST /charges", "params": {"amount": 100000, "currency": "thb", "card": "{used}"}},
	{"name": "waiting", "call": "POST /charges", "params": {"amount": 100000, "currency": "thb", "source": {"type": "promptpay"}}},
	{"name": "one", "call": "POST /charges", "params": {"amount": 100000, "currency": "thb", "customer": "{customer}"}},
	{"name": "dispute", "call": "POST /charges/{one}/disputes"},
	{"name": "two", "call": "POST /charges", "params": {"amount": 100000, "currency": "thb", "customer": "{customer}"}},
	{"name": "accepted", "call": "POST /charges/{two}/disputes"},
	{"call": "PATCH /disputes/{accepted}/accept"}
]`

func recordedErrors(t *testing.T) []recordedError {
	t.Helper()
	var all []recordedError
	dec := json.NewDecoder(bytes.NewReader(testdata.Errors))
	dec.DisallowUnknownFields()
	require.NoError(t, dec.Decode(&all))
	return all
}

func TestRecordedErrors(t *testing.T) {
	t.Parallel()
	for _, e := range recordedErrors(t) {
		t.Run(e.Call+" "+e.Message, func(t *testing.T) {
			t.Parallel()
			s := New(Options{Country: e.Country})
			if e.Country == "" {
				ids, err := s.Seed([]byte(beforeErrors))
				require.NoError(t, err)
				for name, id := range ids {
					e.Call = strings.ReplaceAll(e.Call, "{"+name+"}", id)
					e.Params = bytes.ReplaceAll(e.Params, []byte("{"+name+"}"), []byte(id))
				}
			}
			status, answer := e.ask(t, s)
			if e.Status != 0 {
				require.Equal(t, e.Status, status)
			}
			require.Equal(t, map[string]any{
				"object": "error", "code": e.Code, "message": e.Message,
				"location": "https://www.omise.co/api-errors#" + strings.ReplaceAll(e.Code, "_", "-"),
			}, answer)
		})
	}
}

func (e *recordedError) ask(t *testing.T, s *Server) (int, map[string]any) {
	t.Helper()
	method, path, _ := strings.Cut(e.Call, " ")
	body, kind := bytes.NewBuffer(e.Params), "application/json"
	if e.File != "" {
		form := multipart.NewWriter(body)
		_, err := form.CreateFormFile("file", e.File)
		require.NoError(t, err)
		require.NoError(t, form.Close())
		kind = form.FormDataContentType()
	}
	hr, err := http.NewRequest(method, "https://api.omise.co"+path, body)
	require.NoError(t, err)
	hr.Header.Set("Content-Type", kind)
	switch {
	case e.Key != "":
		hr.SetBasicAuth(e.Key, "")
	case strings.HasPrefix(path, "/tokens"):
		hr.SetBasicAuth(s.PublicKey(), "")
	default:
		hr.SetBasicAuth(s.SecretKey(), "")
	}
	resp, err := s.RoundTrip(hr)
	require.NoError(t, err)
	defer resp.Body.Close()
	var answer map[string]any
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&answer))
	return resp.StatusCode, answer
}
