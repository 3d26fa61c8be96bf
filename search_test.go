package omise_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
)

// searchPage returns a page of a search.
func searchPage(page, totalPages int, records ...string) string {
	data := []json.RawMessage{}
	for _, record := range records {
		data = append(data, json.RawMessage(record))
	}
	text, _ := json.Marshal(map[string]any{
		"object": "search", "data": data, "page": page, "per_page": 2, "total": 2 * totalPages, "total_pages": totalPages,
		"scope": "customer", "order": "chronological", "location": "/search",
	})
	return string(text)
}

// customer returns a record of a search.
func customer(id string) string { return `{"object":"customer","id":"` + id + `"}` }

func TestSearchAllWalksThePages(t *testing.T) {
	t.Parallel()
	a, b, c, d := customer("cust_1"), customer("cust_2"), customer("cust_3"), customer("cust_4")
	for _, row := range []struct {
		name  string
		pages []string
		want  []string
	}{
		{"to the last", []string{searchPage(1, 2, a, b), searchPage(2, 2, c)}, []string{"cust_1", "cust_2", "cust_3"}},
		{"of which there is one", []string{searchPage(1, 1, a)}, []string{"cust_1"}},
		{"of which there is none", []string{searchPage(1, 0)}, []string{}},
		{"up to an empty one, for any total", []string{searchPage(1, 99, a, b), searchPage(2, 99)}, []string{"cust_1", "cust_2"}},
		{"and drops what is repeated", []string{searchPage(1, 3, a, b), searchPage(2, 3, b, c), searchPage(3, 3, c, d)}, []string{"cust_1", "cust_2", "cust_3", "cust_4"}},
		{"also after one that new records have filled with old ones", []string{searchPage(1, 3, a, b), searchPage(2, 3, b, a), searchPage(3, 3, c)}, []string{"cust_1", "cust_2", "cust_3"}},
		{"although the answer calls each the first", []string{searchPage(1, 2, a, b), searchPage(1, 2, c)}, []string{"cust_1", "cust_2", "cust_3"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var queries []url.Values
			params := omise.SearchParams{Query: "somchai", Filters: omise.CustomerFilters{Created: omise.SearchDateToday}}
			before := params
			got, err := collect(pages(t, &queries, row.pages...).Search.AllCustomers(t.Context(), &params))
			require.NoError(t, err)
			require.Equal(t, row.want, idsOf(got))
			require.Equal(t, before, params)
			require.Len(t, queries, len(row.pages))
			for i, query := range queries {
				require.Equal(t, url.Values{
					"scope": {"customer"}, "query": {"somchai"}, "filters[created]": {"today"}, "page": {strconv.Itoa(i + 1)}, "per_page": {"100"},
				}, query)
			}
		})
	}
}

func TestSearchAllStartsAtThePageThatWasAskedFor(t *testing.T) {
	t.Parallel()
	var queries []url.Values
	client := pages(t, &queries, searchPage(3, 4, customer("cust_1")), searchPage(4, 4, customer("cust_2")))
	params := &omise.SearchParams{Page: 3, PerPage: 1, Order: omise.ReverseChronological}
	got, err := collect(client.Search.AllCustomers(t.Context(), params))
	require.NoError(t, err)
	require.Equal(t, []string{"cust_1", "cust_2"}, idsOf(got))
	require.Equal(t, url.Values{"scope": {"customer"}, "page": {"4"}, "per_page": {"1"}, "order": {"reverse_chronological"}}, queries[1])
}

func TestSearchAllStartsOverEachTimeAndFetchesNoMoreThanIsTaken(t *testing.T) {
	t.Parallel()
	requests := 0
	client := apitest.RespondFunc(func(r *http.Request) string {
		requests++
		page, err := strconv.Atoi(r.URL.Query().Get("page"))
		require.NoError(t, err)
		return searchPage(page, 3, customer(fmt.Sprint("cust_", 2*page)), customer(fmt.Sprint("cust_", 2*page+1)))
	}).Client(t)
	all := client.Search.AllCustomers(t.Context(), nil)
	require.Zero(t, requests, "nothing is fetched before the loop")
	for range 2 {
		for c, err := range all {
			require.NoError(t, err)
			if c.ID == "cust_4" {
				break
			}
		}
	}
	require.Equal(t, 2+2, requests)
	got, err := collect(all)
	require.NoError(t, err)
	require.Len(t, got, 6)
	require.Equal(t, 2+2+3, requests)
}

