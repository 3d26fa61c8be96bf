package transport

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// patient returns a transport that tries a write until its time is over.
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
		require.Greater(t, peer.dials-before, 1000, "some attempts are still repeated")
	})
}

func TestRepeatedAttemptsAreAllowedAgainAfterAnOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		budget := &Budget{}
		for range 500 {
			require.True(t, budget.again())
		}
		require.False(t, budget.again())
		budget.answered()
		require.True(t, budget.again())
		require.False(t, budget.again())
		for range 10 {
			budget.begin()
		}
		require.True(t, budget.again())
	})
}

// A bad network loses three attempts in ten, for a long time.
func TestBadNetworkDoesNotUseUpTheAttempts(t *testing.T) {
	t.Parallel()
	budget := &Budget{}
	lost := 0
	for call := range 10_000 {
		budget.begin()
		for attempt := 0; (call*7+attempt*3)%10 < 3; attempt++ {
			lost++
			require.True(t, budget.again())
		}
		budget.answered()
	}
	require.GreaterOrEqual(t, lost, 3000)
}

func TestVerdict05TooManyRequestsHoldTheWholeClient(t *testing.T) {
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
			require.GreaterOrEqual(t, a.at.Sub(start), 7*time.Second)
			require.LessOrEqual(t, a.at.Sub(start), 7*time.Second+longestSpread)
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

func TestVerdict05AbsurdRetryAfterHoldsNoCallForLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		peer := newPeer(answers(429, tooBusy, "Retry-After: 315360000"), succeeds)
		transport := peer.transport()
		_, failure := transport.Do(t.Context(), read())
		require.Equal(t, 315_360_000*time.Second, failure.RetryAfter)
		start := time.Now()
		_, failure = transport.Do(t.Context(), read())
		require.Nil(t, failure)
		require.GreaterOrEqual(t, time.Since(start), transport.LongestWait)
		require.LessOrEqual(t, time.Since(start), transport.LongestWait+longestSpread)
	})
}

// A looker finds the result of an attempt after some looks.
type looker struct {
	after int          // looks that find nothing
	trace LookupResult // the trace of these looks
	looks int
}

func (l *looker) find(context.Context, bool) (*Response, LookupResult) {
	if l.looks++; l.looks <= l.after {
		return nil, l.trace
	}
	return &Response{Status: http.StatusOK}, Found
}

func TestVerdict06RefusalAfterALostAttemptMeansLook(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		looker looker
		found  bool
	}{
		"found":               {looker{}, true},
		"found after a while": {looker{after: 3}, true},
		"not seen":            {looker{after: 99}, false},
		"absent so far":       {looker{after: 99, trace: Absent}, false},
		"cannot tell":         {looker{after: 99, trace: Undecidable}, false},
		"of another call":     {looker{after: 99, trace: NotThisCall}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, guard := range []Guard{SingleUseAtArrival, StateMachine} {
				synctest.Test(t, func(t *testing.T) {
					looker, req := row.looker, write(guard)
					req.Find = looker.find
					start := time.Now()
					resp, failure := newPeer(resetsLate, answers(400, usedCard)).transport().Do(t.Context(), req)
					require.Equal(t, row.found, failure == nil)
					require.LessOrEqual(t, time.Since(start), lookTime+time.Minute)
					if row.found {
						require.Equal(t, 2, resp.Attempts)
						return
					}
					require.Equal(t, Unknown, failure.Outcome)
					require.Equal(t, 400, failure.Response.Status)
				})
			}
		})
	}
}

func TestRefusalOfTheFirstRequestIsFinal(t *testing.T) {
	t.Parallel()
	for name, script := range map[string][]step{
		"refused at once":   {answers(400, usedCard)},
		"never sent before": {nil, answers(400, usedCard)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var looker looker
				req := write(StateMachine)
				req.Find = looker.find
				_, failure := newPeer(script...).transport().Do(t.Context(), req)
				require.Equal(t, Refused, failure.Outcome)
				require.Zero(t, looker.looks)
			})
		})
	}
}

