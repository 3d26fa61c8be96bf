// Package omisejs lets a browser make tokens at the fake. It has a replacement for
// Omise.js and sends the headers that allow calls from pages of other sites.
package omisejs

import (
	_ "embed"
	"net/http"
)

// Path is the path of the script, next to the API.
const Path = "/_omise.js"

//go:embed omise.js
var script []byte

// Mount serves the script and lets pages of other sites make tokens and sources, as the
// vault does. The handler api answers all other requests.
func Mount(api http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case Path:
			w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
			_, _ = w.Write(script) // the browser may have closed the connection
			return
		case "/tokens", "/sources":
			w.Header().Set("Access-Control-Allow-Origin", "*")
			if r.Method == http.MethodOptions {
				w.Header().Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
				w.WriteHeader(http.StatusNoContent)
				return
			}
		}
		api.ServeHTTP(w, r)
	})
}
