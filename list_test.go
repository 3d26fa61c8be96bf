package omise_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
)

func TestNextWalksAllPages(t *testing.T) {
	t.Parallel()
	server, want := newServerWithCustomers(t, 7)
	var got []*omise.Customer
	var sizes []int
	page, err := server.Client().Customers.List(t.Context(), &omise.ListParams{Limit: 3})
	for ; page != nil; page, err = page.Next(t.Context()) {
		sizes, got = append(sizes, len(page.Data)), append(got, page.Data...)
	}
	require.NoError(t, err)
	require.Equal(t, []int{3, 3, 1}, sizes)
	require.Equal(t, idsOf(want), idsOf(got))
}

func TestAllYieldsTheWindowThatWasAskedFor(t *testing.T) {
	t.Parallel()
	server, customers := newServerWithCustomers(t, 23)
	rng := rand.New(rand.NewPCG(7, 8))
	start := customers[0].CreatedAt
	for range 150 {
		var params omise.ListParams
		if rng.IntN(2) == 0 {
			params.From = start.Add(time.Duration(rng.IntN(30)-3) * time.Second)
		}
		if rng.IntN(2) == 0 {
			params.To = start.Add(time.Duration(rng.IntN(30)-3) * time.Second).In(bangkok)
		}
		params.Offset = rng.IntN(26) * rng.IntN(2)
		params.Limit = rng.IntN(9)
		params.Order = []omise.Order{"", omise.Chronological, omise.ReverseChronological}[rng.IntN(3)]
		var want []*omise.Customer
		for _, c := range customers {
			if !c.CreatedAt.Before(params.From) && (params.To.IsZero() || !c.CreatedAt.After(params.To)) {
				want = append(want, c)
			}
		}
		if params.Order == omise.ReverseChronological {
			slices.Reverse(want)
		}
		want = want[min(params.Offset, len(want)):]
		got, err := collect(server.Client().Customers.All(t.Context(), &params))
		require.NoError(t, err)
		require.Equal(t, idsOf(want), idsOf(got), "%+v", params)
	}
}

func TestFault83RecordsCreatedMeanwhile(t *testing.T) {
	t.Parallel()
	for _, order := range []omise.Order{omise.Chronological, omise.ReverseChronological} {
		t.Run(string(order), func(t *testing.T) {
			t.Parallel()
			server, want := newServerWithCustomers(t, 7)
			if order == omise.ReverseChronological {
				slices.Reverse(want)
			}
			var got []*omise.Customer
			for c, err := range server.Client().Customers.All(t.Context(), &omise.ListParams{Limit: 2, Order: order}) {
				require.NoError(t, err)
				got = append(got, c)
				addCustomer(t, server, "meanwhile")
			}
			require.Equal(t, idsOf(want), idsOf(got))
		})
	}
}

func TestAllStartsOverEachTimeAndFetchesNoMoreThanIsTaken(t *testing.T) {
	t.Parallel()
	server, customers := newServerWithCustomers(t, 6)
	api := &apitest.API{Respond: server.HTTPClient().Transport.RoundTrip}
	all := server.Client(api.Option()).Customers.All(t.Context(), &omise.ListParams{Limit: 2})
	require.Empty(t, api.Requests(), "nothing is fetched before the loop")
	for range 2 {
		before := len(api.Requests())
		for c, err := range all {
			require.NoError(t, err)
			if c.ID == customers[2].ID {
				break
			}
		}
		require.Len(t, api.Requests(), before+2)
	}
	got, err := collect(all)
	require.NoError(t, err)
	require.Equal(t, idsOf(customers), idsOf(got))
	require.Len(t, api.Requests(), 2+2+3)
}

func TestAllLeavesItsParamsAlone(t *testing.T) {
	t.Parallel()
	server, _ := newServerWithCustomers(t, 3)
	params := omise.ListParams{Order: omise.ReverseChronological}
	_, err := collect(server.Client().Customers.All(t.Context(), &params))
	require.NoError(t, err)
	require.Equal(t, omise.ListParams{Order: omise.ReverseChronological}, params)
}