// The network may deliver a request twice, and answer with the second refusal.
func TestVerdict06DoubtfulRefusalIsLookedUp(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		looker looker
		want   Outcome
		found  bool
	}{
		"done by the first delivery": {looker{}, 0, true},
		"proven not to be done":      {looker{after: 99, trace: Absent}, Refused, false},
		"done by another call":       {looker{after: 99, trace: NotThisCall}, Refused, false},
		"cannot tell":                {looker{after: 99, trace: Undecidable}, Unknown, false},
		"not seen":                   {looker{after: 99}, Unknown, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				looker, req := row.looker, write(StateMachine)
				req.Find, req.Doubtful = looker.find, func(*Response) bool { return true }
				_, failure := newPeer(answers(400, usedCard)).transport().Do(t.Context(), req)
				require.Equal(t, row.found, failure == nil)
				if !row.found {
					require.Equal(t, row.want, failure.Outcome)
				}
			})
		})
	}
}

func TestUnguardedWriteIsRepeatedOnlyAfterALookThatRulesItOut(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		after    time.Duration // after this time another attempt is safe
		looker   looker
		arrivals int
		found    bool
	}{
		"no promise":          {0, looker{}, 1, false},
		"found":               {3 * time.Second, looker{}, 1, true},
		"absent":              {3 * time.Second, looker{after: 99, trace: Absent}, 2, true},
		"absent for minutes":  {5 * time.Minute, looker{after: 9999, trace: Absent}, 2, true},
		"not seen":            {3 * time.Second, looker{after: 99}, 1, false},
		"looks fail":          {3 * time.Second, looker{after: 99, trace: Failed}, 1, false},
		"cannot tell":         {3 * time.Second, looker{after: 99, trace: Undecidable}, 1, false},
		"used by other calls": {3 * time.Second, looker{after: 99, trace: NotThisCall}, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				looker, req, peer := row.looker, write(None), newPeer(resetsLate, succeeds)
				req.Find, req.ResendAfter = looker.find, row.after
				start := time.Now()
				_, failure := patient(peer).Do(t.Context(), req)
				require.Equal(t, row.found, failure == nil)
				require.Len(t, peer.arrivals, row.arrivals)
				if row.arrivals > 1 {
					require.GreaterOrEqual(t, peer.arrivals[1].at.Sub(start), row.after)
				}
			})
		})
	}
}

// A lookup reads a list page by page, and the API may be slow.
func TestNoLookGoesOnForEver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		req := write(SingleUse)
		req.ResendAfter = time.Minute
		req.Find = func(ctx context.Context, _ bool) (*Response, LookupResult) {
			select {
			case <-ctx.Done():
				return nil, Failed
			case <-time.After(20 * 25 * time.Second):
				return nil, Absent
			}
		}
		start := time.Now()
		_, failure := patient(newPeer(resetsLate, succeeds)).Do(t.Context(), req)
		require.NotNil(t, failure)
		require.Equal(t, Unknown, failure.Outcome)
		require.LessOrEqual(t, time.Since(start), req.ResendAfter+2*longestLook+time.Second)
	})
}

// The look that decides begins when the time to look is over, and needs time of its own.
func TestLookThatDecidesHasTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		req, peer := write(SingleUse), newPeer(resetsLate, succeeds)
		req.ResendAfter = time.Minute
		req.Find = func(ctx context.Context, _ bool) (*Response, LookupResult) {
			select {
			case <-ctx.Done():
				return nil, Failed
			case <-time.After(25 * time.Second):
				return nil, Absent
			}
		}
		_, failure := patient(peer).Do(t.Context(), req)
		require.Nil(t, failure)
		require.Len(t, peer.arrivals, 2)
	})
}

// While a bank processes the first attempt, a second one could charge, too.
func TestTokenIsSentAgainOnlyWhenTheFirstAttemptMustBeOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		peer := newPeer(resetsLate, succeeds)
		req := write(SingleUse)
		req.Find, req.ResendAfter = (&looker{after: 99, trace: Absent}).find, time.Minute
		start := time.Now()
		_, failure := patient(peer).Do(t.Context(), req)
		require.Nil(t, failure)
		require.GreaterOrEqual(t, peer.arrivals[1].at.Sub(start), time.Minute)
	})
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
