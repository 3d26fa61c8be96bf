package network

import (
	"crypto/tls"
	"net"
	"net/http"
)

// Send sends the reply over the connection of a request.
func (r *Reply) Send(w http.ResponseWriter, hr *http.Request) {
	switch r.Break {
	case Reset:
		reset(w, "")
	case HeaderCut:
		reset(w, "HTTP/1.1 200 OK\r\nContent-Type: appl")
	case Silent:
		<-hr.Context().Done()
		panic(http.ErrAbortHandler)
	case Stalled:
		r.write(w, nil, len(r.Body)+1)
		<-hr.Context().Done()
		panic(http.ErrAbortHandler)
	case BodyCut:
		kept, length := r.cut()
		r.write(w, kept, length)
		panic(http.ErrAbortHandler)
	default:
		r.write(w, r.Body, len(r.Body))
	}
}

// write writes a body, and a header that promises a length.
func (r *Reply) write(w http.ResponseWriter, body []byte, length int) {
	r.header(w.Header(), length)
	w.WriteHeader(r.Status)
	// The client may have closed the connection.
	_, _ = w.Write(body)
	if length > len(body) {
		_ = http.NewResponseController(w).Flush()
	}
}

// reset ends a connection as a crash does, after the first bytes of an answer.
func reset(w http.ResponseWriter, first string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	// The connection has to fail, so an early failure does no harm.
	_, _ = conn.Write([]byte(first))
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	if tcp, ok := conn.(*net.TCPConn); ok && first == "" {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
