package outbox_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/outbox"
)

// authorized makes a charge that can be captured in part.
func (w *world) authorized() (chargeID string) {
	w.t.Helper()
	params := w.byToken(goodCard)
	params.Capture, params.AuthorizationType = new(false), "pre_auth"
	charge, err := w.client.Charges.Create(w.ctx, params)
	require.NoError(w.t, err)
	return charge.ID
}

// lost writes a capture whose request is lost, and captures another amount outside of the outbox.
func (w *world) lost(params *omise.ChargeCaptureParams, other int64) (chargeID string) {
	w.t.Helper()
	id := w.authorized()
	w.Fault(omisetest.On("POST /charges/{id}/capture").Nth(1).DropBefore())
	require.NoError(w.t, w.box().Capture(w.ctx, w.db, "order-42", id, params))
	require.NoError(w.t, w.box().Drain(w.ctx))
	_, err := w.client.Charges.Capture(w.ctx, id, &omise.ChargeCaptureParams{CaptureAmount: &other})
	require.NoError(w.t, err)
	w.settle(w.box())
	return id
}

func TestACaptureOfAPartIsNotTheCaptureOfTheWholeCharge(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.lost(nil, 1)
	require.Equal(t, []outbox.State{outbox.Review}, w.told("order-42"))
	require.Equal(t, []string{id}, w.look("order-42").Candidates)
}

// A person has looked at the captured amount, and accepts it.
func TestAPersonAcceptsACaptureOfAnotherAmount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.lost(&omise.ChargeCaptureParams{CaptureAmount: new(int64(70_000))}, 60_000)
	require.Equal(t, []outbox.State{outbox.Review}, w.told("order-42"))
	w.decide(outbox.Is(id))
	require.Equal(t, []outbox.State{outbox.Review, outbox.Done}, w.told("order-42"))
}

// A person names the charge, but the API says that it is still only authorized.
func TestACaptureIsNotDoneByAChargeThatIsOnlyAuthorized(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.lost(nil, 1)
	other := w.authorized()
	box := w.boxOn(w.db, w.clientThrough(func(api http.RoundTripper, r *http.Request) (*http.Response, error) {
		if r.URL.Path == "/charges/"+id {
			r.URL.Path = "/charges/" + other
			resp, err := api.RoundTrip(r)
			if err == nil {
				body, _ := io.ReadAll(resp.Body)
				resp.Body = io.NopCloser(strings.NewReader(strings.ReplaceAll(string(body), other, id)))
			}
			return resp, err
		}
		return api.RoundTrip(r)
	}))
	require.NoError(t, box.Decide(w.ctx, w.db, "order-42", outbox.Is(id)))
	w.settle(box)
	require.Equal(t, []outbox.State{outbox.Review, outbox.Review}, w.told("order-42"))
	require.EqualError(t, w.look("order-42").Err, "the charge is not captured")
	require.Equal(t, []string{id}, w.look("order-42").Candidates)
}

func TestAPersonCannotNameAnotherChargeForACapture(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	chargeID := w.lost(nil, 1)
	err := w.box().Decide(w.ctx, w.db, "order-42", outbox.Is(w.SeedPaidCharges(1)[0]))
	require.EqualError(t, err, "outbox: the object of a capture must be its charge, "+chargeID)
}
