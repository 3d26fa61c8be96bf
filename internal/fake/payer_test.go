package fake

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPayersAndBanksActOutsideOfPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	paid, failed := w.sourceCharge("promptpay"), w.sourceCharge("promptpay")
	require.NoError(t, w.MarkAsPaid(paid.id()))
	require.NoError(t, w.MarkAsFailed(failed.id()))
	require.Equal(t, "successful", w.get("/charges/" + paid.id())["status"])
	require.Equal(t, "failed", w.get("/charges/" + failed.id())["status"])

	require.NoError(t, w.Dispute(paid.id()))
	require.EqualError(t, w.Dispute(paid.id()), "fake: charge "+paid.id()+": charge is not disputable")
	require.EqualError(t, w.MarkAsPaid(failed.id()), "fake: charge "+failed.id()+": charge is not pending")
	require.ErrorIs(t, w.MarkAsFailed("chrg_x"), ErrNotFound)

	var keys []string
	for _, e := range w.Events() {
		keys = append(keys, e.Key)
		require.Equal(t, w.Now(), e.Time)
		require.Contains(t, string(e.Data), `"object":`)
	}
	require.Equal(t, []string{"charge.create", "charge.create", "charge.complete", "charge.complete", "dispute.create"}, keys)
}

func TestOwnsKeyKnowsTheKeysOfChains(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	chain := w.get("/chains/" + w.AddChain("merchant@example.com"))
	require.True(t, w.OwnsKey(chain.text("key")))
	require.False(t, w.OwnsKey(w.SecretKey()))
	require.False(t, w.OwnsKey("ckey_test_x"))
}

func TestLog(t *testing.T) {
	t.Parallel()
	var lines []string
	w := newWorld(t, Options{Log: func(c Call) { lines = append(lines, c.String()) }})
	w.token(goodCard)
	w.fails(notFound, "GET", "/charges/x", nil)
	require.Len(t, lines, 2)
	require.Contains(t, lines[0], "#1 2026-01-05 03:00:00 POST /tokens 200 card[")
	require.Contains(t, lines[0], "card[number]=[redacted]")
	require.Equal(t, "#2 2026-01-05 03:00:00 GET /charges/x 404 not_found", lines[1])
}
