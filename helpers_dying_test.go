package omise_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
)

// A dyingServer answers with a charge. If dies is set, it reads the next request and
// closes the connection without an answer.
type dyingServer struct {
	*httptest.Server
	dies                  atomic.Bool
	status                atomic.Int32
	arrivals, connections atomic.Int32
}

// newDyingServer starts a server whose connections do not die yet.
func newDyingServer(t *testing.T) *dyingServer {
	t.Helper()
	s := &dyingServer{}
	s.status.Store(200)
	charge := apitest.ObjectJSON(t, "charge")
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		io.Copy(io.Discard, hr.Body)
		s.arrivals.Add(1)
		if s.dies.Swap(false) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				conn.Close()
			}
			return
		}
		w.WriteHeader(int(s.status.Load()))
		io.WriteString(w, charge)
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.connections.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s
}

func (s *dyingServer) client(t *testing.T, opts ...omise.Option) *omise.Client {
	t.Helper()
	client, err := omise.NewClient(testSecret, append(opts, omise.WithBaseURL(s.URL))...)
	require.NoError(t, err)
	return client
}

// dieDuring makes a call on a connection that was used before and that dies. It counts the
// arrivals of this call only.
func (s *dyingServer) dieDuring(t *testing.T, call func(*omise.Client) error, opts ...omise.Option) error {
	t.Helper()
	client := s.client(t, opts...)
	_, err := client.Charges.Get(t.Context(), chargeID)
	require.NoError(t, err)
	s.arrivals.Store(0)
	s.dies.Store(true)
	err = call(client)
	require.False(t, s.dies.Load(), "the call has not arrived")
	return err
}
