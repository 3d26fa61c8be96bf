package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/webhook"
)

// counting returns a function that handles each event once, and the counter of its
// runs.
func counting(limit int, handle func(n int32) error) (webhook.Func, *atomic.Int32) {
	var runs atomic.Int32
	return webhook.Once(webhook.NewMemoryStore(limit))(func(context.Context, *omise.Event) error {
		return handle(runs.Add(1))
	}), &runs
}

func event(id string) *omise.Event { return &omise.Event{ID: id} }

func TestOnceDropsRepeats(t *testing.T) {
	t.Parallel()
	once, runs := counting(10, func(int32) error { return nil })
	for range 3 {
		require.NoError(t, once(t.Context(), event("evnt_1")))
	}
	require.NoError(t, once(t.Context(), event("evnt_2")))
	require.EqualValues(t, 2, runs.Load())
}

func TestOnceReleasesAFailure(t *testing.T) {
	t.Parallel()
	away := errors.New("the database is away")
	once, runs := counting(10, func(n int32) error {
		switch n {
		case 1:
			return away
		case 2:
			panic("at the disco")
		}
		return nil
	})
	require.ErrorIs(t, once(t.Context(), event("evnt_1")), away)
	require.Panics(t, func() { once(t.Context(), event("evnt_1")) })
	require.NoError(t, once(t.Context(), event("evnt_1")))
	require.NoError(t, once(t.Context(), event("evnt_1")))
	require.EqualValues(t, 3, runs.Load())
}

func TestOnceRefusesAnEventWithoutAnID(t *testing.T) {
	t.Parallel()
	once, runs := counting(10, func(int32) error { return nil })
	require.Error(t, once(t.Context(), event("")))
	require.Error(t, once(t.Context(), nil))
	require.Zero(t, runs.Load())
}

func TestOnceIsTakenInTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		once, runs := counting(10, func(n int32) error {
			time.Sleep(time.Second)
			if n == 1 {
				return errors.New("not yet")
			}
			return nil
		})
		var calls sync.WaitGroup
		var failures atomic.Int32
		for range 20 {
			calls.Go(func() {
				if once(t.Context(), event("evnt_1")) != nil {
					failures.Add(1)
				}
			})
		}
		calls.Wait()
		require.EqualValues(t, 2, runs.Load())
		require.EqualValues(t, 1, failures.Load())
	})
}

// A pool is a store that takes a connection for each call, as a database does.
type pool struct {
	webhook.Store
	most, taken atomic.Int32
}

func (p *pool) Do(ctx context.Context, id string, handle func(context.Context) error) error {
	p.most.Store(max(p.most.Load(), p.taken.Add(1)))
	defer p.taken.Add(-1)
	return p.Store.Do(ctx, id, handle)
}

func TestCopiesOfASlowEventTakeOneConnection(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := &pool{Store: webhook.NewMemoryStore(10)}
		once := webhook.Once(store)(func(context.Context, *omise.Event) error { time.Sleep(time.Second); return nil })
		var calls sync.WaitGroup
		for range 30 {
			calls.Go(func() { once(t.Context(), event("evnt_1")) })
		}
		calls.Wait()
		require.EqualValues(t, 1, store.most.Load())
	})
}

func TestACallThatWaitsForAnotherMayGiveUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		once, runs := counting(10, func(int32) error { time.Sleep(time.Minute); return nil })
		go once(t.Context(), event("evnt_1"))
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, once(ctx, event("evnt_1")), context.DeadlineExceeded)
		time.Sleep(time.Hour)
		require.NoError(t, once(t.Context(), event("evnt_1")))
		require.EqualValues(t, 1, runs.Load())
	})
}

func TestAMemoryStoreForgetsTheOldestFirst(t *testing.T) {
	t.Parallel()
	for limit, want := range map[int]int32{0: 5, 1: 5, 2: 5, 3: 3, 100: 3} {
		once, runs := counting(limit, func(int32) error { return nil })
		for _, id := range []string{"a", "b", "c", "c", "a", "b"} {
			require.NoError(t, once(t.Context(), event(id)))
		}
		require.Equal(t, want, runs.Load(), "limit %d", limit)
	}
	once, runs := counting(3, func(int32) error { return nil })
	for _, id := range []string{"a", "b", "c", "d", "b", "c", "d"} {
		require.NoError(t, once(t.Context(), event(id)))
	}
	require.EqualValues(t, 4, runs.Load(), "only a was forgotten")
	require.NoError(t, once(t.Context(), event("a")))
	require.EqualValues(t, 5, runs.Load())
}

func TestOnceUnderTheRaceDetector(t *testing.T) {
	t.Parallel()
	handled := make([]atomic.Int32, 200)
	once := webhook.Once(webhook.NewMemoryStore(1000))(func(_ context.Context, e *omise.Event) error {
		var n int
		fmt.Sscanf(e.ID, "evnt_%d", &n)
		if handled[n].Add(1) == 1 && n%3 == 0 {
			return errors.New("the first try fails")
		}
		return nil
	})
	var calls sync.WaitGroup
	for range 8 {
		calls.Go(func() {
			for n := range handled {
				_ = once(t.Context(), event(fmt.Sprintf("evnt_%d", n)))
			}
		})
	}
	calls.Wait()
	for n := range handled {
		want := int32(1)
		if n%3 == 0 {
			want = 2
		}
		require.Equal(t, want, handled[n].Load(), n)
	}
}
