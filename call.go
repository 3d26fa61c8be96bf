package omise

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"time"

	"github.com/omisekit/omise-go/internal/transport"
	"github.com/omisekit/omise-go/internal/wire"
)

// largestAnswer is what is read of an answer: a page of 100 expanded charges
// takes less than half of it.
const largestAnswer = 4 << 20

// call makes the call and returns the model in its answer. What is generic is
// compiled for every model, so it is as little as it can be.
func call[T any](ctx context.Context, c *Client, r *route, params any, opts []RequestOption, ids ...string) (*T, error) {
	model := new(T)
	if err := c.into(ctx, r, params, opts, ids, model); err != nil {
		return nil, err
	}
	return model, nil
}

// into makes the call and decodes the answer into model, which the params have
// to accept.
func (c *Client) into(ctx context.Context, r *route, params any, opts []RequestOption, ids []string, model any) error {
	var other any // than the one asked for
	resp, err := c.do(ctx, r, params, opts, ids, func(body []byte) (ignored []error, err error) {
		other = nil
		if ignored, err = wire.Decode(body, model); err != nil {
			return ignored, err
		}
		if err = identify(model, r.kind(), lastOf(ids), r.also); err != nil {
			return ignored, err
		}
		if p, ok := params.(interface{ accepts(model any) error }); ok && !isNil(params) {
			if err = p.accepts(model); err != nil {
				other = model
			}
		}
		return ignored, err
	})
	if err != nil {
		if e, ok := errors.AsType[*Error](err); ok {
			e.Object = other
		}
		return err
	}
	resp.Release()
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
	resp, err := c.do(ctx, r, nil, opts, ids, nil)
	if err != nil {
		return nil, err
	}
	return resp.Stream, nil
}

// do is the road that every call takes: check, encode, send, decode.
func (c *Client) do(ctx context.Context, r *route, params any, opts []RequestOption, ids []string, decode func([]byte) ([]error, error)) (*transport.Response, error) {
	o := newCallOptions(opts)
	req, err := c.request(r, params, o, ids)
	if err != nil {
		return nil, err
	}
	var ignored []error
	req.Accept = func(resp *transport.Response) (err error) {
		ignored, err = decode(resp.Body)
		return err
	}
	if ctx == nil {
		return nil, r.refuse("ctx", "must not be nil")
	}
	var t *trace
	if r.guard != transport.Read {
		t = newTrace(params, o, ids)
		req.Look = c.look(r, t, req.Guard, o, decode)
		if req.Guard == transport.SingleUse {
			req.Twin = t.lookForTwin(req.Look)
		}
	}
	resp, failure := c.transport.Do(ctx, req)
	if failure != nil {
		o.keep(failure.Response, failure.Attempts, nil)
		return nil, newError(r, req, failure, t)
	}
	o.keep(resp, resp.Attempts, ignored)
	return resp, nil
}

// request builds the request of a call, or says why there can be none.
func (c *Client) request(r *route, params any, o *callOptions, ids []string) (*transport.Request, error) {
	if c.err != nil {
		return nil, c.err
	}
	path, err := r.fill(ids, c.config.livemode())
	if err != nil {
		return nil, err
	}
	key, err := c.key(r)
	if err != nil {
		return nil, err
	}
	o.settleKey(r, path)
	body, err := r.encode(params, o)
	if err != nil {
		return nil, err
	}
	if o.ownKey && !isUpload(params) && !c.config.shared.keys.claim(o.idempotencyKey, r.method+" "+path, body.text, time.Now()) {
		return nil, r.refuse("idempotency key", "was used with other parameters; another intent takes another key")
	}
	req := &transport.Request{
		Method:   r.method,
		Host:     c.hosts[r.host],
		Path:     path,
		Template: r.path,
		Key:      key,
		BareKey:  r.key == keyLinksPlus,
		Guard:    guardOf(r, params),
		Timeout:  c.timeout(r),
		MaxBody:  largestAnswer,
		Stream:   r.stream,
	}
	if r.method == http.MethodPost || r.method == http.MethodPatch {
		req.IdempotencyKey = o.idempotencyKey
	}
	if r.guard == transport.Read {
		req.Query = body.text
	} else {
		req.Body, req.BodyType = body.text, body.contentType
	}
	req.Header = c.header
	if o.subMerchant != nil || r.stream {
		req.Header = maps.Clone(c.header)
	}
	if o.subMerchant != nil {
		req.Header.Set("SUB_MERCHANT_ID", *o.subMerchant)
	}
	if r.stream {
		req.Header.Set("Accept", "*/*")
	}
	return req, nil
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
