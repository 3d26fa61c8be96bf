package outbox

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
)

// charge returns the params of a charge with metadata.
func charge(metadata omise.Metadata) *omise.ChargeCreateParams {
	return &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Customer: "cust_test_1", Metadata: metadata}
}

// filled returns a row with params, or the error of fill.
func filled(t *testing.T, params any) (*row, error) {
	t.Helper()
	r := &row{Parent: "chrg_test_1", Account: "test"}
	r.Kind, _ = kindOf(params)
	return r, r.fill(t.Context(), params)
}

func TestParamsThatJSONChangesAreRefused(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]any{
		"duration": 5 * time.Second, "small": 1e-7, "invalid UTF-8": "x\xffy", "invalid UTF-8 in a list": []string{"x\xffy"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := filled(t, charge(omise.Metadata{"note": value}))
			require.ErrorContains(t, err, "outbox: metadata[note]")
			require.ErrorContains(t, err, " must not change when it is written as JSON")
		})
	}
	t.Run("description", func(t *testing.T) {
		t.Parallel()
		params := charge(nil)
		params.Description = "a\xffb"
		_, err := filled(t, params)
		require.ErrorContains(t, err, "outbox: description must not change when it is written as JSON")
	})
}

func TestMetadataThatAFormCannotHoldAreRefused(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]any{"bytes": []byte("hi"), "JSON": json.RawMessage(`{"x": 1.50}`)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := filled(t, charge(omise.Metadata{"note": value}))
			require.ErrorContains(t, err, "metadata[note]")
			require.ErrorContains(t, err, "cannot be sent in a form")
		})
	}
}

func TestStoredParamsAreSentAsTheyWereGiven(t *testing.T) {
	t.Parallel()
	full := charge(omise.Metadata{"max": ^uint64(0), "share": 0.1, "large": 123456789.0, "html": "<&>\u2028", "nul": "x\x00y", "list": []int{1, 2}, "more": map[string]any{"no": false, "nil": nil}})
	full.Capture, full.ExpiresAt = new(false), time.Unix(1, 0).In(time.FixedZone("", 7*3600))
	full.WebhookEndpoints = []string{"https://a.example/?x=1&y=2"}
	full.PlatformFee = &omise.PlatformFeeParams{Fixed: new(int64(0)), Percentage: "2.50"}
	for name, params := range map[string]any{
		"full charge":    full,
		"empty metadata": charge(omise.Metadata{}),
		"refund":         &omise.RefundCreateParams{Amount: 1, Void: new(false), Reason: "<x>"},
		"transfer":       &omise.TransferCreateParams{FailFast: new(false), SplitTransfer: new(false)},
		"capture":        &omise.ChargeCaptureParams{CaptureAmount: new(int64(1))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := filled(t, params)
			require.NoError(t, err)
			restored, err := restoreWhole(r.Kind, []byte(r.Params))
			require.NoError(t, err)
			want, err := bodyOf(t.Context(), r.Parent, params)
			require.NoError(t, err)
			got, err := bodyOf(t.Context(), r.Parent, restored)
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
}

// After an upgrade, an intent must have the same digest as before. So a release with more
// fields must not change it.
func TestTheDigestOfParamsStays(t *testing.T) {
	t.Parallel()
	r, err := filled(t, charge(omise.Metadata{"a": 1, "b": 2}))
	require.NoError(t, err)
	require.Equal(t, "af946a1f7b9841c0b1efac2ee647424f3c9481440f020446026cb1a741ceb58d", r.Digest)
}

func TestTheDigestNamesTheMode(t *testing.T) {
	t.Parallel()
	test, live := &row{Kind: KindCharge, Account: "acct_1 test"}, &row{Kind: KindCharge, Account: "live"}
	require.NoError(t, test.fill(t.Context(), charge(nil)))
	require.NoError(t, live.fill(t.Context(), charge(nil)))
	require.NotEqual(t, test.Digest, live.Digest)
}
