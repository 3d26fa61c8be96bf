package outbox_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/outbox"
)

// The transfer of the attempt is the first object of the second page. Before the outbox reads that
// page, two objects of the first page are deleted. So the transfer moves to the first page.
func TestATransferThatSlidesToAPageThatWasReadIsFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t, omisetest.WithIgnoredIdempKeys())
	w.SeedPaidCharges(30)
	w.Advance(14 * 24 * time.Hour) // until the money can be transferred
	transfer := func() *omise.TransferCreateParams {
		return &omise.TransferCreateParams{Amount: new(int64(10_000))}
	}
	direct, pages := w.client, 0
	var others []string
	w.client = w.clientThrough(func(api http.RoundTripper, r *http.Request) (*http.Response, error) {
		if r.Method != http.MethodGet || r.URL.Query().Get("limit") != "100" {
			return api.RoundTrip(r)
		}
		pages++
		if pages == 1 {
			for range 100 {
				other, err := direct.Transfers.Create(w.ctx, transfer())
				require.NoError(t, err)
				others = append(others, other.ID)
			}
		}
		answer, err := api.RoundTrip(r)
		if pages == 1 {
			for _, id := range others[90:92] {
				_, err := direct.Transfers.Delete(w.ctx, id)
				require.NoError(t, err)
			}
		}
		return answer, err
	})
	require.NoError(t, w.box().Transfer(w.ctx, w.db, "order-42", transfer()))
	w.Fault(omisetest.On("POST /transfers").Nth(1).DropAfter())
	var failures []error
	require.NoError(t, w.box(outbox.WithObserver(func(_ context.Context, c outbox.Change) {
		if c.From == outbox.Unknown && c.Err != nil {
			failures = append(failures, c.Err)
		}
	})).Drain(w.ctx))
	require.Equal(t, outbox.Unknown, w.look("order-42").State)
	require.Len(t, failures, 1)
	require.EqualError(t, failures[0], "outbox: the list has changed while it was read")
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Waiting}, w.told("order-42"))
}
