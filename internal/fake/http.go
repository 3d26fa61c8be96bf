package fake

import (
	"net/http"

	"github.com/omisekit/omise-go/internal/fake/network"
)

// ServeHTTP answers a request that came over the network.
func (s *Server) ServeHTTP(w http.ResponseWriter, hr *http.Request) {
	if p := s.pageAt(hr.URL.Path); p != nil {
		p.ServeHTTP(w, hr)
		return
	}
	s.exchange(hr).Send(w, hr)
}

// RoundTrip answers a request in memory. With it a Server can be the transport of an
// http.Client. That client cannot reach any other server.
func (s *Server) RoundTrip(hr *http.Request) (*http.Response, error) {
	if err := hr.Context().Err(); err != nil {
		return nil, err
	}
	if hr.Body != nil {
		defer hr.Body.Close()
	}
	if p := s.pageAt(hr.URL.Path); p != nil {
		var w network.Memory
		p.ServeHTTP(&w, hr)
		return w.Response(hr), nil
	}
	return s.exchange(hr).Response(hr)
}

// Refuse answers a call that belongs to no Server.
func Refuse(w http.ResponseWriter, hr *http.Request, code, message string) {
	r := newReply(nil, fail(errorCode(code), "%s", message))
	r.RequestID = "req_none"
	r.Send(w, hr)
}
