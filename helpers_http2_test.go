package omise_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/transport"
)

// An http2Server implements as much HTTP/2 as a test needs to break a connection. It
// answers the first request of a connection, and all requests of later connections.
// breaks handles the second request of its first connection.
type http2Server struct {
	net.Listener
	cert   *x509.Certificate
	body   string
	breaks func(s *http2Server, conn *tls.Conn, stream uint32)

	mu   sync.Mutex
	done int
}

// Types and flags of frames, RFC 9113, section 6.
const (
	frameData, frameHeaders, frameReset, frameSettings, framePing, frameGoAway = 0, 1, 3, 4, 6, 7

	endStream, acknowledged, endHeaders = 1, 1, 4
)

// sendsGoaway ends the connection. The server has processed the requests up to the
// last stream that it names.
func sendsGoaway(last uint32) func(*http2Server, *tls.Conn, uint32) {
	return func(s *http2Server, conn *tls.Conn, stream uint32) {
		if stream <= last {
			s.process()
		}
		send(conn, frameGoAway, 0, 0, binary.BigEndian.AppendUint32(nil, last), make([]byte, 4))
		conn.CloseWrite()
	}
}

// resets ends the request with an error code, after it was processed.
func resets(code uint32) func(*http2Server, *tls.Conn, uint32) {
	return func(s *http2Server, conn *tls.Conn, stream uint32) {
		s.process()
		send(conn, frameReset, 0, stream, binary.BigEndian.AppendUint32(nil, code))
	}
}

// fallsSilent sends nothing more, not even the answer to a ping.
func fallsSilent(*http2Server, *tls.Conn, uint32) {}

// newHTTP2Server starts a server that answers with body.
func newHTTP2Server(t *testing.T, body string, breaks func(*http2Server, *tls.Conn, uint32)) *http2Server {
	t.Helper()
	donor := httptest.NewTLSServer(nil) // the new server has its certificate
	defer donor.Close()
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: donor.TLS.Certificates, NextProtos: []string{"h2"}})
	require.NoError(t, err)
	s := &http2Server{Listener: listener, cert: donor.Certificate(), body: body, breaks: breaks}
	t.Cleanup(func() { s.Close() })
	go func() {
		for first := true; ; first = false {
			conn, err := s.Accept()
			if err != nil {
				return
			}
			go s.serve(conn.(*tls.Conn), first)
		}
	}()
	return s
}

// client returns a client that trusts the server.
func (s *http2Server) client(t *testing.T, opts ...omise.Option) *omise.Client {
	t.Helper()
	hc := trusting(t, s.cert)
	client, err := omise.NewClient(testSecret, append(opts, omise.WithHTTPClient(hc), omise.WithBaseURL("https://"+s.Addr().String()))...)
	require.NoError(t, err)
	return client
}

// trusting returns an HTTP client like that of NewClient, but it trusts one server.
func trusting(t *testing.T, cert *x509.Certificate, change ...func(*http.Transport)) *http.Client {
	t.Helper()
	hc := transport.NewHTTPClient(append(change, func(network *http.Transport) {
		network.TLSClientConfig.RootCAs = x509.NewCertPool()
		network.TLSClientConfig.RootCAs.AddCert(cert)
	})...)
	t.Cleanup(hc.CloseIdleConnections)
	return hc
}

// processed returns how many requests the server has processed.
func (s *http2Server) processed() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.done
}

// process counts a request as processed.
func (s *http2Server) process() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done++
}

// serve answers the requests of a connection.
func (s *http2Server) serve(conn *tls.Conn, first bool) {
	defer conn.Close()
	if _, err := io.CopyN(io.Discard, conn, int64(len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))); err != nil {
		return
	}
	send(conn, frameSettings, 0, 0, nil)
	for requests := 0; ; {
		var head [9]byte
		if _, err := io.ReadFull(conn, head[:]); err != nil {
			return
		}
		payload := make([]byte, int(head[0])<<16|int(head[1])<<8|int(head[2]))
		if _, err := io.ReadFull(conn, payload); err != nil {
			return
		}
		kind, flags, stream := head[3], head[4], binary.BigEndian.Uint32(head[5:])
		switch {
		case kind == frameSettings && flags&acknowledged == 0:
			send(conn, frameSettings, acknowledged, 0, nil)
		case kind == framePing && flags&acknowledged == 0:
			send(conn, framePing, acknowledged, 0, payload)
		case kind > frameHeaders || flags&endStream == 0: // the request is not complete
		case first && requests > 0:
			s.breaks(s, conn, stream)
			io.Copy(io.Discard, conn)
			return
		default:
			requests++
			s.process()
			send(conn, frameHeaders, endHeaders, stream, []byte{0x88}) // :status 200
			send(conn, frameData, endStream, stream, []byte(s.body))
		}
	}
}

// send writes a frame. It ignores an error, because the client notices a missing frame.
func send(w io.Writer, kind, flags byte, stream uint32, payload ...[]byte) {
	var body []byte
	for _, p := range payload {
		body = append(body, p...)
	}
	frame := []byte{byte(len(body) >> 16), byte(len(body) >> 8), byte(len(body)), kind, flags}
	frame = binary.BigEndian.AppendUint32(frame, stream)
	w.Write(append(frame, body...))
}
