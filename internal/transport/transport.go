// Package transport sends one request in as many attempts as are safe.
//
// It knows HTTP and money: which attempts may be repeated, how long to wait,
// how much to read, what must not be printed. It knows no resource of the API.
package transport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// A Transport is the attempt loop with its settings. It is safe for concurrent
// use and does not change after it was made.
type Transport struct {
	HTTPClient   *http.Client
	ReadRetries  int           // attempts of a read beyond the first
	WriteRetries int           // attempts of a write beyond the first, within writeBudget
	KeysIgnored  bool          // the server keeps no key, so even a BodyKey guards nothing
	KeysHonoured bool          // the server keeps Idempotency-Key, so a keyed write may be resent
	LongestWait  time.Duration // for a server that says when to come back
	Budget       *Budget
	Limiter      Limiter
	Observers    []Observer

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

	// Find looks for the work of an attempt that may have been processed. nil if
	// there is no way to look.
	Find Find

	// Doubtful reports whether a refusal may be the answer to a second delivery of
	// the request: the network may repeat a request that the client has sent once.
	// nil if a refusal proves that nothing was done.
	Doubtful func(refusal *Response) bool

	// ResendAfter is how long the server may take to process an attempt and to show
	// its work to Find. After that time an attempt with an unknown outcome may be
	// sent again, if Find rules out that it was processed. 0 if nothing is known.
	ResendAfter time.Duration

	// Stream hands a 2xx answer over unread, in Response.Stream. Timeout and
	// the context then end the reading, too.
	Stream bool
}

// A Find looks for the work of an attempt and returns the answer that the attempt
// would have had, or nil and what is known instead.
//
// lost says that the answer to an attempt was lost. Otherwise the write was refused,
// and an earlier delivery of the same attempt may have done the work.
type Find func(ctx context.Context, lost bool) (*Response, Trace)

// A Trace is what Find has seen where it has not found the work of an attempt.
type Trace int

// The traces of an attempt.
const (
	NotSeen     Trace = iota // nothing yet: look again
	Failed                   // the look failed: look again
	Absent                   // the work is not there: the attempt was not processed so far
	NotThisCall              // the refusal is about the work of another call
	Undecidable              // looking again cannot tell
)

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
	if err := ctx.Err(); err != nil {
		return nil, &Failure{Outcome: NotSent, Cause: err, Attempts: 1, final: true}
	}
	ctx, cancel := context.WithTimeout(ctx, req.Timeout)
	next := network{t.HTTPClient}.current()
	connections := connectionsOf(next)
	w := &watch{write: req.Guard != Read, net: isNetwork(next), cancel: cancel}
	answer, err := t.client().Do(newRequest(w.context(ctx), req, w))
	if err != nil {
		cancel()
		w.leaveIfSilent(next, connections, err)
		return nil, &Failure{Outcome: w.outcome(req.Body != ""), Cause: w.cause(err), Attempts: w.attempts()}
	}
	resp := &Response{
		Attempts:  w.attempts(),
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

// newRequest returns the HTTP request of an attempt. http.NewRequest would parse an
// address that is already taken apart.
func newRequest(ctx context.Context, req *Request, w *watch) *http.Request {
	address := *req.Host
	address.Path += req.Path
	address.RawQuery = req.Query
	if address.RawPath != "" {
		address.RawPath += req.Path
	}
	header := maps.Clone(req.Header)
	header["Authorization"] = []string{req.Key.authorization(req.BareKey)}
	if req.BodyType != "" {
		header["Content-Type"] = []string{req.BodyType}
	}
	if req.IdempotencyKey != "" && w.net {
		header[smallKeyHeader] = []string{req.IdempotencyKey}
	} else if req.IdempotencyKey != "" {
		header[keyHeader] = []string{req.IdempotencyKey}
	}
	hr := http.Request{
		Method: req.Method,
		URL:    &address, Host: address.Host,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header,
	}
	if req.Body != "" {
		hr.Body, hr.ContentLength = &payload{strings.NewReader(req.Body), w}, int64(len(req.Body))
		if w.net {
			hr.GetBody = func() (io.ReadCloser, error) { return w.restart(req.Body) }
		}
	}
	return hr.WithContext(ctx)
}

// client never follows a redirect: it would carry the key or a card number to
// wherever the answer points.
func (t *Transport) client() *http.Client {
	t.prepare.Do(func() {
		t.own = *t.HTTPClient
		t.own.Transport = network{t.HTTPClient}
		t.own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	})
	return &t.own
}

// read takes the body of an answer in and tells a response from a failure.
func (t *Transport) read(answer *http.Response, resp *Response, req *Request) *Failure {
	defer answer.Body.Close()
	if resp.Status < 200 { // such as 101: the connection is no longer one of HTTP
		return &Failure{Outcome: Unknown, Cause: errors.New("the server has changed the protocol"), Response: resp, final: true}
	}
	err := resp.readAll(answer, req.MaxBody)
	if !resp.succeeded() {
		outcome := answered(resp.Status, t.IsAPIError(resp.Body), req.Guard != Read)
		return &Failure{
			Outcome:    outcome,
			Cause:      err,
			Response:   resp,
			RetryAfter: retryAfter(resp.Header, time.Now()),
			final:      isFinal(resp.Status, outcome),
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

const longestRequestID = 96
