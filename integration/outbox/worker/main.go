// Command worker is a process of a merchant that runs an outbox. Tests kill it.
package main

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/omisekit/omise-go"
	_ "github.com/omisekit/omise-go/integration/database" // the drivers
	"github.com/omisekit/omise-go/outbox"
)

func main() {
	driver := flag.String("driver", "", "of the database")
	dsn := flag.String("dsn", "", "of the database")
	api := flag.String("api", "", "address of the fake")
	secret := flag.String("key", "", "secret key")
	public := flag.String("public", "", "public key")
	timeout := flag.Duration("timeout", 2*time.Second, "of a request")
	lease := flag.Duration("lease", 4*time.Second, "of an intent")
	processing := flag.Duration("processing", 3*time.Second, "promised")
	name := flag.String("name", "", "of the worker")
	verbose := flag.Bool("v", false, "print what fails")
	flag.Parse()

	db, err := sql.Open(*driver, *dsn)
	if err != nil {
		log.Fatal(err)
	}
	db.SetMaxOpenConns(12)
	client, err := omise.NewClient(*secret, omise.WithPublicKey(*public), omise.WithBaseURL(*api), omise.WithVaultURL(*api), omise.WithTimeout(*timeout))
	if err != nil {
		log.Fatal(err)
	}
	report := func(ctx context.Context, r *outbox.Result) error {
		_, err := outbox.Tx(ctx).ExecContext(ctx, fmt.Sprintf("INSERT INTO reports (intent, state, object, worker) VALUES ('%s', '%s', '%s', '%s')", r.Intent, r.State, r.ObjectID, *name))
		return err
	}
	observe := func(_ context.Context, c outbox.Change) {
		if *verbose && c.Err != nil {
			log.Printf("%s: %s %s: %v", *name, c.Intent, c.To, c.Err)
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	box := outbox.New(db, client, outbox.OnResult(report), outbox.WithObserver(observe),
		outbox.WithLease(*lease), outbox.WithMaxProcessingTime(*processing), outbox.WithLookEvery(time.Second), outbox.WithPoll(200*time.Millisecond))
	if err := box.Run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, *name, err)
		os.Exit(1)
	}
}
