// Package transport sends one request in as many attempts as are safe.
//
// It knows the rules of HTTP and of payments: which attempts may be repeated, how long
// to wait, how much to read, and what must not be printed. It knows no object of the
// API.
package transport

import (
	"context"
	"encoding/json"
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

// A Transport sends requests; its fields are the settings. It is safe for concurrent
// use. The settings must not change after the first request.
type Transport struct {
	HTTPClient   *http.Client
	ReadRetries  int           // attempts of a read beyond the first
	WriteRetries int           // attempts of a write beyond the first, within writeBudget
	KeysIgnored  bool          // the server ignores keys, so even a BodyKey prevents nothing
	KeysHonoured bool          // the server honours Idempotency-Key, so a write with a key may be sent again
	LongestWait  time.Duration // longest wait that is accepted from a server
	Budget       *Budget
	Limiter      Limiter
	Observers    []Observer

	// IsAPIError reports whether a body is an error of the API, and not the page of a
	// proxy or a firewall.
	IsAPIError func(body []byte) bool

	// IsRefusal reports whether a body is an error of the API that only an answer with a
	// status of 4xx should have. In an answer of 2xx, another error proves nothing about
	// a write.
	IsRefusal func(body []byte) bool

	prepare sync.Once
	own     http.Client // copy of HTTPClient, without redirects
}

// A Limiter lets a request be sent when Wait returns nil.
type Limiter interface{ Wait(context.Context) error }

// A Request is one call, which may take several attempts.
type Request struct {
	Method   string
	Host     *url.URL // and the path before every Path
	Path     string   // of letters, digits, _ and - between slashes
	Query    string
	Template string // path with placeholders, for logs
	Key      Secret
	BareKey  bool        // the key is the whole Authorization header
	Header   http.Header // shared with other requests
	Body     string
	BodyType string
	Guard    Guard
	Timeout  time.Duration // of one attempt, body included
	MaxBody  int64         // of the answer, decompressed

	// IdempotencyKey is sent with every attempt of a write.
	IdempotencyKey string

	// Accept checks a 2xx answer; if it returns an error, the outcome is unknown.
	Accept func(*Response) error

	// Find looks for the result of an attempt that may have been processed. It is nil
	// if there is no way to look.
	Find Lookup

	// Doubtful reports whether a refusal may be the answer to a second delivery of the
	// request: the network may repeat a request that the client has sent once. It is
	// nil if a refusal proves that nothing was done.
	Doubtful func(refusal *Response) bool

	// ResendAfter is the time after which the server has finished with an attempt and
	// shows its result to Find. If Find then sees no result, the request may be sent
	// again. 0 means that this time is not known.
	ResendAfter time.Duration

	// Stream returns a 2xx answer unread, in Response.Stream. Timeout and the context
	// then limit the reading, too.
	Stream bool
}

// A Lookup looks for the result of an attempt. It returns the answer to the attempt and
// Found, or nil and another result.
//
// lost says that the answer to an attempt was lost. Otherwise the write was refused,
// and an earlier delivery of the same attempt may have done the work.
type Lookup func(ctx context.Context, lost bool) (*Response, LookupResult)

// A LookupResult says what a lookup has seen.
type LookupResult int

// The results of a lookup.
const (
	NotSeen     LookupResult = iota // nothing yet: look again
	Found                           // the result of the attempt
	Failed                          // the look failed: look again
	Absent                          // there is no result: the attempt was not processed so far
	Unexplained                     // the same, but nothing explains the refusal: look again for a while
	NotThisCall                     // another call has used the token or changed the object
	Undecidable                     // looking again cannot decide
)

// A Response is an answer that was read to its end, unless it is a stream.
type Response struct {
	Status   int
	Header   http.Header
	Body     []byte        // valid until Release is called
	Stream   io.ReadCloser // instead of Body; the caller closes it
	Attempts int

	// RequestID is the server's id of the request, without secrets; "" if the server
	// gave none.
	RequestID string

	buffer *[]byte // the memory of Body
}

// A Failure is a call that did not succeed.
type Failure struct {
	Outcome    Outcome
	Cause      error     // nil if the answer is the whole reason
	Response   *Response // nil if there was no answer
	Attempts   int
	RetryAfter time.Duration // wait that the server asked for, 0 if none

	final bool // another attempt would end the same way
}

// attempt sends the request once. A write begins at the time latest or earlier.
func (t *Transport) attempt(ctx context.Context, req *Request, latest time.Time) (*Response, *Failure) {
	if err := t.queue(ctx, req, latest); err != nil {
		return nil, &Failure{Outcome: NotSent, Cause: fmt.Errorf("rate limiter: %w", err), final: true}
	}
	if err := ctx.Err(); err != nil {
		return nil, &Failure{Outcome: NotSent, Cause: err, Attempts: 1, final: true}
	}
	ctx, cancel := context.WithTimeout(ctx, req.Timeout)
	next := network{t.HTTPClient}.current()
	connections := connectionsOf(next)
	w := &watch{write: req.Guard != Read, net: isNetwork(next), own: connections != nil, cancel: cancel}
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
		RequestID: Scrub(answer.Header.Get("X-Request-Id"), longestRequestID, req.Key),
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

// queue waits for the rate limiter.
func (t *Transport) queue(ctx context.Context, req *Request, latest time.Time) error {
	switch {
	case t.Limiter == nil:
		return nil
	case req.Guard == Read:
		return t.Limiter.Wait(ctx)
	}
	ctx, cancel := context.WithDeadlineCause(ctx, latest, errQueued)
	defer cancel()
	err := t.Limiter.Wait(ctx)
	if ended := context.Cause(ctx); ended == errQueued || err == nil && ended != nil {
		return ended // also if the limiter does not obey the context
	}
	return err
}

// errQueued is the error of a write that a rate limiter holds back for too long: another
// process may already have found out that the write was not done.
var errQueued = errors.New("a write must not wait so long to be sent")

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

// newRequest returns the HTTP request of an attempt. http.NewRequest would parse the
// URL again.
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

// client returns the HTTP client. It never follows a redirect, because that could send
// the key or a card number to another server.
func (t *Transport) client() *http.Client {
	t.prepare.Do(func() {
		t.own = *t.HTTPClient
		t.own.Transport = network{t.HTTPClient}
		t.own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	})
	return &t.own
}

// read reads the body of an answer into resp. It returns nil if the request succeeded,
// and the failure otherwise.
func (t *Transport) read(answer *http.Response, resp *Response, req *Request) *Failure {
	defer answer.Body.Close()
	if resp.Status < 200 { // such as 101: the connection no longer uses HTTP
		return &Failure{Outcome: Unknown, Cause: errors.New("the server has changed the protocol"), Response: resp, final: true}
	}
	err := resp.readAll(answer, req.MaxBody)
	complete := err == nil
	if !resp.succeeded() {
		outcome := outcomeOf(resp.Status, t.IsAPIError(resp.Body), req.Guard != Read)
		return &Failure{
			Outcome:    outcome,
			Cause:      err,
			Response:   resp,
			RetryAfter: retryAfter(resp.Header, time.Now()),
			final:      isFinal(resp.Status, outcome),
		}
	}
	if complete {
		err = req.Accept(resp)
	}
	switch {
	case err == nil:
		return nil
	case t.IsRefusal(resp.Body), req.Guard == Read && t.IsAPIError(resp.Body): // although the status is 2xx
		return &Failure{Outcome: Refused, Response: resp, final: true}
	}
	// A server that answers a write with a whole document has done it. Its next answer
	// would be refused, too.
	isDone := complete && req.Guard != Read && json.Valid(resp.Body)
	return &Failure{Outcome: Unknown, Cause: err, Response: resp, final: isDone || errors.Is(err, errTooLarge)}
}

// withoutURL drops the URL that net/http puts in front of its errors, because a query
// may hold personal data.
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
