package outbox_test

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	_ "modernc.org/sqlite"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/outbox"
)

// The answer to a charge is lost, and the order is paid once nevertheless. Everything is in
// memory, and the outbox waits in virtual time.
func Example() {
	ctx := context.Background()
	srv := omisetest.NewServer(nil) // in a test, give t
	db, _ := sql.Open("sqlite", ":memory:")
	defer db.Close()
	db.SetMaxOpenConns(1) // another connection would have another database
	_, _ = db.Exec("CREATE TABLE orders (id TEXT PRIMARY KEY, state TEXT)")

	settle := func(ctx context.Context, r *outbox.Result) error {
		_, err := outbox.Tx(ctx).ExecContext(ctx, "UPDATE orders SET state = ? WHERE id = ?", string(r.State), r.Intent)
		return err
	}
	box := outbox.New(db, srv.Client(), outbox.OnResult(settle), outbox.WithClock(srv.Now))
	_ = box.CreateTable(ctx)

	tx, _ := db.Begin()
	_, _ = tx.Exec("INSERT INTO orders VALUES ('order-42', 'new')")
	err := box.Charge(ctx, tx, "order-42", &omise.ChargeCreateParams{
		Amount: 100_000, Currency: omise.THB, Card: srv.SeedToken("4242424242424242"),
	})
	fmt.Println("written:", err, tx.Commit())

	srv.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
	for range 3 { // box.Run does this until its context ends
		fmt.Println("worked:", box.Drain(ctx))
		srv.Advance(10 * time.Minute)
	}

	var state string
	fmt.Println("read:", db.QueryRow("SELECT state FROM orders").Scan(&state))
	fmt.Println("order-42 is", state)
	srv.AssertCalls("POST /charges", 1)
	srv.AssertCharged(1)
	row, _ := box.Look(ctx, "order-42")
	for _, e := range row.Story {
		fmt.Println(e.State)
	}
	// Output:
	// written: <nil> <nil>
	// worked: <nil>
	// worked: <nil>
	// worked: <nil>
	// read: <nil>
	// order-42 is done
	// sending
	// unknown
	// done
}
