package mock

import (
	"net"
	"net/http"
)

// guard keeps pages of other sites, which a browser on this machine may show,
// from steering a world.
func (h *Host) guard(next http.Handler) http.Handler {
	sameOrigin := http.NewCrossOriginProtection()
	sameOrigin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		forbid(w, "pages of other sites may not do this")
	}))
	next = sameOrigin.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// A name that leads here may belong to somebody else (DNS rebinding).
		if !h.options.AnyHost && !isThisMachine(r.Host) {
			forbid(w, "the host of the request must be localhost or a loopback address")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func forbid(w http.ResponseWriter, why string) {
	writeJSON(w, http.StatusForbidden, problem{Error: why})
}

// isThisMachine reports whether a host, with or without a port, is a name that
// only this machine can have.
func isThisMachine(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if len(host) > 2 && host[0] == '[' && host[len(host)-1] == ']' {
		host = host[1 : len(host)-1]
	}
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}