func TestSearchAllYieldsAnErrorOnceAndEnds(t *testing.T) {
	t.Parallel()
	calls := 0
	client := apitest.RespondFunc(func(*http.Request) string {
		if calls++; calls == 1 {
			return searchPage(1, 9, customer("cust_1"))
		}
		return `<html>`
	}).Client(t)
	require.Equal(t, []string{"cust_1", "error"}, yields(t, client.Search.AllCustomers(t.Context(), nil)))
	require.Equal(t, 2, calls)
}

func TestUniversalSearchReturnsRecordsAsTheyWereSent(t *testing.T) {
	t.Parallel()
	records := []string{`{"object":"event","amount":9007199254740993}`, `{"object":"event","amount":9007199254740993}`, `7`}
	var queries []url.Values
	client := pages(t, &queries, searchPage(1, 2, records[:2]...), searchPage(2, 2, records[2]))
	var got []string
	for record, err := range client.Search.AllUniversal(t.Context(), omise.SearchScopeEvent, nil) {
		require.NoError(t, err)
		got = append(got, string(*record))
	}
	require.Equal(t, records, got, "raw records have no id, so none is dropped as repeated")
	require.Equal(t, "event", queries[0].Get("scope"))
}

func TestASearchThatFoundSomethingElseIsRefused(t *testing.T) {
	t.Parallel()
	one := customer("cust_1")
	for name, page := range map[string]struct{ answer, want string }{
		"a list":             {pageOf(1, 0, "cust_1"), "the answer is a list, not a search"},
		"a record":           {one, "the answer is a customer, not a search"},
		"nothing":            {`{}`, "the answer is no object of the API, not a search"},
		"null":               {`null`, "the answer is no object of the API, not a search"},
		"records of another": {searchPage(1, 1, one, `{"object":"charge","id":"chrg_1"}`), "record 1: the answer is a charge, not a customer"},
		"a nameless record":  {searchPage(1, 1, `{"object":"customer"}`), "record 0: the customer in the answer has no id"},
		"a null record":      {searchPage(1, 1, "null"), "record 0 is null"},
		"an odd record":      {searchPage(1, 1, `{"object":"customer","id":7}`), "data[0].id: unexpected number"},
		"odd records":        {`{"object":"search","data":` + one + `}`, "data: unexpected object"},
		"an odd total":       {`{"object":"search","data":[],"total":"many"}`, "total: unexpected string"},
		"half a record":      {`{"object":"search","data":[],"total":1.5}`, "total: unexpected number"},
		"odd pages":          {`{"object":"search","data":[],"total_pages":[2]}`, "total_pages: unexpected array"},
		"an array":           {`[` + one + `]`, "unexpected array"},
		"HTML":               {badGateway, "not a JSON document"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := apitest.Respond(200, page.answer).Client(t).Search.Customers(t.Context(), nil)
			require.ErrorContains(t, err, page.want)
			require.Nil(t, got)
		})
		t.Run("All, "+name, func(t *testing.T) {
			t.Parallel()
			_, err := collect(apitest.Respond(200, page.answer).Client(t).Search.AllCustomers(t.Context(), nil))
			require.ErrorContains(t, err, page.want)
		})
	}
}

func TestASearchResultKnowsWhetherThereIsMore(t *testing.T) {
	t.Parallel()
	record := []*omise.Charge{{}}
	for name, row := range map[string]struct {
		page omise.SearchResult[omise.Charge]
		want bool
	}{
		"the first of two pages": {omise.SearchResult[omise.Charge]{Data: record, Page: 1, TotalPages: 2}, true},
		"the last page":          {omise.SearchResult[omise.Charge]{Data: record, Page: 2, TotalPages: 2}, false},
		"no pages":               {omise.SearchResult[omise.Charge]{}, false},
		"an empty page":          {omise.SearchResult[omise.Charge]{Page: 1, TotalPages: 99}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, row.want, row.page.HasMore())
		})
	}
}

