package omise_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/omisetest"
)

// emptyPages removes the records from each list of charges, and keeps the total.
var emptyPages = rewrites("GET", "/charges", func(body string) string {
	page := apitest.ParseJSON([]byte(body))
	page["data"] = []any{}
	text, _ := json.Marshal(page)
	return string(text)
})

func TestVerdict08EmptyPageWithATotalProvesNothing(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		err := fake.lostCharge(omisetest.Fault.DropAfter)
		fake.srv.Advance(6 * time.Minute)
		fake.through(emptyPages).requireState(omise.ResolutionOpen, err)
	})
}

func TestVerdict08EmptyPageWithATotalDoesNotChargeTwice(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		client := fake.through(emptyPages, omise.WithMaxProcessingTime(time.Minute))
		fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
		_, err := client.Charges.Create(fake.ctx(), p, omise.WithIntent("A-1"))
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		require.Equal(t, 1, fake.countCharges())
	})
}

// A cache between the client and the API ignores the order and the offset, so each page is
// the first page.
func TestVerdict08PageThatRepeatsProvesNothing(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.srv.SeedPaidCharges(150)
		err := fake.lostCharge(omisetest.Fault.DropAfter)
		fake.srv.Advance(6 * time.Minute)
		fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
			if hr.URL.Path == "/charges" && hr.Method == http.MethodGet {
				hr = hr.Clone(hr.Context())
				hr.URL.RawQuery = "limit=100"
			}
			return next.RoundTrip(hr)
		}).requireState(omise.ResolutionOpen, err)
	})
}

func TestVerdict08ListFromACacheProvesNothing(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.srv.SeedPaidCharges(3)
		err := fake.lostCharge(omisetest.Fault.DropBefore)
		fake.srv.Advance(10 * time.Minute)
		fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
			resp, err := next.RoundTrip(hr)
			if err == nil {
				resp.Header.Set("Age", "120")
			}
			return resp, err
		}).requireState(omise.ResolutionOpen, err)
	})
}

// The answer to a read comes from a cache and is an hour old. After it, a charge is at the
// bank.
func TestVerdict08AnswerFromACacheIsNotTheClockOfTheAPI(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.srv.SeedPaidCharges(3)
		fake.srv.Advance(day)
		p := fake.chargeOfCustomer()
		client := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
			resp, err := next.RoundTrip(hr)
			if err == nil && hr.URL.Path == "/capability" {
				resp.Header.Set("Date", fake.srv.Now().Add(-time.Hour).UTC().Format(http.TimeFormat))
				resp.Header.Set("Age", "3600")
			}
			return resp, err
		}, omise.WithMaxRetries(0))
		must1(client.Capability.Get(fake.ctx()))
		fake.srv.Fault(omisetest.On("POST /charges").Times(1).Late(2 * time.Minute))
		_, err := client.Charges.Create(fake.ctx(), p, omise.WithIntent("A-1"))
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		fake.srv.Advance(time.Second)
		client.requireState(omise.ResolutionOpen, err)
	})
}

// The Date header was minutes ahead when the charge was lost. Later it is right.
func TestVerdict08DateThatWasAheadHidesNoCharge(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.srv.SeedPaidCharges(3)
		fake.srv.Advance(day)
		p := fake.chargeOfCustomer()
		client := fake.withClock(0, dated(fake.srv, 20*time.Minute))
		must1(client.Balance.Get(fake.ctx()))
		fake.srv.Fault(omisetest.On("POST /charges").Times(1).DropAfter())
		_, err := client.Charges.Create(fake.ctx(), p)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		fake.srv.Advance(time.Hour)
		fake.another().requireState(omise.ResolutionOpen, err)
	})
}

// Another process resolves the capture, and the clock of the first process was behind.
func TestVerdict08CaptureIsNotResolvedByTheClocksOfTwoMachines(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		charge := heldCharge(fake)
		writer := fake.withClock(-10*time.Minute, dated(fake.srv, 0))
		must1(writer.Balance.Get(fake.ctx())) // the writer knows the time of the API
		fake.srv.Fault(omisetest.On("POST /charges/{id}/capture").Times(1).Late(2 * time.Minute))
		_, err := writer.Charges.Capture(fake.ctx(), charge.ID, nil)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		fake.srv.Advance(time.Second)
		asker := fake.withClock(0, dated(fake.srv, 0))
		require.Equal(t, omise.ResolutionOpen, asker.chargeState(throughJSON(t, err)))
	})
}

