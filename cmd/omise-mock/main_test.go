package main

import (
	"bufio"
	"bytes"
	"context"
	"debug/elf"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/webhook"
)

// program builds the command as it is released: without cgo.
func program(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "omise-mock")
	build := exec.Command("go", "build", "-o", path, ".")
	build.Env = append(build.Environ(), "CGO_ENABLED=0")
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))
	return path
}

// start starts the program and reads its greeting.
func start(t *testing.T, path string, args ...string) (*exec.Cmd, greeting) {
	t.Helper()
	command := exec.Command(path, append([]string{"-addr", "127.0.0.1:0", "-print", "json"}, args...)...)
	command.Stderr = t.Output()
	stdout, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	t.Cleanup(func() { _ = command.Process.Kill() })
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	require.NoError(t, err)
	var g greeting
	require.NoError(t, json.Unmarshal(line, &g))
	return command, g
}

func (g *greeting) client(t *testing.T) *omise.Client {
	t.Helper()
	client, err := omise.NewClient(g.SecretKey, omise.WithPublicKey(g.PublicKey), omise.WithBaseURL(g.URL), omise.WithVaultURL(g.URL))
	require.NoError(t, err)
	return client
}

func end(t *testing.T, command *exec.Cmd, signal syscall.Signal) {
	t.Helper()
	require.NoError(t, command.Process.Signal(signal))
	require.NoError(t, command.Wait(), "it ends with 0")
}

func TestTheProgramServesTheSDKAndEndsCleanly(t *testing.T) {
	t.Parallel()
	path := program(t)
	if runtime.GOOS == "linux" {
		file, err := elf.Open(path)
		require.NoError(t, err)
		defer file.Close()
		libraries, err := file.ImportedLibraries()
		require.NoError(t, err)
		require.Empty(t, libraries, "it is static")
	}
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		command, g := start(t, path, "-seed", "1", "-country", "JP")
		account, err := g.client(t).Account.Get(t.Context())
		require.NoError(t, err)
		require.Equal(t, omise.JPY, account.Currency)
		end(t, command, signal)
	}
	_, one := start(t, path, "-seed", "1")
	_, other := start(t, path, "-seed", "1")
	require.Equal(t, one.SecretKey, other.SecretKey)
}

// TestStart measures the time from the start of the program to the first answer. The bound
// is ten times the expected time, because the machine may be busy.
func TestStart(t *testing.T) {
	path := program(t)
	var took []time.Duration
	for range 20 {
		began := time.Now()
		command, g := start(t, path)
		_, err := g.client(t).Balance.Get(t.Context())
		require.NoError(t, err)
		took = append(took, time.Since(began))
		end(t, command, syscall.SIGTERM)
	}
	slices.Sort(took)
	t.Logf("from start to first answer: median %v, worst %v", took[10], took[19])
	require.Less(t, took[10], 500*time.Millisecond)
}

// The receiver compares the time of the signature with its own clock.
func TestAHandlerTakesTheWebhooksOfAnyClock(t *testing.T) {
	t.Parallel()
	path := program(t)
	for _, clock := range []string{"virtual", "real"} {
		t.Run(clock, func(t *testing.T) { handleOneWebhook(t, path, clock) })
	}
}

func handleOneWebhook(t *testing.T, path, clock string) {
	var secret string
	ready, got := make(chan struct{}), make(chan string)
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		<-ready
		webhook.NewHandler([]string{secret}, func(_ context.Context, e *omise.Event) error {
			got <- string(e.Key)
			return nil
		}).ServeHTTP(w, r)
	}))
	defer shop.Close()
	command, g := start(t, path, "-clock", clock, "-webhook", shop.URL)
	secret = g.WebhookSecret
	close(ready)
	_, err := g.client(t).Customers.Create(t.Context(), &omise.CustomerCreateParams{Email: "a@example.com"})
	require.NoError(t, err)
	require.Equal(t, "customer.create", <-got)
	end(t, command, syscall.SIGTERM)
}

func TestTheGreetingIsReadable(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	r, w := io.Pipe()
	var wg sync.WaitGroup
	wg.Go(func() { w.CloseWithError(run(ctx, []string{"-addr", "127.0.0.1:0", "-seed", "1"}, w, io.Discard)) })
	lines := bufio.NewScanner(r)
	var text strings.Builder
	for lines.Scan() {
		text.WriteString(lines.Text() + "\n")
		if strings.Contains(lines.Text(), "Ctrl-C") {
			stop()
		}
	}
	require.NoError(t, lines.Err())
	wg.Wait()
	for _, want := range []string{
		"A fake Omise, api and vault, is at http://127.0.0.1:", "secret key       skey_test_", "public key       pkey_test_",
		"webhooks go to   none", "time             2026-01-05T03:00:00Z (virtual)", "/_admin/\n",
	} {
		require.Contains(t, text.String(), want)
	}
}

