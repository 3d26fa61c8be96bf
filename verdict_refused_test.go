package omise_test

import (
	"bytes"
	"io"
	"net/http"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
)

// deliversTwice delivers each write twice, while on is set, and returns the second answer. For
// a second, a replica that does not show the result of the write answers the reads.
func deliversTwice(on *bool) between {
	before := map[string]string{} // answers of the replica, by path
	var lagsUntil time.Time
	return func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
		old, known := before[hr.URL.Path]
		switch {
		case !*on:
			return next.RoundTrip(hr)
		case hr.Method == http.MethodGet && known && time.Now().Before(lagsUntil):
			return apitest.Response(http.StatusOK, old), nil
		case hr.Method == http.MethodGet:
			return next.RoundTrip(hr)
		}
		for _, at := range []string{hr.URL.Path, path.Dir(hr.URL.Path)} {
			read := hr.Clone(hr.Context())
			read.Method, read.URL.Path, read.Body, read.ContentLength = http.MethodGet, at, nil, 0
			if resp := must1(next.RoundTrip(read)); resp.StatusCode == http.StatusOK {
				before[at] = string(must1(io.ReadAll(resp.Body)))
			}
		}
		lagsUntil = time.Now().Add(time.Second)
		var body []byte
		if hr.Body != nil {
			body = must1(io.ReadAll(hr.Body))
		}
		again := hr.Clone(hr.Context())
		again.Body, hr.Body = io.NopCloser(bytes.NewReader(body)), io.NopCloser(bytes.NewReader(body))
		must1(next.RoundTrip(again))
		return next.RoundTrip(hr)
	}
}

func TestVerdict06MoveThatIsDeliveredTwiceIsNotRefusedBesideALaggingReplica(t *testing.T) {
	t.Parallel()
	for name, row := range moves {
		if name == "delete a transfer" { // only a missing transfer refuses it
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				on := false
				act, done := row.begin(fake.through(deliversTwice(&on)))
				on = true
				err := act()
				on = false
				require.True(t, done())
				if unclearMoves[name] {
					require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
					return
				}
				require.NoError(t, err)
			})
		})
	}
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
