// Package transport sends one request in as many attempts as are safe.
//
// It knows HTTP and money: which attempts may be repeated, how long to wait,
// how much to read, what must not be printed. It knows no resource of the API.
package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// A Transport is the attempt loop with its settings. It is safe for concurrent
// use and does not change after it was made.
type Transport struct {
	HTTPClient        *http.Client
	ReadRetries       int           // attempts of a read beyond the first
	WriteRetries      int           // attempts of a write beyond the first, within writeBudget
	KeysIgnored       bool          // the server keeps no key, so even a BodyKey guards nothing
	KeysHonoured      bool          // the server keeps Idempotency-Key, so a keyed write may be resent
	LongestWait       time.Duration // for a server that says when to come back
	MaxProcessingTime time.Duration // after which the server no longer processes an attempt, 0 if nobody has promised one
	Pace              *Pace
	Limiter           Limiter
	Observers         []Observer

	// IsAPIError tells an error of the API from a page of something in between.
	IsAPIError func(body []byte) bool

	prepare sync.Once
	own     http.Client // HTTPClient as it is used
}

// A Limiter lets a request go when it returns nil.
type Limiter interface{ Wait(context.Context) error }

// A Request is one call, however many attempts it takes.
type Request struct {
	Method   string
	Host     *url.URL // and what comes before every path
	Path     string   // of letters, digits, _ and - between slashes
	Query    string
	Template string // path with placeholders, for logs
	Key      Secret
	BareKey  bool        // the key is the whole Authorization header
	Header   http.Header // of more requests than this one
	Body     string
	BodyType string
	Guard    Guard
	Timeout  time.Duration // of one attempt, body included
	MaxBody  int64         // of the answer, decompressed

	// IdempotencyKey goes out with a write, the same on every attempt.
	IdempotencyKey string

	// Accept looks at a 2xx answer; an error makes its outcome unknown.
	Accept func(*Response) error

	// Look finds out whether an attempt with an unknown outcome has done the
	// work. nil if there is no way to find out.
	Look Look

	// Twin finds out whether a refusal is the answer to a second delivery of
	// the attempt: the network may repeat what the client has sent once. It
	// returns the answer to the first delivery, or nil if there was none. An
	// error makes the outcome unknown. nil where a repetition does no harm.
	Twin Look

	// Stream hands a 2xx answer over unread, in Response.Stream. Timeout and
	// the context then end the reading, too.
	Stream bool
}

// A Look finds out what became of an attempt and returns the answer that it
// would have had. nil and no error mean that nothing was done, so far. It is
// told how an attempt was refused, if one was.
type Look func(ctx context.Context, refusal *Response) (*Response, error)

// A Response is an answer that was read to its end, unless it is a stream.
type Response struct {
	Status   int
	Header   http.Header
	Body     []byte        // until Release
	Stream   io.ReadCloser // instead of Body; the caller closes it
	Attempts int

	// RequestID is the server's name for the exchange, without secrets; "" if
	// it gave none.
	RequestID string

	buffer *[]byte // that Body is in
}

// A Failure is a call that did not succeed.
type Failure struct {
	Outcome    Outcome
	Cause      error     // nil where the answer says it all
	Response   *Response // nil where there was no answer
	Attempts   int
	RetryAfter time.Duration // what the server asked for, 0 if nothing

	final bool // another attempt would end the same way
}

// attempt sends the request once.
func (t *Transport) attempt(ctx context.Context, req *Request) (*Response, *Failure) {
	if t.Limiter != nil {
		if err := t.Limiter.Wait(ctx); err != nil {
			return nil, &Failure{Outcome: NotSent, Cause: fmt.Errorf("rate limiter: %w", err), final: true}
		}
	}
	ctx, cancel := context.WithTimeout(ctx, req.Timeout)
	var wire wire
	hr, err := t.newRequest(wire.watch(ctx), req)
	if err != nil {
		cancel()
		return nil, &Failure{Outcome: NotSent, Cause: err, Attempts: 1, final: true}
	}
	answer, err := t.client().Do(hr)
	if err != nil {
		cancel()
		return nil, &Failure{Outcome: wire.outcome(err), Cause: withoutURL(err), Attempts: wire.attempts()}
	}
	resp := &Response{
		Attempts:  wire.attempts(),
		Status:    answer.StatusCode,
		Header:    answer.Header,
		RequestID: Scrubber(req.Key)(answer.Header.Get("X-Request-Id"), longestRequestID),
	}
	if req.Stream && resp.succeeded() {
		resp.Stream = &stream{answer.Body, cancel}
		return resp, nil
	}
	defer cancel()
	failure := t.read(answer, resp, req)
	if failure != nil {
		failure.Attempts = resp.Attempts
		return nil, failure
	}
	return resp, nil
}

