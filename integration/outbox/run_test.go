package outbox_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
)

// Wait may start work at any moment, and a WaitGroup panics if work is added while another call
// waits for its end.
func TestDrainWaitsOnlyForItsOwnWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sent, answer := make(chan bool), make(chan bool)
	api := w.HTTPClient().Transport
	box := w.boxOn(w.db, w.Client(omise.WithHTTPClient(&http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodPost {
			close(sent)
			<-answer
		}
		return api.RoundTrip(r)
	})})))
	require.NoError(t, box.Charge(w.ctx, w.db, "order-42", w.byToken(goodCard)))
	waited, drained := make(chan error, 1), make(chan error, 1)
	go func() {
		_, err := box.Wait(w.ctx, "order-42")
		waited <- err
	}()
	<-sent
	go func() { drained <- box.Drain(w.ctx) }()
	select {
	case err := <-drained:
		require.NoError(t, err)
	case <-time.After(10 * time.Second):
		t.Error("Drain waits for the request of Wait")
	}
	close(answer)
	require.NoError(t, <-waited)
}
