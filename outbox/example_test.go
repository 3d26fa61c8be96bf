package outbox_test

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"time"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/outbox"
)

// An order and the intent to charge for it are written in one transaction. The program
// imports a driver, such as modernc.org/sqlite. examples/outbox has this program with a
// worker.
func Example() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil) // in production, omise.NewClient
	db, err := sql.Open("sqlite", "file:shop.db?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_txlock=immediate")
	if err != nil {
		log.Fatal(err)
	}
	box := outbox.New(db, srv.Client(), outbox.OnResult(func(ctx context.Context, result *outbox.Result) error {
		_, err := outbox.Tx(ctx).ExecContext(ctx, `UPDATE orders SET state = ? WHERE id = ?`, result.State, result.Intent)
		return err
	}))
	if err := box.CreateTable(ctx); err != nil { // or the statements of outbox.Schema, in a migration
		log.Fatal(err)
	}
	result, err := box.Now(ctx, "order-42", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO orders VALUES ('order-42', 'new')`); err != nil {
			return err
		}
		return box.Charge(ctx, tx, "order-42", &omise.ChargeCreateParams{
			Amount: 100_000, Currency: omise.THB, Card: srv.SeedToken("4242424242424242"),
		})
	})
	if err != nil {
		log.Fatal(err) // after the error of ctx, a worker (box.Run) goes on
	}
	fmt.Println(result.State)
}

// All processes of a merchant use the same table, lease, rate and promise.
func ExampleNew() {
	db, err := sql.Open("pgx", "postgres://127.0.0.1/shop")
	if err != nil {
		log.Fatal(err)
	}
	box := outbox.New(db, omisetest.NewServer(nil).Client(),
		outbox.WithTable("payments.outbox"),
		outbox.WithDialect("postgres"),
		outbox.WithMaxProcessingTime(10*time.Minute), // a promise: see docs/outbox.md
		outbox.WithLease(3*time.Minute),
		outbox.WithRate(5),        // requests in a second, of all processes together
		outbox.WithConcurrency(8), // in this process
		outbox.WithPoll(time.Second),
		outbox.WithLookEvery(time.Hour),
		outbox.WithObserver(func(_ context.Context, change outbox.Change) {
			log.Print(change.Intent, " is ", change.To)
		}))
	if err := box.Run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

// The payer uses another card for an order whose first card was declined.
func ExampleBox_Again() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil)
	db, err := sql.Open("pgx", "postgres://127.0.0.1/shop")
	if err != nil {
		log.Fatal(err)
	}
	box := outbox.New(db, srv.Client())
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer tx.Rollback() // does nothing after the commit
	err = box.Again(ctx, tx, "order-42", &omise.ChargeCreateParams{
		Amount: 100_000, Currency: omise.THB, Card: srv.SeedToken("5555555555554444"),
	})
	if err != nil {
		log.Print(err)
		return
	}
	if err := tx.Commit(); err != nil {
		log.Print(err)
	}
}

// A person has compared the candidates of an intent in Review with the order.
func ExampleBox_Decide() {
	ctx := context.Background()
	db, err := sql.Open("pgx", "postgres://127.0.0.1/shop")
	if err != nil {
		log.Fatal(err)
	}
	box := outbox.New(db, omisetest.NewServer(nil).Client())
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer tx.Rollback()                  // does nothing after the commit
	decision := outbox.Is("chrg_test_1") // or outbox.SendAgain, or outbox.GiveUp
	if err := box.Decide(ctx, tx, "order-42", decision); err != nil {
		log.Print(err)
		return
	}
	if err := tx.Commit(); err != nil {
		log.Print(err)
	}
}
