package omise_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
)

// processTraces has the effects of a process that has made every call.
type processTraces struct {
	hosts map[string]int // hosts that it wanted to reach, and how often
	files []string
}

// everyCallBehindAProxy makes every call in a separate process, in an empty directory,
// with a proxy in the environment that refuses every connection.
func everyCallBehindAProxy(t *testing.T) processTraces {
	t.Helper()
	var mu sync.Mutex
	left := processTraces{hosts: map[string]int{}}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		left.hosts[hr.Host]++
		w.WriteHeader(http.StatusForbidden)
	}))
	defer proxy.Close()
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestEveryCallOnce$")
	cmd.Dir = dir
	cmd.Env = []string{everyCall + "=1", "HTTPS_PROXY=" + proxy.URL, "HOME=" + dir, "XDG_CONFIG_HOME=" + dir, "XDG_CACHE_HOME=" + dir, "TMPDIR=" + dir}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.NoError(t, filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if path != dir {
			left.files = append(left.files, path)
		}
		return err
	}))
	mu.Lock()
	defer mu.Unlock()
	return left
}

const everyCall = "OMISE_TEST_EVERY_CALL"

// TestEveryCallOnce is run by everyCallBehindAProxy, which counts the connections.
func TestEveryCallOnce(t *testing.T) {
	if os.Getenv(everyCall) == "" {
		t.Skip("everyCallBehindAProxy runs this test in a process of its own")
	}
	client, err := omise.NewClient(testSecret, omise.WithPublicKey(testPublic), omise.WithLinksPlusKey(testLinksPlus), omise.WithMaxRetries(0))
	require.NoError(t, err)
	for _, op := range apitest.Operations() {
		require.ErrorContains(t, op.Call(t, client, op.IDs(), op.Params()[0]), "Forbidden", op.Name)
	}
}
