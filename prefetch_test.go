package omise_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
)

// customerIDs returns the ids of the first n customers.
func customerIDs(n int) []string {
	ids := []string{}
	for i := range n {
		ids = append(ids, "cust_"+strconv.Itoa(i))
	}
	return ids
}

func TestPrefetchYieldsInOrderWithSoManyPagesInFlight(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 8, 200} {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &pagedServer{total: 203, takes: func() time.Duration { return rand.N(40 * time.Millisecond) }}
				got, err := collect(s.client(t).Customers.All(t.Context(), &omise.ListParams{Limit: 2}, omise.WithPrefetch(n)))
				require.NoError(t, err)
				require.Equal(t, customerIDs(203), idsOf(got))
				require.Equal(t, min(max(n, 1), 101), s.widest, "the first of 102 pages is fetched alone")
				require.Zero(t, s.inFlight)
			})
		})
	}
}

func TestPrefetchTakesAFractionOfTheTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &pagedServer{total: 200}
		start := time.Now()
		got, err := collect(s.client(t).Customers.All(t.Context(), &omise.ListParams{Limit: 2}, omise.WithPrefetch(8)))
		require.NoError(t, err)
		require.Len(t, got, 200)
		require.Equal(t, 20*time.Millisecond*(1+1+12), time.Since(start), "the first page, then 7 pages together, then 92 pages by 8")
	})
}

func TestPrefetchedPagesWaitForASlowLoop(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &pagedServer{total: 100}
		seen := 0
		for range s.client(t).Customers.All(t.Context(), &omise.ListParams{Limit: 2}, omise.WithPrefetch(5)) {
			time.Sleep(time.Minute)
			synctest.Wait()
			at := seen / 2 // pages that the loop has finished
			require.Len(t, s.asked, min(at+5, 50), "one in the loop and four ahead")
			seen++
		}
		require.Equal(t, 100, seen)
	})
}

func TestNothingIsInFlightAfterTheLoop(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(cancel context.CancelFunc) (goOn bool){
		"break":             func(context.CancelFunc) bool { return false },
		"context that ends": func(cancel context.CancelFunc) bool { cancel(); return true },
		"panic":             func(context.CancelFunc) bool { panic("in the loop") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				s := &pagedServer{total: 1000, takes: func() time.Duration { return time.Second }}
				func() {
					defer func() { recover() }()
					seen := 0
					for _, err := range s.client(t).Customers.All(ctx, &omise.ListParams{Limit: 2}, omise.WithPrefetch(6)) {
						if seen++; seen == 5 && !end(cancel) {
							break
						}
						if err != nil {
							require.ErrorIs(t, err, context.Canceled)
						}
					}
				}()
				require.Zero(t, s.inFlight)
				require.LessOrEqual(t, len(s.asked), 3+6)
			})
		})
	}
}

func TestAnErrorComesAfterThePagesBeforeIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &pagedServer{total: 100}
		broken := &apitest.API{Respond: func(hr *http.Request) (*http.Response, error) {
			if hr.URL.Query().Get("offset") == "6" {
				return nil, errReset
			}
			return s.RoundTrip(hr)
		}}
		client := s.client(t, broken.Option())
		var got []string
		for c, err := range client.Customers.All(t.Context(), &omise.ListParams{Limit: 2}, omise.WithPrefetch(8)) {
			if err != nil {
				require.ErrorIs(t, err, errReset)
				got = append(got, "error")
				continue
			}
			got = append(got, c.ID)
		}
		require.Equal(t, append(customerIDs(6), "error"), got)
		require.Zero(t, s.inFlight)
	})
}

// onePerSecond is a rate limiter that allows one request every second.
type onePerSecond struct {
	mu    sync.Mutex
	next  time.Time
	waits int
}

func (l *onePerSecond) Wait(ctx context.Context) error {
	l.mu.Lock()
	at := l.next
	if now := time.Now(); at.Before(now) {
		at = now
	}
	l.next, l.waits = at.Add(time.Second), l.waits+1
	l.mu.Unlock()
	select {
	case <-time.After(time.Until(at)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func TestPrefetchObeysTheRateLimiter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, limiter := &pagedServer{total: 40}, &onePerSecond{}
		start := time.Now()
		got, err := collect(s.client(t, omise.WithRateLimiter(limiter)).Customers.All(t.Context(), &omise.ListParams{Limit: 2}, omise.WithPrefetch(8)))
		require.NoError(t, err)
		require.Len(t, got, 40)
		require.Equal(t, 20, limiter.waits)
		require.Equal(t, 19*time.Second+20*time.Millisecond, time.Since(start))
	})
}

func TestAPageThatWaitsForTheRateLimiterIsNotFetchedAfterTheLoop(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, limiter := &pagedServer{total: 4000}, &onePerSecond{}
		for range s.client(t, omise.WithRateLimiter(limiter)).Customers.All(t.Context(), &omise.ListParams{Limit: 2}, omise.WithPrefetch(8)) {
			break
		}
		require.Len(t, s.asked, 1)
	})
}

