package transport

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

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

// The network may deliver a request twice. Then the answer is the refusal of the second
// delivery.
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

// The look that decides begins at the end of the time to look, so it needs additional time.
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

// A server that answers a write with a whole document has done it, but the object may
// show it a moment later.
func TestAnsweredCaptureIsLookedForSeveralTimes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		req, peer := write(Cumulative), newPeer(answers(200, "{}"), succeeds)
		req.Find, req.ResendAfter = (&looker{after: 3, trace: Absent}).find, 1
		_, failure := patient(peer).Do(t.Context(), req)
		require.Nil(t, failure)
		require.Len(t, peer.arrivals, 1)
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
