// Package webhookchaos_test loses, repeats and shuffles webhooks, kills receivers, and counts
// the handled events.
//
//	go -C integration test -v -count=1 ./webhookchaos
package webhookchaos_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/integration/database"
	"github.com/omisekit/omise-go/internal/fake"
	"github.com/omisekit/omise-go/webhook"
	"github.com/omisekit/omise-go/webhook/sqlstore"
)

var number = flag.Int("events", 10_000, "number of events")

const share = 0.3 // share of the deliveries that are dropped, repeated and shuffled

func TestEveryEventIsHandledExactlyOnce(t *testing.T) {
	program := filepath.Join(t.TempDir(), "receiver")
	build := exec.Command("go", "build", "-o", program, "./receiver")
	output, err := build.CombinedOutput()
	require.NoError(t, err, string(output))
	for _, row := range []struct {
		name  string
		start func(testing.TB) database.Source
	}{{"SQLite", database.SQLite}, {"PostgreSQL", database.Postgres}} {
		t.Run(row.name, func(t *testing.T) { run(t, program, row.start(t)) })
	}
}

func run(t *testing.T, program string, source database.Source) {
	start := time.Now()
	db := source.Open(t)
	for _, statement := range []string{
		"CREATE TABLE effects (event TEXT, customer TEXT, receiver TEXT, channel TEXT)",
		"CREATE TABLE checkpoints (receiver TEXT PRIMARY KEY, value TEXT)",
	} {
		_, err := db.ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
	require.NoError(t, sqlstore.New(db).CreateTable(t.Context()))

	omiseSide := fake.New(fake.Options{})
	api := httptest.NewServer(omiseSide)
	defer api.Close()
	client, err := omise.NewClient(omiseSide.SecretKey(), omise.WithHTTPClient(&http.Client{Transport: omiseSide}))
	require.NoError(t, err)
	secret, err := client.WebhookSecrets.Create(t.Context(), nil)
	require.NoError(t, err)

	newReceiver := func(name string) *receiver {
		return &receiver{t: t, program: program, addr: freeAddress(t), args: []string{
			"-driver", source.Driver, "-dsn", source.DSN, "-api", api.URL, "-key", omiseSide.SecretKey(), "-secret", secret.Key.Reveal(), "-name", name,
		}}
	}
	steady, fragile := newReceiver("steady"), newReceiver("fragile")
	steady.start()
	fragile.start()
	defer steady.kill()
	defer fragile.kill()

	post := &post{to: []*receiver{steady, fragile}, secret: secret.Key.Reveal(), client: &http.Client{Timeout: 10 * time.Second}, rng: rand.New(rand.NewPCG(5, 6))}
	happening := make(chan struct{})
	go func() { // makes several events a second
		defer close(happening)
		for i := range *number {
			if _, err := client.Customers.Create(context.Background(), &omise.CustomerCreateParams{Description: fmt.Sprint(i)}); err != nil {
				t.Error(err)
				return
			}
			if i%7 == 0 {
				omiseSide.Advance(time.Second)
			}
		}
	}()
	<-happening
	omiseSide.Advance(time.Second)
	want := map[string]string{}
	var events []*omise.Event
	for event, err := range client.Events.All(t.Context(), nil) {
		require.NoError(t, err)
		events = append(events, event)
		want[event.ID] = event.Object().(*omise.Customer).ID
	}
	require.Len(t, want, *number)

	var kills int
	delivered := make(chan struct{})
	go func() {
		defer close(delivered)
		post.deliver(events)
	}()
	for killing := true; killing; {
		select {
		case <-delivered:
			killing = kills < 5
		case <-time.After(300 * time.Millisecond):
		}
		fragile.kill()
		kills++
		time.Sleep(100 * time.Millisecond)
		fragile.start()
	}
	<-delivered

	var rows int
	deadline := time.Now().Add(2 * time.Minute)
	for rows < *number && time.Now().Before(deadline) {
		time.Sleep(200 * time.Millisecond)
		require.NoError(t, db.QueryRowContext(t.Context(), "SELECT count(DISTINCT event) FROM effects").Scan(&rows))
	}
	time.Sleep(2 * time.Second) // time in which an event might be handled again
	got, channels, receivers, total := map[string]string{}, map[string]int{}, map[string]int{}, 0
	result, err := db.QueryContext(t.Context(), "SELECT event, customer, receiver, channel FROM effects")
	require.NoError(t, err)
	defer result.Close()
	for result.Next() {
		var event, customer, receiver, channel string
		require.NoError(t, result.Scan(&event, &customer, &receiver, &channel))
		got[event] = customer
		channels[channel]++
		receivers[receiver]++
		total++
	}
	require.NoError(t, result.Err())
	fmt.Printf("%s: %d events, %d handled, %d lost, %d handled twice; %d deliveries (%d events dropped, %d repeated, %d shuffled; %d answered 200, %d answered otherwise, %d not answered); by channel %v, by receiver %v; %d kills; %.1fs\n",
		source.Driver, *number, len(got), *number-len(got), total-len(got), post.sent.Load(), post.dropped, post.repeated, post.shuffled,
		post.accepted.Load(), post.refused.Load(), post.unanswered.Load(), channels, receivers, kills, time.Since(start).Seconds())
	require.Equal(t, want, got)
	require.Equal(t, *number, total)
	require.GreaterOrEqual(t, kills, 5)
	require.Len(t, channels, 2, "events came as webhooks and from Watch")
	require.Len(t, receivers, 2, "both receivers handled events")
}

// A receiver is one process of the merchant.
type receiver struct {
	t       *testing.T
	program string
	addr    string
	args    []string
	process *exec.Cmd
}

func (r *receiver) start() {
	r.t.Helper()
	r.process = exec.Command(r.program, append([]string{"-addr", r.addr}, r.args...)...)
	r.process.Stderr = os.Stderr
	r.process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	require.NoError(r.t, r.process.Start())
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if conn, err := net.Dial("tcp", r.addr); err == nil {
			conn.Close()
			return
		}
	}
	r.t.Error("the receiver does not listen")
}

