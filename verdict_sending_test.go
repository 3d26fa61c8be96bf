package omise_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/omisetest"
)

// The verdict tests show that the client has a proof for each outcome that it reports. Each
// test has the number of a promise in its name: 01 to 05 are about sending, 06 to 10 about
// finding the outcome, 11 to 15 about intents, errors and time, 16 about the hooks of
// params, and 17 about the next step.

// After some of these errors, net/http sends a request over HTTP/2 again, even if the
// server has processed it.
func TestVerdict01NothingSendsAWriteAgainOverHTTP2(t *testing.T) {
	t.Parallel()
	breaks := map[string]func(*http2Server, *tls.Conn, uint32){
		"GOAWAY, processed": sendsGoaway(secondStream),
	}
	for code := range uint32(14) { // RFC 9113, section 7
		breaks[fmt.Sprintf("RST_STREAM %d", code)] = resets(code)
	}
	for name, row := range breaks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := newHTTP2Server(t, apitest.ObjectJSON(t, "charge"), row)
			client := srv.client(t, omise.WithMaxRetries(0))
			_, err := client.Charges.Get(t.Context(), chargeID)
			require.NoError(t, err)
			_, err = client.Charges.Create(t.Context(), chargeOfSavedCard())
			require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
			require.Equal(t, 1, failure(t, err).Attempts)
			require.Equal(t, 2, srv.processed(), "the read and the write")
		})
	}
}

// A RoundTripper of the caller that sets GetBody lets net/http send the request again
// on another connection.
func TestVerdict01NothingSendsAWriteAgainBelowACallersRoundTripper(t *testing.T) {
	t.Parallel()
	network := &http.Transport{}
	defer network.CloseIdleConnections()
	getsBody := roundTripFunc(func(hr *http.Request) (*http.Response, error) {
		if hr.Body == nil {
			return network.RoundTrip(hr)
		}
		body, err := io.ReadAll(hr.Body)
		if err != nil {
			return nil, err
		}
		hr = hr.Clone(hr.Context())
		hr.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
		hr.Body, _ = hr.GetBody()
		return network.RoundTrip(hr)
	})
	srv := newDyingServer(t)
	err := srv.dieDuring(t, func(c *omise.Client) error { return errorOf(c.Charges.Create(t.Context(), chargeOfSavedCard())) },
		omise.WithMaxRetries(0), omise.WithHTTPClient(&http.Client{Transport: getsBody}))
	require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
	require.EqualValues(t, 1, srv.arrivals.Load())
}

// All calls share one HTTP/2 connection. If the client kept a silent connection, all calls
// would fail.
func TestVerdict04SilentConnectionCostsOneCall(t *testing.T) {
	t.Parallel()
	srv := newHTTP2Server(t, apitest.ObjectJSON(t, "charge"), fallsSilent)
	client := srv.client(t, omise.WithMaxRetries(0), omise.WithTimeout(3*time.Second))
	failed := 0
	for range 6 {
		if _, err := client.Charges.Get(t.Context(), chargeID); err != nil {
			failed++
		}
	}
	require.Equal(t, 1, failed)
}

// The context ends before the time after which another attempt is safe.
func TestVerdict08NoWriteIsSentAgainBecauseItsContextEnds(t *testing.T) {
	t.Parallel()
	promise := omise.WithMaxProcessingTime(5 * time.Minute)
	for name, row := range map[string]struct {
		opts    []omise.Option
		prepare func(fake *fakeClient) (operation string, write func(context.Context) error)
	}{
		"charge of a token":      {nil, chargeWith((*fakeClient).chargeOfToken)},
		"charge of a source":     {nil, chargeWith((*fakeClient).chargeOfSource)},
		"charge of a saved card": {[]omise.Option{promise}, chargeWith((*fakeClient).chargeOfCustomer, omise.WithIntent("A-1/1"))},
		"refund": {[]omise.Option{promise}, func(fake *fakeClient) (string, func(context.Context) error) {
			charge := fake.mustCharge(fake.chargeOfToken())
			return "POST /charges/{id}/refunds", func(ctx context.Context) error {
				_, err := fake.Refunds.Create(ctx, charge.ID, &omise.RefundCreateParams{Amount: 10_000}, omise.WithIntent("return-1"))
				return err
			}
		}},
	} {
		for _, limit := range []time.Duration{5 * time.Second, 12 * time.Second, 20 * time.Second, 40 * time.Second, 64 * time.Second} {
			t.Run(fmt.Sprint(name, ", ", limit), func(t *testing.T) {
				t.Parallel()
				withFakeClient(t, func(t *testing.T, fake *fakeClient) {
					operation, write := row.prepare(fake)
					fake.srv.Fault(omisetest.On(operation).DropBefore())
					ctx, cancel := context.WithTimeout(fake.ctx(), limit)
					defer cancel()
					require.ErrorIs(t, write(ctx), omise.ErrOutcomeUnknown)
					fake.srv.AssertCalls(operation, 1)
				}, row.opts...)
			})
		}
	}
}

