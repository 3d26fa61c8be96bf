package omise

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/omisekit/omise-go/internal/transport"
)

// Do makes a call that this package has no method for.
//
// path begins with a slash. params is a struct with url tags, url.Values or
// nil; it travels in the query of a GET and in the body of anything else. The
// answer is decoded into out, unless out is nil. A POST is not repeated when
// its outcome is unknown.
func (c *Client) Do(ctx context.Context, method, path string, params, out any, opts ...RequestOption) error {
	switch method {
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
	default:
		return &ParamError{Field: "method", Rule: "must be GET, POST, PUT, PATCH or DELETE"}
	}
	if !isPath(path) {
		return &ParamError{Field: "path", Rule: "must begin with / and hold only letters, digits, _ and - between slashes"}
	}
	r, ids := rawRoute(method, path)
	if values, ok := params.(url.Values); ok {
		params, opts = nil, append(opts[:len(opts):len(opts)], withValues(values))
	}
	q, err := c.prepare(r, params, opts, ids)
	if err != nil {
		return err
	}
	q.decode = func(body []byte) ([]error, error) {
		switch {
		case isAPIError(body):
			return nil, errors.New("the answer is an error")
		case out != nil && json.Unmarshal(body, out) != nil:
			return nil, fmt.Errorf("the answer does not fit %T", out)
		}
		return nil, nil
	}
	resp, err := c.do(ctx, q)
	if err == nil {
		resp.Release()
	}
	return err
}

// rawRoute makes a route of a path. Ids become placeholders, so that the call
// takes the same road as any other and no log or error shows them.
func rawRoute(method, path string) (r *route, ids []string) {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		if isID(segment) {
			segments[i], ids = "{id}", append(ids, segment)
		}
	}
	r = &route{method: method, path: strings.Join(segments, "/"), bank: true, bare: true, raw: true}
	switch method {
	case http.MethodGet:
		r.guard = transport.Read
	case http.MethodPut, http.MethodPatch, http.MethodDelete:
		r.guard = transport.Repeatable
	}
	return r, ids
}

func isPath(path string) bool {
	rest, ok := strings.CutPrefix(path, "/")
	if !ok || rest == "" {
		return ok
	}
	for segment := range strings.SplitSeq(rest, "/") {
		if idRule(segment, kindUnknown, false) != "" {
			return false
		}
	}
	return true
}

func withValues(values url.Values) RequestOption {
	return func(o *callOptions) {
		for name, list := range values {
			for _, value := range list {
				WithParam(name, value)(o)
			}
		}
	}
}
