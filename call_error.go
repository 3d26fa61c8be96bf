package omise

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"

	"github.com/omisekit/omise-go/internal/transport"
)

// newError turns a failure of the transport into an Error without secrets.
func newError(q *request, failure *transport.Failure) *Error {
	r := q.route
	sent := secretsOf(q.params)
	clean := func(text string, limit int) string { return transport.Scrub(text, limit, q.http.Key, sent...) }
	e := &Error{
		Method:         r.method,
		PathTemplate:   r.path,
		Attempts:       failure.Attempts,
		IdempotencyKey: q.http.IdempotencyKey,
		RetryAfter:     failure.RetryAfter,
	}
	if err := failure.Cause; err != nil {
		text := err.Error()
		if r.host == hostVault {
			text = textWithoutRequest(err)
		}
		e.cause = &cause{text: clean(text, longestMessage), err: func() error { return err }}
	}
	if resp := failure.Response; resp != nil {
		e.Status, e.RequestID = resp.Status, clean(resp.RequestID, longestMessage)
		if body, ok := parseAPIError(resp.Body); ok {
			e.Code = ErrorCode(clean(string(body.Code), longestName))
			e.Message, e.Location = clean(body.Message, longestMessage), clean(body.Location, longestMessage)
		} else if resp.Status >= 300 && r.host != hostVault {
			e.Page = NewSensitive(clean(string(resp.Body), longestMessage))
		}
	}
	return e
}

// textWithoutRequest returns the text of an error. A RoundTripper of the caller may put
// the request into its error, in a form in which the card is not recognized. Of such an
// error it returns only the text of the error of the network inside, or the type.
func textWithoutRequest(err error) string {
	outside, ok := errors.AsType[transport.RoundTripError](err)
	if !ok {
		return err.Error()
	}
	for inner := outside.Unwrap(); inner != nil; inner = errors.Unwrap(inner) {
		_, hasURL := inner.(*url.Error) // it has the text of any error
		if _, ok := inner.(net.Error); ok && !hasURL {
			return inner.Error()
		}
	}
	for _, known := range []error{context.Canceled, io.EOF, io.ErrUnexpectedEOF} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	return fmt.Sprintf("the request failed with an error of type %T", outside.Unwrap())
}