// Filters by name are for every search. The filters of a scope are only for that scope.
func TestASearchTakesTheFiltersOfItsScope(t *testing.T) {
	t.Parallel()
	pairs := 0
	for _, op := range apitest.Operations() {
		if apitest.FiltersOf[op.Name] == nil {
			continue
		}
		for name, filters := range apitest.FiltersOf {
			pairs++
			right := name == op.Name || name == "Search.Universal" || op.Name == "Search.Universal" && name == "Search.Charges"
			call := func(_ context.Context, c *omise.Client) error {
				return op.Call(t, c, nil, reflect.ValueOf(&omise.SearchParams{Filters: filters}))
			}
			if !right {
				requireRefused(t, "filters", "must be for scope ", call)
				continue
			}
			require.ErrorIs(t, call(t.Context(), apitest.RespondNotFound().Client(t)), omise.ErrCodeNotFound, "%s with the filters of %s", op.Name, name)
		}
	}
	require.Equal(t, len(apitest.FiltersOf)*len(apitest.FiltersOf), pairs)
}

func TestAnIteratorRefusesTheFiltersOfAnotherScope(t *testing.T) {
	t.Parallel()
	api := apitest.Respond(200, searchPage(1, 1))
	_, err := collect(api.Client(t).Search.AllCustomers(t.Context(), &omise.SearchParams{Filters: omise.ChargeFilters{}}))
	require.Equal(t, "filters", refusal(t, err).Field)
	require.Equal(t, "must be for scope customer, not charge", refusal(t, err).Rule)
	require.Empty(t, api.Requests())
}

func TestFiltersAreSentByTheirNames(t *testing.T) {
	t.Parallel()
	day := omise.Date{Year: 2026, Month: 1, Day: 31}
	for _, row := range []struct {
		name    string
		filters omise.SearchFilters
		want    url.Values
	}{
		{"none", nil, url.Values{}},
		{"empty", omise.ChargeFilters{}, url.Values{}},
		{"an empty map", omise.Filters{}, url.Values{}},
		{"a nil pointer", (*omise.ChargeFilters)(nil), url.Values{}},
		{"any name", omise.Filters{"captured": "yes", "a new one": ""}, url.Values{"filters[captured]": {"yes"}, "filters[a new one]": {""}}},
		{"false", omise.ChargeFilters{Captured: new(false)}, url.Values{"filters[captured]": {"false"}}},
		{"a pointer", &omise.ChargeFilters{Voided: new(true)}, url.Values{"filters[voided]": {"true"}}},
		{"main units", omise.ChargeFilters{Amount: omise.AmountFilter(omise.THB, 100_050)}, url.Values{"filters[amount]": {"1000.50"}}},
		{"whole units", omise.ChargeFilters{Amount: omise.AmountFilter(omise.JPY, 1000)}, url.Values{"filters[amount]": {"1000"}}},
		{"a range", omise.ChargeFilters{Amount: omise.AmountsFilter(omise.THB, 100_000, 200_000)}, url.Values{"filters[amount]": {"1000.00..2000.00"}}},
		{"a day", omise.ChargeFilters{Created: omise.DateFilter(day)}, url.Values{"filters[created]": {"2026-01-31"}}},
		{"days", omise.ChargeFilters{Created: omise.DatesFilter(day, omise.Date{Year: 2026, Month: 2, Day: 1})}, url.Values{"filters[created]": {"2026-01-31..2026-02-01"}}},
		{"a word", omise.ChargeFilters{Created: omise.SearchDateLastWeek}, url.Values{"filters[created]": {"last_week"}}},
		{"several values", omise.AuditFilters{ActorEmail: []string{"b@example.com", "a@example.com"}}, url.Values{"filters[actor_email][]": {"b@example.com", "a@example.com"}}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got := apitest.RespondNotFound()
			params := &omise.SearchParams{Filters: row.filters}
			_, err := got.Client(t).Search.Charges(t.Context(), params)
			if _, ok := row.filters.(omise.AuditFilters); ok {
				_, err = got.Client(t).Search.Audits(t.Context(), params)
			}
			require.ErrorIs(t, err, omise.ErrCodeNotFound)
			values := got.Requests()[0].Values()
			values.Del("scope")
			require.Equal(t, row.want, values)
		})
	}
}
