// Command shop is a small web shop for a browser: cards with 3-D Secure, PromptPay, webhooks
// and refunds. Orders are in SQLite. Run
//
//	go -C examples/shop run .
//
// and open http://127.0.0.1:3000. Without OMISE_SECRET_KEY the shop runs against omise-mock,
// the fake Omise of this module. It then needs no account and moves no money. With
// OMISE_SECRET_KEY and OMISE_PUBLIC_KEY set to test keys, and with OMISE_WEBHOOK_SECRET, the
// same program runs against the API. omise-listen then posts the webhooks to it.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/omisekit/omise-go"
)

func main() {
	log.SetFlags(0)
	addr := cmp.Or(os.Getenv("ADDR"), "127.0.0.1:3000")
	run := serve
	if os.Getenv("OMISE_SECRET_KEY") == "" {
		run = withMock
	}
	if err := run(addr); err != nil {
		log.Fatal("shop: ", err)
	}
}

// withMock starts omise-mock. omise-mock starts this program again, with the keys and the
// addresses of the fake in the environment. The orders are deleted together with the fake.
func withMock(addr string) error {
	dir, err := os.MkdirTemp("", "shop")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	program, err := os.Executable()
	if err != nil {
		return err
	}
	mock := exec.Command("go", "tool", "omise-mock", "-addr", "127.0.0.1:0", "-clock", "real", "-three-d-secure",
		"-webhook", "http://"+addr+"/webhooks/omise", program)
	mock.Env = append(os.Environ(), "SHOP_DATABASE="+filepath.Join(dir, "shop.db"))
	mock.Stdout, mock.Stderr = os.Stdout, os.Stderr
	return mock.Run()
}

// serve runs the shop until Ctrl-C.
func serve(addr string) error {
	client, err := omise.NewClient(os.Getenv("OMISE_SECRET_KEY"),
		omise.WithPublicKey(os.Getenv("OMISE_PUBLIC_KEY")),
		omise.WithBaseURL(cmp.Or(os.Getenv("OMISE_API_URL"), "https://api.omise.co")),
		omise.WithVaultURL(cmp.Or(os.Getenv("OMISE_VAULT_URL"), "https://vault.omise.co")))
	if err != nil {
		return err
	}
	secret := os.Getenv("OMISE_WEBHOOK_SECRET")
	if secret == "" {
		return errors.New("OMISE_WEBHOOK_SECRET is not set: the dashboard shows it, and omise-listen prints it")
	}
	orders, err := openOrders(cmp.Or(os.Getenv("SHOP_DATABASE"), "shop.db"))
	if err != nil {
		return err
	}
	defer orders.Close()
	s := &shop{client: client, orders: orders, url: "http://" + addr, publicKey: os.Getenv("OMISE_PUBLIC_KEY"),
		omiseJS: cmp.Or(os.Getenv("OMISE_JS_URL"), "https://cdn.omise.co/omise.js")}
	server := &http.Server{Addr: addr, Handler: s.routes(secret), ReadHeaderTimeout: 10 * time.Second}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	go func() {
		<-ctx.Done()
		limited, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		server.Shutdown(limited)
	}()
	fmt.Println("The shop is at", s.url)
	if mock := os.Getenv("OMISE_MOCK_URL"); mock != "" {
		fmt.Println("Pay QR codes and let time pass at", mock+"/_dashboard/")
	}
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