// kill ends the process at once, as a power cut does.
func (r *receiver) kill() {
	r.process.Process.Kill()
	r.process.Wait()
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

// A post delivers webhooks unreliably and never tries again.
type post struct {
	to     []*receiver
	secret string
	client *http.Client
	rng    *rand.Rand

	dropped, repeated, shuffled         int
	sent, accepted, refused, unanswered atomic.Int64
}

func (p *post) deliver(events []*omise.Event) {
	var bag []*omise.Event
	for _, event := range events {
		switch {
		case p.rng.Float64() < share:
			p.dropped++
			continue
		case p.rng.Float64() < share:
			p.repeated++
			bag = append(bag, event)
		}
		bag = append(bag, event)
	}
	for i := range bag { // swaps some deliveries with random others
		if p.rng.Float64() < share {
			p.shuffled++
			j := p.rng.IntN(len(bag))
			bag[i], bag[j] = bag[j], bag[i]
		}
	}
	var workers sync.WaitGroup
	letters := make(chan *omise.Event)
	for range 8 {
		workers.Go(func() {
			for event := range letters {
				p.send(event)
			}
		})
	}
	for _, event := range bag {
		letters <- event
	}
	close(letters)
	workers.Wait()
}

func (p *post) send(event *omise.Event) {
	body, err := json.Marshal(event)
	if err != nil {
		panic(err)
	}
	to := p.to[rand.IntN(len(p.to))]
	request, err := http.NewRequest(http.MethodPost, "http://"+to.addr+"/", strings.NewReader(string(body)))
	if err != nil {
		panic(err)
	}
	request.Header = webhook.Sign(body, p.secret, time.Now())
	p.sent.Add(1)
	response, err := p.client.Do(request)
	if err != nil {
		p.unanswered.Add(1)
		return
	}
	defer response.Body.Close()
	io.Copy(io.Discard, response.Body)
	if response.StatusCode == http.StatusOK {
		p.accepted.Add(1)
	} else {
		p.refused.Add(1)
	}
}
