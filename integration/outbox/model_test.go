package outbox_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/outbox"
)

// TestRandomRuns runs processes, kills them, and runs several at the same time. Meanwhile
// requests fail or arrive late, and payers pay at random times. At the end it compares the
// objects with the reports.
func TestRandomRuns(t *testing.T) {
	t.Parallel()
	seeds := uint64(40)
	if full {
		seeds = 1000
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			live(t, seed)
		})
	}
}

// A wish is an intent of the model.
type wish struct {
	name      string
	plot      plot
	committed bool
	attempts  int // number of written attempts
	declines  bool
}

// live runs a random life and compares its objects with its reports.
func live(t *testing.T, seed uint64) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 7))
	w := onAFile(t)
	wishes := w.wishes(rng)
	for i, fault := range []func(omisetest.Fault) omisetest.Fault{
		omisetest.Fault.DropBefore,
		omisetest.Fault.DropAfter,
		omisetest.Fault.ResetInHeaders,
		func(f omisetest.Fault) omisetest.Fault { return f.Truncate(100) },
		func(f omisetest.Fault) omisetest.Fault { return f.HTML(http.StatusBadGateway).Processed() },
		func(f omisetest.Fault) omisetest.Fault { return f.Error("internal_error") },
		func(f omisetest.Fault) omisetest.Fault { return f.TooManyRequests(2 * time.Second) },
		func(f omisetest.Fault) omisetest.Fault { return f.Late(processing / 2) },
	} {
		for _, operation := range []string{"POST /charges", "POST /charges/{id}/refunds", "POST /transfers", "POST /charges/{id}/capture"} {
			w.Fault(fault(omisetest.On(operation).Rate(0.05, seed*100+uint64(i))))
		}
	}
	for range 25 {
		switch rng.IntN(6) {
		case 0, 1:
			w.process(&gate{last: 1 + rng.IntN(60), after: rng.IntN(2) == 0}).end(w)
		case 2:
			var both sync.WaitGroup
			for range 2 {
				p := w.process(&gate{last: rng.IntN(200)})
				both.Go(func() { p.end(w) })
			}
			both.Wait()
		case 3:
			w.Advance(time.Duration(rng.Int64N(int64(2 * lease))))
		case 4:
			for _, wish := range wishes {
				w.tend(rng, wish)
			}
		case 5:
			w.event(rng)
		}
	}
	w.ClearFaults()
	for range 30 {
		p := w.process(&gate{})
		p.end(w)
		for _, wish := range wishes {
			w.tend(nil, wish)
		}
		w.Advance(lease)
	}
	for _, wish := range wishes {
		w.compare(wish)
	}
}

// wishes writes intents of all kinds. Some are rolled back.
func (w *world) wishes(rng *rand.Rand) (all []*wish) {
	w.t.Helper()
	box := w.box()
	for _, p := range plots {
		for i := range 2 {
			name := fmt.Sprintf("%s-%d", p.name, i)
			write := p.prepare(w)
			declines := p.name == "token" && i == 1
			if declines {
				params := w.byToken(declinedCard)
				write = func(q outbox.Querier, box *outbox.Box, intent string) error {
					return box.Charge(w.ctx, q, intent, params)
				}
			}
			tx, err := w.db.BeginTx(w.ctx, nil)
			require.NoError(w.t, err)
			require.NoError(w.t, write(tx, box, name))
			committed := rng.IntN(4) > 0
			if committed {
				require.NoError(w.t, tx.Commit())
			} else {
				require.NoError(w.t, tx.Rollback())
			}
			all = append(all, &wish{name, p, committed, 1, declines})
		}
	}
	return all
}

// end runs a process to its end.
func (p *process) end(w *world) {
	p.run(w)
	p.db.Close()
}

// tend pays as the payer, or asks for another card as the merchant. It does so at random. If
// rng is nil, it always does.
func (w *world) tend(rng *rand.Rand, wish *wish) {
	w.t.Helper()
	if !wish.committed || rng != nil && rng.IntN(2) == 0 {
		return
	}
	r := w.look(wish.name)
	switch {
	case r.State == outbox.Waiting && rng == nil:
		w.finish(wish.name)
	case r.State == outbox.Waiting && r.Kind == outbox.KindCharge:
		_, _ = w.client.Charges.MarkAsPaid(w.ctx, r.ObjectID) // it may be paid already
	case r.State == outbox.Declined && len(w.told(wish.name)) >= wish.attempts:
		require.NoError(w.t, w.box().Again(w.ctx, w.db, wish.name, w.byToken(goodCard)))
		wish.attempts++
	}
}

// event delivers a random event of the past.
func (w *world) event(rng *rand.Rand) {
	w.t.Helper()
	var all []*omise.Event
	for event, err := range w.client.Events.All(w.ctx, nil) {
		require.NoError(w.t, err)
		all = append(all, event)
	}
	if len(all) > 0 {
		require.NoError(w.t, w.box().Events(nil)(w.ctx, all[rng.IntN(len(all))]))
	}
}

// compare checks the reports and the objects of an intent.
func (w *world) compare(wish *wish) {
	w.t.Helper()
	if !wish.committed {
		require.Empty(w.t, w.told(wish.name), wish.name)
		if wish.plot.name != "capture" {
			require.Zero(w.t, w.made(wish.plot.operation, wish.name), wish.name)
		}
		return
	}
	r := w.look(wish.name)
	where := fmt.Sprintf("%s: %+v", wish.name, r)
	require.Equal(w.t, outbox.Done, r.State, where)
	var want []outbox.State
	if wish.declines {
		want = append(want, outbox.Declined)
	}
	want = append(want, outbox.Done)
	require.Equal(w.t, want, w.ends(wish.name), where)
	if wish.plot.name != "capture" {
		require.Equal(w.t, 1, w.made(wish.plot.operation, wish.name), where)
	}
}
