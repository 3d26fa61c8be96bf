package omise_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/omisetest"
)

func TestResolveFindsWhatWasDone(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		params func(*fakeClient) *omise.ChargeCreateParams
		opts   []omise.RequestOption
	}{
		"by token":  {(*fakeClient).chargeOfToken, nil},
		"by source": {(*fakeClient).chargeOfSource, nil},
		"by intent": {(*fakeClient).chargeOfCustomer, []omise.RequestOption{omise.WithIntent("order-42")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				p := row.params(fake)
				before := fake.mustCharge(fake.chargeOfCustomer())
				fake.srv.Fault(omisetest.On("POST /charges").DropAfter().Times(1))
				_, err := fake.With(omise.WithMaxRetries(0)).Charges.Create(fake.ctx(), p, row.opts...)
				after := fake.mustCharge(fake.chargeOfCustomer())
				resolution, err := fake.Charges.Resolve(fake.ctx(), throughJSON(t, err))
				require.NoError(t, err)
				require.Equal(t, omise.ResolutionFound, resolution.State)
				require.NotContains(t, []string{before.ID, after.ID}, resolution.Object.ID)
				require.EqualValues(t, 100_000, resolution.Object.Amount)
				require.Empty(t, resolution.Candidates)
			})
		})
	}
}

func TestResolveOfACaptureReadsTheCharge(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		drop effect
		want omise.ResolutionState
	}{
		"not done": {omisetest.Fault.DropBefore, omise.ResolutionNotFound},
		"done":     {omisetest.Fault.DropAfter, omise.ResolutionFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				charge := heldCharge(fake)
				fake.srv.Fault(row.drop(omisetest.On("POST /charges/{id}/capture")))
				_, err := fake.Charges.Capture(fake.ctx(), charge.ID, &omise.ChargeCaptureParams{CaptureAmount: new(int64(30_000))})
				time.Sleep(time.Second)
				require.Equal(t, row.want, fake.chargeState(err))
			}, omise.WithMaxRetries(0), omise.WithMaxProcessingTime(time.Second))
		})
	}
}

// The request may still arrive.
func TestNothingFoundIsOpenDuringTheProcessingTime(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		fake.srv.Fault(omisetest.On("POST /charges").DropBefore())
		_, unknown := fake.Charges.Create(fake.ctx(), p)
		resolution, err := fake.Charges.Resolve(fake.ctx(), unknown)
		require.NoError(t, err)
		require.Equal(t, omise.ResolutionOpen, resolution.State)
		require.Nil(t, resolution.Object)
		require.Empty(t, resolution.Candidates)
	})
}

func TestNothingFoundMeansNotDoneAfterTheProcessingTime(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		fake.srv.Fault(omisetest.On("POST /charges").DropBefore())
		_, unknown := fake.Charges.Create(fake.ctx(), p)
		time.Sleep(omise.DefaultMaxProcessingTime)
		resolution, err := fake.Charges.Resolve(fake.ctx(), unknown)
		require.NoError(t, err)
		require.Equal(t, omise.ResolutionNotFound, resolution.State)
		require.Nil(t, resolution.Object)
		require.Empty(t, resolution.Candidates)
	})
}

func TestASimilarChargeIsNoProof(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
		_, err := fake.Charges.Create(fake.ctx(), p)
		resolution, err := fake.Charges.Resolve(fake.ctx(), err)
		require.NoError(t, err)
		require.Equal(t, omise.ResolutionOpen, resolution.State)
		require.Nil(t, resolution.Object)
		require.Len(t, resolution.Candidates, 1)
	})
}

func TestResolveTellsThatAChargeWasMadeTwice(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		fake.srv.Fault(omisetest.On("POST /charges").Processed().HTML(502))
		fake.Charges.Create(fake.ctx(), p, omise.WithIntent("order-42"))
		_, err := fake.Charges.Create(fake.ctx(), p, omise.WithIntent("order-42")) // a program must not do this
		resolution, err := fake.Charges.Resolve(fake.ctx(), err)
		require.NoError(t, err)
		require.Equal(t, omise.ResolutionDuplicated, resolution.State)
		require.Len(t, resolution.Candidates, 2)
		require.Equal(t, resolution.Candidates[0], resolution.Object)
	})
}

