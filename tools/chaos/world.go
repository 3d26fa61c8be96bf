package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/fake"
	"github.com/omisekit/omise-go/internal/transport"
	"github.com/omisekit/omise-go/tools/chaos/job"
)

// A world is a fake whose time passes, with what the intents are to work on.
type world struct {
	*fake.Server
	api   *punctual
	mode  *mode
	job   job.Job
	close []func()
}

// newWorld prepares n intents. Nothing is disturbed yet.
func newWorld(m *mode, seed uint64, kind job.Kind, n int) (*world, error) {
	options := m.server
	options.Seed = seed
	w := &world{Server: fake.New(options), mode: m}
	w.job = job.Job{Kind: kind, SecretKey: w.SecretKey(), PublicKey: w.PublicKey()}
	if err := w.prepare(n); err != nil {
		return nil, err
	}
	w.api = &punctual{Server: w.Server, last: time.Now()}
	return w, nil
}

// prepare makes what the intents need: a token or a customer each, a paid
// charge to refund, a balance to pay out.
func (w *world) prepare(n int) error {
	var charges []string
	customer := w.SeedCustomer()
	switch w.job.Kind {
	case job.Refund:
		charges = w.SeedPaidCharges(n)
	case job.Transfer:
		w.SeedPaidCharges(n)
		w.Advance(14 * 24 * time.Hour) // until the money is transferable
	}
	client, err := omise.NewClient("", omise.WithPublicKey(w.PublicKey()), omise.WithHTTPClient(&http.Client{Transport: w.Server}))
	if err != nil {
		return err
	}
	for i := range n {
		intent := job.Intent{Name: fmt.Sprintf("order-%d", i), Amount: int64(10_000 + i)}
		switch {
		case w.job.Kind == job.Refund:
			intent.Charge = charges[i]
		case w.job.Kind == job.Charge && w.mode.tokens:
			token, err := client.Tokens.Create(context.Background(), &omise.TokenCreateParams{Card: &omise.TokenCardParams{
				Name: "Somchai Prasert", Number: omise.NewSensitive("4242424242424242"), ExpirationMonth: 12, ExpirationYear: 2035, SecurityCode: omise.NewSensitive("123"),
			}})
			if err != nil {
				return err
			}
			intent.Token = token.ID
		case w.job.Kind == job.Charge:
			intent.Customer = customer
		}
		w.job.Intents = append(w.job.Intents, intent)
	}
	return nil
}

// A punctual fake has its virtual time keep up with the clock: whatever was to
// be processed by now is processed before the next call is.
type punctual struct {
	*fake.Server
	mu   sync.Mutex
	last time.Time
}

func (p *punctual) keepUp() {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.Advance(now.Sub(p.last))
	p.last = now
}

// RoundTrip answers a call in memory.
func (p *punctual) RoundTrip(hr *http.Request) (*http.Response, error) {
	p.keepUp()
	return p.Server.RoundTrip(hr)
}

// ServeHTTP answers a call on a port. It ends those that a client without a
// limit would wait for.
func (p *punctual) ServeHTTP(rw http.ResponseWriter, hr *http.Request) {
	p.keepUp()
	ctx, cancel := context.WithTimeout(hr.Context(), patience)
	defer cancel()
	p.Server.ServeHTTP(rw, hr.WithContext(ctx))
}

func (w *world) onClose(f func()) { w.close = append(w.close, f) }

// Close ends everything that was started, the last first.
func (w *world) Close() {
	for len(w.close) > 0 {
		last := len(w.close) - 1
		w.close[last]()
		w.close = w.close[:last]
	}
}

// listen puts the fake on a port. The plain API is at its root, and Stripe's
// under /v1.
func (w *world) listen() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	w.job.URL = "http://" + listener.Addr().String()
	server := &http.Server{
		Handler:  stripeShaped(w.api),
		ErrorLog: log.New(io.Discard, "", 0), // it is about connections that were broken on purpose
	}
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(listener) }) // until it is closed
	w.onClose(func() {
		_ = server.Close() // what is open now is none of our business any more
		serving.Wait()
	})
	return nil
}

// client returns a client of this SDK: by the port if there is one, otherwise
// in memory.
func (w *world) client(sockets *sockets, opts ...omise.Option) (*omise.Client, error) {
	return newClient(&w.job, &http.Client{Transport: w.api}, sockets, append(append([]omise.Option{}, w.mode.client...), opts...))
}

// newClient returns a client for a job.
func newClient(j *job.Job, memory *http.Client, sockets *sockets, opts []omise.Option) (*omise.Client, error) {
	all := []omise.Option{omise.WithPublicKey(j.PublicKey), omise.WithTimeout(attempt)}
	if j.URL == "" {
		all = append(all, omise.WithHTTPClient(memory))
	} else {
		all = append(all, omise.WithHTTPClient(sockets.client()), omise.WithBaseURL(j.URL), omise.WithVaultURL(j.URL))
	}
	return omise.NewClient(j.SecretKey, append(all, opts...)...)
}

// sockets counts the connections of a client.
type sockets struct {
	mu   sync.Mutex
	open int
	idle []func()
}

// client is the SDK's own HTTP client, with its connections counted.
func (s *sockets) client() *http.Client {
	client := transport.NewHTTPClient(func(network *http.Transport) {
		dial := network.DialContext
		network.DialContext = func(ctx context.Context, kind, address string) (net.Conn, error) {
			conn, err := dial(ctx, kind, address)
			if err != nil {
				return nil, err
			}
			s.add(1)
			return &counted{Conn: conn, sockets: s}, nil
		}
	})
	s.idle = append(s.idle, client.CloseIdleConnections)
	return client
}

func (s *sockets) add(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open += n
}

// left closes what is idle and returns how many connections stay.
func (s *sockets) left() int {
	for _, closeIdle := range s.idle {
		closeIdle()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open
}

type counted struct {
	net.Conn
	sockets *sockets
	once    sync.Once
}

func (c *counted) Close() error {
	c.once.Do(func() { c.sockets.add(-1) })
	return c.Conn.Close()
}
