package transport

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// patient is a transport that tries a write for as long as it may.
func patient(p *peer) *Transport {
	t := p.transport()
	t.WriteRetries = 1000
	return t
}

func TestWritesAreTriedForAMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		peer := newPeer(nil)
		_, failure := patient(peer).Do(t.Context(), write(None))
		require.Equal(t, NotSent, failure.Outcome)
		require.Greater(t, failure.Attempts, 8)
		require.Greater(t, time.Since(start), 40*time.Second)
		require.LessOrEqual(t, time.Since(start), time.Minute)
	})
}

func TestOutageAddsATenthOfLoadAtMost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		peer := newPeer(answers(500, broken))
		transport := peer.transport()
		for range 1000 { // until the budget is spent
			transport.Do(t.Context(), read())
		}
		before := peer.dials
		for range 1000 {
			transport.Do(t.Context(), read())
		}
		require.LessOrEqual(t, peer.dials-before, 1100)
		require.Greater(t, peer.dials-before, 1000, "now and then another attempt is worth it")
	})
}

func TestAttemptsAreBackAfterAnOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pace := &Pace{}
		for range 500 {
			require.True(t, pace.again())
		}
		require.False(t, pace.again())
		pace.answered()
		require.True(t, pace.again())
		require.False(t, pace.again())
		for range 10 {
			pace.begin()
		}
		require.True(t, pace.again())
	})
}

// Three lost attempts in ten are what a bad network does, for as long as it is
// there.
func TestBadNetworkDoesNotUseUpTheAttempts(t *testing.T) {
	t.Parallel()
	pace := &Pace{}
	lost := 0
	for call := range 10_000 {
		pace.begin()
		for attempt := 0; (call*7+attempt*3)%10 < 3; attempt++ {
			lost++
			require.True(t, pace.again())
		}
		pace.answered()
	}
	require.GreaterOrEqual(t, lost, 3000)
}

func TestTooManyRequestsHoldTheWholeClient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		peer := newPeer(answers(429, tooBusy, "Retry-After: 7"), succeeds)
		transport := peer.transport()
		start := time.Now()
		go transport.Do(t.Context(), read())
		synctest.Wait()
		for range 3 {
			go transport.Do(t.Context(), write(None))
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		require.Len(t, peer.arrivals, 5)
		for _, a := range peer.arrivals[1:] {
			require.Equal(t, 7*time.Second, a.at.Sub(start))
		}
	})
}

func TestCallThatCannotWaitIsNotSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		peer := newPeer(answers(429, tooBusy, "Retry-After: 7"))
		transport := peer.transport()
		go transport.Do(t.Context(), read())
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		start := time.Now()
		_, failure := transport.Do(ctx, write(None))
		require.Zero(t, time.Since(start))
		require.Equal(t, NotSent, failure.Outcome)
		require.Equal(t, 7*time.Second, failure.RetryAfter)
		require.ErrorIs(t, failure.Cause, errHeld)
		require.Zero(t, failure.Attempts)

		ctx, stop := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, stop)
		_, failure = transport.Do(ctx, write(None))
		require.ErrorIs(t, failure.Cause, context.Canceled)
		require.Equal(t, NotSent, failure.Outcome)
		require.Len(t, peer.arrivals, 1)
	})
}

func TestAbsurdRetryAfterHoldsNobodyForLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		peer := newPeer(answers(429, tooBusy, "Retry-After: 315360000"), succeeds)
		transport := peer.transport()
		_, failure := transport.Do(t.Context(), read())
		require.Equal(t, 315_360_000*time.Second, failure.RetryAfter)
		start := time.Now()
		_, failure = transport.Do(t.Context(), read())
		require.Nil(t, failure)
		require.Equal(t, transport.LongestWait, time.Since(start))
	})
}

// A looker answers as often as it is told that nothing is there yet.
type looker struct {
	after int // looks that find nothing
	err   error
	looks int
}

