package omise_test

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
)

// The verdict tests show that what the client says about money is proven. The number is
// the number of a promise: 01 to 05 are about sending, 06 to 10 about finding the
// outcome, 11 to 15 about intents, errors and time, 16 about the hooks of params, and
// 17 about the next step.

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

// All calls share one HTTP/2 connection, so all of them would fail on a silent
// connection.
func TestVerdict04SilentConnectionCostsOneCall(t *testing.T) {
	t.Parallel()
	srv := newHTTP2Server(t, apitest.ObjectJSON(t, "charge"), fallsSilent)
	client := srv.client(t, omise.WithMaxRetries(0), omise.WithTimeout(300*time.Millisecond))
	failed := 0
	for range 6 {
		if _, err := client.Charges.Get(t.Context(), chargeID); err != nil {
			failed++
		}
	}
	require.Equal(t, 1, failed)
}
