package omise

import (
	"net/http"
)

// WithOwnConnections gives a copy of a client (see [Client.With]) connections and
// a pace of its own. What holds its calls back, such as an answer 429 or a lack of
// connections, does not hold back the calls of the other client.
//
// A transport of [WithHTTPClient] that is not an [http.Transport] is shared all
// the same. A [RateLimiter] is, too, unless the copy gets another.
func WithOwnConnections() Option {
	return func(c *config) {
		c.shared = &shared{}
		if c.httpClient == nil { // which check refuses
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
		case interface{ Separate() http.RoundTripper }: // those of this package
			own.Transport = next.Separate()
		}
		c.httpClient = &own
	}
}
