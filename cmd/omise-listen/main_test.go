package main

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/webhook"
)

// A bench is a test account, a receiver of its events, and a file for the checkpoint.
type bench struct {
	*omisetest.Server
	t        *testing.T
	client   *omise.Client
	receiver *httptest.Server
	state    string

	mu     sync.Mutex
	answer func(*omise.Event) int // status of the next answer; nil accepts every event
	posted []string               // keys of events, in the order of the posts
}

func newBench(t *testing.T) *bench {
	b := &bench{Server: omisetest.NewServer(t), t: t, state: filepath.Join(t.TempDir(), "state.json")}
	b.client = b.Client()
	b.receiver = httptest.NewServer(http.HandlerFunc(b.receive))
	t.Cleanup(b.receiver.Close)
	return b
}

// receive verifies a post with the secret of the file.
func (b *bench) receive(w http.ResponseWriter, r *http.Request) {
	s, err := openState(b.state, b.account())
	if err != nil {
		b.t.Error(err)
		return
	}
	status := http.StatusOK
	webhook.NewHandler([]string{s.Secret}, func(_ context.Context, event *omise.Event) error {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.posted = append(b.posted, string(event.Key))
		if b.answer != nil {
			status = b.answer(event)
		}
		return nil
	}, webhook.WithLogger(slog.New(slog.DiscardHandler))).ServeHTTP(httptest.NewRecorder(), r)
	w.WriteHeader(status)
}

func (b *bench) account() string {
	account, err := b.client.Account.Get(b.t.Context())
	if err != nil {
		b.t.Error(err)
		return ""
	}
	return account.ID
}

func (b *bench) secret() string {
	b.t.Helper()
	s, err := openState(b.state, b.account())
	require.NoError(b.t, err)
	return s.Secret
}

func (b *bench) getenv(name string) string {
	return map[string]string{"OMISE_SECRET_KEY": b.SecretKey(), "OMISE_API_URL": b.URL()}[name]
}

func (b *bench) customer() *omise.Customer {
	b.t.Helper()
	customer, err := b.client.Customers.Create(b.t.Context(), &omise.CustomerCreateParams{Email: "malee@example.com"})
	require.NoError(b.t, err)
	return customer
}

// listen runs the program until it has printed the given number of lines about events.
func (b *bench) listen(lines int, args ...string) string {
	b.t.Helper()
	ctx, stop := context.WithCancel(b.t.Context())
	defer stop()
	r, w := io.Pipe()
	var wg sync.WaitGroup
	wg.Go(func() {
		args = append([]string{"-to", b.receiver.URL, "-state", b.state, "-interval", "10ms"}, args...)
		w.CloseWithError(run(ctx, args, b.getenv, w, b.t.Output()))
	})
	var said bytes.Buffer
	buffer := make([]byte, 4096)
	for {
		n, err := r.Read(buffer)
		said.Write(buffer[:n])
		if strings.Count(said.String(), "Z  ") == lines {
			stop()
		}
		if err != nil {
			require.ErrorIs(b.t, err, io.EOF)
			break
		}
	}
	wg.Wait()
	return said.String()
}

func TestAnEventTakesOneLine(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	customer := b.customer()
	said := b.listen(1, "-from", "2026-01-01T00:00:00Z")
	require.Regexp(t, `(?m)^Events of account_test_\w+ go to http://127.0.0.1:\d+\nwebhook secret   \S{44}\n\n`+
		`2026-01-05T03:00:00Z  customer.create        `+customer.ID+` +200 OK \d+ms\n\z`, said)
	require.Equal(t, []string{"customer.create"}, b.posted)
}

func TestTheFirstStartLeavesOutWhatHappenedBefore(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	customer := b.customer()
	s, err := openState(b.state, b.account())
	require.NoError(t, err)
	l := &listener{config: &config{}, client: b.client, state: s}
	require.NoError(t, l.begin(t.Context()))

	_, err = b.client.Customers.Delete(t.Context(), customer.ID)
	require.NoError(t, err)
	b.listen(1)
	require.Equal(t, []string{"customer.destroy"}, b.posted, "of the same second")
}

func TestTheNextStartGoesOnAfterTheLastEvent(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	customer := b.customer()
	b.listen(1, "-from", "2026-01-01T00:00:00Z")
	secret := b.secret()
	_, err := b.client.Customers.Delete(t.Context(), customer.ID)
	require.NoError(t, err)
	b.listen(1)
	require.Equal(t, []string{"customer.create", "customer.destroy"}, b.posted)
	require.Equal(t, secret, b.secret(), "the receiver keeps its secret")
}

