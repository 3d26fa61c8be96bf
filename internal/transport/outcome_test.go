package transport

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// drips sends a byte every quarter of a second, without end.
func drips(p *peer, conn net.Conn) {
	p.receive(bufio.NewReader(conn))
	_, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
	for err == nil {
		time.Sleep(250 * time.Millisecond)
		_, err = io.WriteString(conn, " ")
	}
}

// A roundTrip is a transport that does not report to httptrace, such as a mock.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(hr *http.Request) (*http.Response, error) { return f(hr) }

// A RoundTripper of the caller may have sent the request before it failed to connect.
func TestVerdict02ErrorOfACallersRoundTripperProvesNothing(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"dial":             &net.OpError{Op: "dial", Err: errors.New("refused")},
		"no such host":     &net.DNSError{Err: "no such host"},
		"wrong host's TLS": &tls.CertificateVerificationError{Err: errors.New("x509")},
		"EOF":              io.ErrUnexpectedEOF,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			transport := &Transport{Budget: &Budget{}, HTTPClient: &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
				return nil, fmt.Errorf("wrapped: %w", err)
			})}}
			_, failure := transport.Do(t.Context(), write(None))
			require.Equal(t, Unknown, failure.Outcome)
			require.ErrorIs(t, failure.Cause, err)
		})
	}
}

func TestVerdict02ClosedPortMeansNotSent(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	listener.Close()
	req := write(None)
	req.Host = at("http://" + listener.Addr().String())
	_, failure := (&Transport{Budget: &Budget{}, HTTPClient: NewHTTPClient()}).Do(t.Context(), req)
	require.Equal(t, NotSent, failure.Outcome)
}

func TestVerdict02ConnectionLostInTheHandshakeMeansNotSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		transport := newPeer(resetsEarly).transport()
		transport.WriteRetries = 0
		req := write(None)
		req.Host = at("https://api.test")
		_, failure := transport.Do(t.Context(), req)
		require.Equal(t, NotSent, failure.Outcome)
	})
}

func TestVerdict02UntrustedCertificateMeansNotSent(t *testing.T) {
	t.Parallel()
	var arrivals atomic.Int32
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { arrivals.Add(1) }))
	srv.Config.ErrorLog = nullLog
	srv.StartTLS()
	defer srv.Close()
	req := write(None)
	req.Host = at(srv.URL)
	_, failure := (&Transport{Budget: &Budget{}, HTTPClient: NewHTTPClient()}).Do(t.Context(), req)
	require.Equal(t, NotSent, failure.Outcome)
	require.Zero(t, arrivals.Load())
}

// net/http sends a request with an idempotency key again by itself when a reused connection
// dies. A caller who asked for one attempt must get only one attempt.
func TestVerdict01ReusedConnectionThatDiesIsOneArrival(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"body": "capture_amount=2000", "no body": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				once := func(p *peer, conn net.Conn) {
					r := bufio.NewReader(conn)
					p.receive(r)
					io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n"+charge)
					p.receive(r)
				}
				peer := newPeer(once)
				transport := peer.transport()
				transport.WriteRetries = 0
				transport.HTTPClient = &http.Client{Transport: &http.Transport{DialContext: peer.DialContext}}
				defer transport.HTTPClient.CloseIdleConnections()
				req := write(None)
				req.Body = body

				_, failure := transport.Do(t.Context(), req)
				require.Nil(t, failure)
				_, failure = transport.Do(t.Context(), req)
				require.NotNil(t, failure)
				require.Equal(t, Unknown, failure.Outcome)
				synctest.Wait()
				require.Len(t, peer.arrivals, 2)
				require.Equal(t, 1, peer.dials, "the connection was reused")
			})
		})
	}
}

// A trackedBody remembers whether it was closed and how much of it was read.
type trackedBody struct {
	io.Reader
	read   int
	closed bool
}

func (b *trackedBody) Close() error { b.closed = true; return nil }

