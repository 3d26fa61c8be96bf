package omise_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
)

// deliversTwice delivers each POST twice and returns the second answer. For a second after the
// first POST, a replica that does not show its result answers the reads.
func deliversTwice() between {
	before := map[string]string{} // by path
	var lagsUntil time.Time
	return func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
		if hr.Method == http.MethodPost {
			lagsUntil = time.Now().Add(time.Second)
			var body []byte
			if hr.Body != nil {
				body, _ = io.ReadAll(hr.Body)
			}
			again := hr.Clone(hr.Context())
			again.Body, hr.Body = io.NopCloser(bytes.NewReader(body)), io.NopCloser(bytes.NewReader(body))
			must1(next.RoundTrip(again))
			return next.RoundTrip(hr)
		}
		if old, ok := before[hr.URL.Path]; ok && time.Now().Before(lagsUntil) {
			return apitest.Response(http.StatusOK, old), nil
		}
		resp, err := next.RoundTrip(hr)
		if err == nil {
			body, _ := io.ReadAll(resp.Body)
			before[hr.URL.Path] = string(body)
			resp.Body = io.NopCloser(bytes.NewReader(body))
		}
		return resp, err
	}
}

func TestVerdict06RefundThatIsDeliveredTwiceIsNotRefusedBesideALaggingReplica(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		charge := fake.mustCharge(fake.chargeOfCustomer())
		client := fake.through(deliversTwice())
		must1(client.Charges.Get(fake.ctx(), charge.ID))
		must1(client.Charges.ListRefunds(fake.ctx(), charge.ID, nil))
		refund, err := client.Refunds.Create(fake.ctx(), charge.ID, &omise.RefundCreateParams{Amount: charge.Amount}, omise.WithIntent("return-7"))
		require.NoError(t, err)
		require.Equal(t, charge.Amount, refund.Amount)
	})
}

func TestVerdict06CaptureThatIsDeliveredTwiceIsNotRefusedBesideALaggingReplica(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		charge := heldCharge(fake)
		client := fake.through(deliversTwice())
		must1(client.Charges.Get(fake.ctx(), charge.ID))
		captured, err := client.Charges.Capture(fake.ctx(), charge.ID, nil)
		require.NoError(t, err)
		require.True(t, captured.Paid)
	})
}

// The charge could still be captured, so the refusal is believed only after a second look.
func TestVerdict06RefusalThatNothingExplainsIsBelievedAfterSomeTime(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		charge := heldCharge(fake)
		client := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
			if hr.Method == http.MethodPost {
				return apitest.Response(http.StatusBadRequest, `{"object":"error","location":"https://docs.omise.co/api-errors#failed-capture","code":"failed_capture","message":"capture failed"}`), nil
			}
			return next.RoundTrip(hr)
		})
		start := time.Now()
		_, err := client.Charges.Capture(fake.ctx(), charge.ID, nil)
		require.Equal(t, omise.OutcomeRefused, failure(t, err).Outcome)
		require.WithinRange(t, time.Now(), start.Add(3*time.Second), start.Add(15*time.Second))
	})
}

// Two calls of one client capture a charge. The second is refused, and the reads after it fail, so
// its outcome is unknown. The process and the stored error resolve it in the same way.
func TestVerdict06StoredErrorKnowsTheCaptureOfAnotherCall(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		charge := heldCharge(fake)
		down := false
		client := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
			if down && hr.Method == http.MethodGet {
				return apitest.Response(http.StatusBadGateway, badGateway), nil
			}
			return next.RoundTrip(hr)
		})
		must1(client.Charges.Capture(fake.ctx(), charge.ID, nil))
		down = true
		_, unknown := client.Charges.Capture(fake.ctx(), charge.ID, nil)
		require.ErrorIs(t, unknown, omise.ErrOutcomeUnknown)
		down = false
		fake.srv.Advance(omise.DefaultMaxProcessingTime + time.Minute)
		time.Sleep(omise.DefaultMaxProcessingTime + time.Minute)
		require.Equal(t, client.chargeState(unknown), client.chargeState(throughJSON(t, unknown)))
	})
}

// The API answers a delete with not_found although the transfer exists, and a gateway then
// answers the reads with 502.
func TestVerdict06NotFoundThatNoReadConfirmsIsNoNotFound(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.fundedAccount()
		transfer := must1(fake.Transfers.Create(fake.ctx(), &omise.TransferCreateParams{Amount: new(int64(50_000))}))
		client := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
			if hr.Method == http.MethodDelete {
				return apitest.Response(http.StatusNotFound, notFound), nil
			}
			return apitest.Response(http.StatusBadGateway, badGateway), nil
		})
		_, err := client.Transfers.Delete(fake.ctx(), transfer.ID)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		require.False(t, must1(fake.Transfers.Get(fake.ctx(), transfer.ID)).Deleted)
		require.NotErrorIs(t, err, omise.ErrCodeNotFound, "it exists, and will be paid")
	})
}

// Another process has captured a part, and the charge does not show how much.
func TestVerdict10WholeCaptureOfAnUnknownAmountIsNotTheResult(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		charge := partlyCaptured(fake) // 300 of 1,000 baht
		client := fake.through(rewrites("GET", "/charges/"+charge.ID, func(body string) string {
			return strings.ReplaceAll(body, `"captured_amount":30000`, `"captured_amount":null`)
		}))
		_, err := client.Charges.Capture(fake.ctx(), charge.ID, nil)
		require.Error(t, err, "success of a capture of 1,000 baht; 300 are captured")
	})
}
