// Command outbox takes a payment that survives the process. It writes the order and the
// intent to charge in one transaction of SQLite, and a worker charges. After a kill, start
// it again: it completes the old order before it takes a new one. docs/outbox.md explains
// it and says how long this takes.
//
// The fake Omise runs in one terminal, so that it stays when this program is killed:
//
//	go run ./cmd/omise-mock -clock real
//
// In another terminal, with the variables that omise-mock prints:
//
//	go -C examples/outbox run .
//
// With OMISE_SECRET_KEY and OMISE_PUBLIC_KEY set to test keys and without the others, it
// does the same on the API.
package main

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strings"
	"sync"
	"time"

	_ "modernc.org/sqlite"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/outbox"
)

func main() {
	log.SetFlags(0)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	client, err := connect()
	if err != nil {
		log.Fatal(err)
	}
	if err := run(ctx, client, cmp.Or(os.Getenv("SHOP_DATABASE"), "outbox.db")); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, client *omise.Client, path string) error {
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_txlock=immediate")
	if err != nil {
		return err
	}
	defer db.Close()
	box := outbox.New(db, client, outbox.OnResult(settle))
	if err := errors.Join(box.CreateTable(ctx), createOrders(ctx, db)); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	var worker sync.WaitGroup
	worker.Go(func() { // each process of the shop has a worker
		if err := box.Run(ctx); err != nil {
			log.Print(err)
		}
	})
	defer worker.Wait()
	defer stop()

	if err := finish(ctx, db, box); err != nil {
		return err
	}
	token, err := testToken(ctx, client, "4242424242424242")
	if err != nil {
		return err
	}
	id, err := order(ctx, db, box, token)
	if err != nil {
		return err
	}
	// A web handler waits in this way. If it gives up, the worker goes on.
	return wait(ctx, db, box, id)
}

// finish waits for the orders that an earlier run has left when it was killed.
func finish(ctx context.Context, db *sql.DB, box *outbox.Box) error {
	rows, err := db.QueryContext(ctx, `SELECT id FROM orders WHERE state = 'new'`)
	if err != nil {
		return err
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return err
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, id := range ids {
		fmt.Println("an earlier run has left", id, "and the outbox completes it, which may take 8 minutes")
		if err := wait(ctx, db, box, id); err != nil {
			return err
		}
	}
	return nil
}

// wait waits until an order has a result, and prints it.
func wait(ctx context.Context, db *sql.DB, box *outbox.Box, id string) error {
	if _, err := box.Wait(ctx, id); err != nil {
		return err
	}
	var state string
	if err := db.QueryRowContext(ctx, `SELECT state FROM orders WHERE id = ?`, id).Scan(&state); err != nil {
		return err
	}
	fmt.Println(id, "is", state)
	return nil
}

func createOrders(ctx context.Context, db *sql.DB) error {
	_, err := db.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, amount INTEGER NOT NULL, state TEXT NOT NULL)`)
	return err
}

// order writes the order and the intent to charge for it in one transaction, so that both
// or neither of them are written.
func order(ctx context.Context, db *sql.DB, box *outbox.Box, token string) (id string, err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return "", err
	}
	defer tx.Rollback() // does nothing after the commit
	id = fmt.Sprintf("order-%d", time.Now().UnixNano())
	if _, err := tx.ExecContext(ctx, `INSERT INTO orders VALUES (?, 45000, 'new')`, id); err != nil {
		return "", err
	}
	err = box.Charge(ctx, tx, id, &omise.ChargeCreateParams{Amount: 45_000, Currency: omise.THB, Card: token})
	if err != nil {
		return "", err
	}
	return id, tx.Commit()
}

// settle sets the order to the state of its intent. Its writes are committed together with
// the note that the result was reported.
func settle(ctx context.Context, result *outbox.Result) error {
	var state string
	switch result.State {
	case outbox.Done:
		state = "paid"
	case outbox.Declined:
		state = "declined: " + string(result.Charge.Failure().Code) // box.Again is for another card
	case outbox.Refused:
		state = "refused" // result.Err says why
	case outbox.Waiting:
		state = "waiting" // send the payer to result.Charge.AuthorizeURI
	default: // outbox.Review, outbox.Duplicated
		state = "for a person" // a person looks at result.Candidates and calls box.Decide
	}
	_, err := outbox.Tx(ctx).ExecContext(ctx, `UPDATE orders SET state = ? WHERE id = ?`, state, result.Intent)
	return err
}

// testToken makes a token of a test card. In production the page of the shop does
// this with Omise.js, so that no card number reaches the server.
func testToken(ctx context.Context, client *omise.Client, number string) (string, error) {
	token, err := client.Tokens.Create(ctx, &omise.TokenCreateParams{Card: &omise.TokenCardParams{
		Name: "Somchai Prasert", Number: omise.NewSensitive(number), SecurityCode: omise.NewSensitive("123"),
		ExpirationMonth: 12, ExpirationYear: 2035,
	}})
	if err != nil {
		return "", err
	}
	return token.ID, nil
}

// connect returns a client of the account whose test keys are in the
// environment. OMISE_API_URL and OMISE_VAULT_URL lead to omise-mock, if set.
func connect() (*omise.Client, error) {
	key := os.Getenv("OMISE_SECRET_KEY")
	if !strings.HasPrefix(key, "skey_test_") {
		return nil, errors.New("OMISE_SECRET_KEY must be a test key: this example moves money")
	}
	return omise.NewClient(key,
		omise.WithPublicKey(os.Getenv("OMISE_PUBLIC_KEY")),
		omise.WithBaseURL(cmp.Or(os.Getenv("OMISE_API_URL"), "https://api.omise.co")),
		omise.WithVaultURL(cmp.Or(os.Getenv("OMISE_VAULT_URL"), "https://vault.omise.co")))
}
