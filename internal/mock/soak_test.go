package mock_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/fake"
	"github.com/omisekit/omise-go/internal/mock"
)

// TestMemoryDoesNotGrow opens many worlds and makes many calls in each. The heap must not
// be larger at the end than after half of the calls.
//
//	OMISE_SOAK=1 go test ./internal/mock -run TestMemoryDoesNotGrow -v
func TestMemoryDoesNotGrow(t *testing.T) {
	worlds, calls, limit := 400, 20, 20
	if os.Getenv("OMISE_SOAK") != "" {
		worlds, calls, limit = 10_000, 100, 1000
	}
	h := newHost(t, mock.Options{Worlds: limit, World: fake.Options{JournalSize: 1000}})
	request := func(key, method, path, body string) {
		hr := httptest.NewRequest(method, "http://127.0.0.1:8080"+path, strings.NewReader(body))
		hr.SetBasicAuth(key, "")
		recorder := httptest.NewRecorder()
		h.ServeHTTP(recorder, hr)
		require.Equal(t, http.StatusOK, recorder.Code, recorder.Body)
	}
	half := uint64(0)
	for n := range worlds {
		key := fmt.Sprintf("skey_test_w%d", n)
		for i := range calls / 2 {
			request(key, "GET", "/balance", "")
			request(key, "POST", "/customers", fmt.Sprintf("email=a%d@example.com", i))
			request(h.First().Fake().SecretKey(), "GET", "/balance", "")
		}
		if n == worlds/2 {
			half = heap()
		}
	}
	end := heap()
	runtime.KeepAlive(h)
	t.Logf("%d calls in %d worlds: heap %.1f MB after half, %.1f MB at the end", worlds*calls*3/2, worlds, float64(half)/1e6, float64(end)/1e6)
	require.Less(t, end, half+half/4)
}

// heap returns the bytes that are in use.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
