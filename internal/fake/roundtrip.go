package fake

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"syscall"
)

// RoundTrip answers a request in memory. It makes the Server the transport of
// an http.Client, which then reaches nothing else.
func (s *Server) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if r.Body != nil {
		defer r.Body.Close()
	}
	if p := s.pageAt(r.URL.Path); p != nil {
		w := &memory{status: http.StatusOK}
		p.ServeHTTP(w, r)
		return w.response(r), nil
	}
	re := s.exchange(r)
	body, length, err := re.travel(r.Context())
	if err != nil {
		return nil, err
	}
	header := http.Header{}
	re.writeHeader(header)
	return newHTTPResponse(r, re.status, header, body, length), nil
}

func newHTTPResponse(r *http.Request, status int, header http.Header, body io.ReadCloser, length int) *http.Response {
	header.Set("Content-Length", strconv.Itoa(length))
	return &http.Response{
		Status:        strconv.Itoa(status) + " " + http.StatusText(status),
		StatusCode:    status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        header,
		Body:          body,
		ContentLength: int64(length),
		Request:       r,
	}
}

// travel brings a reply to a client in the same process, who sees of a fault
// what a client at the other end of a connection sees.
func (r *reply) travel(ctx context.Context) (body io.ReadCloser, length int, err error) {
	length = len(r.body)
	if r.fault == nil {
		return io.NopCloser(bytes.NewReader(r.body)), length, nil
	}
	switch r.fault.Effect {
	case DropBefore, DropAfter, Late, Running:
		return nil, 0, errReset()
	case ResetInHeaders:
		return nil, 0, io.ErrUnexpectedEOF
	case Hang:
		<-ctx.Done()
		return nil, 0, ctx.Err()
	case Stall:
		return &stalled{ctx: ctx, closed: make(chan struct{})}, length, nil
	case Truncate:
		kept, length := r.truncated()
		return io.NopCloser(io.MultiReader(bytes.NewReader(kept), cutOff{})), length, nil
	}
	return io.NopCloser(bytes.NewReader(r.body)), length, nil
}

// truncated returns what is left of the body, and the length that is promised.
func (r *reply) truncated() (kept []byte, length int) {
	n := min(max(r.fault.Bytes, 0), max(len(r.body)-1, 0))
	return r.body[:n], max(len(r.body), n+1)
}

// errReset is what a client gets whose connection the other end has reset.
func errReset() error {
	return &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
}

// cutOff is the end of a body that was to be longer.
type cutOff struct{}

func (cutOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// stalled is a body that never comes.
type stalled struct {
	ctx    context.Context
	once   sync.Once
	closed chan struct{}
}

func (b *stalled) Read([]byte) (int, error) {
	select {
	case <-b.ctx.Done():
		return 0, b.ctx.Err()
	case <-b.closed:
		return 0, http.ErrBodyReadAfterClose
	}
}

func (b *stalled) Close() error {
	b.once.Do(func() { close(b.closed) })
	return nil
}

// memory is a response that nobody sends anywhere.
type memory struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (m *memory) Header() http.Header {
	if m.header == nil {
		m.header = http.Header{}
	}
	return m.header
}

// response is the answer as it arrives at a client.
func (m *memory) response(r *http.Request) *http.Response {
	return newHTTPResponse(r, m.status, m.Header(), io.NopCloser(&m.body), m.body.Len())
}

func (m *memory) WriteHeader(status int)      { m.status = status }
func (m *memory) Write(p []byte) (int, error) { return m.body.Write(p) }
