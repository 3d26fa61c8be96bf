package omise_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
)

// A pagedServer serves a list of customers, cust_0, cust_1 and so on, and records the
// requests. Each page takes some time; a request that has ended gets no page.
type pagedServer struct {
	total int
	page  func(offset, limit int) (first, count int) // nil: as asked
	takes func() time.Duration                       // nil: 20 ms

	mu               sync.Mutex
	asked            []int // offsets
	inFlight, widest int
}

func (s *pagedServer) RoundTrip(hr *http.Request) (*http.Response, error) {
	query := hr.URL.Query()
	offset, _ := strconv.Atoi(query.Get("offset"))
	limit, _ := strconv.Atoi(query.Get("limit"))
	s.mu.Lock()
	s.asked = append(s.asked, offset)
	s.inFlight++
	s.widest = max(s.widest, s.inFlight)
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.inFlight--
		s.mu.Unlock()
	}()
	takes := 20 * time.Millisecond
	if s.takes != nil {
		takes = s.takes()
	}
	select {
	case <-time.After(takes):
	case <-hr.Context().Done():
		return nil, hr.Context().Err()
	}
	first, count := offset, min(limit, s.total-offset)
	if s.page != nil {
		first, count = s.page(offset, limit)
	}
	var records []string
	for i := first; i < first+count; i++ {
		records = append(records, fmt.Sprintf(`{"object":"customer","id":"cust_%d"}`, i))
	}
	return apitest.Response(http.StatusOK, fmt.Sprintf(`{"object":"list","data":[%s],"limit":%d,"offset":%d,"total":%d,"to":"2026-01-31T10:30:00Z"}`,
		strings.Join(records, ","), limit, offset, s.total)), nil
}

func (s *pagedServer) client(t testing.TB, opts ...omise.Option) *omise.Client {
	t.Helper()
	opts = append([]omise.Option{omise.WithHTTPClient(&http.Client{Transport: s}), omise.WithMaxRetries(0)}, opts...)
	client, err := omise.NewClient(testSecret, opts...)
	require.NoError(t, err)
	return client
}
