package outbox_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/integration/database"
	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/outbox"
)

// orders writes n intents: order-1 and so on.
func (w *world) orders(n int) {
	w.t.Helper()
	params := w.bySavedCard()
	for i := range n {
		require.NoError(w.t, w.box().Charge(w.ctx, w.db, fmt.Sprint("order-", i+1), params))
	}
}

func TestTheRateIsThatOfAllProcessesTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.orders(20)
	boxes := []*outbox.Box{w.box(outbox.WithRate(2)), w.box(outbox.WithRate(2)), w.box(outbox.WithRate(2))}
	for second := range 10 {
		for _, box := range boxes {
			require.NoError(t, box.Drain(w.ctx))
		}
		w.AssertCalls("POST /charges", 2*(second+1))
		w.Advance(time.Second)
	}
}

func TestAnIdleSecondIsNotMadeUpForByABurst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.orders(20)
	box := w.box(outbox.WithRate(2))
	require.NoError(t, box.Drain(w.ctx))
	w.AssertCalls("POST /charges", 2)
	w.Advance(time.Hour)
	require.NoError(t, box.Drain(w.ctx))
	w.AssertCalls("POST /charges", 4)
}

func TestARateBelowOneASecondIsARate(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.orders(5)
	box := w.box(outbox.WithRate(0.1))
	for range 31 {
		require.NoError(t, box.Drain(w.ctx))
		w.Advance(time.Second)
	}
	w.AssertCalls("POST /charges", 4)
}

func TestTheFirstDrainWithARateSends(t *testing.T) {
	t.Parallel()
	database.OnEach(t, func(t *testing.T, source database.Source) {
		w := worldOn(t, source.Open(t), source, "")
		w.orders(1)
		require.NoError(t, w.box(outbox.WithRate(100)).Drain(w.ctx))
		require.Equal(t, []outbox.State{outbox.Done}, w.told("order-1"))
	})
}

// The API has said when the account may send calls again. The database has this time, so a
// process that did not get the 429 waits as well.
func TestA429HoldsAllProcessesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.orders(3)
	w.Fault(omisetest.On("POST /charges").Nth(1).TooManyRequests(10 * time.Second))
	require.NoError(t, w.boxOn(w.db, w.Client(), outbox.WithConcurrency(1)).Drain(w.ctx))
	other := w.box()
	require.NoError(t, other.Drain(w.ctx))
	w.AssertCalls("POST /charges", 1)
	w.Advance(9 * time.Second)
	require.NoError(t, other.Drain(w.ctx))
	w.AssertCalls("POST /charges", 1)
	w.Advance(2 * time.Second)
	require.NoError(t, other.Drain(w.ctx))
	w.AssertCalls("POST /charges", 4)
	w.AssertCharged(3)
}

func TestA429HoldsProcessesBackForAtMost15Minutes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.orders(1)
	w.Fault(omisetest.On("POST /charges").Nth(1).TooManyRequests(365 * 24 * time.Hour))
	require.NoError(t, w.boxOn(w.db, w.Client()).Drain(w.ctx))
	w.Advance(15 * time.Minute)
	require.NoError(t, w.box().Charge(w.ctx, w.db, "order-2", w.byToken(goodCard)))
	require.NoError(t, w.box().Drain(w.ctx))
	require.Equal(t, []outbox.State{outbox.Done}, w.told("order-1"))
	require.Equal(t, []outbox.State{outbox.Done}, w.told("order-2"))
}

// The clock of the database was a day ahead when a 429 came.
func TestAHoldByAWrongClockEndsWhenTheClockIsSetRight(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]outbox.Option{"without a rate": nil, "with a rate": {outbox.WithRate(1)}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.holdADayAhead(opts...)
			require.NoError(t, w.box().Charge(w.ctx, w.db, "order-2", w.byToken(goodCard)))
			require.NoError(t, w.box(opts...).Drain(w.ctx))
			require.Equal(t, []outbox.State{outbox.Done}, w.told("order-2"))
		})
	}
}

func TestA429AfterAHoldByAWrongClockHoldsAllProcessesBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.holdADayAhead()
	w.Fault(omisetest.On("POST /charges").Nth(1).TooManyRequests(10 * time.Second))
	require.NoError(t, w.box().Charge(w.ctx, w.db, "order-2", w.byToken(goodCard)))
	require.NoError(t, w.boxOn(w.db, w.Client()).Drain(w.ctx))
	require.NoError(t, w.box().Charge(w.ctx, w.db, "order-3", w.byToken(goodCard)))
	require.NoError(t, w.box().Drain(w.ctx))
	w.AssertCalls("POST /charges", 2)
	require.Empty(t, w.told("order-3"))
}

// holdADayAhead sends order-1 and gets a 429 while the clock of the database is a day ahead.
func (w *world) holdADayAhead(opts ...outbox.Option) {
	w.t.Helper()
	ahead := outbox.WithClock(func() time.Time { return w.Now().Add(24 * time.Hour) })
	w.orders(1)
	w.Fault(omisetest.On("POST /charges").Nth(1).TooManyRequests(10 * time.Second))
	require.NoError(w.t, w.boxOn(w.db, w.Client(), append(opts, ahead)...).Drain(w.ctx))
	w.AssertCalls("POST /charges", 1)
}