func (l *looker) look(context.Context, *Response) (*Response, error) {
	if l.looks++; l.err != nil || l.looks <= l.after {
		return nil, l.err
	}
	return &Response{Status: http.StatusOK}, nil
}

func TestRefusalAfterALostAttemptMeansLook(t *testing.T) {
	t.Parallel()
	gone := errors.New("gone")
	for name, row := range map[string]struct {
		script []step
		looker looker
		found  bool
		looks  int
	}{
		"found":               {[]step{resetsLate, answers(400, usedCard)}, looker{}, true, 1},
		"found after a while": {[]step{resetsLate, answers(400, usedCard)}, looker{after: 3}, true, 4},
		"not found":           {[]step{resetsLate, answers(400, usedCard)}, looker{after: 99}, false, mostLooks},
		"nobody to ask":       {[]step{resetsLate, answers(400, usedCard)}, looker{err: gone}, false, 1},
		"refused at once":     {[]step{answers(400, usedCard)}, looker{}, false, 0},
		"never sent before":   {[]step{nil, answers(400, usedCard)}, looker{}, false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, guard := range []Guard{SingleUse, StateMachine} {
				synctest.Test(t, func(t *testing.T) {
					looker, req := row.looker, write(guard)
					req.Look = looker.look
					resp, failure := newPeer(row.script...).transport().Do(t.Context(), req)
					require.Equal(t, row.looks, looker.looks)
					require.Equal(t, row.found, failure == nil)
					if row.found {
						require.Equal(t, 2, resp.Attempts)
					} else if row.looks > 0 {
						require.Equal(t, Unknown, failure.Outcome)
						require.Equal(t, 400, failure.Response.Status)
					}
				})
			}
		})
	}
}

func TestUnguardedWriteIsRepeatedOnlyAfterALookThatMaySettleIt(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		settle   time.Duration
		looker   looker
		arrivals int
		found    bool
	}{
		"no promise":    {0, looker{}, 1, false},
		"found":         {3 * time.Second, looker{}, 1, true},
		"not found":     {3 * time.Second, looker{after: 99}, 2, true},
		"nobody to ask": {3 * time.Second, looker{err: errors.New("gone")}, 1, false},
		"too long":      {2 * time.Minute, looker{}, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				looker, req, peer := row.looker, write(None), newPeer(resetsLate, succeeds)
				req.Look = looker.look
				transport := patient(peer)
				transport.MaxProcessingTime = row.settle
				start := time.Now()
				_, failure := transport.Do(t.Context(), req)
				require.Equal(t, row.found, failure == nil)
				require.Len(t, peer.arrivals, row.arrivals)
				if row.found {
					require.GreaterOrEqual(t, time.Since(start), row.settle)
				}
			})
		})
	}
}

func TestHonouredKeyThatIsStillAtWorkIsAskedForAgain(t *testing.T) {
	t.Parallel()
	const conflict = `{"object":"error","location":"https://www.omise.co/api-errors","code":"conflict","message":"the first call is still running"}`
	for honoured, want := range map[bool]int{true: 2, false: 1} {
		synctest.Test(t, func(t *testing.T) {
			peer := newPeer(answers(409, conflict), succeeds)
			transport := peer.transport()
			transport.KeysHonoured = honoured
			_, failure := transport.Do(t.Context(), write(None))
			require.Equal(t, honoured, failure == nil)
			require.Len(t, peer.arrivals, want)
		})
	}
}

func TestBodyKeyIsTrustedUnlessKeysAreIgnored(t *testing.T) {
	t.Parallel()
	for ignored, want := range map[bool]int{true: 1, false: 2} {
		synctest.Test(t, func(t *testing.T) {
			peer := newPeer(resetsLate, succeeds)
			transport := peer.transport()
			transport.KeysIgnored = ignored
			_, failure := transport.Do(t.Context(), write(BodyKey))
			require.Equal(t, !ignored, failure == nil)
			require.Len(t, peer.arrivals, want)
		})
	}
}
