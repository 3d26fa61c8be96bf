package fake

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWebhooksAreTriedAgain(t *testing.T) {
	t.Parallel()
	w, in := hooked(t, nil)
	in.answer = func(n int, _ *http.Request) int {
		if n <= 3 {
			return []int{500, 302, 404}[n-1]
		}
		return 204
	}
	w.charge(nil)
	require.Len(t, in.got, 1)
	w.Advance(30 * day)
	require.Len(t, in.got, 4, "three refusals, and then it arrives once")
	start := w.Deliveries()[0].Time
	for n, after := range []time.Duration{0, time.Minute, 5 * time.Minute, 15 * time.Minute} {
		d := w.Deliveries()[n]
		require.Equal(t, start.Add(after), d.Time)
		require.Equal(t, n+1, d.Attempt)
		require.Equal(t, in.got[0].body, in.got[n].body)
		require.Equal(t, strconv.FormatInt(d.Time.Unix(), 10), in.got[n].timestamp, "signed anew")
		requireSigned(t, in.got[n], w.WebhookSecret())
	}
	require.Len(t, w.get("/events/" + in.got[0].event.id())["webhook_deliveries"], 4)

	never, all := hooked(t, nil)
	all.answer = func(int, *http.Request) int { return 503 }
	never.SeedCustomer()
	never.Advance(30 * day)
	require.Len(t, all.got, 12)
	attempts := never.Deliveries()
	for n, hours := range []float64{24, 48, 96, 144} {
		require.InDelta(t, hours, attempts[8+n].Time.Sub(attempts[0].Time).Hours(), 0)
	}
}

func TestRetriesOfTheFormerReceiver(t *testing.T) {
	t.Parallel()
	w, first := hooked(t, nil)
	first.answer = func(int, *http.Request) int { return 503 }
	w.SeedCustomer()
	second := &inbox{t: t}
	w.Listen(InMemory(second))
	w.Advance(day)
	require.Len(t, first.got, 1)
	require.Empty(t, second.got)
}

func TestDuplicatedAndDroppedWebhooks(t *testing.T) {
	t.Parallel()
	w, in := hooked(t, func(h *Hooks) { h.Duplicate = 1 })
	w.SeedCustomer()
	require.Equal(t, []string{"customer.create", "customer.create"}, in.keys())
	require.Equal(t, in.got[0].body, in.got[1].body)

	lossy, few := hooked(t, func(h *Hooks) { h.Drop, h.Once = 0.5, true })
	lossy.SeedPaidCharges(99)
	lossy.Advance(10 * day)
	require.InDelta(t, 50, len(few.got), 20)
	require.Len(t, lossy.Deliveries(), 100, "and none is tried again")
	for _, d := range lossy.Deliveries() {
		require.Equal(t, d.Dropped, d.Status == 0)
		require.Equal(t, d.Dropped, d.Error == "no answer")
	}
}

func TestDroppedWebhooksAreTriedAgain(t *testing.T) {
	t.Parallel()
	w, in := hooked(t, func(h *Hooks) { h.Drop = 0.5 })
	w.SeedPaidCharges(99)
	require.InDelta(t, 50, len(in.got), 20)
	w.Advance(7 * day)
	require.Len(t, in.got, 100, "all arrive in the end")
	shown := 0
	for _, e := range w.get("/events?limit=100").data() {
		shown += len(e["webhook_deliveries"].([]any))
	}
	require.Len(t, w.Deliveries(), shown, "the API shows the lost attempts, too")
}
