// Command omise-listen posts the events of a test account to a program on this machine. It
// reads the events from the API, so it needs no tunnel and no public address. It signs
// each post like a webhook of Omise.
//
//	OMISE_SECRET_KEY=skey_test_... go run ./cmd/omise-listen -to http://127.0.0.1:3000/webhooks/omise
//
// It prints the secret of the signatures, which the receiver needs. Then it prints one line
// for each event: time, key, object, answer. If the receiver refuses an event, omise-listen
// posts it again until the receiver accepts it, and later events wait. A file keeps the
// last posted event, so the next start continues after it. See docs/omise-listen.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/signal"
	"path"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/omisekit/omise-go"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		os.Exit(2) // the flag package has printed the problem
	default:
		fmt.Fprintln(os.Stderr, "omise-listen:", err)
		os.Exit(1)
	}
}

// errUsage is the error of arguments that the flag package has refused.
var errUsage = errors.New("usage")

// A config holds the values of the flags.
type config struct {
	to       string
	keys     []string // patterns of keys; none means every key
	state    string
	from     time.Time
	interval time.Duration
	attempts int
	replay   string
	live     bool
	version  bool
}

func readFlags(args []string, stderr io.Writer) (*config, error) {
	c := &config{}
	flags := flag.NewFlagSet("omise-listen", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&c.to, "to", "", "`URL` that the events are posted to (required)")
	flags.Func("keys", "only events with these `keys`, separated by commas; charge.* stands for all of charges", c.setKeys)
	flags.StringVar(&c.state, "state", "omise-listen.json", "`file` that keeps the last posted event and the secret")
	flags.Func("from", "begin with the events since this `time`, such as 2026-01-31T00:00:00Z, and not after the event in the file", c.setFrom)
	flags.DurationVar(&c.interval, "interval", 2*time.Second, "wait before the API is asked again when there was no new event")
	flags.IntVar(&c.attempts, "attempts", 0, "go on with the next event after so many refusals (default: never)")
	flags.StringVar(&c.replay, "replay", "", "post the event with this `id` once, and end")
	flags.BoolVar(&c.live, "live", false, "accept a live key: the events of real payers are posted")
	flags.BoolVar(&c.version, "version", false, "print the version and end")
	flags.Usage = func() {
		fmt.Fprint(stderr, "omise-listen posts the events of an account to a local address.\n\n"+
			"OMISE_SECRET_KEY holds the key. OMISE_API_URL, if set, replaces https://api.omise.co.\n\n")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil, err
	} else if err != nil {
		return nil, errUsage
	}
	to, err := url.Parse(c.to)
	switch {
	case c.version:
		return c, nil
	case flags.NArg() > 0:
		return nil, fmt.Errorf("unexpected argument %q: every setting is a flag", flags.Arg(0))
	case c.to == "":
		return nil, errors.New("-to is required: the URL of the webhook handler, such as http://127.0.0.1:3000/webhooks/omise")
	case err != nil || to.Host == "" || to.Scheme != "http" && to.Scheme != "https":
		return nil, errors.New("-to must be an http or https URL")
	case c.state == "":
		return nil, errors.New("-state must not be empty")
	case c.interval <= 0:
		return nil, errors.New("-interval must be greater than 0")
	case c.attempts < 0:
		return nil, errors.New("-attempts must not be negative")
	}
	return c, nil
}

func (c *config) setKeys(text string) error {
	for pattern := range strings.SplitSeq(text, ",") {
		pattern = strings.TrimSpace(pattern)
		if _, err := path.Match(pattern, ""); err != nil || pattern == "" {
			return errors.New("must be keys of events, separated by commas")
		}
		c.keys = append(c.keys, pattern)
	}
	return nil
}

func (c *config) setFrom(text string) (err error) {
	c.from, err = time.Parse(time.RFC3339, text)
	return err
}

// wants reports whether events with this key are posted.
func (c *config) wants(key omise.EventKey) bool {
	return len(c.keys) == 0 || slices.ContainsFunc(c.keys, func(pattern string) bool {
		matched, err := path.Match(pattern, string(key))
		return err == nil && matched
	})
}

// connect returns a client of the account whose key is in the environment.
func (c *config) connect(getenv func(string) string) (*omise.Client, error) {
	key := getenv("OMISE_SECRET_KEY")
	switch {
	case key == "":
		return nil, errors.New("OMISE_SECRET_KEY is not set")
	case !strings.HasPrefix(key, "skey_test_") && !c.live:
		return nil, errors.New("OMISE_SECRET_KEY is not a test key; -live accepts a live one")
	}
	var options []omise.Option
	if api := getenv("OMISE_API_URL"); api != "" {
		options = append(options, omise.WithBaseURL(api))
	}
	return omise.NewClient(key, append(options, omise.WithUserAgent("omise-listen"))...)
}

// run posts events until ctx is done.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	c, err := readFlags(args, stderr)
	if err != nil {
		return err
	}
	if c.version {
		fmt.Fprintln(stdout, "omise-listen", version())
		return nil
	}
	client, err := c.connect(getenv)
	if err != nil {
		return err
	}
	account, err := client.Account.Get(ctx)
	if err != nil {
		return fmt.Errorf("the account cannot be read: %w", err)
	}
	state, err := openState(c.state, account.ID)
	if err != nil {
		return err
	}
	l := &listener{config: c, client: client, state: state, stdout: stdout, stderr: stderr}
	if c.replay != "" {
		return l.replayOne(ctx)
	}
	if err := l.begin(ctx); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "Events of %s go to %s\nwebhook secret   %s\n\n", account.ID, c.to, state.Secret)
	return l.listen(ctx)
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