func TestARefusedEventIsPostedAgainBeforeTheNext(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	customer := b.customer()
	_, err := b.client.Customers.Delete(t.Context(), customer.ID)
	require.NoError(t, err)
	b.answer = func(*omise.Event) int {
		if len(b.posted) == 1 {
			return http.StatusInternalServerError
		}
		return http.StatusNoContent
	}
	said := b.listen(3, "-from", "2026-01-01T00:00:00Z")
	require.Equal(t, []string{"customer.create", "customer.create", "customer.destroy"}, b.posted)
	require.Regexp(t, `500 Internal Server Error \d+ms, again in 500ms\n.* 204 No Content`, said)
}

func TestAnEventIsGivenUpAfterSoManyAttempts(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	customer := b.customer()
	_, err := b.client.Customers.Delete(t.Context(), customer.ID)
	require.NoError(t, err)
	b.answer = func(event *omise.Event) int {
		if event.Key == omise.EventKeyCustomerCreate {
			return http.StatusNotFound
		}
		return http.StatusOK
	}
	said := b.listen(2, "-from", "2026-01-01T00:00:00Z", "-attempts", "1")
	require.Equal(t, []string{"customer.create", "customer.destroy"}, b.posted)
	require.Regexp(t, `404 Not Found \d+ms, given up \(-replay evnt_\w+ posts it again\)\n`, said)
}

func TestReplayPostsOneEvent(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.customer()
	var event *omise.Event
	for event = range b.client.Events.All(t.Context(), nil) {
		break
	}
	said := b.listen(1, "-replay", event.ID)
	require.NotContains(t, said, "webhook secret")
	require.Equal(t, []string{"customer.create"}, b.posted)

	b.answer = func(*omise.Event) int { return http.StatusBadRequest }
	err := run(t.Context(), []string{"-to", b.receiver.URL, "-state", b.state, "-replay", event.ID}, b.getenv, io.Discard, io.Discard)
	require.ErrorContains(t, err, event.ID+" was refused: 400 Bad Request")
}

func TestBadFlagsAndKeysAreRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	other := filepath.Join(t.TempDir(), "other.json")
	_, err := openState(other, "acct_other")
	require.NoError(t, err)
	for _, c := range []struct{ args, key, want string }{
		{"", b.SecretKey(), "-to is required"},
		{"-to nowhere", b.SecretKey(), "-to must be an http or https URL"},
		{"-to http://127.0.0.1:1 x", b.SecretKey(), `unexpected argument "x"`},
		{"-to http://127.0.0.1:1 -interval 0s", b.SecretKey(), "-interval must be greater than 0"},
		{"-to http://127.0.0.1:1 -attempts -1", b.SecretKey(), "-attempts must not be negative"},
		{"-to http://127.0.0.1:1", "", "OMISE_SECRET_KEY is not set"},
		{"-to http://127.0.0.1:1", "skey_5xsrnhy5", "OMISE_SECRET_KEY is not a test key; -live accepts a live one"},
		{"-to http://127.0.0.1:1", "skey_live_5xsrnhy5", "OMISE_SECRET_KEY is not a test key"},
		{"-to http://127.0.0.1:1 -state " + other, b.SecretKey(), "but the key is of"},
		{"-to http://127.0.0.1:1 -state main.go", b.SecretKey(), "main.go is not a file of omise-listen"},
		{"-to http://127.0.0.1:1 -state " + b.state + " -replay evnt_test_5xsrnhy5ooosm9h5xkz", b.SecretKey(), "-replay: omise: GET /events/{id}: not_found"},
	} {
		getenv := func(name string) string {
			return map[string]string{"OMISE_SECRET_KEY": c.key, "OMISE_API_URL": b.URL()}[name]
		}
		err := run(t.Context(), strings.Fields(c.args), getenv, io.Discard, io.Discard)
		require.ErrorContains(t, err, c.want)
		require.NotContains(t, err.Error(), cmp.Or(c.key, "skey_"))
	}
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-version"}, b.getenv, &out, io.Discard))
	require.Contains(t, out.String(), "omise-listen ")
	for _, args := range []string{"-nope", "-keys [", "-keys a,,b", "-from yesterday"} {
		err := run(t.Context(), strings.Fields(args), b.getenv, io.Discard, io.Discard)
		require.ErrorIs(t, err, errUsage, args)
	}
}

func TestOnlyEventsOfTheKeysArePosted(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	customer := b.customer()
	_, err := b.client.Customers.Update(t.Context(), customer.ID, &omise.CustomerUpdateParams{Description: new("drinks tea")})
	require.NoError(t, err)
	_, err = b.client.Customers.Delete(t.Context(), customer.ID)
	require.NoError(t, err)
	_, err = b.client.Links.Create(t.Context(), &omise.LinkCreateParams{Amount: 45_000, Currency: omise.THB, Title: "Tea", Description: "Tea"})
	require.NoError(t, err)
	b.listen(2, "-from", "2026-01-01T00:00:00Z", "-keys", "customer.update, link.*")
	require.Equal(t, []string{"customer.update", "link.create"}, b.posted)
}