func TestRefundIsResolvedFromTheRefundsOfItsCharge(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		earlier int
		opts    []omise.RequestOption
		want    omise.ResolutionState
	}{
		"the only one":       {0, nil, omise.ResolutionOpen},
		"two of that amount": {1, nil, omise.ResolutionOpen},
		"by intent":          {1, []omise.RequestOption{omise.WithIntent("return-7")}, omise.ResolutionFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				charge := fake.mustCharge(fake.chargeOfToken())
				for range row.earlier {
					_, err := fake.Refunds.Create(fake.ctx(), charge.ID, &omise.RefundCreateParams{Amount: 10_000})
					require.NoError(t, err)
				}
				fake.srv.Fault(omisetest.On("POST /charges/{id}/refunds").DropAfter())
				_, err := fake.Refunds.Create(fake.ctx(), charge.ID, &omise.RefundCreateParams{Amount: 10_000}, row.opts...)
				resolution, err := fake.Refunds.Resolve(fake.ctx(), throughJSON(t, err))
				require.NoError(t, err)
				require.Equal(t, row.want, resolution.State)
				if row.want == omise.ResolutionFound {
					require.EqualValues(t, 10_000, resolution.Object.Amount)
				}
				fake.srv.AssertCalls("POST /charges/{id}/refunds", row.earlier+1)
			})
		})
	}
}

func TestTransferIsNotRepeatedWhereKeysAreIgnored(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.mustCharge(fake.chargeOfToken())
		fake.srv.Advance(7 * 24 * time.Hour)
		fake.srv.Fault(omisetest.On("POST /transfers").Nth(1).DropAfter())
		_, err := fake.Transfers.Create(fake.ctx(), &omise.TransferCreateParams{Amount: new(int64(50_000))}, omise.WithIntent("payday"))
		require.Equal(t, omise.ResolutionFound, fake.transferState(throughJSON(t, err)))
		fake.srv.AssertCalls("POST /transfers", 1)
	}, omise.WithIdempotencyKeys(omise.KeysIgnored))
}

func TestResolveTakesOnlyUnknownOutcomesOfItsOwn(t *testing.T) {
	t.Parallel()
	for name, unknown := range map[string]func(*fakeClient) error{
		"nil":           func(*fakeClient) error { return nil },
		"another error": func(*fakeClient) error { return errors.New("no") },
		"a refusal":     func(fake *fakeClient) error { return errorOf(fake.Charges.Capture(fake.ctx(), "chrg_test_none", nil)) },
		"a refund": func(fake *fakeClient) error {
			charge := fake.mustCharge(fake.chargeOfToken())
			fake.srv.Fault(omisetest.On("POST /charges/{id}/refunds").DropAfter())
			return errorOf(fake.Refunds.Create(fake.ctx(), charge.ID, &omise.RefundCreateParams{Amount: 1000}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				_, err := fake.Charges.Resolve(fake.ctx(), unknown(fake))
				require.Equal(t, "unknown", refusal(t, err).Field)
			})
		})
	}
}

// The same key may have other charges at another server. So a search at that server proves
// nothing.
func TestResolveAtAnotherServerIsRefused(t *testing.T) {
	t.Parallel()
	fake := newFakeClient(t)
	err := throughJSON(t, fake.lostCharge(omisetest.Fault.DropAfter))
	_, err = fake.With(omise.WithBaseURL("https://staging.omise.example")).Charges.Resolve(t.Context(), err)
	require.Contains(t, refusal(t, err).Rule, "the base URL of this client")
}

// Without its parts, the error must not look like an error of a write that was not done.
func TestResolveRefusesADamagedError(t *testing.T) {
	t.Parallel()
	_, err := apitest.Fail(errReset).Client(t).Refunds.Create(t.Context(), chargeID, &omise.RefundCreateParams{Amount: 1000})
	stored, jsonErr := json.Marshal(err)
	require.NoError(t, jsonErr)
	lastAttempt := apitest.ParseJSON(stored)["write"].(map[string]any)["last_attempt"].(string)
	for name, part := range map[string]string{
		"no ids":  `"ids":["` + chargeID + `"],`,
		"no time": `,"last_attempt":"` + lastAttempt + `"`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, string(stored), part)
			var damaged omise.Error
			require.NoError(t, json.Unmarshal([]byte(strings.Replace(string(stored), part, "", 1)), &damaged))
			api := apitest.Respond(200, `{"object":"list","data":[],"total":0}`)
			_, err := api.Client(t).Refunds.Resolve(t.Context(), &damaged)
			require.Equal(t, "must be as it was stored", refusal(t, err).Rule)
			require.Empty(t, api.Requests())
		})
	}
}

func TestUsedTokenOfAChargeWithoutANameStaysOpen(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfToken()
		fake.srv.Fault(omisetest.On("POST /charges").Nth(1).Duplicate())
		_, err := fake.Charges.Create(fake.ctx(), p)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		for _, err := range []error{err, throughJSON(t, err)} {
			resolution, err := fake.Charges.Resolve(fake.ctx(), err)
			require.NoError(t, err)
			require.Equal(t, omise.ResolutionOpen, resolution.State)
			require.Len(t, resolution.Candidates, 1)
		}
	})
}
