package main

import (
	"context"
	"database/sql"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
)

func TestEachPaymentIsInTheDatabaseOnce(t *testing.T) {
	srv := omisetest.NewServer(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := listener.Addr().String()
	listener.Close()
	database := filepath.Join(t.TempDir(), "webhooks.db")
	for name, value := range map[string]string{
		"OMISE_SECRET_KEY": srv.SecretKey(), "OMISE_PUBLIC_KEY": srv.PublicKey(), "OMISE_WEBHOOK_SECRET": srv.WebhookSecret(),
		"OMISE_API_URL": srv.URL(), "OMISE_VAULT_URL": srv.URL(), "ADDR": addr, "SHOP_DATABASE": database,
	} {
		t.Setenv(name, value)
	}
	pay(t, srv) // no webhook brings it

	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- run(ctx) }()
	wait(t, database, 1)
	srv.WebhookURL("http://"+addr+"/webhooks/omise", omisetest.Duplicated(1))
	pay(t, srv)
	wait(t, database, 2)
	srv.AssertWebhooksArrived()
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}

func pay(t *testing.T, srv *omisetest.Server) {
	t.Helper()
	client := srv.Client()
	charge, err := client.Charges.Create(t.Context(), &omise.ChargeCreateParams{
		Amount: 45_000, Currency: omise.THB, InlineSource: &omise.SourceCreateParams{Type: omise.SourceTypePromptPay},
	})
	if err == nil {
		_, err = client.Charges.MarkAsPaid(t.Context(), charge.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// wait waits until the database has the given number of payments.
func wait(t *testing.T, database string, want int) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+database+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var got int
	for range 200 {
		if db.QueryRow(`SELECT count(*) FROM payments`).Scan(&got) == nil && got == want {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("%d payments, want %d", got, want)
}
