package fake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/fake/params"
)

// TestChargeAttributesAreAsAnswersShowThem compares chargeAttribute with rendered
// charges, for all paths that filters read.
func TestChargeAttributesAreAsAnswersShowThem(t *testing.T) {
	t.Parallel()
	w := busyWorld(t)
	asked := map[string]bool{}
	note := func(path string) any { asked[path] = true; return nil }
	sc := scopes["charge"]
	for _, read := range sc.filters {
		for _, value := range []string{"1", "true", "today", "x"} {
			if m, ok := read(value, w.Now()); ok {
				m(note)
			}
		}
	}
	require.Greater(t, len(asked), 17)
	for _, c := range w.charges.all {
		rendered := w.chargeView(c, true)
		for path := range asked {
			require.Equal(t, plainAttribute(rendered.At(path)), plainAttribute(w.chargeAttribute(c, path)), "%s of %s", path, c.id)
		}
	}
}

// TestAQueryLooksThroughTheTextsOfCharges compares the results of queries with the
// documented texts of rendered charges. It uses each text of a charge as a query.
func TestAQueryLooksThroughTheTextsOfCharges(t *testing.T) {
	t.Parallel()
	w := busyWorld(t)
	paths := []string{
		"id", "card.bank", "card.brand", "card.id", "card.name", "currency", "customer.description",
		"customer.email", "customer.id", "description", "metadata",
	}
	queries := map[string]bool{"no charge has this": true}
	for _, c := range w.charges.all {
		for _, path := range paths {
			if text := params.Text(w.chargeView(c, true).At(path)); text != "" {
				queries[strings.ToUpper(text)] = true
			}
		}
		for _, value := range c.metadata {
			queries[params.Text(value)] = true
		}
	}
	require.Greater(t, len(queries), 20)
	for _, c := range w.charges.all {
		rendered := w.chargeView(c, true)
		for query := range queries {
			shown := slices.ContainsFunc(paths, func(path string) bool { return containsText(rendered.At(path), query) })
			require.Equal(t, shown, w.chargeContains(c, query), "%q in %s", query, c.id)
		}
	}
}

// plainAttribute makes values equal that filters do not tell apart: a rendered and an
// unrendered object, and empty and missing text.
func plainAttribute(v any) any {
	switch v := v.(type) {
	case nil:
		return ""
	case object:
		return fmt.Sprintf("string %v", v["id"])
	case json.RawMessage:
		var written struct{ ID string }
		if json.Unmarshal(v, &written) == nil {
			return "string " + written.ID
		}
	}
	return fmt.Sprintf("%T %v", v, v)
}

// chargesOf makes n charges without calls, which would take longer.
func chargesOf(w *Server, n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range n {
		c := w.newCharge(int64(2000+i), "THB")
		c.entity = w.newEntity("chrg")
		c.description = fmt.Sprint("Order ", i)
		w.charges.add(c)
	}
}

// TestOtherCallsComeInDuringASearch makes calls while a search in many charges runs.
func TestOtherCallsComeInDuringASearch(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	chargesOf(w.Server, 100*searchChunk)
	w.mu.Lock()
	w.current = &Call{}
	var other sync.WaitGroup
	seen, atOther := 0, 0
	other.Go(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		atOther = seen
	})
	for atOther == 0 {
		seen = 0
		scopes["charge"].search(w.Server, []matcher{func(attributes) bool { seen++; return false }}, "")
	}
	w.mu.Unlock()
	other.Wait()
	require.Zero(t, (atOther+1)%searchChunk, "between two chunks")
	require.Less(t, atOther, 100*searchChunk)
}

var searches = []string{"filters[amount]=30.00", "query=order+1", "filters[created]=today&filters[status]=pending"}

// TestASearchRendersNoChargeThatItLeavesOut counts allocations, which do not
// depend on the load of the machine. To render a charge takes more than 100.
func TestASearchRendersNoChargeThatItLeavesOut(t *testing.T) {
	w := newWorld(t, Options{})
	const charges = 10_000
	chargesOf(w.Server, charges)
	for _, query := range searches {
		allocations := testing.AllocsPerRun(2, func() { w.get("/charges/search?per_page=1&" + query) })
		require.Less(t, allocations/charges, 25.0, query)
	}
}

// BenchmarkSearch searches in 50,000 charges.
func BenchmarkSearch(b *testing.B) {
	s := New(Options{})
	chargesOf(s, 50_000)
	for _, query := range searches {
		b.Run(query, func(b *testing.B) {
			for b.Loop() {
				hr := call(b, s.SecretKey(), "GET", "/charges/search?per_page=1&"+query, "")
				if resp, err := s.RoundTrip(hr); err != nil || resp.StatusCode != http.StatusOK {
					b.Fatal(err, resp)
				}
			}
		})
	}
}
