package omise

import (
	"cmp"
	"crypto/rand"
	"maps"
	"net/http"
	"net/url"
	"time"

	"github.com/omisekit/omise-go/internal/form"
	"github.com/omisekit/omise-go/internal/transport"
)

// largestAnswer is the largest answer that is read, in bytes. A page of 100 expanded
// charges takes less than half of it.
const largestAnswer = 4 << 20

// A request is one call: prepare checks and encodes it, do sends it.
type request struct {
	route      *route
	params     any // as the caller gave them
	opts       callOptions
	record     *writeRecord // nil for a call that reads
	http       transport.Request
	ignored    []error // errors about attributes of the answer that decode has left out
	unexpected any     // object in the answer, if it is not the one that was asked for
	mayRepeat  bool    // the answer may be that of an earlier call
	isOlder    bool    // the answer has the names of an older API version

	// decode reads the body of an answer and checks that it is the object that was
	// asked for.
	decode func(body []byte) (ignored []error, err error)
}

// prepare checks a call and builds its request, or returns what is wrong with the call.
func (c *Client) prepare(r *route, params any, opts []RequestOption, ids []string) (*request, error) {
	if c.err != nil {
		return nil, c.err
	}
	q := &request{route: r, params: params}
	q.opts.apply(opts)
	q.isOlder = cmp.Or(q.opts.apiVersion, c.config.apiVersion) < DefaultAPIVersion
	path, err := r.fill(ids, c.config.livemode())
	if err != nil {
		return nil, err
	}
	key, err := c.key(r)
	if err != nil {
		return nil, err
	}
	if problem := q.check(params); problem != nil {
		return nil, r.refuse(problem.Field, problem.Rule)
	}
	chosen := q.opts.idempotencyKey != ""
	q.mayRepeat = chosen || keyOf(params) != ""
	if r.guard != transport.Read {
		if !chosen {
			q.opts.idempotencyKey = rand.Text()
		}
		q.record = newWriteRecord(params, &q.opts, ids)
		q.record.operation = r.method + " " + path
		if mark := q.record.reservedKey(q.opts.extra); mark != "" {
			return nil, r.refuse("metadata["+mark+"]", "must be left out: WithIntent sets it")
		}
	}
	body, err := q.encode(params)
	if err != nil {
		return nil, err
	}
	if chosen && r.guard != transport.Read && !isUpload(params) {
		content := q.record.SubMerchant + "\n" + body.text // two sub-merchants may use the same key
		if !c.config.shared.keys.claim(q.opts.idempotencyKey, q.record.operation, content, time.Now()) {
			return nil, r.refuse("idempotency key", "was used with other parameters; another write takes another key")
		}
	}
	q.http = transport.Request{
		Method:   r.method,
		Host:     c.hosts[r.host],
		Path:     path,
		Template: r.path,
		Key:      key,
		BareKey:  r.key == keyLinksPlus,
		Header:   q.header(c.header),
		Guard:    c.guard(r, params),
		Timeout:  c.timeout(r),
		MaxBody:  largestAnswer,
		Stream:   r.stream,
	}
	q.setPayload(body)
	return q, nil
}

// setPayload puts the encoded params into the query of a read or the body of a write.
func (q *request) setPayload(body encoded) {
	if q.route.method == http.MethodPost || q.route.method == http.MethodPatch {
		q.http.IdempotencyKey = q.opts.idempotencyKey
	}
	if q.route.guard == transport.Read {
		q.http.Query = body.text
		return
	}
	q.http.Body, q.http.BodyType = body.text, body.contentType
}

// check returns what is wrong with the params of a call or with its options.
func (q *request) check(params any) *form.Problem {
	r, o := q.route, &q.opts
	switch {
	case params == nil: // the call has no params
	case isNil(params):
		if r.guard != transport.Read && !r.paramsOptional {
			return &form.Problem{Field: "params", Rule: "must not be nil"}
		}
	default:
		if problem := form.Check(params); problem != nil {
			return problem
		}
		if p, ok := params.(checker); ok {
			if problem := p.check(); problem != nil {
				return problem
			}
		}
	}
	switch {
	case o.intent != "" && !r.takesIntent:
		return &form.Problem{Field: "intent", Rule: "is for new charges, refunds and transfers"}
	case o.extra.Has("expand") && r.guard != transport.Read:
		return &form.Problem{Field: "expand", Rule: "is for calls that read"}
	case o.extra.Has("idemp_key") && r.guard == transport.BodyKey:
		return &form.Problem{Field: "idemp_key", Rule: "must be set in the params or by WithIdempotencyKey"}
	}
	return o.check()
}

