package fake

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func linksPlus(extra object) object {
	return object{"template_id": 3655, "team_id": 3388, "name": "Premium", "amount": 299_900}.With(extra)
}

func TestLinksPlus(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	l := w.post("/external/links", linksPlus(object{"template_id": "3655", "additional": "note", "multiple_usage": true}))
	require.EqualValues(t, 789, l["id"])
	require.Equal(t, []any{"thb", 299_900.0, true, "note", "pending", "active", 3655.0, 3388.0}, []any{
		l["currency"], l["amount"], l["multiple_usage"], l["additional"], l["state"], l["status"], l["template_id"], l["team_id"],
	})
	require.Equal(t, l, w.get("/external/links/789"))
	second := w.post("/external/links", linksPlus(object{"currency": "USD"}))
	require.Equal(t, []any{790.0, "USD", nil}, []any{second["id"], second["currency"], second["additional"]})
	all := w.get("/external/3388/links?limit=1&order=reverse_chronological")
	require.EqualValues(t, 2, all["total"])
	require.Equal(t, []answer{second}, all.data())
	require.Empty(t, w.get("/external/1/links").data())

	template := w.get("/external/templates/3655")
	require.Equal(t, []any{3388.0, "active", "th"}, []any{template["team_id"], template["status"], template["language"]})
	require.Equal(t, []answer{template}, w.get("/external/3388/templates").data())
	w.fails(notFound, "GET", "/external/links/1", nil)
	w.fails(notFound, "GET", "/external/templates/1", nil)
	w.fails(serviceNotFound, "GET", "/external/3388/unicorns", nil)
}

func TestLinksPlusRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	for message, wrong := range map[string]object{
		`"template_id" must be a number`:                                        {"template_id": "x"},
		`"template_id" is required and "team_id" is required`:                   {"template_id": nil, "team_id": nil},
		`"template_id" is not a template of the team`:                           {"team_id": 1},
		`"name" is required`:                                                    {"name": ""},
		`"name" length must be less than or equal to 45 characters long`:        {"name": strings.Repeat("ก", 46)},
		`"additional" length must be less than or equal to 255 characters long`: {"additional": strings.Repeat("a", 256)},
		`"amount" must be greater than or equal to 100`:                         {"amount": 99},
		`"amount" must be a number`:                                             {"amount": "x"},
		`"currency" is not supported`:                                           {"currency": "xxx"},
	} {
		require.Equal(t, message, w.fails(badRequest, "POST", "/external/links", linksPlus(wrong)))
	}
	require.Equal(t, `"link_id" must be a number`, w.fails(badRequest, "GET", "/external/links/x", nil))
	require.Equal(t, `"template_id" must be a number`, w.fails(badRequest, "GET", "/external/templates/x", nil))
	require.Equal(t, `"team_id" must be a number`, w.fails(badRequest, "GET", "/external/x/links", nil))

	require.Len(t, w.LinksPlusKey(), 40)
	require.Equal(t, w.LinksPlusKey(), New(Options{}).LinksPlusKey())
	require.Equal(t, "own", New(Options{LinksPlusKey: "own"}).LinksPlusKey())
	for _, authorization := range []string{"", "other", "Bearer " + w.LinksPlusKey()} {
		hr := w.request("GET", "/external/3388/links", nil)
		hr.Header.Set("Authorization", authorization)
		status, a := w.send(hr)
		require.Equal(t, http.StatusUnauthorized, status)
		require.Equal(t, "authentication_failure", a["code"])
	}
	hr := w.request("GET", "/external/3388/links", nil)
	hr.SetBasicAuth(w.SecretKey(), "")
	status, _ := w.send(hr)
	require.Equal(t, http.StatusUnauthorized, status)
}
