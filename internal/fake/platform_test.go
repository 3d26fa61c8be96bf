package fake

import (
	"encoding/base64"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRoutingRulesAndAudits(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.fails(badRequest, "POST", "/routing_group_rules", nil)
	first := w.post("/routing_group_rules", object{"comment": "prefer A", "default_backend": "backend_a"})
	require.Equal(t, []any{"prefer A", "backend_a", true}, []any{first["comment"], first["default_backend"], first["is_current"]})
	second := w.post("/routing_group_rules", object{"name": "prefer B", "provider": "backend_b"})
	require.Equal(t, []any{"prefer B", "backend_b", true}, []any{second["comment"], second["default_backend"], second["is_current"]})
	rules := w.get("/routing_group_rules").data()
	require.Equal(t, []any{false, true}, []any{rules[0]["is_current"], rules[1]["is_current"]})

	found := w.get("/audits/search?filters[verb]=rules_switched&filters[auditable_type]=routing_group")
	require.EqualValues(t, 2, found["total"])
	require.Contains(t, found.data()[1]["description"], second.id())
	require.Len(t, w.get("/audits/search?filters[actor_email][]=x@example.com&filters[actor_email][]=merchant@example.com").data(), 2)
	require.Empty(t, w.get("/audits/search?filters[actor_type]=robot").data())
}

func TestWebhookSecrets(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	first := w.post("/webhooks/secrets", nil)
	_, err := base64.StdEncoding.DecodeString(first.text("key"))
	require.NoError(t, err)
	require.Equal(t, []any{true, false, nil, nil}, []any{first["usable"], first["expiring"], first["expires_at"], first["revoked_at"]})
	path := "/webhooks/secrets/" + first.id()
	require.Nil(t, w.get(path)["key"])

	second := w.post("/webhooks/secrets", nil)
	require.NotEqual(t, first["key"], second["key"])
	old := w.get(path)
	require.Equal(t, []any{true, true, "2026-01-06T03:00:00Z"}, []any{old["usable"], old["expiring"], old["expires_at"]})
	w.Advance(secretOverlap)
	old = w.get(path)
	require.Equal(t, []any{false, false}, []any{old["usable"], old["expiring"]})
	require.Equal(t, []string{first.id(), second.id()}, w.get("/webhooks/secrets").ids())

	gone := w.ok("DELETE", "/webhooks/secrets/"+second.id(), nil)
	require.Equal(t, []any{false, "2026-01-06T03:00:00Z"}, []any{gone["usable"], gone["revoked_at"]})
	w.fails(badRequest, "DELETE", "/webhooks/secrets/"+second.id(), nil)
	w.fails(notFound, "GET", "/webhooks/secrets/whsec_x", nil)
}

func TestConsent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	w.fails(notFound, "GET", "/consent", nil)
	given := w.patch("/consent", object{"principal": "Somchai", "policies": object{"privacy": "accepted"}})
	require.Equal(t, map[string]any{"privacy": "accepted"}, given["policies"])
	require.Equal(t, map[string]any{"name": "Somchai"}, given["principal"])
	require.Equal(t, given, w.get("/consent"))
	require.Equal(t, given["principal"], w.patch("/consent", object{"policies": object{}})["principal"])
}

func TestMFAConfirmation(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	sent := w.post("/mfa_confirmations", object{"resend": true})
	require.Equal(t, []any{"merchant@example.com", "2026-01-05T03:00:00Z", "2026-01-05T03:10:00Z"},
		[]any{sent["email"], sent["created_at"], sent["expired_at"]})
	require.NotEmpty(t, sent["user_uid"])
	w.fails(badRequest, "POST", "/mfa_confirmations", object{"resend": "x"})
}

func TestSystemInfoAndSchema(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	require.Equal(t, []any{"2014-07-27", "2015-11-17", "2017-11-02", "2019-05-29"}, w.get("/")["versions"])
	w.fails(badRequest, "GET", "/schema?version=latest", nil)
	schema := w.get("/schema")
	require.Equal(t, "2019-05-29", schema.in("info")["version"])
	paths := schema.in("paths")
	require.Contains(t, paths.in("/charges/{id}"), "patch")
	require.Contains(t, paths.in("/"), "get")
	require.NotContains(t, paths, "/external/links")
	parameters := paths.in("/customers/{id}/cards/{card_id}").in("get")["parameters"].([]any)
	require.Equal(t, "card_id", parameters[1].(map[string]any)["name"])

	// Each path in the schema has its own route.
	for path := range paths {
		hr := httptest.NewRequest("GET", "https://api.omise.co/", nil)
		hr.URL.Path = path
		for method := range paths.in(path) {
			hr.Method = map[string]string{"get": "GET", "post": "POST", "patch": "PATCH", "delete": "DELETE"}[method]
			table := routing()
			require.NotEqual(t, table.unknown, table.match(hr).route, "%s %s", method, path)
		}
	}
}

func TestLiteralPathsWin(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	for path, kind := range map[string]string{
		"/charges/search": "search", "/charges/schedules": "list", "/charges/schedules/search": "search",
		"/transfers/search": "search", "/transfers/schedules": "list", "/transfers/schedules/search": "search",
		"/customers/search": "search", "/disputes/search": "search", "/links/search": "search",
		"/linked_accounts/search": "search", "/receipts/search": "search", "/receipts/receipts/search": "search",
		"/recipients/search": "search", "/refunds/search": "search", "/sub_merchants/search": "search",
		"/audits/search": "search",
	} {
		require.Equal(t, kind, w.get(path)["object"], path)
		require.Equal(t, path, w.get(path)["location"])
	}
	w.fails(missingFile, "POST", "/schedules/upload", nil)
}
