// Package omisejs is what a browser needs to make tokens at the fake: a stand-in
// for Omise.js, and the headers by which pages of other sites may call.
package omisejs

import (
	_ "embed"
	"net/http"
)

// Path is where the script is, next to the API.
const Path = "/_omise.js"

//go:embed omise.js
var script []byte

// Mount serves the script and lets pages of other sites make tokens and sources,
// as the vault does. All else is left to api.
func Mount(api http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case Path:
			w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
			_, _ = w.Write(script) // a browser that is gone has no use for the rest
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