// The API has split a transfer, and the process that made it died.
func TestVerdict10PartsOfASplitTransferAreOneTransferOfAnIntent(t *testing.T) {
	t.Parallel()
	for _, parts := range [][]int64{{25_000, 25_000}, {20_000, 30_000}} {
		t.Run(fmt.Sprint(parts), func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				fake.fundedAccount()
				began := time.Now()
				fake.srv.Fault(omisetest.On("POST /transfers").Nth(1).DropBefore())
				params := &omise.TransferCreateParams{Amount: new(int64(50_000)), SplitTransfer: new(true)}
				_, err := fake.With(omise.WithMaxRetries(0)).Transfers.Create(fake.ctx(), params, omise.WithIntent("payday"))
				for _, amount := range parts {
					must1(fake.another().Transfers.Create(fake.ctx(), &omise.TransferCreateParams{Amount: &amount, Metadata: metadataOfCall(fake, err)}))
				}
				grouped := fake.through(rewrites("GET", "", func(body string) string {
					return strings.ReplaceAll(body, `"object":"transfer",`, `"object":"transfer","split_transfer_group_id":"grp_1",`)
				}))
				resolution := must1(grouped.Transfers.ResolveIntent(fake.ctx(), "payday", began, time.Time{}))
				require.Equal(t, omise.ResolutionFound, resolution.State)
			})
		})
	}
}

// The order was paid twice. A person has refunded the older charge in full.
func TestVerdict09RefundedChargeIsNoDuplicate(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		began := time.Now()
		p := fake.chargeOfCustomer()
		first := must1(fake.Charges.Create(fake.ctx(), p, omise.WithIntent("A-1")))
		fake.srv.Advance(time.Minute)
		second := must1(fake.Charges.Create(fake.ctx(), p, omise.WithIntent("A-1")))
		must1(fake.Refunds.Create(fake.ctx(), first.ID, &omise.RefundCreateParams{Amount: first.Amount}))
		fake.srv.Advance(time.Hour)
		resolution := must1(fake.Charges.ResolveIntent(fake.ctx(), "A-1", began, began.Add(5*time.Minute)))
		require.Equal(t, omise.ResolutionFound, resolution.State)
		require.Equal(t, second.ID, resolution.Object.ID)
	})
}

// Keys are ignored, the network delivers a transfer twice, and the second delivery is
// refused.
func TestVerdict06TransferThatIsDeliveredTwiceIsNotRefused(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.fundedAccount()
		client := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
			resp, err := next.RoundTrip(hr)
			if hr.Method != http.MethodPost || err != nil {
				return resp, err
			}
			resp.Body.Close()
			return answerTo(hr, http.StatusBadRequest, `{"object":"error","location":"https://docs.omise.co/api-errors#bad-request","code":"bad_request","message":"amount exceeds the transferable balance"}`), nil
		}, omise.WithIdempotencyKeys(omise.KeysIgnored))
		_, err := client.Transfers.Create(fake.ctx(), &omise.TransferCreateParams{Amount: new(int64(50_000))}, omise.WithIntent("payout"))
		require.NoError(t, err)
		require.Equal(t, 1, must1(fake.Transfers.List(fake.ctx(), nil)).Total)
	})
}

// With idemp_key, the API gives a second delivery the answer to the first delivery. So a
// refusal means that the transfer was not done.
func TestVerdict06TransferWithAKeyIsRefusedBesideASimilarOne(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.fundedAccount()
		p := &omise.TransferCreateParams{Amount: new(int64(50_000))}
		must1(fake.another().Transfers.Create(fake.ctx(), p))
		fake.srv.Fault(omisetest.On("POST /transfers").Times(1).Error("bad_request"))
		_, err := fake.Transfers.Create(fake.ctx(), p)
		require.Equal(t, omise.OutcomeRefused, failure(t, err).Outcome)
	})
}

// The captured amount of a charge with several captures is their sum.
func TestVerdict10LaterCaptureOfAMultiCaptureIsASuccess(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		charge := heldCharge(fake)
		client := fake.through(rewrites("POST", "/charges/"+charge.ID+"/capture", func(body string) string {
			body = strings.ReplaceAll(body, `"multi_capture":false`, `"multi_capture":true`)
			return strings.ReplaceAll(body, `"captured_amount":30000`, `"captured_amount":50000`)
		}))
		captured, err := client.Charges.Capture(fake.ctx(), charge.ID, &omise.ChargeCaptureParams{CaptureAmount: new(int64(30_000))})
		require.NoError(t, err)
		require.True(t, captured.MultiCapture)
	})
}

func TestVerdict08RefundOfAnEarlierCallDoesNotHideARefusal(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		charge := fake.mustCharge(fake.chargeOfCustomer())
		must1(fake.Refunds.Create(fake.ctx(), charge.ID, &omise.RefundCreateParams{Amount: charge.Amount}))
		_, err := fake.Refunds.Create(fake.ctx(), charge.ID, &omise.RefundCreateParams{Amount: charge.Amount})
		require.ErrorIs(t, err, omise.ErrCodeFailedRefund)
	})
}

func TestVerdict08ChargeOfAnEarlierCallDoesNotKeepAResolutionOpen(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.srv.SeedPaidCharges(3)
		fake.srv.Advance(day)
		p := fake.chargeOfCustomer()
		fake.mustCharge(p)
		fake.srv.Fault(omisetest.On("POST /charges").Times(1).DropBefore())
		_, err := fake.Charges.Create(fake.ctx(), p)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		fake.srv.Advance(time.Hour)
		require.Equal(t, omise.ResolutionNotFound, fake.chargeState(err))
	})
}
