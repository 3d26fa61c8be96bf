package apitest

import (
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A Request is a request as an API got it.
type Request struct {
	*http.Request
	Payload   string        // the body
	Remaining time.Duration // until the deadline of the attempt
}

// Origin returns the scheme and the host.
func (r Request) Origin() string { return r.URL.Scheme + "://" + r.URL.Host }

// ContentType returns the type of the body.
func (r Request) ContentType() string { return r.Header.Get("Content-Type") }

// String writes the request as testdata/routes.golden has it: one line for method,
// URL, kind of key and type of the body, and one for each parameter.
func (r Request) String() string {
	contentType, _, _ := mime.ParseMediaType(r.ContentType()) // without the random boundary
	lines := []string{strings.TrimSpace(fmt.Sprintf("%s %s%s %s %s", r.Method, r.Origin(), r.URL.EscapedPath(), r.kindOfKey(), contentType))}
	switch parameters := r.URL.RawQuery + r.Payload; {
	case contentType == "multipart/form-data":
		for _, part := range r.parts() {
			lines = append(lines, part.String())
		}
	case contentType == "application/json":
		lines = append(lines, r.Payload)
	case parameters != "":
		lines = append(lines, strings.Split(parameters, "&")...)
	}
	return strings.Join(lines, "\n\t")
}

// kindOfKey returns the prefix of the key of the request: skey, pkey or lplus.
func (r Request) kindOfKey() string {
	key, _, ok := r.BasicAuth()
	if !ok {
		key = r.Header.Get("Authorization")
	}
	if end := strings.IndexAny(key, "_-"); end > 0 {
		return key[:end]
	}
	return key
}

// Values returns the parameters in the body and the query.
func (r Request) Values() url.Values {
	values := url.Values{}
	if r.ContentType() == "application/json" {
		return JSONValues(r.Payload)
	}
	for _, part := range r.parts() {
		values.Add(part.name, part.content)
	}
	if len(values) > 0 {
		return values
	}
	return must(url.ParseQuery(r.URL.RawQuery + r.Payload))
}

// JSONValues returns the values in a JSON document, under the names that the
// reference has for them: object.field, array and array[].field.
func JSONValues(text string) url.Values {
	values := url.Values{}
	flatten(values, "", ParseJSON([]byte(text)))
	return values
}

func flatten(values url.Values, name string, value any) {
	switch value := value.(type) {
	case nil:
		values.Add(name, "")
	case map[string]any:
		for key, item := range value {
			flatten(values, strings.TrimPrefix(name+"."+key, "."), item)
		}
	case []any:
		for _, item := range value {
			at := name
			if _, ok := item.(map[string]any); ok {
				at += "[]"
			}
			flatten(values, at, item)
		}
	default:
		values.Add(name, fmt.Sprint(value))
	}
}

// A part is a part of a multipart body.
type part struct{ name, file, contentType, content string }

func (p part) String() string {
	if p.file == "" {
		return fmt.Sprintf("%s=%s", p.name, p.content)
	}
	return fmt.Sprintf("%s=@%s (%s)", p.name, p.file, p.contentType)
}

// parts returns the parts of a multipart body. Any other body has none.
func (r Request) parts() []part {
	_, options, _ := mime.ParseMediaType(r.ContentType())
	var parts []part
	for reader := multipart.NewReader(strings.NewReader(r.Payload), options["boundary"]); ; {
		p, err := reader.NextPart()
		if err != nil {
			return parts
		}
		content, _ := io.ReadAll(p)
		parts = append(parts, part{p.FormName(), p.FileName(), p.Header.Get("Content-Type"), string(content)})
	}
}
