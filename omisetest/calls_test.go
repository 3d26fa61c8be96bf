package omisetest_test

import (
	"fmt"
	"net/url"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
)

// A failing is a testing.TB that records failures and does not fail.
type failing struct {
	testing.TB
	text strings.Builder
}

func (f *failing) Helper() {}

func (f *failing) Errorf(format string, args ...any) { fmt.Fprintf(&f.text, format+"\n", args...) }

func (f *failing) Fatalf(format string, args ...any) {
	f.Errorf(format, args...)
	runtime.Goexit()
}

// failure returns the failure texts of a test that calls do with a server.
func failure(t *testing.T, do func(*omisetest.Server), opts ...omisetest.Option) string {
	t.Helper()
	f := &failing{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		do(omisetest.NewServer(f, opts...))
	}()
	<-done
	ids := regexp.MustCompile(`_test_[0-9a-z]{19}`)
	return ids.ReplaceAllString(f.text.String(), "_test_*")
}

func buy(t *testing.T, srv *omisetest.Server, order string) {
	t.Helper()
	charge(t, srv.Client(), func(p *omise.ChargeCreateParams) { p.Metadata = omise.Metadata{"order_id": order} })
}

func TestFailedAssertionsShowTheCalls(t *testing.T) {
	t.Parallel()
	require.Equal(t, "omisetest: POST /charges was called 0 times, want 1. There were no calls.\n",
		failure(t, func(srv *omisetest.Server) { srv.AssertCalls("POST /charges", 1) }))

	require.Equal(t, strings.TrimLeft(`
omisetest: GET /charges/{id} was called once, want 0. The last 3 of 3 calls:
  #1  2026-01-05 03:00:00  POST /tokens                200  card[expiration_month]=12 card[expiration_year]=2035 card[name]=Somchai Prasert card[number]=[redacted] [guess: a card without a security code can be charged]
  #2  2026-01-05 03:00:00  POST /charges               200  amount=100000 card=tokn_test_* currency=THB metadata[order_id]=order-42
  #3  2026-01-05 03:00:00  GET /charges/chrg_test_404  404 not_found
`, "\n"), failure(t, func(srv *omisetest.Server) {
		buy(t, srv, "order-42")
		_, err := srv.Client().Charges.Get(t.Context(), "chrg_test_404")
		require.ErrorIs(t, err, omise.ErrCodeNotFound)
		srv.AssertCalls("GET /charges/{id}", 0)
	}))

	twice := failure(t, func(srv *omisetest.Server) {
		buy(t, srv, "order-42")
		srv.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
		srv.Fault(omisetest.On("POST /tokens").Nth(2).DropAfter())
		params := &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Customer: srv.SeedCustomer(), Metadata: omise.Metadata{"order_id": "order-42"}}
		_, err := srv.Client().Charges.Create(t.Context(), params)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		srv.AssertOneCharge("order-42")
		srv.AssertCharged(1)
	})
	require.Contains(t, twice, "omisetest: order order-42 was charged 2 times, want once.\n"+
		"  chrg_test_* successful 100000 THB\n  chrg_test_* successful 100000 THB\nThe last 3 of 3 calls:\n")
	require.Contains(t, twice, "[fault: drop after]")
	require.Contains(t, twice, "POST /charges  no answer")
	require.Contains(t, twice, "2 charges took money, want 1.")

	many := failure(t, func(srv *omisetest.Server) {
		for range 20 {
			buy(t, srv, "x")
		}
		srv.AssertOneCharge("y")
	})
	require.Contains(t, many, "order y was charged 0 times, want once.\nThe last 10 of 40 calls:\n  #31")
	require.Contains(t, failure(t, func(srv *omisetest.Server) { srv.AssertCalls("POST /charge", 1) }), `did you mean "POST /charges"?`)
	require.Contains(t, failure(t, func(srv *omisetest.Server) { srv.Fault(omisetest.On("POST /charges")) }), "has no effect")
}

// A platform charges the payer with the key of a chain, and by mistake again with its own
// key.
func TestAssertionsCountTheChargesOfChains(t *testing.T) {
	t.Parallel()
	text := failure(t, func(srv *omisetest.Server) {
		platform := srv.Client()
		chain, err := platform.Chains.Get(t.Context(), srv.AddChain("malee@example.com"))
		require.NoError(t, err)
		for _, client := range []*omise.Client{platform.With(omise.WithSecretKey(chain.Key.Reveal())), platform} {
			_, err := client.Charges.Create(t.Context(), &omise.ChargeCreateParams{
				Amount: 100_000, Currency: omise.THB, Card: srv.SeedToken("4242424242424242"), Metadata: omise.Metadata{"order_id": "order-42"},
			})
			require.NoError(t, err)
		}
		srv.AssertOneCharge("order-42")
		srv.AssertCharged(1)
	})
	require.Contains(t, text, "order order-42 was charged 2 times, want once.")
	require.Contains(t, text, "2 charges took money, want 1.")
}

