package transport

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A body of unknown length would be sent in chunks, which some gateways refuse.
func TestAWriteTellsItsLengthAndItsKey(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"no body": "", "a body": "amount=100"} {
		for kind, client := range map[string]*http.Client{"own client": NewHTTPClient(), "caller's client": {Transport: &http.Transport{}}} {
			t.Run(name+", "+kind, func(t *testing.T) {
				t.Parallel()
				var got *http.Request
				var sent string
				srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, hr *http.Request) {
					text, _ := io.ReadAll(hr.Body)
					got, sent = hr, string(text)
				}))
				defer srv.Close()
				transport := &Transport{Budget: &Budget{}, HTTPClient: client, IsAPIError: func([]byte) bool { return false }}
				_, failure := transport.Do(t.Context(), &Request{
					Method: http.MethodPost, Host: at(srv.URL), Header: http.Header{}, Body: body, IdempotencyKey: "order-1",
					Timeout: time.Minute, MaxBody: 1, Accept: func(*Response) error { return nil },
				})
				require.Nil(t, failure)
				require.Empty(t, got.TransferEncoding)
				require.EqualValues(t, len(body), got.ContentLength)
				require.Equal(t, body, sent)
				require.Equal(t, []string{"order-1"}, got.Header.Values(keyHeader))
			})
		}
	}
}

// A deadLater is a connection to which writes succeed until it is cut.
type deadLater struct {
	net.Conn
	cut atomic.Bool
}

func (c *deadLater) Write(b []byte) (int, error) {
	if c.cut.Load() {
		return 0, errors.New("broken pipe")
	}
	return c.Conn.Write(b)
}

func TestVerdict01RequestThatWasNotReadIsSentAgainAndCounted(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, charge) }))
	defer srv.Close()
	var conns []*deadLater
	network := &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, addr)
		conns = append(conns, &deadLater{Conn: conn})
		return conns[len(conns)-1], err
	}}
	defer network.CloseIdleConnections()
	transport := &Transport{Budget: &Budget{}, HTTPClient: &http.Client{Transport: network}}
	for _, want := range []int{1, 2} {
		req := write(None)
		req.Host = at(srv.URL)
		resp, failure := transport.Do(t.Context(), req)
		require.Nil(t, failure)
		require.Equal(t, want, resp.Attempts)
		conns[0].cut.Store(true) // the next request uses another connection
	}
	require.Len(t, conns, 2)
}
