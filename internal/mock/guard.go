package mock

import (
	"net"
	"net/http"
	"slices"
)

// guard refuses requests that pages of other sites send through a browser on this
// machine.
func (h *Host) guard(next http.Handler) http.Handler {
	sameOrigin := http.NewCrossOriginProtection()
	sameOrigin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		forbid(w, "pages of other sites may not do this")
	}))
	next = sameOrigin.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name := hostname(r.Host); !isThisMachine(name) && !slices.Contains(h.options.Hosts, name) {
			forbid(w, "the host of the request must be localhost, a loopback address or one that -allow-host names")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func forbid(w http.ResponseWriter, why string) {
	writeJSON(w, http.StatusForbidden, problem{Error: why})
}

// hostname returns a host without its port and without the brackets of an IPv6
// address.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if len(host) > 2 && host[0] == '[' && host[len(host)-1] == ']' {
		host = host[1 : len(host)-1]
	}
	return host
}

// isThisMachine reports whether a host is a name or an address that only this
// machine can have.
func isThisMachine(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}
