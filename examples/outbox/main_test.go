package main

import (
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/outbox"
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

// An earlier run was killed after it has written the order. The next run completes that order,
// too.
func TestTheNextRunCompletesTheOrderOfAnEarlierRun(t *testing.T) {
	srv := omisetest.NewServer(t, omisetest.WithStrict())
	database := filepath.Join(t.TempDir(), "outbox.db")
	db, err := sql.Open("sqlite", "file:"+database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	box := outbox.New(db, srv.Client())
	if err := errors.Join(box.CreateTable(t.Context()), createOrders(t.Context(), db)); err != nil {
		t.Fatal(err)
	}
	if _, err := order(t.Context(), db, box, srv.SeedToken("4242424242424242")); err != nil {
		t.Fatal(err)
	}
	if err := run(t.Context(), srv.Client(), database); err != nil {
		t.Fatal(err)
	}
	srv.AssertCharged(2)
	var paid int
	if err := db.QueryRow(`SELECT COUNT(*) FROM orders WHERE state = 'paid'`).Scan(&paid); err != nil {
		t.Fatal(err)
	}
	if paid != 2 {
		t.Error(paid)
	}
}