// stream ends its attempt when it is closed.
type stream struct {
	io.ReadCloser
	cancel context.CancelFunc
}

func (s *stream) Close() error {
	defer s.cancel()
	return s.ReadCloser.Close()
}

func (r *Response) succeeded() bool { return r.Status >= 200 && r.Status < 300 }

func (t *Transport) newRequest(ctx context.Context, req *Request) (*http.Request, error) {
	hr, err := http.NewRequestWithContext(ctx, req.Method, "", nil)
	if err != nil {
		return nil, err
	}
	address := *req.Host
	address.Path += req.Path
	address.RawQuery = req.Query
	if address.RawPath != "" {
		address.RawPath += req.Path
	}
	hr.URL, hr.Host = &address, address.Host
	hr.Header = maps.Clone(req.Header)
	hr.Header["Authorization"] = []string{req.Key.authorization(req.BareKey)}
	if req.BodyType != "" {
		hr.Header["Content-Type"] = []string{req.BodyType}
	}
	if req.IdempotencyKey != "" {
		hr.Header[keyHeader] = []string{req.IdempotencyKey}
	}
	if req.IdempotencyKey != "" || req.Body != "" {
		hr.Body = &payload{strings.NewReader(req.Body), req.Body}
		hr.ContentLength = int64(len(req.Body))
	}
	return hr, nil
}

// client never follows a redirect: it would carry the key or a card number to
// wherever the answer points.
func (t *Transport) client() *http.Client {
	t.prepare.Do(func() {
		t.own = *t.HTTPClient
		t.own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		t.own.Transport = once{t.HTTPClient}
	})
	return &t.own
}

// read takes the body of an answer in and tells a response from a failure.
func (t *Transport) read(answer *http.Response, resp *Response, req *Request) *Failure {
	defer answer.Body.Close()
	var err error
	err = resp.readAll(answer, req.MaxBody)
	if !resp.succeeded() {
		outcome := answered(resp.Status, t.IsAPIError(resp.Body))
		if resp.Status == http.StatusConflict && t.keyed(req) {
			outcome = Unknown // the first call with the key is still at work
		}
		return &Failure{
			Outcome:    outcome,
			Cause:      err,
			Response:   resp,
			RetryAfter: retryAfter(resp.Header, time.Now()),
			final:      resp.Status < 400 || outcome == Refused && !passing(resp.Status),
		}
	}
	if err == nil {
		err = req.Accept(resp)
	}
	switch {
	case err == nil:
		return nil
	case t.IsAPIError(resp.Body): // with a status that says otherwise
		return &Failure{Outcome: Refused, Response: resp, final: true}
	}
	return &Failure{Outcome: Unknown, Cause: err, Response: resp, final: errors.Is(err, errTooLarge) || errors.Is(err, ErrNotAsked)}
}

// withoutURL drops the address that net/http puts in front of its errors: a
// query may hold personal data.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

// String names the outcome for logs.
func (o Outcome) String() string {
	return [...]string{"not_sent", "refused", "unknown"}[o]
}

// NewHTTPClient returns a client for the API with connections of its own.
//
// HTTP/2 is used where the server offers it. Where it does not, at most
// maxConns connections are open and all of them stay open between bursts;
// callers beyond that wait for one.
func NewHTTPClient() *http.Client {
	return &http.Client{Transport: &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		ForceAttemptHTTP2:      true,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    10 * time.Second,
		MaxConnsPerHost:        maxConns,
		MaxIdleConnsPerHost:    maxConns,
		IdleConnTimeout:        50 * time.Second,
		MaxResponseHeaderBytes: 256 << 10,
	}}
}

const (
	maxConns         = 64
	longestRequestID = 96
)
