package omise_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
)

// A between is code between a client and the fake. It may change requests and answers.
type between func(next http.RoundTripper, hr *http.Request) (*http.Response, error)

// through returns a client of the same fake whose calls go through b.
func (fake *fakeClient) through(b between, opts ...omise.Option) *fakeClient {
	next := fake.srv.HTTPClient().Transport
	hc := &http.Client{Transport: roundTripFunc(func(hr *http.Request) (*http.Response, error) { return b(next, hr) })}
	return fakeClientOf(fake.t, fake.srv, append(opts, omise.WithHTTPClient(hc))...)
}

// another returns a client of the same fake that shares no state with this client, as
// in another process.
func (fake *fakeClient) another(opts ...omise.Option) *fakeClient {
	return fakeClientOf(fake.t, fake.srv, opts...)
}

type roundTripFunc func(*http.Request) (*http.Response, error)

func (f roundTripFunc) RoundTrip(hr *http.Request) (*http.Response, error) { return f(hr) }

// hangsOnWrites lets each write hang until its context ends.
func hangsOnWrites(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
	if hr.Method == http.MethodPost {
		<-hr.Context().Done()
		return nil, hr.Context().Err()
	}
	return next.RoundTrip(hr)
}

// rewrites changes the bodies of the answers to a method and a path.
func rewrites(method, path string, change func(body string) string) between {
	return func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(hr)
		if err != nil || hr.Method != method || path != "" && hr.URL.Path != path {
			return resp, err
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			return nil, err
		}
		text := change(string(body))
		resp.Body, resp.ContentLength = io.NopCloser(bytes.NewBufferString(text)), int64(len(text))
		resp.Header.Set("Content-Length", strconv.Itoa(len(text)))
		return resp, nil
	}
}

// changesList changes the lists that the fake answers with at a path.
func changesList(path string, change func(list map[string]any)) between {
	return rewrites(http.MethodGet, path, func(body string) string {
		var list map[string]any
		if json.Unmarshal([]byte(body), &list) != nil || list["object"] != "list" {
			return body
		}
		change(list)
		changed, _ := json.Marshal(list) // cannot fail
		return string(changed)
	})
}

// slow lets each write of charges take a second.
func slow(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
	if hr.Method == http.MethodPost {
		time.Sleep(time.Second)
	}
	return next.RoundTrip(hr)
}

// dated sets the Date header of each answer to the time of the API plus off.
func dated(srv *omisetest.Server, off time.Duration) between {
	return func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(hr)
		if err == nil {
			resp.Header.Set("Date", srv.Now().Add(off).UTC().Format(http.TimeFormat))
		}
		return resp, err
	}
}

// withClock returns a client whose clock differs from that of the fake.
func (fake *fakeClient) withClock(ahead time.Duration, b between) *fakeClient {
	return fake.through(b, omise.WithMaxRetries(0), omise.WithClock(func() time.Time {
		return time.Now().Add(ahead + time.Until(fake.srv.Now()))
	}))
}

// answerTo returns an answer to a request.
func answerTo(hr *http.Request, status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: hr}
}
