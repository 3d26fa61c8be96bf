package omise_test

import (
	"flag"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/contract"
	"github.com/omisekit/omise-go/internal/fake"
)

// TestMain compares all answers that the tests get with the reference. It fails if
// goroutines or sockets are left at the end.
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

// leftovers describes the other goroutines, and the sockets if the system lists them;
// "" if there are none.
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

// The test is not parallel, because it checks the whole process.
func TestLeftoversAreSeen(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux lists sockets")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	stop := make(chan struct{})
	go func() { <-stop }()
	defer close(stop)
	require.Regexp(t, `^[1-9]\d* goroutines, [1-9]\d* sockets\n`, leftovers())
}
