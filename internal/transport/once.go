package transport

import (
	"io"
	"maps"
	"net/http"
	"strings"
)

const (
	keyHeader      = "Idempotency-Key"
	smallKeyHeader = "idempotency-key"
)

// payload is the body of a write. It does not tell net/http how to start it
// again, so that nothing below sends it twice.
type payload struct {
	*strings.Reader
	text string
}

func (*payload) Close() error { return nil }

// once is the RoundTripper of the caller's client, which a test may replace at
// any time. It lets an http.Transport send a write again only where it is sure
// that the server has seen nothing of it.
//
// By itself an http.Transport would resend whatever has no body, or knows how to
// start it again, and carries an idempotency key, when a reused connection dies
// without an answer: unseen, and also after the server has done the work. It
// looks for the canonical spelling of the header alone. So the key goes out in
// small letters, which means the same to a server, and the body may be started
// again for the cases that are safe: a connection that was closed before the
// first byte, an HTTP/2 stream that the server has refused.
type once struct{ of *http.Client }

func (o once) RoundTrip(hr *http.Request) (*http.Response, error) {
	next := o.of.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	body, ok := hr.Body.(*payload)
	if _, network := next.(*http.Transport); !ok || !network {
		return next.RoundTrip(hr)
	}
	safe := *hr
	safe.Header = maps.Clone(hr.Header)
	if key, ok := safe.Header[keyHeader]; ok {
		delete(safe.Header, keyHeader)
		safe.Header[smallKeyHeader] = key
	}
	safe.Body = http.NoBody
	if body.text != "" {
		safe.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(body.text)), nil }
		safe.Body, _ = safe.GetBody()
	}
	return next.RoundTrip(&safe)
}
