package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
)

// TestAKilledProgramSkipsNoEvent posts the events of omise-mock to a receiver that refuses
// every tenth event once. It kills the program while the receiver answers, alternately at
// a refusal and at the twentieth post. OMISE_LISTEN_EVENTS sets the number of events.
func TestAKilledProgramSkipsNoEvent(t *testing.T) {
	t.Parallel()
	events := 50
	if n, err := strconv.Atoi(os.Getenv("OMISE_LISTEN_EVENTS")); err == nil {
		events = n
	}
	dir := t.TempDir()
	mock := startMock(t, build(t, dir, "omise-mock"))
	client, err := omise.NewClient(mock.SecretKey, omise.WithBaseURL(mock.URL))
	require.NoError(t, err)
	want := map[string]bool{}
	for range events {
		_, err := client.Customers.Create(t.Context(), &omise.CustomerCreateParams{Email: "malee@example.com"})
		require.NoError(t, err)
	}
	for event, err := range client.Events.All(t.Context(), nil) {
		require.NoError(t, err)
		want[event.ID] = true
	}
	require.Len(t, want, events)

	r := &receiver{posts: make(chan bool), seen: map[string]bool{}, taken: map[string]bool{}}
	site := httptest.NewServer(r)
	t.Cleanup(site.Close)
	program := build(t, dir, "omise-listen")
	args := []string{"-to", site.URL, "-state", filepath.Join(dir, "state.json"), "-interval", "20ms"}
	kills := 0
	for first := true; r.count() < events; first = false {
		listen := exec.Command(program, args...)
		if first {
			listen.Args = append(listen.Args, "-from", "2026-01-01T00:00:00Z")
		}
		listen.Env = append(os.Environ(), "OMISE_SECRET_KEY="+mock.SecretKey, "OMISE_API_URL="+mock.URL)
		listen.Stderr = t.Output()
		require.NoError(t, listen.Start())
		for posts := 0; posts < 20 && r.count() < events; posts++ {
			if refused := r.wait(t); refused && kills%2 == 0 {
				break
			}
		}
		require.NoError(t, listen.Process.Kill())
		_ = listen.Wait()
		kills++
	}
	require.Equal(t, want, r.taken, "each event was taken, and no other")
	require.Greater(t, r.refusals, 0)
	require.Greater(t, kills, 1)
	t.Logf("%d events: %d posts, %d refused, %d kills, each event taken", events, r.total, r.refusals, kills)
}

// A receiver refuses every tenth event at its first post.
type receiver struct {
	posts chan bool // true for each refusal, false for each other answer

	mu              sync.Mutex
	seen, taken     map[string]bool // by event id
	total, refusals int
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, hr *http.Request) {
	var event omise.Event
	body, err := io.ReadAll(hr.Body)
	if err == nil {
		err = json.Unmarshal(body, &event)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r.mu.Lock()
	r.total++
	refuse := !r.seen[event.ID] && len(r.seen)%10 == 5
	r.seen[event.ID] = true
	if refuse {
		r.refusals++
		w.WriteHeader(http.StatusServiceUnavailable)
	} else {
		r.taken[event.ID] = true
	}
	r.mu.Unlock()
	select {
	case r.posts <- refuse:
	case <-hr.Context().Done():
	}
}

// wait waits for a post and reports whether it is refused.
func (r *receiver) wait(t *testing.T) bool {
	t.Helper()
	select {
	case refused := <-r.posts:
		return refused
	case <-time.After(20 * time.Second):
		t.Fatal("no post for 20 s")
		return false
	}
}

func (r *receiver) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.taken)
}

// build builds a command of this module.
func build(t *testing.T, dir, name string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	out, err := exec.Command("go", "build", "-o", path, "github.com/omisekit/omise-go/cmd/"+name).CombinedOutput()
	require.NoError(t, err, string(out))
	return path
}

// A mock is what omise-mock prints about itself.
type mock struct {
	URL       string `json:"url"`
	SecretKey string `json:"secret_key"`
}

func startMock(t *testing.T, program string) (m mock) {
	t.Helper()
	command := exec.Command(program, "-addr", "127.0.0.1:0", "-print", "json")
	command.Stderr = t.Output()
	stdout, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(line, &m))
	return m
}
