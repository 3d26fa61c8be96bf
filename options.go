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
	modern               func([]byte) []byte // set by WithAPIVersion only, so that other programs do not link it
	userAgent            string
	timeout              time.Duration // 0: depends on the route
	readRetries          int
	writeRetries         int
	maxProcessingTime    time.Duration // 0: not promised
	usedAtArrival        bool          // see WithTokensUsedAtArrival
	now                  func() time.Time
	maxRetryAfter        time.Duration
	shared               *shared
	budget               *transport.Budget
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

// WithPublicKey sets the public key (pkey_...). Tokens need it; sources and the
// capability use it if it is given.
func WithPublicKey(key string) Option {
	return func(c *config) { c.publicKey = transport.NewSecret(key) }
}

// WithLinksPlusKey sets the key of Payment Links+, from the dashboard of that product.
// Without the key, the client refuses calls to Payment Links+.
func WithLinksPlusKey(key string) Option {
	return func(c *config) { c.linksPlusKey = transport.NewSecret(key) }
}

// WithHTTPClient replaces the HTTP client, for example to set other limits, to use no
// proxy, or to mock the transport in a test. Redirects are never followed, even if the
// HTTP client allows them. A call ends at its timeout only if the RoundTripper and the
// body of its answer obey the context of the request: a body of the caller whose Read
// ignores the context holds the call until Read returns. A write without a body, such as
// a delete, is never [OutcomeNotSent] after a failed connection: the RoundTripper may have
// sent it in another way before.
//
// The default HTTP client uses the proxy in the environment variables HTTPS_PROXY and
// NO_PROXY. The proxy sees host names and encrypted bytes, but no key.
func WithHTTPClient(client *http.Client) Option {
	return func(c *config) { c.httpClient = client }
}

// WithBaseURL replaces https://api.omise.co. Plain http is accepted to this
// machine only, and with test keys only.
func WithBaseURL(u string) Option {
	return func(c *config) { c.api = u }
}

// WithVaultURL replaces https://vault.omise.co, the host that gets card numbers. Plain
// http is accepted to this machine only, and with test keys only.
func WithVaultURL(u string) Option {
	return func(c *config) { c.vault = u }
}

// WithLinksPlusURL replaces https://linksplus-api.omise.co. Plain http is accepted to
// this machine only, and not together with live keys of the account.
func WithLinksPlusURL(u string) Option {
	return func(c *config) { c.linksPlus = u }
}

// WithAPIVersion asks for a version of the API other than [DefaultAPIVersion]. The
// models describe the default. An attribute that has another name in an older version is
// read into its field, and an attribute that the older version does not have is left empty.
//
// See https://docs.omise.co/api-versioning.
func WithAPIVersion(version string) Option {
	return func(c *config) { c.apiVersion, c.modern = version, modern }
}

// WithMaxRetries sets how many more attempts a call gets if another attempt is safe;
// with 0, every call is a single attempt. By default a read gets [DefaultReadRetries],
// and a write gets all attempts that begin within a minute, because giving up may leave
// the outcome of a payment unknown.
//
// The further attempts of all calls of a client share one budget, to which every
// answered call adds. When the API is down, they soon add at most a tenth to its load.
func WithMaxRetries(n int) Option {
	return func(c *config) { c.readRetries, c.writeRetries = n, n }
}

// WithMaxProcessingTime promises two things about the time d after the end of an
// attempt: the API has finished with the attempt, and the lists of the API show its
// result. If d is too short, a payer can be charged twice.
//
// Resolve says that a write was not done only after d; without this option, only after
// [DefaultMaxProcessingTime]. The option also lets the client continue after a write that
// has an intent (see [WithIntent]) and whose outcome is unknown: until d has passed, the
// client looks for the object several times, and sends the write again only if the object
// was not made. It sends a transfer again at once, unless [KeysIgnored] is set. For a
// charge of a token or a source the client continues without the option, too, for the
// 65 s in which a bank answers; d replaces the 65 s.
//
// Use the same d in all processes: a client that resolves a write of another process does
// not know the d of that process.
func WithMaxProcessingTime(d time.Duration) Option {
	return func(c *config) { c.maxProcessingTime = d }
}

// WithTokensUsedAtArrival promises that the API refuses a second charge of a card token
// or a source as soon as the first charge has arrived, and not only after the bank has
// answered. Use it only if you have seen this on the account: no reference says so. The
// client then sends a charge of a token whose outcome is unknown again within a second,
// and not after the time of [WithMaxProcessingTime]. If the promise is wrong, a payer
// can be charged twice.
func WithTokensUsedAtArrival() Option {
	return func(c *config) { c.usedAtArrival = true }
}

