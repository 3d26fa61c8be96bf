package outbox_test

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/outbox"
)

// A proxy has answered. The evidence shows whether the API has processed the request.
func TestAPageOfAProxyIsNoAnswer(t *testing.T) {
	t.Parallel()
	for name, processed := range map[string]bool{"before": false, "after": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.write(w.byToken(goodCard))
			page := omisetest.On("POST /charges").Nth(1).HTML(http.StatusBadGateway)
			if processed {
				page = page.Processed()
			}
			w.Fault(page)
			w.settle(w.box())
			require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
			require.Equal(t, outbox.Unknown, w.states("order-42")[1])
			w.AssertCharged(1)
		})
	}
}

// A gateway gives the same answer to the same request every time.
func TestARequestThatAGatewayNeverPassesOnIsRefused(t *testing.T) {
	t.Parallel()
	for _, status := range []int{
		http.StatusLengthRequired, http.StatusRequestEntityTooLarge, http.StatusRequestURITooLong, http.StatusRequestHeaderFieldsTooLarge,
	} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.write(w.byToken(goodCard))
			w.Fault(omisetest.On("POST /charges").HTML(status))
			require.NoError(t, w.box().Drain(w.ctx))
			require.Equal(t, []outbox.State{outbox.Refused}, w.told("order-42"))
		})
	}
}

func TestARequestIsSentAgainAfterAClosedConnectionWithACode(t *testing.T) {
	t.Parallel()
	for _, status := range []int{444, 460, 499} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			require.NoError(t, w.box().Charge(w.ctx, w.db, "order-42", w.byToken(goodCard)))
			w.Fault(omisetest.On("POST /charges").Nth(1).Status(status, `{"object":"error","code":"closed","message":"the connection was closed"}`))
			w.settle(w.box())
			require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
		})
	}
}