func TestAPageThatTheAPIWouldRefuseIsNotAskedFor(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		params *omise.ListParams
		field  string
	}{
		"limit too large": {&omise.ListParams{Limit: omise.LargestPage + 1}, "limit"},
		"negative limit":  {&omise.ListParams{Limit: -1}, "limit"},
		"negative offset": {&omise.ListParams{Offset: -1}, "offset"},
	} {
		t.Run("List, "+name, func(t *testing.T) {
			t.Parallel()
			requireRefused(t, row.field, "must", func(ctx context.Context, c *omise.Client) error {
				return errorOf(c.Customers.List(ctx, row.params))
			})
		})
		t.Run("All, "+name, func(t *testing.T) {
			t.Parallel()
			requireRefused(t, row.field, "must", func(ctx context.Context, c *omise.Client) error {
				return errorOf(collect(c.Customers.All(ctx, row.params)))
			})
		})
	}
}

func TestFault83EndOfAList(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		pages []string
		want  []string
	}{
		{"at the total", []string{pageOf(3, 0, "cust_1", "cust_2"), pageOf(3, 2, "cust_3")}, []string{"cust_1", "cust_2", "cust_3"}},
		{"on no records at all", []string{pageOf(0, 0)}, []string{}},
		{"on a page without progress", []string{pageOf(99, 0, "cust_1", "cust_2"), pageOf(99, 2, "cust_2", "cust_1")}, []string{"cust_1", "cust_2"}},
		{"after repeated records", []string{pageOf(4, 0, "cust_1", "cust_2"), pageOf(4, 2, "cust_2", "cust_3")}, []string{"cust_1", "cust_2", "cust_3"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var queries []url.Values
			got, err := collect(pages(t, &queries, row.pages...).Customers.All(t.Context(), nil))
			require.NoError(t, err)
			require.Equal(t, row.want, idsOf(got))
			require.Len(t, queries, len(row.pages))
		})
	}
}

// The total says that there are more records, so the list must not look complete.
func TestAnEmptyPageBeforeTheEndOfAListIsAnError(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 4} {
		t.Run(fmt.Sprintf("%d pages in flight", n), func(t *testing.T) {
			t.Parallel()
			var queries []url.Values
			client := pages(t, &queries, pageOf(3, 0, "cust_1", "cust_2"), pageOf(3, 2))
			got, err := collect(client.Customers.All(t.Context(), nil, omise.WithPrefetch(n)))
			require.ErrorContains(t, err, "a page is empty")
			require.Equal(t, []string{"cust_1", "cust_2"}, idsOf(got))
		})
	}
}

func TestNextAfterAnEmptyPageBeforeTheEndOfAListIsAnError(t *testing.T) {
	t.Parallel()
	var queries []url.Values
	page, err := pages(t, &queries, pageOf(3, 0)).Customers.List(t.Context(), nil)
	require.NoError(t, err)
	require.True(t, page.HasMore())
	_, err = page.Next(t.Context())
	require.ErrorContains(t, err, "a page is empty")
}

func TestAllSendsTheFirstPagesWindowWithEveryLaterPage(t *testing.T) {
	t.Parallel()
	var queries []url.Values
	client := pages(t, &queries, pageOf(3, 0, "cust_1", "cust_2"), pageOf(3, 2, "cust_3"))
	_, err := collect(client.Customers.All(t.Context(), nil, omise.WithExpand()))
	require.NoError(t, err)
	require.Equal(t, url.Values{"limit": {"100"}, "expand": {"true"}}, queries[0])
	require.Equal(t, url.Values{
		"from": {"1970-01-01T00:00:00Z"}, "to": {"2026-01-31T10:30:00Z"}, "offset": {"2"}, "limit": {"2"},
		"order": {"chronological"}, "expand": {"true"},
	}, queries[1])
}

// In the reference, the order in an answer may be null.
func TestTheNextPageRepeatsTheParamsThatTheAnswerLeavesOut(t *testing.T) {
	t.Parallel()
	var queries []url.Values
	client := pages(t, &queries, `{"object":"list","data":[{"object":"customer","id":"cust_2"}],"total":5,"order":null}`, pageOf(5, 4, "cust_1"))
	params := &omise.ListParams{To: time.Date(2026, 1, 31, 10, 30, 0, 0, time.UTC), Offset: 3, Limit: 1, Order: omise.ReverseChronological}
	_, err := collect(client.Customers.All(t.Context(), params))
	require.NoError(t, err)
	require.Equal(t, url.Values{"to": {"2026-01-31T10:30:00Z"}, "limit": {"1"}, "order": {"reverse_chronological"}, "offset": {"4"}}, queries[1])
}