func (b *trackedBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	b.read += n
	return n, err
}

func TestBodiesAreClosedAndReadWithinTheLimit(t *testing.T) {
	t.Parallel()
	const endless = 1 << 20
	tests := map[string]struct {
		status int
		body   int
		length int64
		read   int // at most
	}{
		"success":           {200, 19, 19, 19},
		"error":             {500, 1000, 1000, 1000},
		"redirect":          {302, 1000, 1000, 1000},
		"too large":         {200, endless, -1, 1<<10 + 1},
		"error, too large":  {500, endless, -1, 1<<10 + 1},
		"announced as such": {200, endless, endless, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := &trackedBody{Reader: bytes.NewReader(bytes.Repeat([]byte(" "), tt.body))}
			transport := newPeer(nil).transport()
			transport.WriteRetries = 0
			transport.HTTPClient = &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: tt.status, Header: http.Header{}, Body: body, ContentLength: tt.length}, nil
			})}
			transport.Do(t.Context(), write(None))
			require.True(t, body.closed)
			require.Equal(t, tt.read, body.read)
		})
	}
}

// The test is not parallel, because it counts goroutines.
func TestFailuresLeaveNoGoroutineBehind(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		io.Copy(io.Discard, hr.Body)
		switch hr.URL.Path {
		case "/error":
			w.WriteHeader(500)
		case "/endless":
			io.CopyN(w, strings.NewReader(strings.Repeat(" ", 8<<10)), 8<<10)
		case "/truncated":
			w.Header().Set("Content-Length", "99")
		case "/hangs":
			<-hr.Context().Done()
		}
	}))
	defer srv.Close()
	before := runtime.NumGoroutine()

	transport := newPeer(nil).transport()
	transport.WriteRetries, transport.HTTPClient = 0, NewHTTPClient()
	var calls sync.WaitGroup
	for _, path := range []string{"/error", "/endless", "/truncated", "/hangs"} {
		for range 25 {
			calls.Go(func() {
				req := write(None)
				req.Host, req.Path, req.Timeout = at(srv.URL), path, 40*time.Millisecond
				transport.Do(t.Context(), req)
			})
		}
	}
	calls.Wait()
	transport.HTTPClient.CloseIdleConnections()
	srv.CloseClientConnections()
	require.Eventually(t, func() bool { return runtime.NumGoroutine() <= before+1 }, 30*time.Second, 10*time.Millisecond)
}

func TestRedirectsAreNotFollowedAndTheCallersClientStaysAsItIs(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			var hosts []string
			client := &http.Client{Transport: roundTrip(func(hr *http.Request) (*http.Response, error) {
				hosts = append(hosts, hr.URL.Host)
				return &http.Response{StatusCode: status, Header: http.Header{"Location": {"https://evil.test/"}}, Body: http.NoBody}, nil
			})}
			transport := newPeer(nil).transport()
			transport.HTTPClient = client
			_, failure := transport.Do(t.Context(), write(Read))
			require.Equal(t, status, failure.Response.Status)
			require.Equal(t, []string{"api.test"}, hosts)
			require.Nil(t, client.CheckRedirect)
		})
	}
}

func TestErrorsDoNotShowTheURL(t *testing.T) {
	t.Parallel()
	transport := newPeer(nil).transport()
	transport.WriteRetries = 0
	_, failure := transport.Do(t.Context(), write(None))
	require.NotContains(t, failure.Cause.Error(), chargeID)
}

func TestDefaultClientHonoursTheProxyOfTheEnvironment(t *testing.T) {
	t.Parallel()
	proxy := newNetwork().Proxy
	require.Equal(t, reflect.ValueOf(http.ProxyFromEnvironment).Pointer(), reflect.ValueOf(proxy).Pointer())
}

func TestEveryDefaultClientHasConnectionsOfItsOwn(t *testing.T) {
	t.Parallel()
	require.NotSame(t, NewHTTPClient().Transport, NewHTTPClient().Transport)
}
