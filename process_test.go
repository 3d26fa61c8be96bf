package omise_test

import (
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/contract"
	"github.com/omisekit/omise-go/internal/fake"
)

// TestMain holds all answers that the tests get against the reference, and
// fails if goroutines or sockets are left at the end.
func TestMain(m *testing.M) {
	code := contract.Run(m, fake.Observe)
	if fuzzing := flag.Lookup("test.fuzz").Value.String() != ""; code == 0 && !fuzzing {
		left := leftovers()
		for end := time.Now().Add(30 * time.Second); left != "" && time.Now().Before(end); left = leftovers() {
			time.Sleep(10 * time.Millisecond)
		}
		if left != "" {
			fmt.Println("left at the end: " + left)
			code = 1
		}
	}
	os.Exit(code)
}

// leftovers returns the goroutines beside the calling one, and the sockets, as
// far as the system lists them; "" if there are none.
func leftovers() string {
	sockets := 0
	files, _ := filepath.Glob("/proc/self/fd/*")
	for _, file := range files {
		if target, err := os.Readlink(file); err == nil && strings.HasPrefix(target, "socket:") {
			sockets++
		}
	}
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	goroutines := runtime.NumGoroutine() - 1
	if goroutines == 0 && sockets == 0 {
		return ""
	}
	return fmt.Sprintf("%d goroutines, %d sockets\n%s", goroutines, sockets, stacks)
}

// Not parallel: it looks at the whole process.
func TestLeftoversAreSeen(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("sockets are listed on Linux alone")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	stop := make(chan struct{})
	go func() { <-stop }()
	defer close(stop)
	require.Regexp(t, `^[1-9]\d* goroutines, [1-9]\d* sockets\n`, leftovers())
}

// traces are what a process that has made every call leaves behind.
type traces struct {
	hosts map[string]int // that it wanted to reach, and how often
	files []string
}

// behindAProxy makes every call in a process of its own, with a proxy in the
// environment that lets nothing through, in an empty directory.
func behindAProxy(t *testing.T) traces {
	t.Helper()
	var mu sync.Mutex
	left := traces{hosts: map[string]int{}}
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

// TestEveryCallOnce is what behindAProxy runs.
func TestEveryCallOnce(t *testing.T) {
	if os.Getenv(everyCall) == "" {
		return
	}
	client, err := omise.NewClient(testSecret, omise.WithPublicKey(testPublic), omise.WithLinksPlusKey(testLinksPlus), omise.WithMaxRetries(0))
	require.NoError(t, err)
	for _, op := range operations(t) {
		require.ErrorContains(t, op.call(t, client, op.ids(t), op.params()[0]), "Forbidden", op.name)
	}
}
