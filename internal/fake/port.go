package fake

import (
	"crypto/tls"
	"net"
	"net/http"
	"strconv"
)

// ServeHTTP answers a request that came over the network.
func (s *Server) ServeHTTP(w http.ResponseWriter, hr *http.Request) {
	if p := s.pageAt(hr.URL.Path); p != nil {
		p.ServeHTTP(w, hr)
		return
	}
	r := s.exchange(hr)
	effect := NoEffect
	if r.fault != nil {
		effect = r.fault.Effect
	}
	switch effect {
	case DropBefore, DropAfter, Late, Running:
		reset(w, "")
	case ResetInHeaders:
		reset(w, "HTTP/1.1 200 OK\r\nContent-Type: appl")
	case Hang:
		<-hr.Context().Done()
		panic(http.ErrAbortHandler)
	case Stall:
		r.send(w, nil, len(r.body)+1)
		<-hr.Context().Done()
		panic(http.ErrAbortHandler)
	case Truncate:
		kept, length := r.truncated()
		r.send(w, kept, length)
		panic(http.ErrAbortHandler)
	default:
		r.send(w, r.body, len(r.body))
	}
}

// Refuse answers a call that is for no Server.
func Refuse(w http.ResponseWriter, code, message string) {
	r := reply{response: newResponse(nil, fail(errorCode(code), "%s", message)), requestID: "req_none"}
	r.send(w, r.body, len(r.body))
}

func (r *reply) writeHeader(header http.Header) {
	header.Set("Content-Type", r.kind)
	header.Set("X-Request-Id", r.requestID)
	header.Set("Date", r.at.UTC().Format(http.TimeFormat))
	if r.retryAfter != "" {
		header.Set("Retry-After", r.retryAfter)
	}
}

// send writes a body, and promises one of a certain length.
func (r *reply) send(w http.ResponseWriter, body []byte, length int) {
	r.writeHeader(w.Header())
	w.Header().Set("Content-Length", strconv.Itoa(length))
	w.WriteHeader(r.status)
	// A client that is gone has no use for the rest of the answer.
	_, _ = w.Write(body)
	if length > len(body) {
		_ = http.NewResponseController(w).Flush()
	}
}

// reset ends a connection as a crash would, after some last words.
func reset(w http.ResponseWriter, words string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	// The connection is to fail, so it may do so early.
	_, _ = conn.Write([]byte(words))
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	if tcp, ok := conn.(*net.TCPConn); ok && words == "" {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
