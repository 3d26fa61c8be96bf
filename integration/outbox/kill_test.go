package outbox_test

import (
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/integration/database"
	"github.com/omisekit/omise-go/outbox"
)

// full runs the long tests completely. Otherwise a part of them runs.
var full = os.Getenv("OUTBOX_FULL") != ""

var tables atomic.Int64 // number of the tables, so that each world has its own

// A process is killed before and after each of its statements and requests, and another process
// continues. Without OUTBOX_FULL, it is killed at every seventh of them only.
func TestAProcessIsKilledAtEveryBoundary(t *testing.T) {
	t.Parallel()
	database.OnEach(t, func(t *testing.T, source database.Source) {
		db := source.Open(t)
		for _, p := range plots {
			t.Run(p.name, func(t *testing.T) {
				boundaries, stride := 0, 7
				if full || p.name == "saved card" && source.Driver == "sqlite" {
					stride = 1
				}
				for last := 1; ; last += stride {
					survived := true
					for _, after := range []bool{false, true} {
						w := worldOn(t, db, source, fmt.Sprint("_", tables.Add(1)))
						if w.killedAt(p, last, after) {
							survived = false
							boundaries++
						}
						w.drop()
					}
					if survived {
						break
					}
				}
				require.Greater(t, boundaries, 20/stride)
				t.Logf("killed at %d boundaries", boundaries)
			})
		}
	})
}

// killedAt kills a process at a step and reports whether the process has reached the step.
func (w *world) killedAt(p plot, last int, after bool) (dead bool) {
	w.t.Helper()
	write := p.prepare(w)
	require.NoError(w.t, write(w.db, w.box(), "order-42"))
	victim := w.process(&gate{last: last, after: after})
	for range 3 { // it sends, reports, checks the object, and looks once more
		victim.run(w)
		if victim.gate.dead {
			break
		}
		w.finish("order-42")
		w.Advance(4 * lease)
	}
	next := w.process(&gate{})
	for range 8 {
		next.run(w)
		w.finish("order-42")
		w.Advance(4 * lease)
	}
	next.db.Close()
	where := fmt.Sprintf("%s, step %d, after %t, story %+v", p.name, last, after, w.look("order-42").Story)
	require.Equal(w.t, []outbox.State{outbox.Done}, w.ends("order-42"), where)
	require.LessOrEqual(w.t, strings.Count(fmt.Sprint(w.told("order-42")), "waiting"), 1, where)
	require.Equal(w.t, 1, w.made(p.operation, "order-42"), where)
	return victim.gate.dead
}

// ends returns the states that were reported as the end of an intent.
func (w *world) ends(intent string) (ends []outbox.State) {
	for _, state := range w.told(intent) {
		if state != outbox.Waiting {
			ends = append(ends, state)
		}
	}
	return ends
}