// WithClock replaces time.Now when the client records the time of a write and when
// Resolve computes how long ago that was. It is for tests that have their own clock,
// such as the clock of package omisetest.
func WithClock(now func() time.Time) Option {
	return func(c *config) { c.now = now }
}

// WithMaxRetryAfter sets the longest wait that a call accepts when the API asks for a
// wait with Retry-After; the default is [DefaultMaxRetryAfter]. If the API asks for a
// longer wait, or for a wait beyond the deadline of the context, the call returns at
// once, with [Error.RetryAfter].
func WithMaxRetryAfter(d time.Duration) Option {
	return func(c *config) { c.maxRetryAfter = d }
}

// WithTimeout sets the limit of one attempt, from the connection to the last byte of
// the answer. The default is 65 s for a call that a bank has to answer, 10 minutes for
// a download, and 30 s for any other call. The context of a call limits all its
// attempts together.
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

// An Attempt is one request of a call and its result. It holds no secret and names no
// person and no object, so all of it may go into metrics and traces.
type Attempt struct {
	Method       string        // such as POST
	Host         string        // such as api.omise.co
	PathTemplate string        // such as /charges/{id}
	Number       int           // within the call, from 1
	Start        time.Time     // when it began
	Duration     time.Duration // until the answer was read, without the wait before it
	Status       int           // of the answer, 0 if there was none
	RequestID    string        // for Omise's support, "" if there was none
	Outcome      Outcome       // of the attempt, "" if it succeeded
}

// WithObserver calls observe after every attempt of every call, for metrics and traces.
// Each use of this option adds an observer. Observers run within the call, so they must
// be quick, and safe for concurrent use. nil is ignored.
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

// A RateLimiter holds a request back until Wait returns nil. The type *rate.Limiter of
// golang.org/x/time/rate implements it.
type RateLimiter interface {
	Wait(context.Context) error
}

// WithRateLimiter makes every attempt wait for l. Use the same l in all clients of an
// account, because the API counts calls by account and by IP address.
//
// A write waits for a minute at most, and is then not sent: a call that waited longer could
// be sent after another process has found out that it was not done. So limit the number of
// calls that wait, such as the number of goroutines of a batch.
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
	// KeysUnproven is the default: the key is sent, but no call relies on it. The
	// present reference of the API does not describe the header. A transfer whose
	// outcome is unknown is sent again with the same idemp_key, which the API's own
	// description names.
	KeysUnproven IdempotencyKeys = iota

	// KeysHonoured promises that the API answers a repeated key with the first answer.
	// Use it only if you have seen this on the account. A write whose outcome is
	// unknown is then sent again with the same key.
	KeysHonoured

	// KeysIgnored trusts no key, not even idemp_key: a transfer whose outcome is
	// unknown is not sent again.
	KeysIgnored
)

// WithIdempotencyKeys says whether the API honours idempotency keys for the account.
//
// Doubt: only a draft says that a repeated Idempotency-Key is answered as the first
// one. Without this option, the header is no reason to send a write again whose
// outcome is unknown.
func WithIdempotencyKeys(keys IdempotencyKeys) Option {
	return func(c *config) { c.keys = keys }
}

// apply applies the options. A nil option changes nothing.
func (c *config) apply(opts []Option) {
	for _, opt := range opts {
		if opt != nil {
			opt(c)
		}
	}
}

// check returns an error if the configuration is invalid.
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

// The functions below return the rule that a value breaks, or "" if it breaks no rule.
// A rule never repeats the value, because it may be a secret.

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

// urlRule allows plain http only to this machine, and only with test keys: another
// program on this machine could listen. The key of Payment Links+ is not checked,
// because it does not show whether it is a live key.
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

	// DefaultMaxRetryAfter is the longest wait that a call accepts when the API asks
	// for a wait.
	DefaultMaxRetryAfter = 30 * time.Second

	// DefaultMaxProcessingTime is the time after a write from which Resolve may say
	// that the write was not done. The slowest banks take about a minute.
	DefaultMaxProcessingTime = 5 * time.Minute

	apiURL   = "https://api.omise.co"
	vaultURL = "https://vault.omise.co"

	linksPlusURL = "https://linksplus-api.omise.co"

	// A bank may take a minute to answer. If the client gave up earlier, the caller
	// would not know about the charge.
	bankTimeout = 65 * time.Second
	readTimeout = 30 * time.Second

	// The caller reads a file, and may be slow.
	streamTimeout = 10 * time.Minute
)
