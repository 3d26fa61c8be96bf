package sqlstore_test

import (
	"context"
	"database/sql"
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/webhook"
	"github.com/omisekit/omise-go/webhook/sqlstore"
)

// The program imports a driver, such as github.com/jackc/pgx/v5/stdlib.
func Example() {
	db, err := sql.Open("pgx", os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatal(err)
	}
	store := sqlstore.New(db)
	if err := store.CreateTable(context.Background()); err != nil {
		log.Fatal(err)
	}
	once := webhook.Once(store)(func(ctx context.Context, event *omise.Event) error {
		charge, ok := event.Object().(*omise.Charge)
		if !ok || !charge.Paid {
			return nil
		}
		// The order and the record that the event was handled are written in one
		// transaction. The webhook may come before the program has stored the id of the
		// charge, so the order is found by its own id.
		order := fmt.Sprint(charge.Metadata["order_id"]) // as given to Charges.Create
		_, err := sqlstore.Tx(ctx).ExecContext(ctx, "UPDATE orders SET paid = true, charge_id = $1 WHERE id = $2", charge.ID, order)
		return err
	})
	http.Handle("/webhooks/omise", webhook.NewHandler([]string{os.Getenv("OMISE_WEBHOOK_SECRET")}, once))
	log.Fatal(http.ListenAndServe(":8080", nil))
}