func TestTheFirstWorldBeginsWithSteps(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "steps.json")
	steps := `[{"name": "malee", "call": "POST /customers", "params": {"email": "malee@example.com"}}]`
	require.NoError(t, os.WriteFile(file, []byte(steps), 0o600))
	command, g := start(t, program(t), "-steps", file)
	customer, err := g.client(t).Customers.Get(t.Context(), g.Named["malee"])
	require.NoError(t, err)
	require.Equal(t, "malee@example.com", customer.Email)
	end(t, command, syscall.SIGTERM)

	ctx, stop := context.WithCancel(t.Context())
	stop()
	var said bytes.Buffer
	require.NoError(t, run(ctx, []string{"-addr", "127.0.0.1:0", "-steps", file}, &said, io.Discard))
	require.Contains(t, said.String(), "\n  malee            cust_test_")
}

func TestBadFlagsAreRefused(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	for args, want := range map[string]string{
		"-clock sun":                     `-clock must be virtual or real, not "sun"`,
		"-print xml":                     `-print must be text or json, not "xml"`,
		"-addr nowhere":                  "-addr: listen tcp: address nowhere: missing port in address",
		"-addr " + taken.Addr().String(): "address already in use",
		"-addr 127.0.0.1:0 -country US":  "country must be one of JP, MY, SG, TH",
		"-addr 127.0.0.1:0 -secret-key skey_5xsrnhy5yl6sc7x4pxb": "secret key must be skey_test_",
		"-addr 127.0.0.1:0 -webhook 127.0.0.1:3000":              "webhook must be an http or https URL",
		"-addr 127.0.0.1:0 -steps nowhere.json":                  "-steps: open nowhere.json: ",
		"-addr 127.0.0.1:0 -steps main.go":                       "steps cannot be taken: must be an array of steps: ",
	} {
		err := run(t.Context(), strings.Fields(args), io.Discard, io.Discard)
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "skey_5xsrnhy5yl6sc7x4pxb")
	}
	var usage bytes.Buffer
	require.ErrorIs(t, run(t.Context(), []string{"-nope"}, io.Discard, &usage), errUsage)
	require.Contains(t, usage.String(), "flag provided but not defined: -nope")
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-version"}, &out, io.Discard))
	require.Contains(t, out.String(), "omise-mock ")
}

// TestOtherHostNamesAreRefusedOnAllAddresses runs the program with the flags of its image.
func TestOtherHostNamesAreRefusedOnAllAddresses(t *testing.T) {
	t.Parallel()
	command, g := start(t, program(t), "-addr", "0.0.0.0:0", "-allow-host", "omise")
	for host, want := range map[string]int{
		"evil.example.com": http.StatusForbidden, "omise": http.StatusOK, "localhost": http.StatusOK,
	} {
		hr, err := http.NewRequest("GET", g.Admin+"world", nil)
		require.NoError(t, err)
		hr.Host = host
		resp, err := http.DefaultClient.Do(hr)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, want, resp.StatusCode, host)
	}
	end(t, command, syscall.SIGTERM)
}

func TestACommandRunsBesideTheFake(t *testing.T) {
	t.Parallel()
	var said, complained bytes.Buffer
	script := `curl -sf -u "$OMISE_SECRET_KEY:" "$OMISE_API_URL/balance" && curl -sf "$OMISE_JS_URL" && test -n "$OMISE_PUBLIC_KEY$OMISE_VAULT_URL$OMISE_WEBHOOK_SECRET"`
	require.NoError(t, run(t.Context(), []string{"-addr", "127.0.0.1:0", "sh", "-c", script}, &said, &complained), &complained)
	require.Contains(t, said.String(), `"object":"balance"`)
	require.Contains(t, said.String(), "window.Omise = {")
	require.True(t, isExit(run(t.Context(), []string{"-addr", "127.0.0.1:0", "false"}, &said, &complained)))
	require.ErrorContains(t, run(t.Context(), []string{"-addr", "127.0.0.1:0", "no-such-program"}, &said, &complained), "no-such-program")
}

func TestAnAddressForOtherMachinesIsLogged(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	var said, warned bytes.Buffer
	require.NoError(t, run(ctx, []string{"-addr", "0.0.0.0:0"}, &said, &warned))
	require.Contains(t, said.String(), "http://127.0.0.1:")
	require.Contains(t, warned.String(), "other machines may reach this address; those that use a name given by -allow-host may control the fake")
}
