package omise

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"

	"github.com/omisekit/omise-go/internal/form"
	"github.com/omisekit/omise-go/internal/transport"
)

// A Response is what came back, beside the model: for what this package does
// not model, and for support cases.
type Response struct {
	StatusCode int
	Header     http.Header
	RequestID  string
	Attempts   int
	Body       []byte // as sent by the server, decompressed

	// Ignored names the attributes whose value had an unexpected shape and
	// whose fields were left zero. Body has them. At most 100 are named; if there
	// are more, a last error counts them.
	Ignored []error
}

// A RequestOption changes one call.
type RequestOption func(*callOptions)

type callOptions struct {
	idempotencyKey string
	ownKey         bool // the caller named the key or the intent
	intent         string
	extra          url.Values
	response       *Response
	subMerchant    *string
	prefetch       int
}

func newCallOptions(opts []RequestOption) *callOptions {
	o := &callOptions{}
	for _, opt := range opts {
		if opt != nil {
			opt(o)
		}
	}
	return o
}

// settleKey gives the call the key that all its attempts carry: the caller's
// own, one that follows from the intent, or a new one.
func (o *callOptions) settleKey(r *route, path string) {
	o.ownKey = o.idempotencyKey != "" || o.intent != ""
	switch {
	case o.idempotencyKey != "":
	case o.intent != "":
		sum := sha256.Sum256([]byte(r.method + " " + path + " " + o.intent))
		o.idempotencyKey = hex.EncodeToString(sum[:16])
	case r.guard != transport.Read:
		o.idempotencyKey = rand.Text()
	}
}

// forLook returns the options that a look at what a call has done needs, too.
func (o *callOptions) forLook() []RequestOption {
	return []RequestOption{func(look *callOptions) { look.subMerchant = o.subMerchant }}
}

func (o *callOptions) check(r *route) *form.Problem {
	if rule := headerRule(o.idempotencyKey); rule != "" {
		return &form.Problem{Field: "idempotency key", Rule: rule}
	}
	if o.intent != "" && (r.finder == nil || r.finder.find == nil) {
		return &form.Problem{Field: "intent", Rule: "is for new charges, refunds and transfers"}
	}
	if rule := intentRule(o.intent); rule != "" {
		return &form.Problem{Field: "intent", Rule: rule}
	}
	if o.subMerchant != nil {
		if rule := idRule(*o.subMerchant, kindUnknown, false); rule != "" {
			return &form.Problem{Field: "sub-merchant", Rule: rule}
		}
	}
	if o.prefetch < 0 {
		return &form.Problem{Field: "prefetch", Rule: "must not be negative"}
	}
	if o.extra.Has("expand") && r.guard != transport.Read {
		return &form.Problem{Field: "expand", Rule: "is for calls that read"}
	}
	return nil
}

func (o *callOptions) keep(resp *transport.Response, attempts int, ignored []error) {
	if o.response == nil || resp == nil {
		return
	}
	*o.response = Response{
		StatusCode: resp.Status,
		Header:     resp.Header,
		RequestID:  resp.RequestID,
		Attempts:   attempts,
		Body:       resp.Take(),
		Ignored:    ignored,
	}
}

// WithIdempotencyKey names the intent behind a write: the same key for the same
// order, however often and from wherever it is tried. Without it every call of
// a write gets a key of its own. See [WithIdempotencyKeys] for what the API
// makes of it.
func WithIdempotencyKey(key string) RequestOption {
	return func(o *callOptions) { o.idempotencyKey = key }
}

// WithResponseInto fills resp with what the server answered, whether the call
// succeeds or not. It stays as it is if there was no answer.
func WithResponseInto(resp *Response) RequestOption {
	return func(o *callOptions) { o.response = resp }
}

// WithPrefetch lets an All method fetch pages before the loop needs them. n is
// the most pages in flight and in memory at a time, the one that the loop is at
// included; 0 and 1 fetch one page after the other, which is the default.
//
//	for charge, err := range client.Charges.All(ctx, params, omise.WithPrefetch(8)) {
//
// What the loop sees is the same. A loop that ends early has fetched pages for
// nothing, and all that is still in flight is stopped before the statement after
// the loop. A rate limiter is asked for every page. Calls that return one page
// fetch one page.
func WithPrefetch(n int) RequestOption {
	return func(o *callOptions) { o.prefetch = n }
}

// WithExpand asks for whole objects where an answer would hold their ids; see
// [Expandable]. It is for calls that read.
func WithExpand() RequestOption { return WithParam("expand", "true") }

// WithSubMerchant acts for a sub-merchant of the account. PlatformFee of a
// charge needs it.
//
// See https://docs.omise.co/charges-api.
func WithSubMerchant(id string) RequestOption {
	return func(o *callOptions) { o.subMerchant = &id }
}

// WithParam sends a parameter that the params of the call do not have, under
// the name that the API gives it, such as "card[name]".
func WithParam(name, value string) RequestOption {
	return func(o *callOptions) {
		if o.extra == nil {
			o.extra = url.Values{}
		}
		o.extra.Add(name, value)
	}
}
