package omisejs_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/omisejs"
)

func ask(method, path string) *httptest.ResponseRecorder {
	api := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	w := httptest.NewRecorder()
	omisejs.Mount(api).ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w
}

func TestTheScriptIsNextToTheAPI(t *testing.T) {
	t.Parallel()
	w := ask(http.MethodGet, omisejs.Path)
	require.Equal(t, "text/javascript; charset=utf-8", w.Header().Get("Content-Type"))
	require.Contains(t, w.Body.String(), "window.Omise = {")
}

func TestPagesOfOtherSitesMakeTokensAndNothingElse(t *testing.T) {
	t.Parallel()
	w := ask(http.MethodOptions, "/tokens")
	require.Equal(t, http.StatusNoContent, w.Code)
	require.Equal(t, "Authorization, Content-Type", w.Header().Get("Access-Control-Allow-Headers"))
	w = ask(http.MethodPost, "/tokens")
	require.Equal(t, http.StatusTeapot, w.Code)
	require.Equal(t, "*", w.Header().Get("Access-Control-Allow-Origin"))
	for _, method := range []string{http.MethodOptions, http.MethodPost} {
		w = ask(method, "/charges")
		require.Equal(t, http.StatusTeapot, w.Code)
		require.Empty(t, w.Header().Get("Access-Control-Allow-Origin"))
	}
}
