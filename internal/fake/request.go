package fake

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/omisekit/omise-go/internal/fake/params"
)

// maxBody bounds what is read of a request: the largest document and some.
const maxBody = maxDocumentSize + 1<<20

// A request is one call, taken apart so that no handler needs HTTP.
type request struct {
	params         params.Map
	files          map[string]upload
	location       string // path without a trailing slash
	ip             string
	subMerchant    string                   // team that the call is for, if any
	idempotencyKey string                   // empty if there is none
	id             func(name string) string // identifiers in the path
}

// An upload is a file part of a multipart body.
type upload struct {
	filename string
	content  []byte
}

func (r *request) expand() bool {
	var ignored params.Problems
	return r.params.Boolean("expand", false, &ignored)
}

// decode reads a call. Parameters may come as query, form, JSON or multipart,
// with any method, and the query wins. What could be read comes with an error,
// too.
func decode(hr *http.Request) (*request, *apiError) {
	r := &request{
		params:         params.Map{},
		location:       hr.URL.Path,
		ip:             clientIP(hr.RemoteAddr),
		subMerchant:    subMerchantID(hr.Header),
		idempotencyKey: idempotencyKey(hr),
		id:             hr.PathValue,
	}
	err := r.readBody(hr)
	if err == nil {
		r.readForm(hr.URL.RawQuery)
	}
	return r, err
}

func (r *request) readBody(hr *http.Request) *apiError {
	if hr.Body == nil || hr.Body == http.NoBody {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(hr.Body, maxBody+1))
	if err != nil {
		return fail(badRequest, "request body could not be read")
	}
	if len(body) > maxBody {
		return fail(badRequest, "request body is too large")
	}
	if len(body) == 0 {
		return nil
	}
	kind, attributes, _ := mime.ParseMediaType(hr.Header.Get("Content-Type"))
	switch {
	case kind == "application/json", kind == "" && body[0] == '{': // some clients do not say
		return r.readJSON(body)
	case kind == "multipart/form-data":
		return r.readMultipart(body, attributes["boundary"])
	}
	r.readForm(string(body))
	return nil
}

// readJSON keeps numbers as they were written, so that amounts stay exact and
// metadata comes back as it was sent.
func (r *request) readJSON(body []byte) *apiError {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	err := dec.Decode((*map[string]any)(&r.params))
	if r.params == nil {
		r.params = params.Map{}
	}
	if err != nil || dec.More() {
		return fail(badRequest, "request body is not a JSON object")
	}
	return nil
}

func (r *request) readMultipart(body []byte, boundary string) *apiError {
	parts := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fail(badRequest, "multipart body could not be read")
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return fail(badRequest, "multipart body could not be read")
		}
		if part.FileName() != "" {
			r.addFile(part.FormName(), upload{filename: part.FileName(), content: content})
			continue
		}
		r.params.Add(part.FormName(), string(content))
	}
}

func (r *request) addFile(name string, file upload) {
	if r.files == nil {
		r.files = map[string]upload{}
	}
	r.files[name] = file
}

// readForm reads pairs in the order they were sent, which url.ParseQuery would
// lose and which tells the elements of items[][sku], items[][name] apart.
func (r *request) readForm(form string) {
	for pair := range strings.SplitSeq(form, "&") {
		key, value, _ := strings.Cut(pair, "=")
		key, keyErr := url.QueryUnescape(key)
		value, valueErr := url.QueryUnescape(value)
		if keyErr == nil && valueErr == nil && key != "" {
			r.params.Add(key, value)
		}
	}
}

func clientIP(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return ""
	}
	return host
}
