package omise

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/omisekit/omise-go/internal/form"
	"github.com/omisekit/omise-go/internal/redact"
	"github.com/omisekit/omise-go/internal/transport"
)

// A Response is the HTTP answer to a call. It is for attributes that this package does
// not model, and for support cases. It prints as [redacted], because its body may name
// a person or hold a key.
type Response struct {
	hidden
	StatusCode int
	Header     http.Header // without cookies and other credentials
	RequestID  string
	Attempts   int
	Body       []byte // as sent by the server, decompressed

	// Ignored names the attributes whose value had an unexpected type, so that their
	// fields stayed zero. Body has their values. At most 100 are named; if there are
	// more, the last error counts them.
	Ignored []error
}

// A RequestOption changes one call.
type RequestOption func(*callOptions)

type callOptions struct {
	idempotencyKey string
	intent         string
	extra          url.Values
	response       *Response
	subMerchant    *string
	apiVersion     string // in place of the version of the client
	prefetch       int
}

func (o *callOptions) apply(opts []RequestOption) {
	for _, opt := range opts {
		if opt != nil {
			opt(o)
		}
	}
}

// forLookup returns the options of a call that its lookups need as well.
func (o *callOptions) forLookup() []RequestOption {
	return lookupOptions(o.subMerchant)
}

// lookupOptions returns the options of a call that looks for a write. Models have all
// attributes only in the default version, such as the time when an object was created.
func lookupOptions(subMerchant *string) []RequestOption {
	return []RequestOption{func(o *callOptions) { o.subMerchant, o.apiVersion = subMerchant, DefaultAPIVersion }}
}

// check returns what is wrong with the options.
func (o *callOptions) check() *form.Problem {
	if rule := nameRule(o.idempotencyKey); rule != "" {
		return &form.Problem{Field: "idempotency key", Rule: rule}
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
	return nil
}

func (o *callOptions) keep(resp *transport.Response, attempts int, ignored []error) {
	if o.response == nil || resp == nil {
		return
	}
	*o.response = Response{
		StatusCode: resp.Status,
		Header:     withoutCredentials(resp.Header),
		RequestID:  resp.RequestID,
		Attempts:   attempts,
		Body:       resp.Take(),
		Ignored:    ignored,
	}
}

// credentials are headers of an answer that can give access to an account.
var credentials = []string{
	"Set-Cookie", "Set-Cookie2", "Cookie", "Authorization", "Proxy-Authorization", "Authentication-Info", "Proxy-Authentication-Info",
}

func withoutCredentials(header http.Header) http.Header {
	for _, name := range credentials {
		if header[name] != nil {
			header[name] = []string{redact.Mark}
		}
	}
	return header
}

// WithIdempotencyKey sets the key that every attempt of a write carries. Without this
// option, the client makes a new key for each write. A client refuses a key that it has
// used for other parameters within a day; it remembers keys in memory only. See
// [WithIdempotencyKeys] for how the API treats the key.
//
// The key is printable ASCII, has no space at its ends, and holds no API key and no card
// number. A client refuses any other key before it sends anything.
func WithIdempotencyKey(key string) RequestOption {
	return func(o *callOptions) { o.idempotencyKey = key }
}

// WithIntent names what a charge, a refund or a transfer is for, such as "order-42".
// The name goes into the metadata of the object, as [IntentKey], beside a mark of this
// call, [CallKey]. So Resolve and ResolveIntent can find the object, and do not confuse
// it with the object of another call. It is printable ASCII of at most 128 characters,
// has no space at its ends, and holds no API key and no card number.
//
// Calls of one client that have the same intent at the same time are one call: the
// later calls wait and get the answer of the first. Calls that come one after the other
// are separate calls, so that a payer who was declined can try again with the same or
// another card under the same intent. An intent does not prevent two processes, or two
// clients, from paying twice. Only a database can do that: see package outbox.
//
// Put no personal data into an intent: Omise stores it, and webhooks, errors and the
// dashboard show it.
func WithIntent(id string) RequestOption {
	return func(o *callOptions) { o.intent = id }
}

const longestIntent = 128

// intentRule returns the rule that an intent breaks, or "" if it breaks no rule.
func intentRule(intent string) string {
	if headerRule(intent) != "" || len(intent) > longestIntent {
		return fmt.Sprintf("must be printable ASCII, at most %d characters", longestIntent)
	}
	return nameRule(intent)
}

// nameRule returns the rule that the name of a write breaks, or "". Errors and logs
// show the name, so it must not hold a secret. HTTP drops spaces at the ends of a header,
// so a name that has them would be another name for the API.
func nameRule(name string) string {
	switch {
	case redact.HasSecret(name):
		return "must not hold an API key or a card number: errors and logs show it"
	case strings.TrimSpace(name) != name:
		return "must not begin or end with a space"
	}
	return headerRule(name)
}

// WithResponseInto fills resp with the answer of the server, also if the call fails. If
// there was no answer, resp does not change.
func WithResponseInto(resp *Response) RequestOption {
	return func(o *callOptions) { o.response = resp }
}

// WithPrefetch lets an All method fetch pages before the loop needs them. n is the
// largest number of pages in flight and in memory, counting the current page of the
// loop. 0 and 1 fetch one page after the other, which is the default.
//
//	for charge, err := range client.Charges.All(ctx, params, omise.WithPrefetch(8)) {
//
// The loop gets the same records. If the loop ends early, some pages were fetched for
// nothing; the requests that still run are stopped before the statement after the loop.
// Every page waits for a rate limiter. The option has no effect on calls that return
// one page.
func WithPrefetch(n int) RequestOption {
	return func(o *callOptions) { o.prefetch = n }
}

// WithExpand asks for whole objects in place of their ids; see [Expandable]. It is for
// calls that read.
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
