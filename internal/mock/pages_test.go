package mock_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/fake"
	"github.com/omisekit/omise-go/internal/mock"
)

// browse opens a page as a browser does, without a key.
func (h *host) browse(uri string) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, httptest.NewRequest("GET", uri, nil))
	return recorder
}

const publicURL = "http://127.0.0.1:8080"

// waiting makes a charge that waits for its payer.
func (h *host) waiting(key string) answer {
	h.t.Helper()
	return h.ok(key, "POST", "/charges", "amount=5000&currency=thb&source[type]=truemoney&source[phone_number]=0812345678&return_uri=https://shop.example.com")
}

func TestAPageBelongsToItsWorld(t *testing.T) {
	t.Parallel()
	h := newHost(t, mock.Options{World: fake.Options{PublicURL: publicURL}})
	for key, prefix := range map[string]string{h.First().Fake().SecretKey(): "", "skey_test_two": "/pkey_test_two"} {
		c := h.waiting(key)
		require.Contains(t, c.text("authorize_uri"), publicURL+prefix+"/payments/")
		page := h.browse(c.text("authorize_uri"))
		require.Equal(t, http.StatusOK, page.Code)
		require.Contains(t, page.Body.String(), c.text("id"))
	}
	require.Equal(t, http.StatusUnauthorized, h.browse(publicURL+"/payments/pay_none/authorize").Code)
	require.Equal(t, http.StatusNotFound, h.browse(publicURL+"/pkey_test_two/payments/pay_none/authorize").Code)
	require.Equal(t, http.StatusNotFound, h.browse(publicURL+"/pkey_test_none/payments/pay_none/authorize").Code)
	require.Equal(t, http.StatusNotFound, h.browse(publicURL+"/pkey_test_two/balance").Code, "no call of the API")
	require.Len(t, h.Worlds(), 2, "a page opens no world")
}

func TestThePageOfAWorldShowsWhyAnAnswerIsTooLate(t *testing.T) {
	t.Parallel()
	h := newHost(t, mock.Options{World: fake.Options{PublicURL: publicURL}})
	uri := h.waiting("skey_test_two").text("authorize_uri")
	post := func() string {
		recorder := httptest.NewRecorder()
		hr := httptest.NewRequest("POST", uri, strings.NewReader("answer=yes"))
		hr.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		h.ServeHTTP(recorder, hr)
		require.Equal(t, http.StatusSeeOther, recorder.Code)
		return recorder.Header().Get("Location")
	}
	require.Equal(t, "https://shop.example.com", post())
	require.Equal(t, "?acs=false", post())
}

func TestTheLongestUnusedWorldIsReplaced(t *testing.T) {
	t.Parallel()
	var log []string
	h := newHost(t, mock.Options{Worlds: 2, Log: func(line string) { log = append(log, line) }})
	first := h.First().Fake().SecretKey()
	for _, key := range []string{first, "skey_test_a", "skey_test_b"} {
		h.ok(key, "POST", "/customers", "")
	}
	require.Empty(t, log)
	h.ok("skey_test_a", "GET", "/balance", "") // b is unused for longer now
	h.ok("skey_test_c", "POST", "/customers", "")
	require.Equal(t, []string{"world 3: dropped with all its objects: there are more than 2 worlds, and no other was unused for longer (-worlds)"}, log)
	require.Equal(t, 1.0, h.customers(first), "the first world stays")
	require.Equal(t, 1.0, h.customers("skey_test_a"))
	require.Zero(t, h.customers("skey_test_b"), "it begins anew")
	require.Len(t, h.Worlds(), 3)
}

func TestAChainKeyFindsItsWorld(t *testing.T) {
	t.Parallel()
	h := newHost(t, mock.Options{Worlds: 1})
	id := h.ok("skey_test_a", "POST", "/_admin/chains", `{"email":"malee@example.com"}`).text("id")
	key := h.ok("skey_test_a", "GET", "/chains/"+id, "").text("key")
	for range 2 {
		h.ok(key, "GET", "/balance", "")
	}
	h.ok("skey_test_b", "GET", "/balance", "")
	status, _ := h.send(key, "GET", "/balance", "")
	require.Equal(t, http.StatusUnauthorized, status, "its world was dropped")
}

func TestDashboardShowsEveryWorld(t *testing.T) {
	t.Parallel()
	h := newHost(t, mock.Options{})
	h.ok("skey_test_one", "GET", "/balance", "")
	page := h.browse("http://127.0.0.1:8080/_dashboard/").Body.String()
	require.Contains(t, page, h.First().Fake().PublicKey())
	require.Contains(t, page, "pkey_test_one")
	require.Contains(t, h.browse("http://127.0.0.1:8080/_dashboard/pkey_test_one/").Body.String(), "/balance")
	require.Equal(t, http.StatusForbidden, h.browse("http://rebound.example.com/_dashboard/").Code)
}
