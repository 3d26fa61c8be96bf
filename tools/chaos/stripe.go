package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// stripeShaped lets a client of Stripe work on the same books: under /v1, paths
// and parameters are those of Stripe, and so is the shape of errors. What is
// made keeps the attributes that both have: id, object, amount, metadata.
func stripeShaped(api http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, hr *http.Request) {
		path, isStripe := strings.CutPrefix(hr.URL.Path, "/v1")
		if !isStripe {
			api.ServeHTTP(rw, hr)
			return
		}
		if err := hr.ParseForm(); err != nil {
			http.Error(rw, err.Error(), http.StatusBadRequest)
			return
		}
		key, _ := strings.CutPrefix(hr.Header.Get("Authorization"), "Bearer ")
		hr = hr.Clone(hr.Context())
		hr.SetBasicAuth(key, "")
		var form url.Values
		hr.URL.Path, form = fromStripe(path, hr.PostForm, hr.Header.Get("Idempotency-Key"))
		hr.RequestURI = hr.URL.Path
		hr.Body = io.NopCloser(strings.NewReader(form.Encode()))
		hr.PostForm, hr.Form = nil, nil
		w := &stripeWriter{ResponseWriter: rw}
		api.ServeHTTP(w, hr)
		w.finish()
	})
}

// fromStripe translates a path and its parameters. A payout is a transfer, and
// its idempotency key, which Stripe takes in the header, also the idemp_key.
func fromStripe(path string, form url.Values, key string) (string, url.Values) {
	switch path {
	case "/charges":
		if source := form.Get("source"); source != "" {
			form.Set("card", source)
			form.Del("source")
		}
	case "/refunds":
		path = "/charges/" + form.Get("charge") + "/refunds"
		form.Del("charge")
	case "/payouts":
		path = "/transfers"
		form.Del("currency")
		form.Set("idemp_key", key)
	}
	return path, form
}

// A stripeWriter turns errors of Omise into errors of Stripe. Anything else,
// broken connections included, goes through as it is.
type stripeWriter struct {
	http.ResponseWriter
	status int // of an error that is held back
	body   bytes.Buffer
}

// Unwrap lets a fault have the connection.
func (w *stripeWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *stripeWriter) WriteHeader(status int) {
	if status >= 400 && strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") {
		w.status = status
		return
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *stripeWriter) Write(p []byte) (int, error) {
	if w.status != 0 {
		return w.body.Write(p)
	}
	return w.ResponseWriter.Write(p)
}

// finish sends the error, with the hint to try again that Stripe gives when it
// was too busy.
func (w *stripeWriter) finish() {
	if w.status == 0 {
		return
	}
	var omise struct{ Code, Message string }
	_ = json.Unmarshal(w.body.Bytes(), &omise) // a body that a fault has cut stays without code
	kind := "invalid_request_error"
	if w.status >= 500 || w.status == http.StatusTooManyRequests {
		kind = "api_error"
		w.Header().Set("Stripe-Should-Retry", "true")
	}
	body, _ := json.Marshal(map[string]any{"error": map[string]string{"type": kind, "code": omise.Code, "message": omise.Message}}) // strings always do
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.ResponseWriter.WriteHeader(w.status)
	_, _ = w.ResponseWriter.Write(body) // a client that is gone has no use for it
}
