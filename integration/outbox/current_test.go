package outbox_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/outbox"
)

// cached returns a client behind a cache that keeps the answers to reads of a path for a time.
func (w *world) cached(path string, keep time.Duration) *omise.Client {
	type kept struct {
		at     time.Time
		header http.Header
		body   []byte
	}
	all := map[string]kept{}
	return w.clientThrough(func(api http.RoundTripper, r *http.Request) (*http.Response, error) {
		if r.Method != http.MethodGet || r.URL.Path != path {
			return api.RoundTrip(r)
		}
		url := r.URL.String()
		if k, ok := all[url]; ok && w.Now().Sub(k.at) < keep {
			header := k.header.Clone()
			header.Set("Age", fmt.Sprint(int(w.Now().Sub(k.at).Seconds())))
			return &http.Response{StatusCode: 200, Header: header, Body: io.NopCloser(bytes.NewReader(k.body)), Request: r, ProtoMajor: 1, ProtoMinor: 1}, nil
		}
		answer, err := api.RoundTrip(r)
		if err != nil || answer.StatusCode != 200 {
			return answer, err
		}
		body, _ := io.ReadAll(answer.Body)
		answer.Body = io.NopCloser(bytes.NewReader(body))
		all[url] = kept{w.Now(), answer.Header.Clone(), body}
		return answer, nil
	})
}

// The list of the first look is in the cache when the third request is lost. That request arrives
// 50 s later.
func TestACachedListProvesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(w.bySavedCard())
	box := w.boxOn(w.db, w.cached("/charges", 10*time.Minute))
	w.Fault(omisetest.On("POST /charges").Nth(1).DropBefore())
	w.Fault(omisetest.On("POST /charges").Nth(2).TooManyRequests(9*time.Minute + 50*time.Second))
	w.Fault(omisetest.On("POST /charges").Nth(3).Late(50 * time.Second))
	for range 300 {
		require.NoError(t, box.Drain(w.ctx))
		w.Advance(5 * time.Second)
	}
	w.settle(w.box())
	w.AssertCharged(1)
	require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
}

// The shop has read the charge before the capture, and the cache still has it.
func TestACachedChargeDoesNotRefuseACapture(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	charge := w.authorized()
	client := w.cached("/charges/"+charge, 20*time.Minute)
	_, err := client.Charges.Get(w.ctx, charge)
	require.NoError(t, err)
	box := w.boxOn(w.db, client)
	require.NoError(t, box.Capture(w.ctx, w.db, "order-42", charge, nil))
	w.Fault(omisetest.On("POST /charges/{id}/capture").Nth(1).DropAfter())
	for range 9 {
		require.NoError(t, box.Drain(w.ctx))
		w.Advance(lease)
	}
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
}

// A replica that lacks the charge answers the reads.
func TestARefundIsNotSentAgainBecauseAReplicaLacksTheCharge(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.box().Refund(w.ctx, w.db, "order-42", w.SeedPaidCharges(1)[0], &omise.RefundCreateParams{Amount: 3_000}))
	w.Fault(omisetest.On("POST /charges/{id}/refunds").Nth(1).DropAfter())
	w.Fault(omisetest.On("GET /charges/{id}/refunds").Error("not_found"))
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Review}, w.told("order-42"))
	require.Equal(t, 1, w.made("POST /charges/{id}/refunds", "order-42"))
}

func TestACaptureIsNotRefusedBecauseAReplicaLacksTheCharge(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.box().Capture(w.ctx, w.db, "order-42", w.authorized(), nil))
	w.Fault(omisetest.On("POST /charges/{id}/capture").Nth(1).DropAfter())
	w.Fault(omisetest.On("GET /charges/{id}").Error("not_found"))
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Review}, w.told("order-42"))
}

// The network delivers the refund twice. A replica that lacks the charge answers the first read of
// the look for a second refund.
func TestAMissingChargeHidesNoSecondRefund(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.box().Refund(w.ctx, w.db, "order-42", w.SeedPaidCharges(1)[0], &omise.RefundCreateParams{Amount: 3_000}))
	w.Fault(omisetest.On("POST /charges/{id}/refunds").Nth(1).Duplicate())
	require.NoError(t, w.box().Drain(w.ctx))
	require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
	w.Fault(omisetest.On("GET /charges/{id}/refunds").Nth(1).Error("not_found"))
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Done, outbox.Duplicated}, w.told("order-42"))
}
