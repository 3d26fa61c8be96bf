// Command live plays the same scenes against the API in test mode and against the fake, and
// prints the differences of the answers.
//
//	OMISE_SECRET_KEY=skey_test_... OMISE_PUBLIC_KEY=pkey_test_... go -C tools run ./live
//
// It compares statuses, error codes and the form of the answers: attributes, kinds of values,
// and the words for states. It makes objects of small amounts in the test account and refuses
// live keys. -api and -vault replace the addresses of the API. -fake is the address of a fake
// on a port that replaces the fake in the process.
//
// With -ask it finds out behaviour of the API that no source tells, and prints the answers as
// a list in Markdown, for docs/fidelity.md. The last question uses up the rate limit of the
// account.
//
// It exits with 1 if there are differences, with 2 if it could not compare.
package main

import (
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/omisekit/omise-go/internal/fake"
)

func main() {
	api := flag.String("api", "https://api.omise.co", "address of the API")
	vault := flag.String("vault", "https://vault.omise.co", "address of the vault")
	other := flag.String("fake", "", "address of a fake with the same keys; without it one runs in the process")
	asking := flag.Bool("ask", false, "find out behaviour that no source tells, instead of comparing")
	flag.Parse()
	secret, public := os.Getenv("OMISE_SECRET_KEY"), os.Getenv("OMISE_PUBLIC_KEY")
	if err := checkKeys(secret, public); err != nil {
		fmt.Fprintln(os.Stderr, "live:", err)
		os.Exit(2)
	}
	real := &side{name: "the API", api: *api, vault: *vault, secret: secret, public: public, client: &http.Client{Timeout: time.Minute}}
	if *asking {
		if err := ask(real, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "live:", err)
			os.Exit(2)
		}
		return
	}
	imitation := inProcess(secret, public)
	if *other != "" {
		imitation = &side{name: "the fake", api: *other, vault: *other, secret: secret, public: public, client: real.client}
	}
	differences, err := run(real, imitation, os.Stdout)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "live:", err)
		os.Exit(2)
	case differences > 0:
		os.Exit(1)
	}
}

// checkKeys returns an error unless both keys are test keys. The error shows no key.
func checkKeys(secret, public string) error {
	if !strings.HasPrefix(secret, "skey_test_") {
		return fmt.Errorf("OMISE_SECRET_KEY has to be a test key, which starts with skey_test_")
	}
	if !strings.HasPrefix(public, "pkey_test_") {
		return fmt.Errorf("OMISE_PUBLIC_KEY has to be a test key, which starts with pkey_test_")
	}
	return nil
}

// An addressed transport gives requests the address of a client, as requests over a network
// have it. Sources show the address.
type addressed struct{ http.RoundTripper }

func (a addressed) RoundTrip(hr *http.Request) (*http.Response, error) {
	hr = hr.Clone(hr.Context())
	hr.RemoteAddr = "127.0.0.1:443"
	return a.RoundTripper.RoundTrip(hr)
}

func inProcess(secret, public string) *side {
	s := fake.New(fake.Options{SecretKey: secret, PublicKey: public, Start: time.Now()})
	return &side{
		name: "the fake", api: "https://api.omise.co", vault: "https://vault.omise.co",
		secret: secret, public: public, client: &http.Client{Transport: addressed{s}},
	}
}

// run plays all scenes on both sides, prints the differences and counts them.
func run(real, imitation *side, out io.Writer) (int, error) {
	calls, total := 0, 0
	for _, sc := range scenes {
		there, err := play(sc, real)
		if err != nil {
			return total, err
		}
		here, err := play(sc, imitation)
		if err != nil {
			return total, err
		}
		differences := compare(there, here)
		fmt.Fprintf(out, "%-32s %2d calls, %d differences\n", sc.name, len(there), len(differences))
		for i, d := range differences {
			if i == 0 || d.step != differences[i-1].step {
				fmt.Fprintf(out, "  #%d %s\n", d.step+1, d.operation)
			}
			fmt.Fprintf(out, "     %s: %s in %s, %s in %s\n", d.where, d.there, real.name, d.here, imitation.name)
		}
		calls += len(there)
		total += len(differences)
	}
	fmt.Fprintf(out, "%d calls, %d differences\n", calls, total)
	return total, nil
}
