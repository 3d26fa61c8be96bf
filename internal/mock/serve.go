package mock

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/omisekit/omise-go/internal/omisejs"
)

const (
	tickEvery     = 250 * time.Millisecond
	headerWindow  = 10 * time.Second
	shutdownLimit = 3 * time.Second
)

// Serve answers calls until ctx is done. Then it accepts no new calls, and gives the calls
// in flight three seconds to complete, because a fault may make a call hang.
func (h *Host) Serve(ctx context.Context, l net.Listener) error {
	t := &tunnels{addr: l.Addr(), conns: make(chan net.Conn), closed: make(chan struct{})}
	server := &http.Server{Handler: t.before(omisejs.Mount(h)), ReadHeaderTimeout: headerWindow}
	failed := make(chan error, 2)
	for _, l := range []net.Listener{l, t} {
		go func() { failed <- server.Serve(l) }()
	}
	ticking, stop := context.WithCancel(ctx)
	defer stop()
	if h.options.RealTime {
		go h.tick(ticking)
	}
	select {
	case err := <-failed:
		_ = server.Close() // the error is what matters
		return err
	case <-ctx.Done():
	}
	limited, cancel := context.WithTimeout(context.Background(), shutdownLimit)
	defer cancel()
	err := server.Shutdown(limited)
	if errors.Is(err, context.DeadlineExceeded) {
		return server.Close()
	}
	return err
}

// tick makes time pass in all worlds until ctx is done.
func (h *Host) tick(ctx context.Context) {
	ticker := time.NewTicker(tickEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		for _, world := range h.Worlds() {
			go world.run.Load().tick()
		}
	}
}

// tunnels are for clients that use the fake as their HTTP proxy. For every host that a
// client names, it gets a connection to the fake itself. tunnels never dials. The server
// accepts these connections as from any listener.
type tunnels struct {
	addr   net.Addr
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

// before answers CONNECT. The next handler answers all other requests.
func (t *tunnels) before(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodConnect {
			t.open(w)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (t *tunnels) open(w http.ResponseWriter) {
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if buffered.Reader.Buffered() > 0 {
		conn = &ahead{conn, buffered.Reader}
	}
	_ = conn.SetDeadline(time.Time{})
	if _, err := io.WriteString(conn, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		_ = conn.Close()
		return
	}
	select {
	case t.conns <- conn:
	case <-t.closed:
		_ = conn.Close()
	}
}

// Accept returns the next connection.
func (t *tunnels) Accept() (net.Conn, error) {
	select {
	case conn := <-t.conns:
		return conn, nil
	case <-t.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept.
func (t *tunnels) Close() error {
	t.once.Do(func() { close(t.closed) })
	return nil
}

// Addr returns the address of the server.
func (t *tunnels) Addr() net.Addr { return t.addr }

// An ahead is a connection whose client did not wait for the answer to CONNECT.
type ahead struct {
	net.Conn
	read *bufio.Reader
}

func (a *ahead) Read(p []byte) (int, error) { return a.read.Read(p) }
