package mock_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/mock"
)

// A service is a host on a port.
type service struct {
	*host
	addr string
	stop context.CancelFunc
	done chan error
}

func serve(t *testing.T, options mock.Options) *service {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	s := &service{host: newHost(t, options), addr: listener.Addr().String(), stop: stop, done: make(chan error, 1)}
	go func() { s.done <- s.Serve(ctx, listener) }()
	return s
}

// dial opens a connection that ends with the test.
func (s *service) dial() (net.Conn, *bufio.Reader) {
	s.t.Helper()
	conn, err := net.Dial("tcp", s.addr)
	require.NoError(s.t, err)
	s.t.Cleanup(func() { conn.Close() })
	return conn, bufio.NewReader(conn)
}

// says reads an answer and returns its status and body.
func says(t *testing.T, r *bufio.Reader) (int, string) {
	t.Helper()
	resp, err := http.ReadResponse(r, nil)
	require.NoError(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(body)
}

const authorization = "Authorization: Basic c2tleV90ZXN0X2E6\r\n" // skey_test_a

func TestCallsInFlightComplete(t *testing.T) {
	t.Parallel()
	s := serve(t, mock.Options{})
	conn, r := s.dial()
	fmt.Fprint(conn, "POST /customers HTTP/1.1\r\nHost: x\r\n"+authorization+
		"Expect: 100-continue\r\nContent-Length: 19\r\n\r\n")
	status, err := r.ReadString('\n')
	require.NoError(t, err)
	require.Contains(t, status, "100 Continue", "the call is being read")
	_, _ = r.ReadString('\n')

	s.stop()
	require.Eventually(t, func() bool {
		late, err := net.Dial("tcp", s.addr)
		if err == nil {
			late.Close()
		}
		return err != nil
	}, 30*time.Second, time.Millisecond, "no new connections")
	fmt.Fprint(conn, "email=a@example.com")
	code, body := says(t, r)
	require.Equal(t, http.StatusOK, code)
	require.Contains(t, body, "a@example.com")
	require.NoError(t, <-s.done)
}

func TestHangingCallsDelayTheEndForALimitedTime(t *testing.T) {
	t.Parallel()
	s := serve(t, mock.Options{})
	s.ok("skey_test_a", "POST", "/_admin/faults", `{"effect":"hang"}`)
	conn, r := s.dial()
	fmt.Fprint(conn, "GET /balance HTTP/1.1\r\nHost: x\r\n"+authorization+"\r\n")
	require.Eventually(t, func() bool {
		return len(s.ok("skey_test_a", "GET", "/_admin/journal", "")["calls"].([]any)) == 1
	}, 30*time.Second, time.Millisecond)
	s.stop()
	require.NoError(t, <-s.done)
	_, err := http.ReadResponse(r, nil)
	require.Error(t, err)
}

func TestATunnelToAnyHostLeadsToTheFake(t *testing.T) {
	t.Parallel()
	s := serve(t, mock.Options{})
	connect := "CONNECT api.omise.co:80 HTTP/1.1\r\nHost: api.omise.co\r\nConnection: close\r\n\r\n"
	balance := "GET /balance HTTP/1.1\r\nHost: api.omise.co\r\n" + authorization + "\r\n"
	for name, texts := range map[string][]string{"waits": {connect, balance}, "does not wait": {connect + balance}} {
		conn, r := s.dial()
		fmt.Fprint(conn, texts[0])
		resp, err := http.ReadResponse(r, &http.Request{Method: http.MethodConnect})
		require.NoError(t, err, name)
		require.Equal(t, http.StatusOK, resp.StatusCode)
		fmt.Fprint(conn, strings.Join(texts[1:], ""))
		code, body := says(t, r)
		require.Equal(t, http.StatusOK, code, name)
		require.Contains(t, body, `"object":"balance"`)
	}
	s.stop()
	require.NoError(t, <-s.done)
}

func TestAnOrdinaryProxyLeadsToTheFakeToo(t *testing.T) {
	t.Parallel()
	s := serve(t, mock.Options{})
	client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(&url.URL{Scheme: "http", Host: s.addr})}}
	defer client.CloseIdleConnections()
	hr, err := http.NewRequest(http.MethodGet, "http://api.omise.co/balance", nil)
	require.NoError(t, err)
	hr.SetBasicAuth("skey_test_a", "")
	resp, err := client.Do(hr)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusOK, resp.StatusCode)
}

func TestRealTimePasses(t *testing.T) {
	t.Parallel()
	before := time.Now().Truncate(time.Second)
	s := serve(t, mock.Options{RealTime: true})
	now := func() time.Time {
		at, err := time.Parse(time.RFC3339, s.ok("skey_test_a", "GET", "/_admin/clock", "").text("now"))
		require.NoError(t, err)
		return at
	}
	start := now()
	require.False(t, start.Before(before))
	require.False(t, start.After(time.Now()))
	require.Eventually(t, func() bool { return now().After(start) }, 30*time.Second, 10*time.Millisecond)

	s.ok("skey_test_a", "POST", "/_admin/advance", `{"duration":"1d"}`)
	require.True(t, now().After(start.AddDate(0, 0, 1)), "what was skipped stays skipped")
	again, err := time.Parse(time.RFC3339, s.ok("skey_test_a", "POST", "/_admin/reset", "").text("now"))
	require.NoError(t, err)
	require.True(t, again.Before(start.AddDate(0, 0, 1)), "a new world starts now")
}

func TestTheLogHasNoSecrets(t *testing.T) {
	t.Parallel()
	var lines []string
	h := newHost(t, mock.Options{Strict: true, LogCalls: true, Log: func(line string) { lines = append(lines, line) }})
	card := "card[name]=S&card[number]=4242424242424242&card[expiration_month]=12&card[expiration_year]=2035&card[security_code]=123"
	h.ok("pkey_test_a", "POST", "/tokens", card)
	h.ok("skey_test_a", "GET", "/customers", "limt=1")
	require.Len(t, lines, 3)
	require.Contains(t, lines[0], "world 2: #1 2026-01-05 03:00:00 POST /tokens 200")
	require.Contains(t, lines[1], `world 2: strict: GET /customers has no parameter "limt"`)
	for _, line := range lines {
		require.NotContains(t, line, "4242424242")
		require.NotContains(t, line, "key_test")
	}
}
