package omise_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/omisetest"
)

func TestVerdict10PartOfASplitTransferIsMarkedAsSent(t *testing.T) {
	t.Parallel()
	for name, act := range map[string]func(*fakeClient, string) error{
		"mark as sent": markAsSent,
		"update": func(fake *fakeClient, id string) error {
			return errorOf(fake.Transfers.Update(fake.ctx(), id, &omise.TransferUpdateParams{Metadata: omise.Metadata{"a": "b"}}))
		},
		"delete": func(fake *fakeClient, id string) error { return errorOf(fake.Transfers.Delete(fake.ctx(), id)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				fake.mustCharge(fake.chargeOfToken())
				fake.srv.Advance(7 * day)
				id := must1(fake.Transfers.Create(fake.ctx(), &omise.TransferCreateParams{Amount: new(int64(50_000))})).ID
				client := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
					return rewrites(hr.Method, "", func(body string) string {
						return strings.ReplaceAll(body, `"object":"transfer",`, `"object":"transfer","split_transfer_group_id":"grp_1",`)
					})(next, hr)
				})
				require.NoError(t, act(client, id))
			})
		})
	}
}

// The list shows only one part of the transfer.
func TestVerdict10OnePartIsNotTheWholeTransfer(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.srv.Fault(omisetest.On("POST /transfers").Nth(1).DropBefore())
		params := &omise.TransferCreateParams{Amount: new(int64(50_000)), SplitTransfer: new(true)}
		_, err := fake.With(omise.WithMaxRetries(0)).Transfers.Create(fake.ctx(), params, omise.WithIntent("payday"))
		part := &omise.TransferCreateParams{Amount: new(int64(20_000)), Metadata: metadataOfCall(fake, err)}
		must1(fake.another().Transfers.Create(fake.ctx(), part))
		require.Equal(t, omise.ResolutionOpen, must1(fake.Transfers.Resolve(fake.ctx(), err)).State)
	})
}

func TestVerdict09SplitTransferOfTwoCallsIsDuplicated(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.srv.Fault(omisetest.On("POST /transfers").Nth(1).DropBefore())
		params := &omise.TransferCreateParams{Amount: new(int64(50_000)), SplitTransfer: new(true)}
		_, err := fake.With(omise.WithMaxRetries(0)).Transfers.Create(fake.ctx(), params, omise.WithIntent("payday"))
		for _, amount := range []int64{20_000, 30_000} {
			must1(fake.another().Transfers.Create(fake.ctx(), &omise.TransferCreateParams{Amount: &amount, Metadata: metadataOfCall(fake, err)}))
		}
		must1(fake.another().Transfers.Create(fake.ctx(), params, omise.WithIntent("payday"))) // of another process, in one
		resolution := must1(fake.Transfers.Resolve(fake.ctx(), err))
		require.Equal(t, omise.ResolutionDuplicated, resolution.State)
	})
}

// The API answers the second call with the transfer of the first.
func TestVerdict11TransferWithItsKeyAndAnIntentCanBeCreatedAgain(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.mustCharge(fake.chargeOfToken())
		fake.srv.Advance(7 * day)
		params := &omise.TransferCreateParams{Amount: new(int64(50_000)), IdempKey: "payout-1"}
		fake.srv.Fault(omisetest.On("POST /transfers").Nth(1).DropAfter())
		_, err := fake.With(omise.WithMaxRetries(0)).Transfers.Create(fake.ctx(), params, forOrder42)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		_, err = fake.Transfers.Create(fake.ctx(), params, forOrder42)
		require.NoError(t, err)
	})
}

// A transfer is delivered twice where keys are ignored. The second delivery is refused, and
// the list lags by two seconds.
func TestVerdict06TransferThatIsDeliveredTwiceIsNotRefusedWhereKeysAreIgnored(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.mustCharge(fake.chargeOfToken())
		fake.srv.Advance(7 * day)
		var made time.Time
		client := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
			switch {
			case hr.Method == "POST" && hr.URL.Path == "/transfers":
				_, err := next.RoundTrip(hr)
				require.NoError(t, err)
				made = time.Now()
				return apitest.Response(400, `{"object":"error","location":"https://docs.omise.co/api-errors#bad-request","code":"bad_request","message":"amount exceeds the balance"}`), nil
			case hr.Method == "GET" && hr.URL.Path == "/transfers" && time.Since(made) < 2*time.Second:
				return changesList("/transfers", func(list map[string]any) { list["data"], list["total"] = []any{}, 0 })(next, hr)
			}
			return next.RoundTrip(hr)
		}, omise.WithIdempotencyKeys(omise.KeysIgnored))
		_, err := client.Transfers.Create(fake.ctx(), &omise.TransferCreateParams{Amount: new(int64(50_000))}, forOrder42)
		require.NoError(t, err) // the client has found the transfer
		require.Equal(t, 1, must1(fake.Transfers.List(fake.ctx(), nil)).Total)
	})
}

// The split transfer of the call has failed, and another process has made the transfer again.
func TestVerdict09FailedSplitTransferIsNotDoneTwice(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.mustCharge(fake.chargeOfToken())
		fake.srv.Advance(7 * day)
		params := &omise.TransferCreateParams{Amount: new(int64(50_000)), SplitTransfer: new(true)}
		fake.srv.Fault(omisetest.On("POST /transfers").Nth(1).DropAfter())
		_, err := fake.With(omise.WithMaxRetries(0)).Transfers.Create(fake.ctx(), params, forOrder42)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		failed := must1(fake.Transfers.List(fake.ctx(), nil)).Data[0].ID
		again := must1(fake.another().Transfers.Create(fake.ctx(), params, forOrder42))
		client := fake.through(changesList("/transfers", func(list map[string]any) {
			for _, it := range list["data"].([]any) {
				if transfer := it.(map[string]any); transfer["id"] == failed {
					transfer["failure_code"] = "invalid_account"
				}
			}
		}))
		got := must1(client.Transfers.Resolve(fake.ctx(), err))
		require.Equal(t, omise.ResolutionFound, got.State)
		require.Equal(t, again.ID, got.Object.ID)
	})
}

func TestVerdict10OnePartIsNoAnswerToASplitTransfer(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.mustCharge(fake.chargeOfToken())
		fake.srv.Advance(7 * day)
		fake.srv.Fault(omisetest.On("POST /transfers").Nth(1).DropAfter())
		client := fake.through(rewrites(http.MethodGet, "", func(body string) string {
			return strings.ReplaceAll(body, `"amount":50000,`, `"amount":20000,`)
		}), omise.WithIdempotencyKeys(omise.KeysIgnored), omise.WithMaxProcessingTime(2*time.Second))
		params := &omise.TransferCreateParams{Amount: new(int64(50_000)), SplitTransfer: new(true)}
		_, err := client.Transfers.Create(fake.ctx(), params, forOrder42)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		fake.srv.AssertCalls("POST /transfers", 1)
	})
}
