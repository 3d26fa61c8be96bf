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

// A world is a fake whose time passes, with the objects that the intents need.
type world struct {
	*fake.Server
	api   *punctual
	mode  *mode
	books *books
	job   job.Job
	close []func()
}

// newWorld prepares the intents of a run. No call fails yet.
func newWorld(r run) (*world, error) {
	w := &world{mode: r.mode, books: &books{kind: r.kind, made: map[string][]entry{}, orders: map[string]string{}}}
	options := r.mode.server
	options.Seed, options.Event = r.plan.seed, w.books.enter
	r.trouble.server(&options, preparation(r.kind))
	w.Server = fake.New(options)
	w.job = job.Job{Kind: r.kind, SecretKey: w.SecretKey(), PublicKey: w.PublicKey()}
	if err := w.prepare(r.first, r.n); err != nil {
		return nil, err
	}
	r.trouble.listen(w.Server)
	w.api = &punctual{Server: w.Server, books: w.books, dateAhead: r.trouble.date, last: time.Now()}
	return w, nil
}

// preparation returns the time until the money of a charge can be paid out.
func preparation(kind job.Kind) time.Duration {
	if kind == job.Transfer || kind == job.Delete {
		return 14 * 24 * time.Hour
	}
	return 0
}

// refundsOfACharge is the number of equal refunds of one charge.
const refundsOfACharge = 3

// prepare makes the objects that the intents need: a token or a customer each, a paid charge
// to refund, a balance to pay out. Many intents have the same amount and customer.
func (w *world) prepare(first, n int) error {
	client, err := omise.NewClient(w.SecretKey(), omise.WithPublicKey(w.PublicKey()), omise.WithHTTPClient(&http.Client{Transport: w.Server}))
	if err != nil {
		return err
	}
	var charges []string
	customer := w.SeedCustomer()
	switch w.job.Kind {
	case job.Refund:
		charges = w.SeedPaidCharges(n/refundsOfACharge + 1)
	case job.Transfer, job.Delete:
		w.SeedPaidCharges(n)
	}
	w.Advance(preparation(w.job.Kind))
	ctx := context.Background()
	for i := range n {
		intent := job.Intent{Name: fmt.Sprintf("order-%d", first+i), Amount: int64(10_000 + i/refundsOfACharge%5)}
		switch {
		case w.job.Kind == job.Refund:
			intent.Charge = charges[i/refundsOfACharge]
		case w.job.Kind == job.Capture:
			var charge *omise.Charge
			charge, err = client.Charges.Create(ctx, &omise.ChargeCreateParams{Amount: intent.Amount, Currency: omise.THB, Customer: customer, Capture: new(false)})
			if err == nil {
				intent.Charge = charge.ID
			}
		case w.job.Kind == job.Delete:
			var transfer *omise.Transfer
			transfer, err = client.Transfers.Create(ctx, &omise.TransferCreateParams{Amount: &intent.Amount})
			if err == nil {
				intent.Transfer, intent.Amount = transfer.ID, 0
			}
		case w.job.Kind == job.Charge && w.mode.tokens:
			intent.Token, err = newToken(ctx, client)
		case w.job.Kind == job.Charge:
			intent.Customer = customer
		}
		if err != nil {
			return err
		}
		w.job.Intents = append(w.job.Intents, intent)
	}
	return nil
}

func newToken(ctx context.Context, client *omise.Client) (string, error) {
	token, err := client.Tokens.Create(ctx, &omise.TokenCreateParams{Card: &omise.TokenCardParams{
		Name: "Somchai Prasert", Number: omise.NewSensitive("4242424242424242"), ExpirationMonth: 12, ExpirationYear: 2035, SecurityCode: omise.NewSensitive("123"),
	}})
	if err != nil {
		return "", err
	}
	return token.ID, nil
}

// A punctual fake advances its virtual time to the clock before each call, so that everything
// that is due is processed before the call.
type punctual struct {
	*fake.Server
	books     *books
	dateAhead time.Duration // by which the Date header is ahead of the clock of the fake

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
	p.books.note(hr)
	answer, err := p.Server.RoundTrip(hr)
	if err == nil && p.dateAhead != 0 {
		date, _ := http.ParseTime(answer.Header.Get("Date"))
		answer.Header.Set("Date", date.Add(p.dateAhead).UTC().Format(http.TimeFormat))
	}
	return answer, err
}

// ServeHTTP answers a call on a port. It ends stalled and hung calls, because a client
// without a limit would wait forever.
func (p *punctual) ServeHTTP(rw http.ResponseWriter, hr *http.Request) {
	p.keepUp()
	ctx, cancel := context.WithTimeout(hr.Context(), patience)
	defer cancel()
	p.Server.ServeHTTP(rw, hr.WithContext(ctx))
}

func (w *world) onClose(f func()) { w.close = append(w.close, f) }

// Close ends everything that was started, in reverse order.
func (w *world) Close() {
	for len(w.close) > 0 {
		last := len(w.close) - 1
		w.close[last]()
		w.close = w.close[:last]
	}
}

// listen serves the fake on a port. The API of Omise is at its root and the API of Stripe
// under /v1.
func (w *world) listen() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	w.job.URL = "http://" + listener.Addr().String()
	server := &http.Server{
		Handler:  stripeShaped(w.api),
		ErrorLog: log.New(io.Discard, "", 0), // it would report the connections that faults break
	}
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(listener) }) // until it is closed
	w.onClose(func() {
		_ = server.Close() // the run has ended, so open connections do not matter
		serving.Wait()
	})
	return nil
}

// client returns a client of this SDK. It uses the port if there is one, otherwise it works
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

// left closes idle connections and returns the number of the others.
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
