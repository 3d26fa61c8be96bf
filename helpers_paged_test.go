package omise_test

import (
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/omisetest"
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

// newServerWithCustomers returns a fake with n customers, made one every second, and
// the customers in that order.
func newServerWithCustomers(t *testing.T, n int) (*omisetest.Server, []*omise.Customer) {
	t.Helper()
	server := omisetest.NewServer(t)
	var customers []*omise.Customer
	for i := range n {
		customers = append(customers, addCustomer(t, server, strconv.Itoa(i)))
	}
	return server, customers
}

// addCustomer makes a customer after a second.
func addCustomer(t *testing.T, server *omisetest.Server, name string) *omise.Customer {
	t.Helper()
	server.Advance(time.Second)
	customer, err := server.Client().Customers.Create(t.Context(), &omise.CustomerCreateParams{Description: name})
	require.NoError(t, err)
	return customer
}

func idsOf(customers []*omise.Customer) []string {
	ids := []string{}
	for _, c := range customers {
		ids = append(ids, c.ID)
	}
	return ids
}

// collect returns the customers of an iterator up to its first error.
func collect(all iter.Seq2[*omise.Customer, error]) (customers []*omise.Customer, err error) {
	for c, err := range all {
		if err != nil {
			return customers, err
		}
		customers = append(customers, c)
	}
	return customers, nil
}

// yields returns the ids and the errors of an iterator. It goes on after an error, so it
// shows that the iterator ends by itself.
func yields(t *testing.T, all iter.Seq2[*omise.Customer, error]) (yielded []string) {
	t.Helper()
	for c, err := range all {
		if err != nil {
			failure(t, err)
			require.Nil(t, c)
			yielded = append(yielded, "error")
			continue
		}
		yielded = append(yielded, c.ID)
	}
	return yielded
}

// pages returns a client of a server that answers each request with the next page.
func pages(t *testing.T, queries *[]url.Values, pages ...string) *omise.Client {
	t.Helper()
	return apitest.RespondFunc(func(r *http.Request) string {
		*queries = append(*queries, r.URL.Query())
		require.LessOrEqual(t, len(*queries), len(pages), "a page after the last one is asked for")
		return pages[len(*queries)-1]
	}).Client(t)
}

// pageOf returns a page of customers.
func pageOf(total, offset int, ids ...string) string {
	data := []map[string]any{}
	for _, id := range ids {
		data = append(data, map[string]any{"object": "customer", "id": id})
	}
	text, _ := json.Marshal(map[string]any{
		"object": "list", "data": data, "limit": 2, "offset": offset, "total": total, "order": "chronological",
		"from": "1970-01-01T00:00:00Z", "to": "2026-01-31T10:30:00Z",
	})
	return string(text)
}