func TestAllYieldsAnErrorOnceAndEnds(t *testing.T) {
	t.Parallel()
	calls := 0
	client := apitest.RespondFunc(func(*http.Request) string {
		if calls++; calls == 1 {
			return pageOf(9, 0, "cust_1", "cust_2")
		}
		return `<html>`
	}).Client(t)
	require.Equal(t, []string{"cust_1", "cust_2", "error"}, yields(t, client.Customers.All(t.Context(), nil)))
}

func TestAPageOfSomethingElseIsRefused(t *testing.T) {
	t.Parallel()
	for name, page := range map[string]string{
		"an object":         `{"object":"customer","id":"cust_1"}`,
		"nothing":           `{}`,
		"a null record":     `{"object":"list","data":[null],"total":1}`,
		"another kind":      `{"object":"list","data":[{"object":"charge","id":"chrg_1","amount":1,"currency":"THB"}],"total":1}`,
		"one without an id": `{"object":"list","data":[{"object":"customer"}],"total":1}`,
		"an odd record":     `{"object":"list","data":[{"object":"customer","id":"cust_1"},{"object":"customer","id":7}],"total":2}`,
		"odd records":       `{"object":"list","data":{"object":"customer","id":"cust_1"},"total":1}`,
		"an odd total":      `{"object":"list","data":[],"total":"many"}`,
		"an odd offset":     `{"object":"list","data":[{"object":"customer","id":"cust_1"}],"offset":"2","total":3}`,
		"an array of them":  `[{"object":"customer","id":"cust_1"}]`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := apitest.Respond(200, page).Client(t).Customers.List(t.Context(), nil)
			require.Error(t, err)
		})
	}
}

// Programs build pages in their own tests.
func TestALastPageThatACallerBuildsHasNoNextPage(t *testing.T) {
	t.Parallel()
	last := &omise.List[omise.Charge]{Data: []*omise.Charge{{ID: "chrg_1"}}}
	require.False(t, last.HasMore())
	next, err := last.Next(t.Context())
	require.NoError(t, err)
	require.Nil(t, next)
}

func TestAFirstPageThatACallerBuildsCannotFetch(t *testing.T) {
	t.Parallel()
	first := &omise.List[omise.Charge]{Data: []*omise.Charge{{ID: "chrg_1"}}, Total: 2}
	require.True(t, first.HasMore())
	_, err := first.Next(t.Context())
	require.ErrorContains(t, err, "did not come from a List method")
}

func TestAListInsideAnObjectCannotFetch(t *testing.T) {
	t.Parallel()
	customer := apitest.Object("customer")
	cards := customer["cards"].(map[string]any)
	cards["total"] = len(cards["data"].([]any)) + 1
	text, err := json.Marshal(customer)
	require.NoError(t, err)
	got, err := apitest.Respond(200, string(text)).Client(t).Customers.Get(t.Context(), fmt.Sprint(customer["id"]))
	require.NoError(t, err)
	require.True(t, got.Cards.HasMore())
	_, err = got.Cards.Next(t.Context())
	require.ErrorContains(t, err, "did not come from a List method")
}

// The second page comes from a replica that does not have the newest record yet, or a record
// was deleted.
func TestAListThatLosesRecordsWhileItIsReadIsAnError(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 4} {
		t.Run(fmt.Sprintf("%d pages in flight", n), func(t *testing.T) {
			t.Parallel()
			var queries []url.Values
			client := pages(t, &queries, pageOf(4, 0, "cust_1", "cust_2"), pageOf(3, 2, "cust_3"))
			got, err := collect(client.Customers.All(t.Context(), nil, omise.WithPrefetch(n)))
			require.ErrorContains(t, err, "has lost records")
			require.Equal(t, []string{"cust_1", "cust_2"}, idsOf(got))
		})
	}
}

func TestNextOfAListThatHasLostRecordsIsAnError(t *testing.T) {
	t.Parallel()
	var queries []url.Values
	client := pages(t, &queries, pageOf(4, 0, "cust_1", "cust_2"), pageOf(3, 2, "cust_3"))
	page, err := client.Customers.List(t.Context(), nil)
	require.NoError(t, err)
	_, err = page.Next(t.Context())
	require.ErrorContains(t, err, "has lost records")
}
