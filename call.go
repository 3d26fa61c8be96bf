package omise

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"time"

	"github.com/omisekit/omise-go/internal/form"
	"github.com/omisekit/omise-go/internal/transport"
	"github.com/omisekit/omise-go/internal/wire"
)

// largestAnswer is how much is read of an answer: a page of 100 expanded charges
// takes less than half of it.
const largestAnswer = 4 << 20

// A request is one call on its way: checked and encoded by prepare, sent by do.
type request struct {
	route   *route
	opts    *callOptions
	record  *writeRecord // nil for a call that reads
	sent    *transport.Request
	ignored []error // attributes of the answer that decode has left out

	// decode reads the body of an answer, and checks that it is what was asked for.
	decode func(body []byte) (ignored []error, err error)
}

// call makes the call and returns the model in its answer.
func call[T any](ctx context.Context, c *Client, r *route, params any, opts []RequestOption, ids ...string) (*T, error) {
	model := new(T)
	if err := c.into(ctx, r, params, opts, ids, model); err != nil {
		return nil, err
	}
	return model, nil
}

// into makes the call and decodes the answer into model.
func (c *Client) into(ctx context.Context, r *route, params any, opts []RequestOption, ids []string, model any) error {
	q, err := c.prepare(r, params, opts, ids)
	if err != nil {
		return err
	}
	described, _ := model.(describer)
	var other any // object than the one that was asked for
	q.decode = func(body []byte) (ignored []error, err error) {
		other = nil
		if ignored, err = wire.Decode(body, model); err != nil {
			return ignored, err
		}
		if err = identify(model, r.kind(), lastOf(ids), r.also); err != nil {
			return ignored, err
		}
		if q.record != nil && described != nil {
			if err = q.record.accepts(described.details(), r.named); err != nil {
				other = model
			}
		}
		return ignored, err
	}
	resp, err := c.do(ctx, q)
	if err != nil {
		if e, ok := errors.AsType[*Error](err); ok && other != nil {
			e.Object = other
		}
		return err
	}
	resp.Release()
	if r.named && described != nil {
		this := model.(identified).identity()
		c.config.shared.newest.see(this.kind, described.details().created)
		c.config.shared.made.add(this.id)
	}
	return nil
}

// lastOf returns the id of the object that a path ends in, "" if it has none.
func lastOf(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return ids[len(ids)-1]
}

// download makes the call and returns the file in its answer.
func download(ctx context.Context, c *Client, r *route, opts []RequestOption, ids ...string) (io.ReadCloser, error) {
	q, err := c.prepare(r, nil, opts, ids)
	if err != nil {
		return nil, err
	}
	resp, err := c.do(ctx, q)
	if err != nil {
		return nil, err
	}
	return resp.Stream, nil
}

