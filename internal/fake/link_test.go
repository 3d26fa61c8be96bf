package fake

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func (w *world) link(extra object) answer {
	w.t.Helper()
	return w.post("/links", object{
		"amount": 100_000, "currency": "thb", "title": "Order 384", "description": "New product",
	}.With(extra))
}

func TestLinkIsPaidOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	l := w.link(nil)
	require.Equal(t, []any{false, false, nil, "THB", 0.0}, []any{l["used"], l["multiple"], l["used_at"], l["currency"], l.in("charges")["total"]})
	require.Regexp(t, `^https://link\.omise\.co/[0-9A-Z]{19}$`, l["payment_uri"])
	require.NoError(t, w.PayLink(l.id()))
	l = w.get("/links/" + l.id())
	require.Equal(t, []any{true, "2026-01-05T03:00:00Z"}, []any{l["used"], l["used_at"]})
	c := l.in("charges").data()[0]
	require.Equal(t, []any{"successful", l.id(), "Order 384\n\nNew product", 100_000.0}, []any{c["status"], c["link"], c["description"], c["amount"]})
	require.Equal(t, "Visa", c.in("card")["brand"])
	require.Equal(t, []string{c.id()}, w.get("/links/"+l.id()+"/charges").ids())
	require.EqualValues(t, 96_094, w.get("/balance")["total"])
	require.ErrorContains(t, w.PayLink(l.id()), "was already paid")
	require.ErrorContains(t, w.PayLink("link_x"), "link link_x was not found")
	require.Equal(t, []string{"link.create", "charge.create"}, w.eventKeys())

	many := w.link(object{"multiple": true})
	require.NoError(t, w.PayLink(many.id()))
	require.NoError(t, w.PayLink(many.id()))
	many = w.get("/links/" + many.id())
	require.Equal(t, []any{false, nil, 2.0}, []any{many["used"], many["used_at"], many.in("charges")["total"]})
}

func TestLinkChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	l := w.link(nil)
	changed := w.patch("/links/"+l.id(), object{"title": "Order 385"})
	require.Equal(t, []any{"Order 385", "New product"}, []any{changed["title"], changed["description"]})
	w.fails(badRequest, "PATCH", "/links/"+l.id(), object{"amount": 5000})
	unchanged := w.patch("/links/"+l.id(), object{"title": "", "description": ""})
	require.Equal(t, []any{"Order 385", "New product"}, []any{unchanged["title"], unchanged["description"]})
	for message, wrong := range map[string]object{
		"amount must be greater than or equal to 2000 (thb subunits)": {"amount": 1999},
		"amount is not a number":                                       {"amount": "x"},
		"currency is currently not supported":                          {"currency": "xxx"},
		"title can't be blank":                                         {"title": ""},
		"description can't be blank":                                   {"description": nil},
		"multiple must be true or false":                               {"multiple": "x"},
		"amount must be less than or equal to 15000000 (thb subunits)": {"amount": 15_000_001},
	} {
		body := object{"amount": 100_000, "currency": "thb", "title": "A", "description": "B"}.With(wrong)
		require.Equal(t, message, w.fails(invalidLink, "POST", "/links", body))
	}
	gone := w.ok("DELETE", "/links/"+l.id(), nil)
	require.Equal(t, []any{true, "2026-01-05T03:00:00Z"}, []any{gone["deleted"], gone["deleted_at"]})
	w.fails(notFound, "GET", "/links/"+l.id(), nil)
	require.Error(t, w.PayLink(l.id()))
	require.Empty(t, w.get("/links").data())
}
