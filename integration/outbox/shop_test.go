package outbox_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/integration/database"
	"github.com/omisekit/omise-go/internal/fake"
	"github.com/omisekit/omise-go/outbox"
)

// A shop is a merchant with a database, worker processes, and a fake Omise on a port. The time
// of the fake follows the clock.
type shop struct {
	*fake.Server
	t       testing.TB
	source  database.Source
	db      *sql.DB
	client  *omise.Client // in memory, without faults
	box     *outbox.Box   // only writes intents
	url     string
	program string
	workers []*worker
	last    time.Time
	clock   sync.Mutex
	latency time.Duration
	twins   struct {
		sync.Mutex
		rng  *rand.Rand
		rate float64
		n    int
	}
}

// newShop opens a shop without workers.
func newShop(t testing.TB, source database.Source) *shop {
	t.Helper()
	s := &shop{Server: fake.New(fake.Options{}), t: t, source: source, db: source.Open(t), last: time.Now()}
	s.program = filepath.Join(t.TempDir(), "worker")
	output, err := exec.Command("go", "build", "-o", s.program, "./worker").CombinedOutput()
	require.NoError(t, err, string(output))
	s.client, err = omise.NewClient(s.SecretKey(), omise.WithPublicKey(s.PublicKey()), omise.WithHTTPClient(&http.Client{Transport: s.Server}))
	require.NoError(t, err)
	s.box = outbox.New(s.db, s.client)
	require.NoError(t, s.box.CreateTable(t.Context()))
	for _, statement := range []string{
		"CREATE TABLE orders (intent VARCHAR(100) PRIMARY KEY)",
		"CREATE TABLE reports (intent VARCHAR(100), state VARCHAR(20), object VARCHAR(100), worker VARCHAR(20))",
	} {
		_, err := s.db.ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
	port := httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	port.Config.ErrorLog = log.New(io.Discard, "", 0) // it would report the connections that faults break
	port.Start()
	t.Cleanup(func() {
		port.CloseClientConnections()
		port.Close()
	})
	s.url = port.URL
	return s
}

// serve advances the time of the fake to the clock and answers a call. It ends a call that
// hangs.
func (s *shop) serve(w http.ResponseWriter, r *http.Request) {
	time.Sleep(s.latency)
	s.keepUp()
	ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
	defer cancel()
	r = r.WithContext(ctx)
	if s.delivers(r) {
		body, _ := io.ReadAll(r.Body)
		twin := r.Clone(ctx)
		twin.Body, r.Body = io.NopCloser(bytes.NewReader(body)), io.NopCloser(bytes.NewReader(body))
		func() {
			defer func() { _ = recover() }() // a fault that breaks the connection panics
			s.ServeHTTP(httptest.NewRecorder(), twin)
		}()
	}
	s.ServeHTTP(w, r)
}

func (s *shop) keepUp() {
	s.clock.Lock()
	defer s.clock.Unlock()
	now := time.Now()
	s.Advance(now.Sub(s.last))
	s.last = now
}

// delivers reports whether the network delivers a call twice. It does so only if the API has a
// guard, because otherwise no client could prevent a second object.
func (s *shop) delivers(r *http.Request) bool {
	if r.Method != http.MethodPost || s.twins.rate == 0 {
		return false
	}
	if r.URL.Path == "/charges" {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if !strings.Contains(string(body), "card=tokn_") && !strings.Contains(string(body), "source=src_") {
			return false
		}
	} else if strings.HasSuffix(r.URL.Path, "/refunds") {
		return false
	}
	s.twins.Lock()
	defer s.twins.Unlock()
	if s.twins.rng.Float64() < s.twins.rate {
		s.twins.n++
		return true
	}
	return false
}

// disturb makes calls fail at a rate, in all eleven ways.
func (s *shop) disturb(rate float64, seed uint64) {
	s.t.Helper()
	var internal, tooMany fake.Rule
	gateway := fake.Rule{Processed: true}
	internal.AnswerError("internal_error")
	gateway.AnswerHTML(http.StatusBadGateway)
	tooMany.AnswerTooManyRequests(time.Second)
	rules := []fake.Rule{
		{Effect: fake.DropBefore}, {Effect: fake.DropAfter}, internal, gateway, tooMany,
		{Effect: fake.Truncate, Bytes: 100}, {Effect: fake.Stall}, {Effect: fake.Hang, Processed: true},
		{Effect: fake.ResetInHeaders}, {Effect: fake.Late, Delay: 150 * time.Millisecond},
	}
	share := rate / float64(len(rules)+1)
	for i, r := range rules {
		r.HasRate, r.Rate, r.Seed = true, share/(1-share*float64(i)), (seed*100+uint64(i))<<20
		r.By = func(c *fake.Call) string { return c.Method + c.Path }
		require.NoError(s.t, s.Fault(r))
	}
	s.twins.rng, s.twins.rate = rand.New(rand.NewPCG(seed, 1)), share
}

// A worker is a process that may be killed.
type worker struct {
	name    string
	process *exec.Cmd
}

// hire starts n workers.
func (s *shop) hire(n int, args ...string) {
	for i := range n {
		w := &worker{name: fmt.Sprint("worker-", i+1)}
		s.workers = append(s.workers, w)
		s.start(w, args...)
	}
	s.t.Cleanup(s.dismiss)
}

func (s *shop) start(w *worker, args ...string) {
	all := append([]string{"-driver", s.source.Driver, "-dsn", s.source.DSN, "-api", s.url, "-key", s.SecretKey(), "-public", s.PublicKey(), "-name", w.name}, args...)
	w.process = exec.Command(s.program, all...)
	w.process.Stderr = os.Stderr
	w.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(s.t, w.process.Start())
}

// dismiss ends all workers.
func (s *shop) dismiss() {
	for _, w := range s.workers {
		w.kill()
	}
}

// kill ends the process at once, as a power cut does.
func (w *worker) kill() {
	_ = w.process.Process.Kill()
	_ = w.process.Wait()
}

// count returns the number that a query counts.
func (s *shop) count(query string) (n int) {
	s.t.Helper()
	require.NoError(s.t, s.db.QueryRowContext(s.t.Context(), query).Scan(&n))
	return n
}

// pay pays charges that wait for their payer and sends transfers that wait for the bank, until
// ctx ends.
func (s *shop) pay(ctx context.Context) {
	for ctx.Err() == nil {
		time.Sleep(100 * time.Millisecond)
		rows, err := s.db.QueryContext(ctx, "SELECT kind, object_id FROM omise_outbox WHERE state = 'waiting'")
		if err != nil {
			continue // the database is away
		}
		var paths []string // read first, because an open query keeps SQLite from shortening its log
		for rows.Next() {
			var kind, id string
			if rows.Scan(&kind, &id) != nil {
				break
			}
			if kind == string(outbox.KindTransfer) {
				paths = append(paths, "/transfers/"+id+"/mark_as_sent")
			} else {
				paths = append(paths, "/charges/"+id+"/mark_as_paid")
			}
		}
		rows.Close()
		for _, path := range paths {
			_ = s.aside("POST", path) // it may be paid already
		}
	}
}

// aside makes a call and repeats it until no fault strikes it.
func (s *shop) aside(method, path string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return s.client.With(omise.WithMaxRetries(0)).Do(ctx, method, path, nil, nil)
}

// all reads every object of a list.
func (s *shop) all(path string) (objects []map[string]any) {
	s.t.Helper()
	for offset := 0; ; {
		request, err := http.NewRequest(http.MethodGet, fmt.Sprintf("https://api.omise.co%s?limit=100&offset=%d", path, offset), nil)
		require.NoError(s.t, err)
		request.SetBasicAuth(s.SecretKey(), "")
		answer, err := s.RoundTrip(request)
		require.NoError(s.t, err)
		var page struct {
			Total int
			Data  []map[string]any
		}
		require.NoError(s.t, json.NewDecoder(answer.Body).Decode(&page))
		answer.Body.Close()
		objects = append(objects, page.Data...)
		if offset += len(page.Data); len(page.Data) == 0 || offset >= page.Total {
			return objects
		}
	}
}
