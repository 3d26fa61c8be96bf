package omise_test

import (
	"io"
	"net/http"
	"time"

	"github.com/omisekit/omise-go/internal/apitest"
)

// respondWithDrips returns an API whose answers never end.
func respondWithDrips() *apitest.API {
	return &apitest.API{Respond: func(hr *http.Request) (*http.Response, error) {
		resp := apitest.Response(200, "")
		resp.Body = io.NopCloser(drip{hr})
		return resp, nil
	}}
}

// drip is a body that returns a space every half second until its request ends.
type drip struct{ *http.Request }

func (d drip) Read(p []byte) (int, error) {
	select {
	case <-time.After(500 * time.Millisecond):
		return copy(p, " "), nil
	case <-d.Context().Done():
		return 0, d.Context().Err()
	}
}

// A trackedBody counts the bytes that were read, and remembers whether it was closed.
type trackedBody struct {
	io.Reader
	read   int
	closed bool
}

func (r *trackedBody) Close() error { r.closed = true; return nil }

func (r *trackedBody) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.read += n
	return n, err
}

// respondWithFile returns an API that answers with a body.
func respondWithFile(status int, body io.ReadCloser, length int64) *apitest.API {
	return &apitest.API{Respond: func(*http.Request) (*http.Response, error) {
		resp := apitest.Response(status, "")
		resp.Header.Set("Content-Type", "text/csv")
		resp.Header.Set("X-Request-Id", "req_1")
		resp.Body, resp.ContentLength = body, length
		return resp, nil
	}}
}
