package outbox_test

import (
	"context"
	"database/sql"
	"fmt"
	"log"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/outbox"
)

// An order and the intent to charge for it are written in one transaction. The
// program imports a driver, such as modernc.org/sqlite. examples/outbox is this
// program with a worker, and runs.
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
		log.Fatal(err) // if it is that of ctx, a worker goes on: box.Run
	}
	fmt.Println(result.State)
}