// encoded is the query or the body of a request.
type encoded struct {
	text        string
	contentType string
}

// encode encodes the params for the API.
func (q *request) encode(params any) (encoded, error) {
	r := q.route
	if isNil(params) {
		params = nil
	}
	var e encoded
	var err error
	switch extra := q.extra(params); {
	case r.json:
		e.contentType = "application/json"
		e.text, err = form.EncodeJSON(params, extra)
	case isUpload(params):
		var problem *form.Problem
		e.text, e.contentType, problem = form.EncodeFile(params, extra, params.(uploader).file())
		if problem != nil {
			return encoded{}, r.refuse(problem.Field, problem.Rule)
		}
	default:
		e.contentType = "application/x-www-form-urlencoded"
		e.text, err = form.Encode(params, extra)
	}
	switch {
	case err != nil:
		return encoded{}, r.refuse("params", "cannot be encoded: "+err.Error())
	case e.text == "":
		return encoded{}, nil
	}
	return e, nil
}

// extra returns the values that are sent beside the params: an idempotency key on a
// route that has it in the body, and the marks by which the object is found again.
func (q *request) extra(params any) url.Values {
	key := q.route.guard == transport.BodyKey && keyOf(params) == ""
	if !key && q.opts.intent == "" {
		return q.opts.extra
	}
	extra := maps.Clone(q.opts.extra)
	if extra == nil {
		extra = url.Values{}
	}
	if key {
		extra.Set("idemp_key", q.opts.idempotencyKey)
	}
	if q.opts.intent != "" {
		extra.Set("metadata["+IntentKey+"]", q.record.Intent)
		extra.Set("metadata["+CallKey+"]", q.record.Call)
	}
	return extra
}

func (q *request) header(common http.Header) http.Header {
	if q.opts.subMerchant == nil && q.opts.apiVersion == "" && !q.route.stream {
		return common
	}
	header := maps.Clone(common)
	if q.opts.subMerchant != nil {
		header.Set("SUB_MERCHANT_ID", *q.opts.subMerchant)
	}
	if q.opts.apiVersion != "" {
		header.Set("Omise-Version", q.opts.apiVersion)
	}
	if q.route.stream {
		header.Set("Accept", "*/*")
	}
	return header
}

func isUpload(params any) bool {
	_, ok := params.(uploader)
	return ok
}

// guard returns the guard of the call: the guard of its route, unless it depends on the
// params.
func (c *Client) guard(r *route, params any) transport.Guard {
	guard := r.guard
	if p, ok := params.(guarded); ok && !isNil(params) {
		guard = p.guard()
	}
	if guard == transport.SingleUse && c.config.usedAtArrival {
		guard = transport.SingleUseAtArrival
	}
	return guard
}

// key returns the key for the route. The vault never gets a secret key.
func (c *Client) key(r *route) (transport.Secret, error) {
	secret, public, linksPlus := c.config.secretKey, c.config.publicKey, c.config.linksPlusKey
	switch {
	case r.key == keyLinksPlus && linksPlus.IsZero():
		return linksPlus, r.refuse("Payment Links+ key", "is required: see WithLinksPlusKey")
	case r.key == keyLinksPlus:
		return linksPlus, nil
	case r.key != keySecret && !public.IsZero():
		return public, nil
	case r.key == keyPublic:
		return public, r.refuse("public key", "is required: see WithPublicKey")
	case secret.IsZero():
		return secret, r.refuse("secret key", "is required")
	}
	return secret, nil
}

// account returns a fingerprint of the server of a route, and of the account and the mode
// of a key. It does not reveal the key.
func (c *Client) account(r *route, key transport.Secret) string {
	return fingerprint("omise-go account", c.hosts[r.host].String()+" "+key.Reveal())
}

func (c *Client) timeout(r *route) time.Duration {
	switch {
	case c.config.timeout > 0:
		return c.config.timeout
	case r.waitsForBank:
		return bankTimeout
	case r.stream:
		return streamTimeout
	}
	return readTimeout
}
