package network

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"syscall"
)

// Response returns the reply as a client in the same process gets it. A break looks the
// same as to a client at the other end of a connection.
func (r *Reply) Response(hr *http.Request) (*http.Response, error) {
	var body io.ReadCloser = io.NopCloser(bytes.NewReader(r.Body))
	length := len(r.Body)
	switch r.Break {
	case Reset:
		return nil, errReset()
	case HeaderCut:
		return nil, io.ErrUnexpectedEOF
	case Silent:
		<-hr.Context().Done()
		return nil, hr.Context().Err()
	case Stalled:
		body = &stalled{ctx: hr.Context(), closed: make(chan struct{})}
	case BodyCut:
		var kept []byte
		kept, length = r.cut()
		body = io.NopCloser(io.MultiReader(bytes.NewReader(kept), cutOff{}))
	}
	header := http.Header{}
	r.header(header, length)
	return newResponse(hr, r.Status, header, body, length), nil
}

func newResponse(r *http.Request, status int, header http.Header, body io.ReadCloser, length int) *http.Response {
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

// errReset returns the error of a connection that the other end has reset.
func errReset() error {
	return &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
}

// cutOff is the end of a body that is shorter than promised.
type cutOff struct{}

func (cutOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// stalled is a body that never arrives.
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

// A Memory is an http.ResponseWriter whose answer stays in memory. The zero Memory is
// ready to use.
type Memory struct {
	Status int // 0 stands for 200
	Body   bytes.Buffer
	header http.Header
}

// Header returns the header of the answer.
func (m *Memory) Header() http.Header {
	if m.header == nil {
		m.header = http.Header{}
	}
	return m.header
}

// Response returns the answer as it arrives at a client.
func (m *Memory) Response(r *http.Request) *http.Response {
	header := m.Header()
	header.Set("Content-Length", strconv.Itoa(m.Body.Len()))
	return newResponse(r, cmp.Or(m.Status, http.StatusOK), header, io.NopCloser(&m.Body), m.Body.Len())
}

// WriteHeader sets the status.
func (m *Memory) WriteHeader(status int) { m.Status = status }

// Write adds to the body.
func (m *Memory) Write(p []byte) (int, error) { return m.Body.Write(p) }
