package fake

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestListAgainstSlice compares pages with the parts of a slice.
func TestListAgainstSlice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	random := rand.New(rand.NewPCG(7, 7))
	start := w.Now()
	type row struct {
		id string
		at time.Time
	}
	var rows []row
	for range 130 {
		rows = append(rows, row{w.post("/customers", nil).id(), w.Now()})
		w.Advance(time.Duration(random.IntN(3)) * time.Second)
	}
	for range 150 {
		limit, offset := 1+random.IntN(100), random.IntN(150)
		from := start.Add(time.Duration(random.IntN(140)-5) * time.Second)
		to := from.Add(time.Duration(random.IntN(140)-5) * time.Second)
		order := []string{chronological, reverseChronological}[random.IntN(2)]

		want := []string{}
		for _, r := range rows {
			if !r.at.Before(from) && !r.at.After(to) {
				want = append(want, r.id)
			}
		}
		total := len(want)
		if order == reverseChronological {
			slices.Reverse(want)
		}
		want = want[min(offset, total):min(offset+limit, total)]

		got := w.get("/customers?" + url.Values{
			"limit": {strconv.Itoa(limit)}, "offset": {strconv.Itoa(offset)}, "order": {order},
			"from": {from.Format(time.RFC3339)}, "to": {to.Format(time.RFC3339)},
		}.Encode())
		require.Equal(t, want, got.ids())
		require.EqualValues(t, total, got["total"])
		require.EqualValues(t, limit, got["limit"])
		require.EqualValues(t, offset, got["offset"])
		require.Equal(t, order, got["order"])
		require.Equal(t, from.Format(time.RFC3339), got["from"])
		require.Equal(t, to.Format(time.RFC3339), got["to"])
		require.Equal(t, "/customers", got["location"])
	}
}

func TestListDefaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	for range 25 {
		w.charge(nil)
	}
	first := w.get("/charges")
	require.Len(t, first.data(), 20)
	require.EqualValues(t, 25, first["total"])
	require.Equal(t, "1970-01-01T00:00:00Z", first["from"])
	require.Equal(t, "2026-01-05T03:00:00Z", first["to"])
	require.Equal(t, chronological, first["order"])
	require.Len(t, w.get("/charges?offset=20").data(), 5)
	require.Len(t, w.get("/charges?limit=&offset=").data(), 20)
	require.Equal(t, "transaction", w.get("/charges?limit=1&expand=true").data()[0].in("transaction")["object"])
	require.Len(t, w.get("/charges?from=2026-01-05&to=2026-01-06").data(), 20)
}

func TestListRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	for _, query := range []string{
		"limit=0", "limit=101", "limit=-1", "limit=x", "limit=1.5", "offset=-1", "offset=x",
		"order=random", "from=yesterday", "to=1",
	} {
		w.fails(badRequest, "GET", "/charges?"+query, nil)
		w.fails(badRequest, "GET", "/disputes/open?"+query, nil)
	}
	w.fails(notFound, "GET", "/charges/chrg_x/refunds", nil)
}

func TestEmbeddedListHasOnePage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	c := w.post("/customers", nil)
	for range 21 {
		c = w.patch("/customers/"+c.id(), object{"card": w.token(goodCard)})
	}
	require.Len(t, c.in("cards").data(), 20)
	require.EqualValues(t, 21, c.in("cards")["total"])
	require.Len(t, w.get(fmt.Sprintf("/customers/%s/cards?offset=20", c.id())).data(), 1)
}