// prepare checks a call and builds its request, or says why there can be none.
func (c *Client) prepare(r *route, params any, opts []RequestOption, ids []string) (*request, error) {
	if c.err != nil {
		return nil, c.err
	}
	q := &request{route: r, opts: newCallOptions(opts)}
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
	if r.guard != transport.Read {
		if !chosen {
			q.opts.idempotencyKey = rand.Text()
		}
		q.record = newWriteRecord(params, q.opts, ids)
		q.record.operation = r.method + " " + path
	}
	body, err := q.encode(params)
	if err != nil {
		return nil, err
	}
	if chosen && r.guard != transport.Read && !isUpload(params) && !c.config.shared.keys.claim(q.opts.idempotencyKey, q.record.operation, body.text, time.Now()) {
		return nil, r.refuse("idempotency key", "was used with other parameters; another write takes another key")
	}
	q.sent = &transport.Request{
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
	if r.method == http.MethodPost || r.method == http.MethodPatch {
		q.sent.IdempotencyKey = q.opts.idempotencyKey
	}
	if r.guard == transport.Read {
		q.sent.Query = body.text
	} else {
		q.sent.Body, q.sent.BodyType = body.text, body.contentType
	}
	return q, nil
}

// check finds what is wrong with the params of a call and with its options.
func (q *request) check(params any) *form.Problem {
	r, o := q.route, q.opts
	if isNil(params) || params == nil {
		if params != nil && r.guard != transport.Read && !r.bare {
			return &form.Problem{Field: "params", Rule: "must not be nil"}
		}
	} else if problem := form.Check(params); problem != nil {
		return problem
	} else if p, ok := params.(checker); ok {
		if problem := p.check(); problem != nil {
			return problem
		}
	}
	switch {
	case o.intent != "" && !r.named:
		return &form.Problem{Field: "intent", Rule: "is for new charges, refunds and transfers"}
	case o.extra.Has("expand") && r.guard != transport.Read:
		return &form.Problem{Field: "expand", Rule: "is for calls that read"}
	}
	return o.check()
}

// encoded is what a request carries, in its query or its body.
type encoded struct {
	text        string
	contentType string
}

// encode brings the params into the encoding of the API.
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

// extra returns what is sent beside the params: an idempotency key on a route that
// has it in the body, and the marks by which the object is found again.
func (q *request) extra(params any) url.Values {
	p, ok := params.(keyed)
	key := q.route.guard == transport.BodyKey && !(ok && p.idempotencyKey() != "")
	if !key && q.opts.intent == "" {
		return q.opts.extra
	}
	extra := maps.Clone(q.opts.extra)
	if extra == nil {
		extra = url.Values{}
	}
	if key && !extra.Has("idemp_key") {
		extra.Set("idemp_key", q.opts.idempotencyKey)
	}
	if q.opts.intent != "" {
		extra.Set("metadata["+IntentKey+"]", q.record.Intent)
		extra.Set("metadata["+CallKey+"]", q.record.Call)
	}
	return extra
}

func (q *request) header(common http.Header) http.Header {
	if q.opts.subMerchant == nil && !q.route.stream {
		return common
	}
	header := maps.Clone(common)
	if q.opts.subMerchant != nil {
		header.Set("SUB_MERCHANT_ID", *q.opts.subMerchant)
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

// do sends a prepared request and accepts the answer.
func (c *Client) do(ctx context.Context, q *request) (*transport.Response, error) {
	if ctx == nil {
		return nil, q.route.refuse("ctx", "must not be nil")
	}
	q.sent.Accept = func(resp *transport.Response) (err error) {
		if q.decode != nil {
			q.ignored, err = q.decode(resp.Body)
		}
		return err
	}
	if q.record != nil {
		q.record.First = c.config.now()
	}
	if q.opts.intent != "" {
		return c.sendOnce(ctx, q)
	}
	return c.send(ctx, q)
}

// send makes the attempts of a request.
func (c *Client) send(ctx context.Context, q *request) (*transport.Response, error) {
	common := c.config.shared
	if q.record != nil {
		c.reconcile(q)
	}
	resp, failure := c.transport.Do(ctx, q.sent)
	if failure != nil {
		if failure.Response != nil {
			common.clock.see(failure.Response.Header, c.config.now())
		}
		q.opts.keep(failure.Response, failure.Attempts, nil)
		return nil, c.newError(q, failure)
	}
	common.clock.see(resp.Header, c.config.now())
	q.opts.keep(resp, resp.Attempts, q.ignored)
	if q.route.guard == transport.StateMachine || q.route.method == http.MethodDelete {
		common.moved.add(q.record.operation)
	}
	return resp, nil
}

// reconcile tells the transport how to find out what became of a write.
func (c *Client) reconcile(q *request) {
	r, w := q.route, q.record
	if r.lookup == nil {
		return
	}
	q.sent.Find = func(ctx context.Context, lost bool) (*transport.Response, transport.Trace) {
		w.Refused = !lost
		found, err := r.lookup(ctx, c, w, lost, q.opts.forLookup())
		if err != nil {
			return nil, transport.Failed
		}
		return c.answer(ctx, q, found)
	}
	if r.doubtful != nil {
		q.sent.Doubtful = func(refusal *transport.Response) bool {
			body, ok := parseAPIError(refusal.Body)
			return ok && r.doubtful(body)
		}
	}
	switch guard := q.sent.Guard; {
	case guard == transport.SingleUse && c.config.maxProcessingTime == 0:
		q.sent.ResendAfter = bankTimeout
	case guard == transport.SingleUse, w.Intent != "":
		q.sent.ResendAfter = c.config.maxProcessingTime
	}
}

// answer turns what a lookup has found into the answer that the write would have
// had.
func (c *Client) answer(ctx context.Context, q *request, found findings) (*transport.Response, transport.Trace) {
	switch {
	case len(found.own) == 1 && found.gone:
		resp := &transport.Response{Status: http.StatusOK, Body: q.deleted(c.config.livemode())}
		if _, err := q.decode(resp.Body); err != nil {
			return nil, transport.Undecidable
		}
		return resp, transport.NotSeen
	case len(found.own) == 1:
		resp, err := c.read(ctx, q, found)
		if err != nil {
			return nil, transport.Failed
		}
		return resp, transport.NotSeen
	case len(found.own) > 1:
		return nil, transport.Undecidable
	case found.other:
		return nil, transport.NotThisCall
	case len(found.possible) > 0:
		return nil, transport.Undecidable
	case found.complete:
		return nil, transport.Absent
	}
	return nil, transport.NotSeen
}

// read reads the one object that was found, in place of the answer.
func (c *Client) read(ctx context.Context, q *request, found findings) (*transport.Response, error) {
	get, err := c.prepare(found.get, nil, q.opts.forLookup(), found.path(q.record, found.own[0].id))
	if err != nil {
		return nil, err
	}
	get.decode = q.decode
	return c.do(ctx, get)
}

// deleted is the answer to a delete of an object that is gone.
func (q *request) deleted(livemode bool) []byte {
	body, _ := json.Marshal(map[string]any{ // which cannot fail
		"object": cmp.Or(q.route.also, kinds[q.route.kind()].name), "id": q.record.IDs[len(q.record.IDs)-1], "livemode": livemode, "deleted": true,
	})
	return body
}

// guard returns the guard of the call: that of its route, unless it depends on the
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

// key picks the key that the route wants. The vault never sees a secret key.
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

// account tells the account and the mode of a key from others, and does not reveal
// the key.
func (c *Client) account(key transport.Secret) string {
	return fingerprint("omise-go account", key.Reveal())
}

func (c *Client) timeout(r *route) time.Duration {
	switch {
	case c.config.timeout > 0:
		return c.config.timeout
	case r.bank:
		return bankTimeout
	case r.stream:
		return streamTimeout
	}
	return readTimeout
}

// newError turns a failure of the transport into an Error without secrets.
func (c *Client) newError(q *request, failure *transport.Failure) *Error {
	e := newError(q.route, q.sent, failure)
	if w := q.record; w != nil {
		w.Last, w.Account = c.config.now(), c.account(q.sent.Key)
		w.ServerFirst = c.config.shared.clock.at(w.First)
		e.Outcome, e.write = Outcome(failure.Outcome.String()), w
	}
	return e
}
