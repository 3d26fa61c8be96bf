package fake

import (
	"bytes"
	"cmp"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"

	"github.com/omisekit/omise-go/internal/fake/params"
)

// maxBody is the largest size of a request: the largest document and 1 MiB for the rest.
const maxBody = maxDocumentSize + 1<<20

// maxText is the largest size of a body without files.
const maxText = 1 << 20

// A request is a decoded call. Handlers need no HTTP.
type request struct {
	params         params.Map
	files          map[string]upload
	location       string // path without a trailing slash
	ip             string
	subMerchant    string                   // id of the team that the call names, if any
	idempotencyKey string                   // key in replays, empty if there is none
	version        string                   // version of the API
	id             func(name string) string // returns an identifier in the path
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

// decode reads a call. Parameters may be in the query, a form, JSON or multipart, with
// any method. The query overrides the body. With an error, decode also returns the
// parameters that it could read.
func decode(hr *http.Request) (*request, *apiError) {
	r := &request{
		params:         params.Map{},
		location:       hr.URL.Path,
		ip:             clientIP(hr.RemoteAddr),
		subMerchant:    subMerchantID(hr.Header),
		idempotencyKey: idempotencyKey(hr),
		version:        cmp.Or(hr.Header.Get("Omise-Version"), apiVersion),
		id:             hr.PathValue,
	}
	err := r.readBody(hr)
	if err == nil {
		err = unreadable(r.params.AddForm(hr.URL.RawQuery))
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
	case len(body) > maxText && kind != "multipart/form-data":
		return fail(badRequest, "request body is too large")
	case kind == "application/json", kind == "" && body[0] == '{': // some clients send no Content-Type
		return r.readJSON(body)
	case kind == "multipart/form-data":
		return r.readMultipart(body, attributes["boundary"])
	}
	return unreadable(r.params.AddForm(string(body)))
}

// unreadable refuses parameters that cannot be read.
func unreadable(err error) *apiError {
	if err == nil {
		return nil
	}
	return fail(badRequest, "%s", err)
}

func (r *request) readJSON(body []byte) *apiError {
	p, err := params.FromJSON(body)
	if err != nil {
		return unreadable(err)
	}
	r.params = p
	return nil
}

func (r *request) readMultipart(body []byte, boundary string) *apiError {
	parts := multipart.NewReader(bytes.NewReader(body), boundary)
	for n := 0; ; n++ {
		if n > params.MaxCount {
			return fail(badRequest, "multipart body has too many parts")
		}
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
		if err := r.params.Add(part.FormName(), string(content)); err != nil {
			return unreadable(err)
		}
	}
}

func (r *request) addFile(name string, file upload) {
	if r.files == nil {
		r.files = map[string]upload{}
	}
	r.files[name] = file
}

func clientIP(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return ""
	}
	return host
}
