package fake

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	"github.com/omisekit/omise-go/internal/apiversion"
	"github.com/omisekit/omise-go/internal/fake/network"
	"github.com/omisekit/omise-go/internal/fake/shape"
)

// An incoming is a call that was read but not processed yet.
type incoming struct {
	route   int
	hr      *http.Request // as it arrived
	request *request
	bad     *apiError // error of the request, nil if it could be read
	call    *Call

	paysWithUsedToken bool // see Server.mayPayWithUsedToken
}

// exchange answers a call. It reads and encodes without the lock, so that a slow client
// does not block other calls. This is safe, because an answer no longer changes.
func (s *Server) exchange(hr *http.Request) *network.Reply {
	in := s.read(hr)
	answer, err, fault, pending := s.take(in)
	r := newReply(answer, err)
	r.RequestID = "req_" + strconv.FormatUint(s.options.Seed, 16) + "_" + strconv.Itoa(in.call.Number)
	r.Time = in.call.Time
	if answer != nil || err != nil {
		observe(in.call.Method+" "+in.call.Route, r.Status, r.Body)
	}
	toOlderNames(r, in.request.version)
	if fault != nil {
		fault.applyTo(r)
	}
	if pending {
		s.deliverAfterCall()
	}
	s.reportViolations(in.call)
	if s.options.Log != nil {
		s.options.Log(*in.call)
	}
	return r
}

func (s *Server) read(hr *http.Request) *incoming {
	table := routing()
	found := table.match(hr)
	in := &incoming{route: found.route, hr: hr}
	in.request, in.bad = decode(found.request)
	in.call = &Call{
		Method:         hr.Method,
		Route:          found.template(),
		Path:           s.redacted(found.request.URL.Path),
		IdempotencyKey: s.redacted(hr.Header.Get("Idempotency-Key")),
	}
	in.call.Params = s.redactedParams(in.call, in.request.params)
	if s.options.Strict != nil {
		in.call.Unknown = s.violations(in.call, in.request)
	}
	return in
}

// take records a call in the journal and processes it, unless a fault prevents that. It
// also reports whether there are webhooks to deliver afterwards.
func (s *Server) take(in *incoming) (answer any, err *apiError, fault *Rule, pending bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	in.call.Number, in.call.Time = s.requests, s.clock.now()
	s.record(in.call)
	fault, latency := s.matchRule(in)
	if latency > 0 {
		s.mu.Unlock()
		s.Advance(latency)
		s.mu.Lock()
	}
	answer, err = s.apply(in, fault)
	in.call.Status, in.call.ErrorCode = http.StatusOK, ""
	if err != nil {
		in.call.Status, in.call.ErrorCode = err.status, string(err.code)
	}
	if fault != nil {
		in.call.Fault = fault.what()
		in.call.Status = fault.status(in.call.Status)
	}
	return answer, err, fault, len(s.outbox) > 0
}

// process checks a call and runs its handler.
//
// Guess: a call with an unknown version of the API is refused.
func (s *Server) process(in *incoming) (any, *apiError) {
	if err := s.checkRateLimit(in.hr); err != nil {
		return nil, err
	}
	home := s.home(in)
	if !home.authorized(routing().routes[in.route].key, in.hr) {
		return nil, fail(authenticationFailure, "authentication failed")
	}
	if in.bad != nil {
		return nil, in.bad
	}
	if !slices.Contains(apiVersions, in.request.version) {
		s.guess("an unknown Omise-Version is refused")
		return nil, fail(badRequest, "api version is not supported")
	}
	return home.handleOnce(home.table[in.route], in.request)
}

// home returns the account whose key the call carries.
func (s *Server) home(in *incoming) *Server {
	key, _, _ := in.hr.BasicAuth()
	return s.accountOf(key)
}

// authorized reports whether the call has a key of the right kind. The key is the user
// name of basic authentication. For Payment Links+ it is the whole header.
//
// Guess: a call with a password is refused.
func (s *Server) authorized(kind keyKind, hr *http.Request) bool {
	if kind == linksPlusKey {
		return hr.Header.Get("Authorization") == s.options.LinksPlusKey
	}
	key, password, ok := hr.BasicAuth()
	if !ok || password != "" {
		return false
	}
	return key == s.options.SecretKey && kind != publicKey ||
		key == s.options.PublicKey && kind != secretKey
}

// A file is an answer that is not JSON.
type file struct {
	kind    string // media type
	content []byte
}

// toOlderNames renames the attributes of an answer to their names in an older version.
//
// Guess: the three older versions are equal. The only values that differ are currencies.
func toOlderNames(r *network.Reply, version string) {
	if version == apiVersion || r.ContentType != jsonType || r.Status != http.StatusOK {
		return
	}
	dec := json.NewDecoder(bytes.NewReader(r.Body))
	dec.UseNumber()
	var body any
	if dec.Decode(&body) == nil {
		apiversion.Age(body)
		r.Body = shape.Encode(body)
	}
}

const jsonType = "application/json; charset=utf-8"

func newReply(answer any, err *apiError) *network.Reply {
	if err != nil {
		return &network.Reply{Status: err.status, ContentType: jsonType, Body: shape.Encode(err.body()), RetryAfter: err.retryAfter}
	}
	if f, ok := answer.(file); ok {
		return &network.Reply{Status: http.StatusOK, ContentType: f.kind, Body: f.content}
	}
	return &network.Reply{Status: http.StatusOK, ContentType: jsonType, Body: shape.Encode(answer)}
}
