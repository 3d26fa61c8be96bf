// Command webhooks handles each event of an account exactly once, with a database. It gets
// the events as webhooks, and it reads events that no webhook delivered.
//
//	go run ./cmd/omise-mock -webhook http://127.0.0.1:3000/webhooks/omise go -C examples/webhooks run .
//
// With OMISE_SECRET_KEY, OMISE_PUBLIC_KEY and OMISE_WEBHOOK_SECRET set to the values of a
// test account, go -C examples/webhooks run . does the same on the API.
// docs/webhooks.md explains it.
package main

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"time"

	_ "modernc.org/sqlite"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/webhook"
	"github.com/omisekit/omise-go/webhook/sqlstore"
)

func main() {
	log.SetFlags(0)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	client, err := omise.NewClient(os.Getenv("OMISE_SECRET_KEY"),
		omise.WithPublicKey(os.Getenv("OMISE_PUBLIC_KEY")),
		omise.WithBaseURL(cmp.Or(os.Getenv("OMISE_API_URL"), "https://api.omise.co")),
		omise.WithVaultURL(cmp.Or(os.Getenv("OMISE_VAULT_URL"), "https://vault.omise.co")))
	if err != nil {
		return err
	}
	secret := os.Getenv("OMISE_WEBHOOK_SECRET")
	if secret == "" {
		return errors.New("OMISE_WEBHOOK_SECRET is not set: the dashboard shows it")
	}
	path := cmp.Or(os.Getenv("SHOP_DATABASE"), "webhooks.db")
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_txlock=immediate")
	if err != nil {
		return err
	}
	defer db.Close()
	store := sqlstore.New(db)
	if err := errors.Join(store.CreateTable(ctx), createTables(ctx, db)); err != nil {
		return err
	}

	handle := webhook.Once(store)(handleEvent)
	mux := http.NewServeMux()
	mux.Handle("/webhooks/omise", webhook.NewHandler([]string{secret}, handle))
	server := &http.Server{Addr: cmp.Or(os.Getenv("ADDR"), "127.0.0.1:3000"), Handler: mux, ReadTimeout: 10 * time.Second}

	var watching sync.WaitGroup
	watching.Go(func() { watch(ctx, client, db, handle) })
	go func() {
		<-ctx.Done()
		limited, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		server.Shutdown(limited)
	}()
	fmt.Println("waiting for events at", server.Addr)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	watching.Wait()
	return nil
}

func createTables(ctx context.Context, db *sql.DB) error {
	_, err := db.ExecContext(ctx, `
		CREATE TABLE IF NOT EXISTS payments (charge_id TEXT PRIMARY KEY, amount INTEGER NOT NULL);
		CREATE TABLE IF NOT EXISTS checkpoint (id INTEGER PRIMARY KEY, place TEXT NOT NULL);`)
	return err
}

// handleEvent writes in the transaction in which the store notes the event, so that both or
// neither of them are written.
func handleEvent(ctx context.Context, event *omise.Event) error {
	charge, ok := event.Object().(*omise.Charge)
	if !ok || !charge.Paid {
		return nil
	}
	_, err := sqlstore.Tx(ctx).ExecContext(ctx,
		`INSERT INTO payments (charge_id, amount) VALUES (?, ?) ON CONFLICT DO NOTHING`, charge.ID, charge.Amount)
	if err == nil {
		fmt.Println("paid", charge.ID, charge.Currency.Format(charge.Amount), charge.Currency)
	}
	return err
}

// watch handles the events that no webhook delivered. After a failure it begins again after
// the last handled event.
func watch(ctx context.Context, client *omise.Client, db *sql.DB, handle webhook.Func) {
	for ctx.Err() == nil {
		if err := watchFromCheckpoint(ctx, client, db, handle); err != nil {
			log.Println("the events cannot be handled:", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(10 * time.Second):
		}
	}
}

func watchFromCheckpoint(ctx context.Context, client *omise.Client, db *sql.DB, handle webhook.Func) error {
	place, err := readCheckpoint(ctx, db)
	if err != nil {
		return err
	}
	for event, err := range client.Events.Watch(ctx, &omise.EventWatchParams{Checkpoint: place, Interval: time.Minute}) {
		if err != nil {
			log.Println("the events cannot be read:", err) // Watch tries again
			continue
		}
		if err := handle(ctx, event); err != nil {
			return err
		}
		place = place.After(event)
		if err := writeCheckpoint(ctx, db, place); err != nil {
			return err
		}
	}
	return nil
}

func readCheckpoint(ctx context.Context, db *sql.DB) (place omise.EventCheckpoint, err error) {
	var text string
	err = db.QueryRowContext(ctx, `SELECT place FROM checkpoint WHERE id = 1`).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return place, nil // before the first event
	}
	if err != nil {
		return place, err
	}
	return place, json.Unmarshal([]byte(text), &place)
}

func writeCheckpoint(ctx context.Context, db *sql.DB, place omise.EventCheckpoint) error {
	text, err := json.Marshal(place)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `INSERT INTO checkpoint (id, place) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET place = excluded.place`, string(text))
	return err
}
