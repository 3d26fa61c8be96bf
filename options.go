package omise

import (
	"context"
	"log/slog"
	"math"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/omisekit/omise-go/internal/transport"
)

// An Option sets up a [Client].
type Option func(*config)

type config struct {
	secretKey, publicKey transport.Secret
	linksPlusKey         transport.Secret
	api, vault           string
	linksPlus            string
	apiVersion           string
	userAgent            string
	timeout              time.Duration // 0: by route
	readRetries          int
	writeRetries         int
	maxProcessingTime    time.Duration // 0: nobody has promised one
	usedAtArrival        bool          // see WithTokensUsedAtArrival
	now                  func() time.Time
	maxRetryAfter        time.Duration
	shared               *shared
	keys                 IdempotencyKeys
	httpClient           *http.Client
	limiter              RateLimiter
	log                  transport.Observer
	observers            []transport.Observer
}

func defaultConfig() config {
	return config{
		api:         apiURL,
		vault:       vaultURL,
		linksPlus:   linksPlusURL,
		apiVersion:  DefaultAPIVersion,
		readRetries: DefaultReadRetries, writeRetries: math.MaxInt,
		maxRetryAfter: DefaultMaxRetryAfter,
		now:           time.Now,
		httpClient:    transport.NewHTTPClient(),
	}
}

// WithSecretKey sets the secret key (skey_..., or the key of a chained account).
func WithSecretKey(key string) Option {
	return func(c *config) { c.secretKey = transport.NewSecret(key) }
}

// WithPublicKey sets the public key (pkey_...), which creates tokens and, where
// given, sources and reads the capability.
func WithPublicKey(key string) Option {
	return func(c *config) { c.publicKey = transport.NewSecret(key) }
}

// WithLinksPlusKey sets the key of Payment Links+, from the dashboard of that
// product. Without it its calls are refused.
func WithLinksPlusKey(key string) Option {
	return func(c *config) { c.linksPlusKey = transport.NewSecret(key) }
}

// WithHTTPClient replaces the HTTP client: other limits, no proxy, a transport that a
// test mocks. Redirects are never followed, whatever it says.
//
// The client that it replaces takes the proxy that the environment names in
// HTTPS_PROXY and NO_PROXY. The proxy sees the host names and encrypted bytes, and
// no key.
func WithHTTPClient(client *http.Client) Option {
	return func(c *config) { c.httpClient = client }
}

// WithBaseURL replaces https://api.omise.co. Plain http is accepted to this
// machine only, and with test keys only.
func WithBaseURL(u string) Option {
	return func(c *config) { c.api = u }
}

// WithVaultURL replaces https://vault.omise.co, the host that card numbers go
// to. Plain http is accepted to this machine only, and with test keys only.
func WithVaultURL(u string) Option {
	return func(c *config) { c.vault = u }
}

// WithLinksPlusURL replaces https://linksplus-api.omise.co. Plain http is
// accepted to this machine only, and not beside live keys of the account.
func WithLinksPlusURL(u string) Option {
	return func(c *config) { c.linksPlus = u }
}

// WithAPIVersion asks for another version of the API than [DefaultAPIVersion].
// The models describe the default; an older version names some attributes
// differently and leaves their fields empty.
//
// See https://docs.omise.co/api-versioning.
func WithAPIVersion(version string) Option {
	return func(c *config) { c.apiVersion = version }
}

// WithMaxRetries sets how many more attempts any call gets where another
// attempt is safe; 0 makes every call a single attempt. By default a read gets
// [DefaultReadRetries], and a write as many as begin within a minute, because
// giving up leaves money in doubt.
//
// All attempts of a client come out of one budget, which what succeeds fills up
// again: when the API is down, they add a tenth to its load at most.
func WithMaxRetries(n int) Option {
	return func(c *config) { c.readRetries, c.writeRetries = n, n }
}

// WithMaxProcessingTime promises that the API has processed an attempt d after it
// ended, or never will, and that its lists show by then what it has made. A shorter
// time than the truth can charge twice.
//
// It is how long Resolve waits before it says that something was not done;
// without it, that is [DefaultMaxProcessingTime]. And it lets a write that has an
// intent (see [WithIntent]) go on by itself when its outcome is unknown: after d the
// client looks for what it has made, and tries again only if there is nothing. A
// charge of a token or a source does so without a promise, too, after the 65 s in
// which a bank answers; d takes their place.
func WithMaxProcessingTime(d time.Duration) Option {
	return func(c *config) { c.maxProcessingTime = d }
}

// WithTokensUsedAtArrival says that the account has been seen to refuse a card token
// or a source as soon as the first charge of it has arrived, and not only when the
// bank has answered. No reference says so. A charge of a token whose outcome is
// unknown is then sent again within a second, rather than after the time of
// [WithMaxProcessingTime]; where it is not true, that can charge twice.
func WithTokensUsedAtArrival() Option {
	return func(c *config) { c.usedAtArrival = true }
}

