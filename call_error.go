package omise

import "github.com/omisekit/omise-go/internal/transport"

// newError turns a failure of the transport into an Error without secrets.
func newError(r *route, req *transport.Request, failure *transport.Failure) *Error {
	clean := transport.Scrubber(req.Key)
	e := &Error{
		Method:         r.method,
		PathTemplate:   r.path,
		Attempts:       failure.Attempts,
		IdempotencyKey: req.IdempotencyKey,
		RetryAfter:     failure.RetryAfter,
	}
	if failure.Cause != nil {
		err := failure.Cause
		e.cause = &cause{text: clean(err.Error(), longestMessage), err: func() error { return err }}
	}
	if resp := failure.Response; resp != nil {
		e.Status, e.RequestID = resp.Status, resp.RequestID
		if body, ok := parseAPIError(resp.Body); ok {
			e.Code = ErrorCode(clean(string(body.Code), longestName))
			e.Message, e.Location = clean(body.Message, longestMessage), clean(body.Location, longestMessage)
		} else if resp.Status >= 300 && r.host != hostVault {
			e.Page = NewSensitive(clean(string(resp.Body), longestMessage))
		}
	}
	return e
}
