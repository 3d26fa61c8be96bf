// Command omise-mock is a fake Omise on a port of this machine, for programs in
// any language. It keeps state, moves no money and needs no account.
//
//	go run ./cmd/omise-mock -addr 127.0.0.1:8080 -webhook http://127.0.0.1:3000/webhooks/omise -seed 1
//
// It serves the api and the vault at one address. It ends with SIGTERM or Ctrl-C. With a
// command after the flags, it runs the command with the keys and the addresses in the
// environment, and ends together with it:
//
//	go run ./cmd/omise-mock go run ./examples/quickstart
//
// docs/omise-mock.md says how to use an SDK with it and how to control it.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/omisekit/omise-go/internal/dashboard"
	"github.com/omisekit/omise-go/internal/fake"
	"github.com/omisekit/omise-go/internal/mock"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		os.Exit(2) // the flag package has printed the problem
	case isExit(err):
		os.Exit(1) // the command has printed its problem
	default:
		fmt.Fprintln(os.Stderr, "omise-mock:", err)
		os.Exit(1)
	}
}

// errUsage is the error of arguments that the flag package has refused.
var errUsage = errors.New("usage")

// A config holds the values of the flags.
type config struct {
	mock.Options
	addr, clock, print, steps string
	version, webhookAny       bool
	command                   []string // runs beside the fake, if not empty
}

func readFlags(args []string, stderr io.Writer) (*config, error) {
	c := &config{}
	flags := flag.NewFlagSet("omise-mock", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&c.addr, "addr", "127.0.0.1:8080", "`address` to listen on; port 0 takes a free one")
	flags.StringVar(&c.Webhook, "webhook", "", "`URL` that events are posted to")
	flags.BoolVar(&c.webhookAny, "webhook-any", false, "webhooks may go to every address, also to link-local ones")
	flags.Func("allow-host", "`name` of this machine that others use for /_admin/ and /_dashboard/; may be repeated", func(name string) error {
		c.Hosts = append(c.Hosts, name)
		return nil
	})
	flags.Uint64Var(&c.World.Seed, "seed", 0, "`number` that all ids and keys are derived from")
	flags.StringVar(&c.steps, "steps", "", "`file` with steps (JSON) that the first world begins with")
	flags.StringVar(&c.World.Country, "country", "TH", "country of the account: TH, JP, SG or MY")
	flags.BoolVar(&c.World.ThreeDSecure, "three-d-secure", false, "card charges with a return_uri wait for the payer")
	flags.BoolVar(&c.World.HonourKeys, "honour-keys", false, "a call with a repeated Idempotency-Key gets the answer of the first call")
	flags.BoolVar(&c.Strict, "strict", false, "log parameters, values and paths that the API does not have")
	flags.StringVar(&c.World.SecretKey, "secret-key", "", "`key` of the first world (default derived from -seed)")
	flags.StringVar(&c.World.PublicKey, "public-key", "", "`key` of the first world (default derived from -seed)")
	flags.IntVar(&c.Worlds, "worlds", 1000, "largest `number` of worlds beside the first; a further one replaces the longest unused")
	flags.IntVar(&c.World.JournalSize, "journal", 10_000, "`number` of calls that each journal keeps; the oldest calls are dropped")
	flags.StringVar(&c.clock, "clock", "virtual", "virtual: time moves on demand; real: time starts now and passes")
	flags.BoolVar(&c.LogCalls, "v", false, "log every call, without secrets")
	flags.StringVar(&c.print, "print", "text", "how the address and the keys are printed: text or json")
	flags.BoolVar(&c.version, "version", false, "print the version and end")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil, err
	} else if err != nil {
		return nil, errUsage
	}
	switch {
	case c.clock != "virtual" && c.clock != "real":
		return nil, fmt.Errorf("-clock must be virtual or real, not %q", c.clock)
	case c.print != "text" && c.print != "json":
		return nil, fmt.Errorf("-print must be text or json, not %q", c.print)
	}
	c.RealTime = c.clock == "real"
	c.command = flags.Args()
	return c, nil
}

