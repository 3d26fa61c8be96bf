package omise_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/omisetest"
)

// A lost capture is looked for first, because some charges can be captured again.
func TestVerdict01CaptureIsSentAgainOnlyIfTheChargeIsNotCaptured(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		drop  func(omisetest.Fault) omisetest.Fault
		calls int
	}{
		"captured":     {omisetest.Fault.DropAfter, 1},
		"not captured": {omisetest.Fault.DropBefore, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				charge := heldCharge(fake)
				fake.srv.Fault(row.drop(omisetest.On("POST /charges/{id}/capture").Nth(1)))
				captured, err := fake.Charges.Capture(fake.ctx(), charge.ID, nil)
				require.NoError(t, err)
				require.True(t, captured.Paid)
				fake.srv.AssertCalls("POST /charges/{id}/capture", row.calls)
			})
		})
	}
}

// multiCapture returns the answer with a charge that allows several captures.
func multiCapture(t *testing.T, captured int) *http.Response {
	return apitest.Response(200, apitest.ObjectJSON(t, "charge", "id", `"`+chargeID+`"`, "multi_capture", "true", "capture", "false",
		"amount", "100000", "authorized_amount", "100000", "captured_amount", fmt.Sprint(captured), "capturable", "true",
		"status", `"pending"`, "paid", fmt.Sprint(captured > 0)))
}

// The charge does not show which captures were done, and a lost capture may be done late.
func TestVerdict01CaptureOfAMultiCaptureIsSentOnce(t *testing.T) {
	t.Parallel()
	for name, captured := range map[string]int{"done": 30_000, "not yet done": 0} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				api := &apitest.API{Respond: func(hr *http.Request) (*http.Response, error) {
					if hr.Method == http.MethodPost {
						return nil, errReset
					}
					return multiCapture(t, captured), nil
				}}
				_, err := api.Client(t, omise.WithMaxRetries(5)).Charges.Capture(t.Context(), chargeID, &omise.ChargeCaptureParams{CaptureAmount: new(int64(30_000))})
				require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
				require.Len(t, writes(api), 1)
			})
		})
	}
}

func TestVerdict06CaptureOfAMultiCaptureIsRefusedIfNothingIsCaptured(t *testing.T) {
	t.Parallel()
	api := &apitest.API{Respond: func(hr *http.Request) (*http.Response, error) {
		if hr.Method == http.MethodPost {
			return apitest.Response(400, `{"object":"error","location":"https://docs.omise.co/api-errors#failed-capture","code":"failed_capture","message":"charge was not captured"}`), nil
		}
		return multiCapture(t, 0), nil
	}}
	_, err := api.Client(t).Charges.Capture(t.Context(), chargeID, nil)
	require.Equal(t, omise.OutcomeRefused, failure(t, err).Outcome)
}

// Another process has captured a part, and the charge does not show how much.
func TestVerdict10CaptureOfAnUnknownAmountIsNotTheResult(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		charge := heldCharge(fake)
		must1(fake.another().Charges.Capture(fake.ctx(), charge.ID, &omise.ChargeCaptureParams{CaptureAmount: new(int64(30_000))}))
		client := fake.through(rewrites("GET", "/charges/"+charge.ID, func(body string) string {
			return strings.ReplaceAll(body, `"captured_amount":30000`, `"captured_amount":null`)
		}))
		_, err := client.Charges.Capture(fake.ctx(), charge.ID, &omise.ChargeCaptureParams{CaptureAmount: new(int64(90_000))})
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
	})
}
