package main

import (
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/omisekit/omise-go/omisetest"
)

// The answer of the charge is lost, and the order is paid once nevertheless.
func TestAnOrderIsPaidOnce(t *testing.T) {
	srv := omisetest.NewServer(t, omisetest.WithStrict())
	srv.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
	database := filepath.Join(t.TempDir(), "outbox.db")
	if err := run(t.Context(), srv.Client(), database); err != nil {
		t.Fatal(err)
	}
	srv.AssertCalls("POST /charges", 1)
	srv.AssertCharged(1)

	db, err := sql.Open("sqlite", "file:"+database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var state string
	if err := db.QueryRow(`SELECT state FROM orders`).Scan(&state); err != nil {
		t.Fatal(err)
	}
	if state != "paid" {
		t.Error(state)
	}
}
