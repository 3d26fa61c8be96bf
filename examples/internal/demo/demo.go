// Package demo connects the examples: to the real test API where
// OMISE_SECRET_KEY and OMISE_PUBLIC_KEY are set, to a fake one otherwise.
package demo

import (
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/fake"
)

// Connect returns a client and says in words where it leads. It refuses a live
// key: the examples move money.
func Connect() (client *omise.Client, where string, err error) {
	secret, public := os.Getenv("OMISE_SECRET_KEY"), os.Getenv("OMISE_PUBLIC_KEY")
	if secret == "" && public == "" {
		srv := fake.New(fake.Options{})
		client, err = omise.NewClient(srv.SecretKey(),
			omise.WithPublicKey(srv.PublicKey()),
			omise.WithHTTPClient(&http.Client{Transport: srv}))
		return client, "the embedded fake Omise", err
	}
	if secret == "" || public == "" {
		return nil, "", fmt.Errorf("set both OMISE_SECRET_KEY and OMISE_PUBLIC_KEY, or neither")
	}
	if !strings.HasPrefix(secret, "skey_test_") {
		return nil, "", fmt.Errorf("OMISE_SECRET_KEY is not a test key: this example moves money")
	}
	client, err = omise.NewClient(secret, omise.WithPublicKey(public))
	return client, "the Omise test API", err
}
