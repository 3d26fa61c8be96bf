package omise_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
)

// lostCharge makes a charge for order 42 and returns its error. drop breaks the
// connection before or after the charge was processed.
func (fake *fakeClient) lostCharge(drop effect) error {
	fake.t.Helper()
	return fake.lostChargeFor("order-42", drop)
}

// lostChargeFor is lostCharge for any intent.
func (fake *fakeClient) lostChargeFor(intent string, drop effect) error {
	fake.t.Helper()
	p := fake.chargeOfCustomer()
	fake.srv.Fault(drop(omisetest.On("POST /charges").Times(1)))
	_, err := fake.Charges.Create(fake.ctx(), p, omise.WithIntent(intent))
	require.ErrorIs(fake.t, err, omise.ErrOutcomeUnknown)
	return err
}

// throughJSON stores an error as JSON and reads it, as another process would.
func throughJSON(t *testing.T, err error) error {
	t.Helper()
	require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
	text, jsonErr := json.Marshal(err)
	require.NoError(t, jsonErr)
	var again omise.Error
	require.NoError(t, json.Unmarshal(text, &again))
	require.Equal(t, err.Error(), again.Error())
	return &again
}

// metadataOfCall returns the marks that a write whose outcome is unknown has sent with
// its object.
func metadataOfCall(fake *fakeClient, unknown error) omise.Metadata {
	fake.t.Helper()
	var stored struct {
		Write struct{ Intent, Call string }
	}
	require.NoError(fake.t, json.Unmarshal(must1(omise.MarshalError(unknown)), &stored))
	require.NotEmpty(fake.t, stored.Write.Call)
	return omise.Metadata{omise.IntentKey: stored.Write.Intent, omise.CallKey: stored.Write.Call}
}

// chargeState, refundState and transferState resolve the error of a write.
func (fake *fakeClient) chargeState(unknown error) omise.ResolutionState {
	fake.t.Helper()
	resolution, err := fake.Charges.Resolve(fake.ctx(), unknown)
	require.NoError(fake.t, err)
	return resolution.State
}

func (fake *fakeClient) refundState(unknown error) omise.ResolutionState {
	fake.t.Helper()
	resolution, err := fake.Refunds.Resolve(fake.ctx(), unknown)
	require.NoError(fake.t, err)
	return resolution.State
}

func (fake *fakeClient) transferState(unknown error) omise.ResolutionState {
	fake.t.Helper()
	resolution, err := fake.Transfers.Resolve(fake.ctx(), unknown)
	require.NoError(fake.t, err)
	return resolution.State
}

// requireState resolves a charge and checks the state. It resolves both the error
// itself and the error after it was stored as JSON.
func (fake *fakeClient) requireState(want omise.ResolutionState, unknown error, about ...any) *omise.Resolution[omise.Charge] {
	fake.t.Helper()
	for name, err := range map[string]error{"in the process": unknown, "stored": throughJSON(fake.t, unknown)} {
		got, err := fake.Charges.Resolve(fake.ctx(), err)
		require.NoError(fake.t, err, name)
		require.Equal(fake.t, want, got.State, name+" "+fmt.Sprint(about...))
	}
	return must1(fake.Charges.Resolve(fake.ctx(), unknown))
}
