// Command webhook-server receives events that can be trusted: a handler that
// verifies them, Watch as a net underneath for those that never arrive, and one
// store under both, so that each is handled once.
//
//	go run ./examples/webhook-server
//
// It runs against the embedded fake Omise, without a key and without network,
// and shows itself: charges are made, a third of their webhooks gets lost and a
// third arrives twice. With OMISE_SECRET_KEY and OMISE_PUBLIC_KEY set to test
// keys and OMISE_WEBHOOK_SECRET to the secret of the dashboard, it listens at
// ADDR, by default :8080, path /webhooks/omise, until it is interrupted.
//
// A shop that must not forget when it restarts takes webhook/sqlstore in place
// of the store in memory, and keeps the checkpoint in its database.
package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"sync"
	"time"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/examples/internal/demo"
	"github.com/omisekit/omise-go/webhook"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	client, where, err := demo.Connect()
	switch {
	case err != nil:
	case os.Getenv("OMISE_SECRET_KEY") == "":
		fmt.Printf("Webhooks of Malee's shop, on %s.\n\n", where)
		err = demonstrate(ctx, client)
	default:
		err = serve(ctx, client, os.Getenv("OMISE_WEBHOOK_SECRET"))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "webhook-server:", err)
		os.Exit(1)
	}
}

// A shop does something about events.
type shop struct {
	mu      sync.Mutex
	handled map[string]int // times, by id of the event
	paid    int64          // satang
}

// handle is what a merchant writes: a switch on what happened.
func (s *shop) handle(_ context.Context, event *omise.Event) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handled[event.ID]++
	switch object := event.Object().(type) {
	case *omise.Charge:
		if event.Key == omise.EventKeyChargeComplete && object.Paid {
			s.paid += object.Amount
		}
	case *omise.UnknownObject:
		slog.Warn("an event about something unknown", "event", event.ID, "object", object.Object)
	}
	return nil
}

// count returns how many events were handled, and how many of them twice.
func (s *shop) count() (events, repeats int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, times := range s.handled {
		repeats += times - 1
	}
	return len(s.handled), repeats
}

// open joins the handler and the net underneath: both hand events to the same
// function, through the same store.
func (s *shop) open(ctx context.Context, client *omise.Client, secret string, interval time.Duration) (http.Handler, func()) {
	once := webhook.Once(webhook.NewMemoryStore(100_000))(s.handle)
	var net sync.WaitGroup
	net.Go(func() { watch(ctx, client, once, interval) })
	return webhook.NewHandler([]string{secret}, once), net.Wait
}

// watch handles what no webhook brought. Where handling fails it begins again
// after the last event that was handled.
func watch(ctx context.Context, client *omise.Client, handle webhook.Func, interval time.Duration) {
	var checkpoint omise.EventCheckpoint // a real shop reads it from its database
	pass := func() error {
		params := &omise.EventWatchParams{Checkpoint: checkpoint, Interval: interval}
		for event, err := range client.Events.Watch(ctx, params) {
			if err != nil {
				slog.Warn("the events cannot be read", "error", err)
				continue
			}
			if err := handle(ctx, event); err != nil {
				return err
			}
			checkpoint = checkpoint.After(event) // and stores it here
		}
		return nil
	}
	for ctx.Err() == nil {
		if err := pass(); err != nil {
			slog.Warn("an event was not handled", "error", err)
			select {
			case <-time.After(time.Second):
			case <-ctx.Done():
			}
		}
	}
}

// serve listens until ctx ends.
func serve(ctx context.Context, client *omise.Client, secret string) error {
	if secret == "" {
		return errors.New("set OMISE_WEBHOOK_SECRET, from the dashboard; or see webhook.VerifyByFetch")
	}
	handler, wait := newShop().open(ctx, client, secret, time.Minute)
	mux := http.NewServeMux()
	mux.Handle("/webhooks/omise", handler)
	server := &http.Server{Addr: cmp.Or(os.Getenv("ADDR"), ":8080"), Handler: mux, ReadTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		shutdown, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		server.Shutdown(shutdown)
	}()
	fmt.Println("listening at", server.Addr)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	wait()
	return nil
}

func newShop() *shop { return &shop{handled: map[string]int{}} }

// demonstrate makes charges and plays a network that loses webhooks.
func demonstrate(ctx context.Context, client *omise.Client) error {
	slog.SetLogLoggerLevel(slog.LevelWarn) // a line per webhook is too much here
	secret, err := client.WebhookSecrets.Create(ctx, nil)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	s := newShop()
	handler, wait := s.open(ctx, client, secret.Key.Reveal(), 100*time.Millisecond)
	server := httptest.NewServer(handler)
	defer server.Close()

	const charges = 30
	for range charges {
		if err := promptPay(ctx, client); err != nil {
			return err
		}
	}
	var total, posted, lost, twice int
	for event, err := range client.Events.All(ctx, nil) {
		if err != nil {
			return err
		}
		copies := 1
		switch total++; total % 3 {
		case 0:
			copies = 0
			lost++
		case 1:
			copies = 2
			twice++
		}
		for range copies {
			posted++
			if err := post(ctx, server.URL, secret.Key.Reveal(), event); err != nil {
				return err
			}
		}
	}
	fmt.Printf("%d charges made %d events; %d webhooks arrived: %d events got lost, %d came twice\n", charges, total, posted, lost, twice)

	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if events, _ := s.count(); events == total {
			break
		}
	}
	stop()
	wait()
	events, repeats := s.count()
	fmt.Printf("%d events were handled, %d of them more than once\n", events, repeats)
	fmt.Printf("%s %s is paid\n", omise.THB.Format(s.paid), omise.THB)
	if events != total || repeats != 0 || s.paid != charges*45_000 {
		return errors.New("the events and what was handled differ")
	}
	return nil
}

// promptPay is a QR code that is shown and paid.
func promptPay(ctx context.Context, client *omise.Client) error {
	source, err := client.Sources.Create(ctx, &omise.SourceCreateParams{Type: omise.SourceTypePromptPay, Amount: 45_000, Currency: omise.THB})
	if err != nil {
		return err
	}
	charge, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{Amount: source.Amount, Currency: source.Currency, Source: source.ID})
	if err != nil {
		return err
	}
	_, err = client.Charges.MarkAsPaid(ctx, charge.ID)
	return err
}

// post delivers an event as Omise does.
func post(ctx context.Context, to, secret string, event *omise.Event) error {
	body, err := json.Marshal(event)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header = webhook.Sign(body, secret, time.Now())
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the webhook was answered %s", response.Status)
	}
	return nil
}