// The output of a test is in logs that many people can read.
func TestFailuresShowNoSecret(t *testing.T) {
	t.Parallel()
	const number, spaced, code = "4242424242424242", "4242 4242-4242 4242", "canary-737"
	var secret, public, calls string
	text := failure(t, func(srv *omisetest.Server) {
		secret, public = srv.SecretKey(), srv.PublicKey()
		buy(t, srv, "order-42 "+spaced)
		client := srv.Client(omise.WithMaxRetries(0))
		for _, path := range []string{"/tokens", "/customers", "/nowhere/" + number, "/charges/" + secret} {
			for _, method := range []string{"GET", "POST", "PATCH"} {
				_ = client.Do(t.Context(), method, path, url.Values{
					"card[number]": {number}, "card[security_code]": {code}, "description": {spaced}, number: {public}, "metadata[" + number + "]": {secret},
				}, nil, omise.WithIdempotencyKey(number))
			}
			srv.AssertCalls("GET /balance", 1)
			srv.AssertCharged(99)
			srv.AssertOneCharge("order-43")
		}
		for _, call := range srv.Calls() {
			calls += fmt.Sprintf("%v\n%+v\n%#v\n", call, call, struct{ omisetest.Call }{call})
		}
	}, omisetest.WithStrict())
	require.Contains(t, text, "want 99")
	text += calls
	require.NotEmpty(t, secret)
	for _, canary := range []string{number, spaced, "4242-4242", code, secret, public} {
		require.NotContains(t, text, canary)
	}
}

func TestAssertionsPass(t *testing.T) {
	t.Parallel()
	srv := omisetest.NewServer(t)
	buy(t, srv, "order-42")
	charge(t, srv.Client(), func(p *omise.ChargeCreateParams) {
		p.Capture, p.Metadata = new(false), omise.Metadata{"order_id": "order-43"}
	})
	srv.AssertOneCharge("order-42")
	srv.AssertOneCharge("order-43")
	srv.AssertCharged(1)
	srv.AssertCalls("POST /charges", 2)
	srv.AssertCalls("POST /charges/{id}/capture", 0)
	calls := srv.Calls()
	require.Equal(t, "POST", calls[0].Method)
	require.Equal(t, `#2 2026-01-05 03:00:00 POST /charges 200 amount=100000`, calls[1].String()[:54])
}

func TestNothingIsLeftPending(t *testing.T) {
	t.Parallel()
	left := func(do func(*omisetest.Server, *omise.Client)) string {
		return failure(t, func(srv *omisetest.Server) {
			do(srv, srv.Client())
			srv.AssertNothingPending()
		})
	}
	hold := func(p *omise.ChargeCreateParams) { p.Capture = new(false) }
	require.Contains(t, left(func(_ *omisetest.Server, client *omise.Client) { charge(t, client, hold) }),
		"omisetest: not settled:\n  charge chrg_test_* of 100000 THB is neither captured nor reversed\nThe last 2 of 2 calls:\n")
	require.Empty(t, left(func(_ *omisetest.Server, client *omise.Client) {
		_, err := client.Charges.Reverse(t.Context(), charge(t, client, hold).ID)
		require.NoError(t, err)
	}))
	wait := func(_ *omisetest.Server, client *omise.Client) {
		source, err := client.Sources.Create(t.Context(), &omise.SourceCreateParams{Type: omise.SourceTypePromptPay, Amount: 50_000, Currency: omise.THB})
		require.NoError(t, err)
		_, err = client.Charges.Create(t.Context(), &omise.ChargeCreateParams{Amount: 50_000, Currency: omise.THB, Source: source.ID})
		require.NoError(t, err)
	}
	require.Contains(t, left(wait), "charge chrg_test_* of 50000 THB waits for the payer\n")
	require.Empty(t, left(func(srv *omisetest.Server, client *omise.Client) {
		wait(srv, client)
		srv.Advance(8 * 24 * time.Hour)
	}))
	transfer := func(srv *omisetest.Server, client *omise.Client) {
		srv.SeedPaidCharges(1)
		_, err := client.Transfers.Create(t.Context(), &omise.TransferCreateParams{Amount: new(int64(50_000))})
		require.NoError(t, err)
	}
	require.Contains(t, left(transfer), "transfer trsf_test_* of 50000 THB is not paid\n")
	require.Empty(t, left(func(srv *omisetest.Server, client *omise.Client) {
		transfer(srv, client)
		srv.Advance(4 * 24 * time.Hour)
	}))
}

func TestStrict(t *testing.T) {
	t.Parallel()
	misspelt := func(srv *omisetest.Server) {
		require.NoError(t, srv.Client().Do(t.Context(), "GET", "/charges", url.Values{"limt": {"1"}}, nil))
	}
	require.Equal(t, "omisetest: GET /charges has no parameter \"limt\"; did you mean \"limit\"?\n",
		failure(t, misspelt, omisetest.WithStrict()))
	require.Empty(t, failure(t, misspelt))
	require.NotEmpty(t, failure(t, func(srv *omisetest.Server) { misspelt(srv.Fork(&failing{TB: t})); misspelt(srv) }, omisetest.WithStrict()))
}

func TestAssertCallsFailsIfItCannotCount(t *testing.T) {
	t.Parallel()
	said := failure(t, func(srv *omisetest.Server) {
		for range 4 {
			_, err := srv.Client().Balance.Get(t.Context())
			require.NoError(t, err)
		}
		srv.AssertCalls("GET /balance", 4)
	}, omisetest.WithJournalSize(2))
	require.Equal(t, "omisetest: the journal has dropped the first 2 calls and cannot count GET /balance; WithJournalSize keeps more\n", said)
}
