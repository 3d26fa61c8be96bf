package omise

import (
	"net/http"

	"github.com/omisekit/omise-go/internal/transport"
)

// WithOwnConnections gives a copy of a client (see [Client.With]) its own connections
// and its own pace. When an answer 429 or a lack of connections delays the calls of one
// client, it does not delay the calls of the other. The copy still knows the writes of
// the client: an intent that one of them is sending is not sent by the other (see
// [WithIntent]).
//
// The clients still share a transport of [WithHTTPClient] that is not an
// [http.Transport]. They also share a [RateLimiter], unless the copy gets another one.
func WithOwnConnections() Option {
	return func(c *config) {
		c.budget = &transport.Budget{}
		if c.httpClient == nil { // check refuses it
			return
		}
		next := c.httpClient.Transport
		if next == nil {
			next = http.DefaultTransport
		}
		own := *c.httpClient
		switch next := next.(type) {
		case *http.Transport:
			own.Transport = next.Clone()
		case interface{ Separate() http.RoundTripper }: // the transports of this package
			own.Transport = next.Separate()
		}
		c.httpClient = &own
	}
}
