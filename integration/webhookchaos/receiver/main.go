// Command receiver is a merchant's server in the chaos test: a webhook handler, and Watch for
// events that no webhook delivered, with one SQL store. Any number of receivers share a
// database, and any of them may be killed.
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"log"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/webhook"
	"github.com/omisekit/omise-go/webhook/sqlstore"
)

func main() {
	driver, dsn := flag.String("driver", "", "of database/sql"), flag.String("dsn", "", "of the database")
	api, key := flag.String("api", "", "base URL of the API"), flag.String("key", "", "secret key")
	secret, addr := flag.String("secret", "", "of the webhook"), flag.String("addr", "", "to listen at")
	name := flag.String("name", "", "of this receiver")
	flag.Parse()

	db, err := sql.Open(*driver, *dsn)
	check(err)
	db.SetMaxOpenConns(8)
	client, err := omise.NewClient(*key, omise.WithBaseURL(*api))
	check(err)
	shop := &shop{db: db, name: *name}
	once := webhook.Once(sqlstore.New(db))
	go shop.watch(client, once(shop.handle("watch")))
	listener, err := net.Listen("tcp", *addr)
	check(err)
	check(http.Serve(listener, webhook.NewHandler([]string{*secret}, once(shop.handle("webhook")),
		webhook.WithLogger(slog.New(slog.DiscardHandler)))))
}

type shop struct {
	db   *sql.DB
	name string
}

// handle writes a row for the event, in the transaction that marks the event as handled. The
// table allows a second row for the same event. channel is webhook or watch.
func (s *shop) handle(channel string) webhook.Func {
	return func(ctx context.Context, event *omise.Event) error {
		customer, ok := event.Object().(*omise.Customer)
		if !ok {
			return errors.New("the object is not a customer")
		}
		if _, err := sqlstore.Tx(ctx).ExecContext(ctx, "INSERT INTO effects (event, customer, receiver, channel) VALUES ($1, $2, $3, $4)",
			event.ID, customer.ID, s.name, channel); err != nil {
			return err
		}
		switch rand.IntN(50) {
		case 0:
			return errors.New("the handler has failed") // the row is written but not committed
		case 1:
			time.Sleep(5 * time.Millisecond) // long enough for a kill
		}
		return nil
	}
}

// watch handles the events that no webhook delivered, and keeps its checkpoint in the database.
// After a failure it begins again at the checkpoint.
func (s *shop) watch(client *omise.Client, handle webhook.Func) {
	ctx := context.Background()
	for {
		if err := s.watchOnce(ctx, client, handle); err != nil {
			time.Sleep(50 * time.Millisecond)
		}
	}
}

func (s *shop) watchOnce(ctx context.Context, client *omise.Client, handle webhook.Func) error {
	var text string
	var checkpoint omise.EventCheckpoint
	if err := s.db.QueryRowContext(ctx, "SELECT value FROM checkpoints WHERE receiver = $1", s.name).Scan(&text); err == nil {
		check(json.Unmarshal([]byte(text), &checkpoint))
	}
	for event, err := range client.Events.Watch(ctx, &omise.EventWatchParams{Checkpoint: checkpoint, Interval: 500 * time.Millisecond}) {
		if err != nil {
			log.Print(s.name, ": ", err)
			continue
		}
		if err := handle(ctx, event); err != nil {
			return err
		}
		second := checkpoint.At
		if checkpoint = checkpoint.After(event); checkpoint.At.Equal(second) {
			continue // a write every second is enough, because repeated events are dropped
		}
		value, err := json.Marshal(checkpoint)
		check(err)
		if _, err := s.db.ExecContext(ctx, "INSERT INTO checkpoints (receiver, value) VALUES ($1, $2) ON CONFLICT (receiver) DO UPDATE SET value = excluded.value", s.name, string(value)); err != nil {
			return err
		}
	}
	return nil
}

func check(err error) {
	if err != nil {
		log.Print(err)
		os.Exit(1)
	}
}
