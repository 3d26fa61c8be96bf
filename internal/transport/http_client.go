package transport

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// NewHTTPClient returns a client for the API with its own connections.
//
// It uses HTTP/2 if the server offers it. Otherwise it opens at most maxConns
// connections, and all of them stay open between bursts; further callers wait for a
// connection. change may set further options.
func NewHTTPClient(change ...func(*http.Transport)) *http.Client {
	own := &connections{change: change}
	own.current.Store(own.fresh())
	return &http.Client{Transport: own}
}

func newNetwork() *http.Transport {
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := dialer.DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return &trackedConn{Conn: conn}, nil
		},
		ForceAttemptHTTP2:      true,
		HTTP2:                  &http.HTTP2Config{SendPingTimeout: 10 * time.Second, PingTimeout: 5 * time.Second},
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    10 * time.Second,
		MaxConnsPerHost:        maxConns,
		MaxIdleConnsPerHost:    maxConns,
		IdleConnTimeout:        50 * time.Second,
		MaxResponseHeaderBytes: 256 << 10,
	}
}

const maxConns = 64

// connections are the connections of a client from [NewHTTPClient].
type connections struct {
	current atomic.Pointer[http.Transport]
	change  []func(*http.Transport)
}

// RoundTrip sends a request over one of the connections.
func (c *connections) RoundTrip(hr *http.Request) (*http.Response, error) {
	return c.current.Load().RoundTrip(hr)
}

// CloseIdleConnections closes the connections that carry no request.
func (c *connections) CloseIdleConnections() { c.current.Load().CloseIdleConnections() }

// connectionsOf returns the connections that a call is about to use, or nil if they are
// not from [NewHTTPClient].
func connectionsOf(next http.RoundTripper) *http.Transport {
	if own, ok := next.(*connections); ok {
		return own.current.Load()
	}
	return nil
}

// leave gives later calls new connections, unless another call has already done so.
// Running calls keep their connections.
func (c *connections) leave(current *http.Transport) {
	if c.current.CompareAndSwap(current, c.fresh()) {
		current.CloseIdleConnections()
	}
}

// Separate returns new connections with the same settings.
func (c *connections) Separate() http.RoundTripper {
	return NewHTTPClient(c.change...).Transport
}

func (c *connections) fresh() *http.Transport {
	network := newNetwork()
	for _, change := range c.change {
		change(network)
	}
	return network
}

// A trackedConn remembers when it last received data.
type trackedConn struct {
	net.Conn
	lastRead atomic.Int64 // Unix nanoseconds
}

func (c *trackedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 {
		c.lastRead.Store(time.Now().UnixNano())
	}
	return n, err
}