// chargeWith returns a write that creates a charge.
func chargeWith(params func(*fakeClient) *omise.ChargeCreateParams, opts ...omise.RequestOption) func(*fakeClient) (string, func(context.Context) error) {
	return func(fake *fakeClient) (string, func(context.Context) error) {
		p := params(fake)
		return "POST /charges", func(ctx context.Context) error {
			_, err := fake.Charges.Create(ctx, p, opts...)
			return err
		}
	}
}

// oddAmount writes the amount of the answers to a kind of calls as a string.
func oddAmount(method string, amount int) between {
	return rewrites(method, "", func(body string) string {
		return strings.ReplaceAll(body, fmt.Sprintf(`"amount":%d`, amount), fmt.Sprintf(`"amount":"%d"`, amount))
	})
}

// The answer shows that the server has done the transfer.
func TestATransferWithAnOddAnswerIsSentOnce(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]omisetest.Option{"keys honoured": nil, "keys ignored": {omisetest.WithIgnoredIdempKeys()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := omisetest.NewServer(t, opts...)
				fake := fakeClientOf(t, srv)
				fake.fundedAccount()
				client := fake.through(oddAmount("POST", 50_000))
				transfer, err := client.Transfers.Create(fake.ctx(), &omise.TransferCreateParams{Amount: new(int64(50_000))}, omise.WithIntent("P-1"))
				require.NoError(t, err)
				require.EqualValues(t, 50_000, transfer.Amount)
				srv.AssertCalls("POST /transfers", 1)
			})
		})
	}
}

func TestAnUpdateWithAnOddAnswerIsSentOnce(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		charge := fake.mustCharge(fake.chargeOfCustomer())
		_, err := fake.through(oddAmount("PATCH", 100_000)).Charges.Update(fake.ctx(), charge.ID, &omise.ChargeUpdateParams{Description: new("x")})
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		fake.srv.AssertCalls("PATCH /charges/{id}", 1)
	})
}

// A refusesFirst is a limiter that lets every call except the first be sent.
type refusesFirst struct{ calls atomic.Int32 }

func (l *refusesFirst) Wait(context.Context) error {
	if l.calls.Add(1) == 1 {
		return errors.New("no budget")
	}
	return nil
}

func TestVerdict05CallThatTheLimiterRefusesEndsAtOnce(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfToken()
		start := time.Now()
		_, err := fake.With(omise.WithRateLimiter(&refusesFirst{})).Charges.Create(fake.ctx(), p)
		require.Equal(t, omise.OutcomeNotSent, failure(t, err).Outcome)
		require.Zero(t, time.Since(start))
		require.Zero(t, fake.countCharges())
	})
}

// Another process has charged the token.
func TestVerdict02CallThatTheLimiterRefusesIsNoSuccess(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfToken()
		p.Metadata = omise.Metadata{"order_id": "42"}
		fake.another().mustCharge(p)
		_, err := fake.With(omise.WithRateLimiter(&refusesFirst{})).Charges.Create(fake.ctx(), p)
		require.Equal(t, omise.OutcomeNotSent, failure(t, err).Outcome)
	})
}