// run serves until ctx is done.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	c, err := readFlags(args, stderr)
	if err != nil {
		return err
	}
	if c.version {
		fmt.Fprintln(stdout, "omise-mock", version(), runtime.Version())
		return nil
	}
	var writing sync.Mutex
	c.Log = func(line string) {
		writing.Lock()
		defer writing.Unlock()
		fmt.Fprintln(stderr, line)
	}
	listener, err := net.Listen("tcp", c.addr)
	if err != nil {
		return fmt.Errorf("-addr: %w", err)
	}
	defer listener.Close()
	address := listener.Addr().(*net.TCPAddr)
	c.restrict(address.IP)
	url := urlOf(address)
	c.World.PublicURL = url
	host, err := mock.New(c.Options)
	if err != nil {
		return err
	}
	named, err := c.takeSteps(host)
	if err != nil {
		return err
	}
	if !address.IP.IsLoopback() {
		c.Log("omise-mock: other machines may reach this address; those that use a name given by -allow-host may control the fake")
	}
	if len(c.command) > 0 {
		return c.runCommand(ctx, host, listener, url, stdout, stderr)
	}
	if err := c.greet(stdout, host, url, named); err != nil {
		return err
	}
	return host.Serve(ctx, listener)
}

// restrict limits where webhooks may go, by the address on which the program listens. It
// also lets calls name that address as their host.
func (c *config) restrict(listensOn net.IP) {
	switch {
	case c.webhookAny:
		c.Reach = fake.ReachAll
	case listensOn.IsLoopback():
		c.Reach = fake.ReachLocal
	default:
		c.Reach = fake.ReachPublic
	}
	if !listensOn.IsUnspecified() {
		c.Hosts = append(c.Hosts, listensOn.String())
	}
}

// takeSteps runs the steps of -steps and returns the ids of the named objects.
func (c *config) takeSteps(host *mock.Host) (map[string]string, error) {
	if c.steps == "" {
		return nil, nil
	}
	document, err := os.ReadFile(c.steps)
	if err != nil {
		return nil, fmt.Errorf("-steps: %w", err)
	}
	return host.First().Seed(document)
}

// A greeting tells the user the addresses, the keys and the time. As JSON it is one line.
type greeting struct {
	URL           string    `json:"url"`
	SecretKey     string    `json:"secret_key"`
	PublicKey     string    `json:"public_key"`
	LinksPlusKey  string    `json:"links_plus_key"`
	Webhook       string    `json:"webhook"`
	WebhookSecret string    `json:"webhook_secret"`
	Dashboard     string    `json:"dashboard"`
	Admin         string    `json:"admin"`
	Now           time.Time `json:"now"`
	Clock         string    `json:"clock"`

	Named map[string]string `json:"named,omitempty"` // ids of the objects that the steps name
}

func (c *config) greet(out io.Writer, host *mock.Host, url string, named map[string]string) error {
	first := host.First().Fake()
	g := greeting{
		URL: url, SecretKey: first.SecretKey(), PublicKey: first.PublicKey(), LinksPlusKey: first.LinksPlusKey(),
		Webhook: c.Webhook, WebhookSecret: first.WebhookSecret(), Dashboard: url + dashboard.Prefix + "/", Admin: url + "/_admin/", Now: first.Now(), Clock: c.clock, Named: named,
	}
	if c.print == "json" {
		return json.NewEncoder(out).Encode(g)
	}
	webhook := g.Webhook
	if webhook == "" {
		webhook = "none"
	}
	var ids strings.Builder
	for _, name := range slices.Sorted(maps.Keys(named)) {
		fmt.Fprintf(&ids, "  %-16s %s\n", name, named[name])
	}
	_, err := fmt.Fprintf(out, `A fake Omise, api and vault, is at %s

  secret key       %s
  public key       %s
  Links+ key       %s
  webhooks go to   %s
  webhook secret   %s
  time             %s (%s)
  dashboard        %s
  admin            %s
%s
Any other pair of test keys opens another world. Ctrl-C ends omise-mock.
`, g.URL, g.SecretKey, g.PublicKey, g.LinksPlusKey, webhook, g.WebhookSecret, g.Now.Format(time.RFC3339), g.Clock, g.Dashboard, g.Admin, ids.String())
	return err
}

// urlOf returns a URL by which this machine reaches the address. The address may stand for
// all addresses of the machine.
func urlOf(addr *net.TCPAddr) string {
	if addr.IP.IsUnspecified() {
		addr = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: addr.Port}
	}
	return "http://" + addr.String()
}

// release is the version that .ci/release builds, "" in all other builds.
var release string

func version() string {
	if release != "" {
		return release
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
