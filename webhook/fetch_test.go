package webhook_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/webhook"
)

const stranger = `{"object":"event","id":"evnt_test_5xsrnhy5yl6sc7x4pxb","key":"charge.complete","data":null}`

func postStranger(h http.Handler) int {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", strings.NewReader(stranger)))
	return w.Code
}

func TestA429ToAFetchHoldsNoOtherCallBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := omisetest.NewServer(t)
		client := srv.Client(omise.WithMaxRetries(0))
		h := webhook.NewHandler(nil, ignore, webhook.VerifyByFetch(client), quiet)
		srv.Fault(omisetest.On("GET /events/{id}").Nth(1).TooManyRequests(20 * time.Second))
		require.Equal(t, 500, postStranger(h))

		start := time.Now()
		_, err := client.Balance.Get(t.Context())
		require.NoError(t, err)
		require.Zero(t, time.Since(start))
	})
}

// slowEvents is an API that needs some time for an event, and counts how many are read
// at a time.
type slowEvents struct {
	next          http.RoundTripper
	running, most atomic.Int32
}

func (s *slowEvents) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasPrefix(r.URL.Path, "/events/") {
		s.most.Store(max(s.most.Load(), s.running.Add(1)))
		defer s.running.Add(-1)
		time.Sleep(3 * time.Second)
	}
	return s.next.RoundTrip(r)
}

func TestAFloodOfFetchesIsReadFourAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := omisetest.NewServer(t)
		api := &slowEvents{next: srv.HTTPClient().Transport}
		limited := limiter{make(chan struct{})} // it holds every fetch back
		client := srv.Client(omise.WithHTTPClient(&http.Client{Transport: api}), omise.WithRateLimiter(limited))
		h := webhook.NewHandler(nil, ignore, webhook.VerifyByFetch(client), quiet)
		var answers sync.Map
		var posts sync.WaitGroup
		for range 300 {
			posts.Go(func() {
				count, _ := answers.LoadOrStore(postStranger(h), new(atomic.Int32))
				count.(*atomic.Int32).Add(1)
			})
		}
		synctest.Wait()
		start := time.Now()
		_, err := client.With(omise.WithRateLimiter(nil)).Balance.Get(t.Context())
		require.NoError(t, err)
		require.Zero(t, time.Since(start), "a call beside the flood")
		posts.Wait()
		require.EqualValues(t, 4, api.most.Load())
		busy, _ := answers.Load(http.StatusServiceUnavailable)
		require.EqualValues(t, 300-8, busy.(*atomic.Int32).Load(), "two rounds of four within 5 s")
	})
}

// A limiter holds every call back until it is closed.
type limiter struct{ open chan struct{} }

func (l limiter) Wait(ctx context.Context) error {
	select {
	case <-l.open:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