// WithClock replaces time.Now where the client notes when a write was tried and
// where Resolve asks how long ago that was. It is for tests with a clock of their own,
// such as that of package omisetest.
func WithClock(now func() time.Time) Option {
	return func(c *config) { c.now = now }
}

// WithMaxRetryAfter sets how long a call waits at most where the API says with
// Retry-After when to come back; the default is [DefaultMaxRetryAfter]. A call
// that is told to wait longer, or beyond the deadline of its context, returns at
// once, with [Error.RetryAfter].
func WithMaxRetryAfter(d time.Duration) Option {
	return func(c *config) { c.maxRetryAfter = d }
}

// WithTimeout sets the limit of one attempt, from the connection to the last
// byte of the answer. The default is 65 s where a bank has to answer and 30 s
// elsewhere. The context of a call limits all its attempts together.
func WithTimeout(d time.Duration) Option {
	return func(c *config) { c.timeout = d }
}

// WithLogger logs one line per attempt: method, path template, attempt, status,
// duration and request id, never a body, a header or an id. Successes are
// logged at debug level, failures as warnings. nil logs nothing.
func WithLogger(logger *slog.Logger) Option {
	return func(c *config) {
		c.log = nil
		if logger != nil {
			c.log = transport.LogTo(logger)
		}
	}
}

// An Attempt is one request of a call and what came of it. Nothing in it is
// secret or names a person or an object, so all of it may go into metrics and traces.
type Attempt struct {
	Method       string        // such as POST
	Host         string        // such as api.omise.co
	PathTemplate string        // such as /charges/{id}
	Number       int           // within the call, from 1
	Start        time.Time     // when it began
	Duration     time.Duration // until the answer was read, without the wait before it
	Status       int           // of the answer, 0 if there was none
	RequestID    string        // as Omise's support knows it, "" if there was none
	Outcome      Outcome       // of the attempt, "" if it is done
}

// WithObserver calls observe after every attempt of every call, for metrics and
// traces. Observers add up; they run within the call, so they have to be quick,
// and safe for concurrent use. nil is ignored.
func WithObserver(observe func(context.Context, Attempt)) Option {
	return func(c *config) {
		if observe == nil {
			return
		}
		c.observers = append(slices.Clip(c.observers), func(ctx context.Context, a transport.Attempt) {
			observe(ctx, Attempt{
				Method:       a.Method,
				Host:         a.Host,
				PathTemplate: a.Template,
				Number:       a.Number,
				Start:        a.Start,
				Duration:     a.Duration,
				Status:       a.Status,
				RequestID:    a.RequestID,
				Outcome:      Outcome(a.Outcome),
			})
		})
	}
}

// A RateLimiter holds a request back until Wait returns nil. *rate.Limiter of
// golang.org/x/time/rate is one.
type RateLimiter interface {
	Wait(context.Context) error
}

// WithRateLimiter asks l before every attempt. Share one among the clients of
// an account: the API counts per account and per address.
//
// See https://docs.omise.co/api-rate-limiting.
func WithRateLimiter(l RateLimiter) Option {
	return func(c *config) { c.limiter = l }
}

// WithUserAgent names the calling program, such as "shop/1.2", in front of the
// library's own name.
func WithUserAgent(name string) Option {
	return func(c *config) { c.userAgent = name }
}

// IdempotencyKeys says what the client may expect of the Idempotency-Key
// header, which it sends with every POST and PATCH, and of a transfer's
// idemp_key.
type IdempotencyKeys int

// What to expect of idempotency keys.
const (
	// KeysUnproven is the default: the key is sent, but no call relies on it.
	// The API's reference of today does not describe the header. A transfer
	// whose outcome is unknown is sent again with the same idemp_key, which the
	// API's own description names.
	KeysUnproven IdempotencyKeys = iota

	// KeysHonoured says that the account has been seen to answer a repeated key
	// with the first answer. A write whose outcome is unknown is then sent
	// again with the same key.
	KeysHonoured

	// KeysIgnored trusts no key, idemp_key included: a transfer whose outcome is
	// unknown is not sent again.
	KeysIgnored
)

// WithIdempotencyKeys tells whether the account honours idempotency keys.
//
// Doubt: only a draft says that a repeated Idempotency-Key is answered as the first
// one. Without this option, the header is no reason to send a write again whose
// outcome is unknown.
func WithIdempotencyKeys(keys IdempotencyKeys) Option {
	return func(c *config) { c.keys = keys }
}

// apply lets the options change the configuration. A nil option changes nothing.
func (c *config) apply(opts []Option) {
	for _, opt := range opts {
		if opt != nil {
			opt(c)
		}
	}
}

