package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"time"
)

// The headers for the idempotency key of a write. If a request has a header with the
// first spelling, net/http sends it again when a reused connection dies, even after the
// server has read it. The second spelling, in small letters, prevents that, and means
// the same to a server.
const (
	keyHeader      = "Idempotency-Key"
	smallKeyHeader = "idempotency-key"
)

// errResent ends an attempt that the network layer wanted to send again.
var errResent = errors.New("the connection failed after the request was written")

// A watch follows one attempt through the network layer. It knows whether the
// server can have seen the request, and it stops the network layer from sending
// a write a second time.
//
// Without the watch, net/http sends some requests again after the server has read them:
// when a reused connection dies and the request has an idempotency key, and over HTTP/2
// when the server resets the stream with PROTOCOL_ERROR. The watch sees that the second
// try asks for a connection, and ends it before a byte is written. Over HTTP/1,
// net/http tries again only if nothing was written, so the watch allows that.
type watch struct {
	write  bool               // the request may change something
	net    bool               // the RoundTripper is from net/http
	own    bool               // the RoundTripper is from NewHTTPClient
	cancel context.CancelFunc // ends the attempt

	dialing  atomic.Bool // net/http handles the attempt and reports to this watch
	written  atomic.Bool // a part of the header was written
	http2    atomic.Bool
	bodyRead atomic.Bool
	resent   atomic.Bool // the network layer wanted to send the request again
	sent     atomic.Int32
	conn     atomic.Pointer[trackedConn] // the HTTP/2 connection if it is from NewHTTPClient, otherwise nil
	sentAt   atomic.Int64                // Unix nanoseconds

	trace httptrace.ClientTrace
}

// A RoundTripError is the error of a RoundTripper of the caller. Its text may repeat the
// request. The text of a transport of net/http does not.
type RoundTripError struct{ error }

// Unwrap returns the error as the RoundTripper has returned it.
func (e RoundTripError) Unwrap() error { return e.error }

// cause returns the reason why the attempt ended.
func (w *watch) cause(err error) error {
	if w.resent.Load() {
		return errResent
	}
	if err = withoutURL(err); w.net {
		return err
	}
	return RoundTripError{err}
}

// attempts returns how often the request was sent or tried.
func (w *watch) attempts() int { return max(1, int(w.sent.Load())) }

func (w *watch) context(ctx context.Context) context.Context {
	w.trace = httptrace.ClientTrace{
		GetConn:          func(string) { w.dialing.Store(true) },
		GotConn:          w.gotConn,
		WroteHeaderField: func(string, []string) { w.written.Store(true) },
		WroteHeaders: func() {
			w.written.Store(true)
			w.sentAt.Store(time.Now().UnixNano())
			w.sent.Add(1)
		},
	}
	return httptrace.WithClientTrace(ctx, &w.trace)
}

func (w *watch) gotConn(info httptrace.GotConnInfo) {
	secure, _ := info.Conn.(*tls.Conn)
	http2 := secure != nil && secure.ConnectionState().NegotiatedProtocol == "h2"
	if http2 {
		tracked, _ := secure.NetConn().(*trackedConn)
		w.conn.Store(tracked)
	}
	w.http2.Store(http2)
	if !w.write || !w.written.Load() || w.net && !http2 {
		return
	}
	w.resent.Store(true)
	w.cancel()
	if !http2 { // HTTP/2 checks the context before it writes, HTTP/1 does not
		_ = info.Conn.Close()
	}
}

// outcome classifies an attempt that ended without an answer. Only a request that the
// server cannot have seen was certainly not processed. net/http must have reported that
// it looked for a connection. If the RoundTripper is the caller's, the report is believed
// only if the body confirms it: a body that was not read was not sent. Even an
// http.Transport of the caller may have sent the request before, with a protocol that is
// registered with it and reports nothing. A read needs no proof.
func (w *watch) outcome(hasBody bool) Outcome {
	proven := w.dialing.Load() && (!w.write || w.own || hasBody)
	if proven && !w.written.Load() && !w.bodyRead.Load() {
		return NotSent
	}
	return Unknown
}

// network is the RoundTripper of the caller's client, which a test may replace at
// any time.
type network struct{ of *http.Client }

func (n network) current() http.RoundTripper {
	if n.of.Transport != nil {
		return n.of.Transport
	}
	return http.DefaultTransport
}

// RoundTrip sends a request with the current RoundTripper.
func (n network) RoundTrip(hr *http.Request) (*http.Response, error) {
	return n.current().RoundTrip(hr)
}

// isNetwork reports whether a RoundTripper is from net/http, or is of type connections,
// which uses net/http.
func isNetwork(next http.RoundTripper) bool {
	switch next.(type) {
	case *http.Transport, *connections:
		return true
	}
	return false
}

// payload is the body of a write. It has no methods of strings.Reader that read without
// a record in the watch, such as ReadAt.
type payload struct {
	text  *strings.Reader
	watch *watch
}

func (p *payload) Read(b []byte) (int, error) {
	p.watch.bodyRead.Store(true)
	return p.text.Read(b)
}

// WriteTo records the reading, too: without it, WriteTo of strings.Reader would copy
// the text and not call Read.
func (p *payload) WriteTo(w io.Writer) (int64, error) {
	p.watch.bodyRead.Store(true)
	return p.text.WriteTo(w)
}

func (*payload) Close() error { return nil }

// restart returns the body for another try of net/http. Over HTTP/1, net/http tries
// again only if nothing was written. Over HTTP/2 it would also try again after the
// server has read the request, so restart returns an error.
func (w *watch) restart(body string) (io.ReadCloser, error) {
	if w.http2.Load() {
		return nil, errResent
	}
	return &payload{strings.NewReader(body), w}, nil
}

// leaveIfSilent stops using an HTTP/2 connection on which nothing has arrived since the
// request was sent. All calls share it, so all of them would fail on a dead connection.
func (w *watch) leaveIfSilent(next http.RoundTripper, current *http.Transport, err error) {
	own, ok := next.(*connections)
	conn := w.conn.Load()
	if ok && conn != nil && errors.Is(err, context.DeadlineExceeded) && conn.lastRead.Load() < w.sentAt.Load() {
		own.leave(current)
	}
}
