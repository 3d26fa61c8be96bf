package mock_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/fake"
	"github.com/omisekit/omise-go/internal/mock"
)

// browse opens a page as a browser would, without a key.
func (h *host) browse(uri string) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, httptest.NewRequest("GET", uri, nil))
	return recorder
}

func TestPagesAreThoseOfTheWorldThatHasThem(t *testing.T) {
	t.Parallel()
	const url = "http://127.0.0.1:8080"
	h := newHost(t, mock.Options{World: fake.Options{PublicURL: url}})
	for _, key := range []string{"skey_test_one", "skey_test_two"} {
		c := h.ok(key, "POST", "/charges", "amount=5000&currency=thb&source[type]=truemoney&source[phone_number]=0812345678&return_uri=https://shop.example.com")
		require.Contains(t, c.text("authorize_uri"), url+"/payments/")
		page := h.browse(c.text("authorize_uri"))
		require.Equal(t, http.StatusOK, page.Code)
		require.Contains(t, page.Body.String(), c.text("id"))
	}
	require.Equal(t, http.StatusUnauthorized, h.browse(url+"/payments/pay_none/authorize").Code)
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