// check returns what makes a client with this configuration impossible.
func (c *config) check() error {
	checks := []struct {
		field string
		rule  string
	}{
		{"secret key", keyRule(c.secretKey.Reveal(), "skey_", "ckey_")},
		{"public key", keyRule(c.publicKey.Reveal(), "pkey_")},
		{"secret key", c.pairRule()},
		{"base URL", c.urlRule(c.api)},
		{"vault URL", c.urlRule(c.vault)},
		{"Payment Links+ key", headerRule(c.linksPlusKey.Reveal())},
		{"Payment Links+ URL", c.urlRule(c.linksPlus)},
		{"API version", versionRule(c.apiVersion)},
		{"user agent", headerRule(c.userAgent)},
		{"timeout", when(c.timeout < 0, "must not be negative")},
		{"max retries", when(c.readRetries < 0, "must not be negative")},
		{"processing time", when(c.maxProcessingTime < 0, "must not be negative")},
		{"max Retry-After", when(c.maxRetryAfter < 0, "must not be negative")},
		{"HTTP client", when(c.httpClient == nil, "must not be nil")},
		{"clock", when(c.now == nil, "must not be nil")},
	}
	for _, check := range checks {
		if check.rule != "" {
			return &ParamError{Field: check.field, Rule: check.rule}
		}
	}
	return nil
}

func (c *config) livemode() bool {
	return !strings.Contains(c.secretKey.Or(c.publicKey).Reveal(), "_test_")
}

func (c *config) pairRule() string {
	secret, public := c.secretKey.Reveal(), c.publicKey.Reveal()
	switch {
	case secret == "" && public == "" && c.linksPlusKey.IsZero():
		return "is required (or a public key, for tokens alone)"
	case secret != "" && public != "" && strings.Contains(secret, "_test_") != strings.Contains(public, "_test_"):
		return "and public key must both be test keys or both be live keys"
	}
	return ""
}

// The rules below return what a value has to be, or "" if it is fine. No rule
// repeats the value: it may be a secret.

func when(broken bool, rule string) string {
	if broken {
		return rule
	}
	return ""
}

func keyRule(key string, prefixes ...string) string {
	if key == "" {
		return ""
	}
	for _, r := range key {
		if !isIDRune(r) {
			return "must hold only letters, digits and _ (is there a space or a line break at its end?)"
		}
	}
	for _, prefix := range prefixes {
		if rest, ok := strings.CutPrefix(key, prefix); ok && rest != "" {
			return ""
		}
	}
	return "must start with " + prefixes[0]
}

// urlRule refuses plain http where somebody can listen to it. On this machine that
// takes only another program, so a live key needs https there, too. A key of Payment
// Links+ does not tell whether it is a live key.
func (c *config) urlRule(raw string) string {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		return "must be an absolute https URL"
	case u.User != nil:
		return "must not hold a user name or password"
	case strings.ContainsAny(raw, "?#"):
		return "must not hold a query or a fragment"
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return "must be https: plain http is for this machine only"
	case u.Scheme == "http" && !c.secretKey.Or(c.publicKey).IsZero() && c.livemode():
		return "must be https: plain http is for test keys only"
	}
	return ""
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func versionRule(version string) string {
	_, err := time.Parse(time.DateOnly, version)
	return when(err != nil, "must be a date such as "+DefaultAPIVersion)
}

func headerRule(value string) string {
	for _, r := range value {
		if r < ' ' || r > '~' {
			return "must be printable ASCII"
		}
	}
	return ""
}

// userAgent names the library and the Go release, after the caller's own name.
func userAgent(caller string) string {
	return strings.TrimSpace(caller + " omisekit-go/" + Version + " " + runtime.Version())
}

// Defaults of a client.
const (
	// DefaultAPIVersion is the API version that the models of this package
	// describe.
	DefaultAPIVersion = "2019-05-29"

	// DefaultReadRetries is how many more attempts a call that only reads gets.
	DefaultReadRetries = 2

	// DefaultMaxRetryAfter is how long a call waits at most for an API that
	// says when to come back.
	DefaultMaxRetryAfter = 30 * time.Second

	// DefaultMaxProcessingTime is how long after a write Resolve waits before it says
	// that the write was not done. The slowest banks take about a minute.
	DefaultMaxProcessingTime = 5 * time.Minute

	apiURL   = "https://api.omise.co"
	vaultURL = "https://vault.omise.co"

	linksPlusURL = "https://linksplus-api.omise.co"

	// A bank may take a minute to answer; giving up on it earlier leaves a
	// charge behind that nobody knows about.
	bankTimeout = 65 * time.Second
	readTimeout = 30 * time.Second

	// A file is read by the caller, who may be slow.
	streamTimeout = 10 * time.Minute
)