func TestPrefetchYieldsTheSameRecordsAsTheDefault(t *testing.T) {
	t.Parallel()
	server, _ := newServerWithCustomers(t, 23)
	rng := rand.New(rand.NewPCG(9, 10))
	for range 60 {
		params := &omise.ListParams{
			Offset: rng.IntN(26) * rng.IntN(2), Limit: rng.IntN(9),
			Order: []omise.Order{"", omise.Chronological, omise.ReverseChronological}[rng.IntN(3)],
		}
		want, err := collect(server.Client().Customers.All(t.Context(), params))
		require.NoError(t, err)
		got, err := collect(server.Client().Customers.All(t.Context(), params, omise.WithPrefetch(2+rng.IntN(8))))
		require.NoError(t, err)
		require.Equal(t, idsOf(want), idsOf(got), "%+v", params)
	}
}

func TestARecordCreatedMeanwhileDoesNotShiftPrefetchedPages(t *testing.T) {
	t.Parallel()
	for _, order := range []omise.Order{omise.Chronological, omise.ReverseChronological} {
		t.Run(string(order), func(t *testing.T) {
			t.Parallel()
			server, want := newServerWithCustomers(t, 31)
			var got []string
			for c, err := range server.Client().Customers.All(t.Context(), &omise.ListParams{Limit: 2, Order: order}, omise.WithPrefetch(4)) {
				require.NoError(t, err)
				got = append(got, c.ID)
				addCustomer(t, server, "meanwhile")
			}
			require.ElementsMatch(t, idsOf(want), got)
			require.Equal(t, order == omise.Chronological, got[0] == want[0].ID)
		})
	}
}

// The server does not fix its time window, or returns fewer records than were asked
// for.
func TestPrefetchWorksWithOddPages(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		total int
		page  func(offset, limit int) (first, count int)
		want  []string
	}{
		"a list that shifts": {60, func(offset, limit int) (int, int) {
			return offset - offset/4, limit
		}, customerIDs(46)},
		"short pages": {60, func(offset, limit int) (int, int) {
			return offset, min(limit, 60-offset, 1+offset%3)
		}, customerIDs(60)},
		"no progress": {1000, func(_, limit int) (int, int) { return 0, limit }, customerIDs(4)},
	} {
		for _, n := range []int{1, 2, 5} {
			t.Run(fmt.Sprintf("%s, %d", name, n), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s := &pagedServer{total: row.total, page: row.page}
					got, err := collect(s.client(t).Customers.All(t.Context(), &omise.ListParams{Limit: 4}, omise.WithPrefetch(n)))
					require.NoError(t, err)
					require.Equal(t, row.want, idsOf(got))
					require.Zero(t, s.inFlight)
					require.LessOrEqual(t, s.widest, n)
				})
			})
		}
	}
}

// While each of three hundred pages is fetched, ninety new records move the list.
func TestRepeatedRecordsAreDroppedAllTheWay(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 8} {
		s := &pagedServer{total: 30_000, takes: func() time.Duration { return 0 }}
		s.page = func(offset, limit int) (int, int) { return offset - 90*(offset/limit), limit }
		next := 0
		for c, err := range s.client(t).Customers.All(t.Context(), nil, omise.WithPrefetch(n)) {
			require.NoError(t, err)
			require.Equal(t, "cust_"+strconv.Itoa(next), c.ID)
			next++
		}
		require.Equal(t, 10*299+100, next)
	}
}

func TestTheResponseIsThatOfThePageInTheLoop(t *testing.T) {
	t.Parallel()
	s := &pagedServer{total: 40, takes: func() time.Duration { return rand.N(time.Millisecond) }}
	var resp omise.Response
	seen := 0
	for c, err := range s.client(t).Customers.All(t.Context(), &omise.ListParams{Limit: 2}, omise.WithPrefetch(8), omise.WithResponseInto(&resp)) {
		require.NoError(t, err)
		require.Contains(t, string(resp.Body), fmt.Sprintf("%q", c.ID))
		seen++
	}
	require.Equal(t, 40, seen)
}

func TestSearchesPrefetch(t *testing.T) {
	t.Parallel()
	server, want := newServerWithCustomers(t, 31)
	var got []string
	for c, err := range server.Client().Search.AllCustomers(t.Context(), &omise.SearchParams{PerPage: 3, Order: omise.Chronological}, omise.WithPrefetch(4)) {
		require.NoError(t, err)
		got = append(got, c.ID)
	}
	require.Equal(t, idsOf(want), got)
}

func TestPrefetchIsNotNegative(t *testing.T) {
	t.Parallel()
	_, err := collect((&pagedServer{}).client(t).Customers.All(t.Context(), nil, omise.WithPrefetch(-1)))
	require.Equal(t, "prefetch", refusal(t, err).Field)
}

func TestPrefetchRefusesANilContext(t *testing.T) {
	t.Parallel()
	_, err := collect((&pagedServer{}).client(t).Customers.All(nil, nil, omise.WithPrefetch(2)))
	require.Equal(t, "ctx", refusal(t, err).Field)
}
