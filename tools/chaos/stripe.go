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

// stripeShaped lets a client of Stripe use the same fake. Under /v1, paths, parameters and
// errors have the form of Stripe. Objects keep the attributes that both APIs have: id,
// object, amount, metadata.
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

// fromStripe translates a path and its parameters. A payout becomes a transfer. Its
// idempotency key, which Stripe takes in the header, becomes the idemp_key as well.
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

// A stripeWriter turns errors of Omise into errors of Stripe. It changes nothing else, and no
// broken connection.
type stripeWriter struct {
	http.ResponseWriter
	status int // status of an error that is not sent yet
	body   bytes.Buffer
}

// Unwrap lets a fault take over the connection.
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

// finish sends the error. For a busy server it adds Stripe's header that asks for another
// try.
func (w *stripeWriter) finish() {
	if w.status == 0 {
		return
	}
	var omise struct{ Code, Message string }
	_ = json.Unmarshal(w.body.Bytes(), &omise) // a body that a fault has cut has no code
	kind := "invalid_request_error"
	if w.status >= 500 || w.status == http.StatusTooManyRequests {
		kind = "api_error"
		w.Header().Set("Stripe-Should-Retry", "true")
	}
	body, _ := json.Marshal(map[string]any{"error": map[string]string{"type": kind, "code": omise.Code, "message": omise.Message}}) // strings always do
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.ResponseWriter.WriteHeader(w.status)
	_, _ = w.ResponseWriter.Write(body) // the client may have closed the connection
}
