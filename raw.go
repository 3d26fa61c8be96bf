package omise

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/omisekit/omise-go/internal/transport"
)

// Do makes a call that this package has no method for.
//
// path begins with a slash. params is a struct with url tags, url.Values or nil; it is
// sent in the query of a GET and in the body of any other method. The answer is decoded
// into out, a pointer, unless out is nil. A POST is not repeated when its outcome is
// unknown, and no write is repeated if its answer does not fit out.
//
// Errors, logs, metrics and traces show {id} in place of an id in path, and {segment}
// in place of any other segment that is not a word of this package's own paths, because
// it may be secret or name a person. A stored error does not have these segments either,
// so Resolve does not take the error of a raw call.
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
	if out != nil && (reflect.TypeOf(out).Kind() != reflect.Pointer || isNil(out)) {
		return r.refuse("out", "must be nil or a pointer that is not nil")
	}
	if values, ok := params.(url.Values); ok {
		params, opts = nil, append(slices.Clip(opts), withValues(values))
	}
	q, err := c.prepare(r, params, opts, ids)
	if err != nil {
		return err
	}
	if q.record != nil {
		q.record.IDs = nil // a segment of a raw path may be secret, and no Resolve needs it
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

// pathWords are the words in the paths of the API.
var pathWords = strings.Fields(`
	accept account api_version api_versions audits authorize balance bulk_delete
	bulk_pause bulk_resume capability capture cards chains charges close closed consent
	customers disputes documents download events expire external forex keys
	linked_accounts links mark_as_failed mark_as_paid mark_as_sent mfa_confirmations
	occurrences open pending receipts recipients recurring_exports refunds reverse
	revoke routing_group_rules schedules schema search secrets sources sub_merchants
	templates tokens transactions transfer transfers upload verify webhooks`)

// rawRoute makes a route of a path. Each segment that is not a word of the API becomes
// a placeholder, like the ids in other routes, so that it is never shown.
func rawRoute(method, path string) (r *route, ids []string) {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		switch {
		case segment == "" || slices.Contains(pathWords, segment):
			continue
		case isID(segment):
			segments[i] = "{id}"
		default:
			segments[i] = "{" + unknownSegment + "}"
		}
		ids = append(ids, segment)
	}
	r = &route{method: method, path: strings.Join(segments, "/"), waitsForBank: true, paramsOptional: true, raw: true}
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
