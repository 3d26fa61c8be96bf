package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/sqldb"
)

// Defaults of a [Box].
const (
	DefaultTable       = "omise_outbox"
	DefaultLease       = 90 * time.Second       // see [WithLease]
	DefaultPoll        = 500 * time.Millisecond // see [WithPoll]
	DefaultLookEvery   = 15 * time.Minute       // see [WithLookEvery]
	DefaultConcurrency = 10                     // see [WithConcurrency]
)

// Limits of [WithRate], because the times of the budget are whole milliseconds.
const (
	lowestRate  = 1e-6
	highestRate = 1e6
)

// A Box is an outbox in a database. It is safe for concurrent use, and any number of
// processes may use the same table.
type Box struct {
	db     *sql.DB
	table  *table
	client *omise.Client
	sender *omise.Client // sends only one request per call
	reader *omise.Client // reads lists of many pages: it asks more often for a page that fails

	handle      func(context.Context, *Result) error
	observe     func(context.Context, Change)
	lease       time.Duration
	processing  time.Duration
	poll        time.Duration
	lookEvery   time.Duration
	concurrency int
	rate        float64 // requests a second, 0 without a limit
	err         error   // why the box cannot be used

	api api
}

// An Option sets up a [Box].
type Option func(*Box)

// OnResult sets the function that gets the results of intents. It runs in a transaction
// of the database, which [Tx] returns; its writes there are committed if, and only if,
// the report counts as made. So it takes effect once per report: after an error, a
// panic or a crash it is called again. It must not call the API.
//
// handle must return when ctx ends, at the latest with the lease. Until then a
// handler that hangs holds back other reports of the process. After that the outbox does
// not wait for it: its transaction is rolled back, and it is called again although the
// first call still runs.
func OnResult(handle func(ctx context.Context, result *Result) error) Option {
	return func(b *Box) { b.handle = handle }
}

// WithObserver calls observe after every change that a worker makes to an intent, for
// metrics and logs. The changes of [Box.Charge], [Box.Again], [Box.Decide] and [Box.Events]
// are not among them, because their transaction may still be rolled back.
// observe must be quick and safe for concurrent use.
func WithObserver(observe func(context.Context, Change)) Option {
	return func(b *Box) { b.observe = observe }
}

// WithTable replaces the name [DefaultTable]: at most 50 letters, digits and
// underscores. A schema and a dot may be in front. Each account needs a table of its own.
func WithTable(name string) Option {
	return func(b *Box) { b.table.name = name }
}

// WithDialect says which database is used: "postgres", "mysql" (also for MariaDB) or
// "sqlite". It is needed only for a driver that the package does not know, such as a
// driver that wraps another.
func WithDialect(name string) Option {
	return func(b *Box) { b.table.dialect, b.err = sqldb.Named(name) }
}

// WithLease sets for how long a worker has an intent; the default is [DefaultLease]. A
// call to the API may take three quarters of that, so a lease must be longer than a
// bank takes to answer. When a lease is over, another worker takes the intent. All
// processes must use the same lease.
func WithLease(d time.Duration) Option {
	return func(b *Box) { b.lease = d }
}

// WithMaxProcessingTime promises that, at the time d after the connection of a request
// broke, the API has either processed the request or never will, and that its lists
// show the object. If d is too short, a payer can be charged twice. The default is
// [omise.DefaultMaxProcessingTime].
func WithMaxProcessingTime(d time.Duration) Option {
	return func(b *Box) { b.processing = d }
}

// WithPoll sets how often an idle [Box.Run] asks the database for work. The
// default is [DefaultPoll].
func WithPoll(d time.Duration) Option {
	return func(b *Box) { b.poll = d }
}

// WithLookEvery sets how often the API is asked about an object that waits for the
// payer or the bank. The first look comes 5 s after the report. With [Box.Events] the
// outbox asks sooner. The default is [DefaultLookEvery].
func WithLookEvery(d time.Duration) Option {
	return func(b *Box) { b.lookEvery = d }
}

// WithConcurrency sets how many requests [Box.Run] and [Box.Drain] send at a time
// in this process. The default is [DefaultConcurrency]. Beside them, each makes as many
// reads and reports, and up to twice as many searches.
func WithConcurrency(n int) Option {
	return func(b *Box) { b.concurrency = n }
}

// WithRate sets how many requests that change something all processes together send in
// a second on average (after a pause, as many again may be sent at once): 0, which is no limit, or a number from 0.000001 to 1,000,000. All processes
// must use the same rate. Without this option, only the rate limiter of the client sets
// a limit.
func WithRate(perSecond float64) Option {
	return func(b *Box) { b.rate = perSecond }
}

// WithClock replaces the clock of the database, for tests in virtual time.
func WithClock(now func() time.Time) Option {
	return func(b *Box) { b.table.clock = now }
}

// New returns an outbox on a table of a database, which [Box.CreateTable] makes. If an
// option is wrong, every method returns the error.
func New(db *sql.DB, client *omise.Client, opts ...Option) *Box {
	b := &Box{
		db: db, client: client, table: &table{name: DefaultTable},
		lease: DefaultLease, processing: omise.DefaultMaxProcessingTime,
		poll: DefaultPoll, lookEvery: DefaultLookEvery, concurrency: DefaultConcurrency,
	}
	for _, opt := range opts {
		if opt != nil {
			opt(b)
		}
	}
	if b.err != nil {
		b.err = fmt.Errorf("outbox: %w", b.err)
	} else {
		b.err = b.check()
	}
	if b.err == nil {
		// The models are of the default version. In an answer of an older version, a
		// paid charge may seem unpaid.
		b.client = client.With(omise.WithAPIVersion(omise.DefaultAPIVersion))
		b.sender, b.reader = b.client.With(omise.WithMaxRetries(0)), b.client.With(omise.WithMaxRetries(8))
	}
	return b
}

// check returns an error in the options, and sets the dialect of the database.
func (b *Box) check() error {
	rule := sqldb.TableRule(b.table.name)
	_, plain := b.table.split()
	switch {
	case b.db == nil:
		return errors.New("outbox: there is no database")
	case b.client == nil:
		return errors.New("outbox: there is no client")
	case rule != "":
		return errors.New("outbox: the name of the table " + rule)
	case len(plain) > longestTable:
		return fmt.Errorf("outbox: the name of the table must have at most %d characters", longestTable)
	case b.lease < time.Second:
		return errors.New("outbox: the lease must be at least a second")
	case b.processing <= 0:
		return errors.New("outbox: the processing time must be greater than 0")
	case b.poll <= 0 || b.lookEvery <= 0:
		return errors.New("outbox: the times between looks must be greater than 0")
	case b.concurrency < 1:
		return errors.New("outbox: the concurrency must be at least 1")
	case b.rate != 0 && !(b.rate >= lowestRate && b.rate <= highestRate): // NaN is not between them
		return errors.New("outbox: the rate must be 0 or from 0.000001 to 1,000,000 requests a second")
	}
	if b.table.dialect == nil {
		b.table.dialect = sqldb.Of(b.db)
	}
	if b.table.dialect == nil {
		return fmt.Errorf("outbox: the driver %T is not known: say with WithDialect which database it is", b.db.Driver())
	}
	return nil
}

// Schema returns the statements that make the tables in a dialect, in their order:
// "postgres", "mysql" or "sqlite". They do nothing if the tables exist. A later release
// that needs more columns adds statements at the end.
func Schema(dialect string) ([]string, error) {
	d, err := sqldb.Named(dialect)
	if err != nil {
		return nil, fmt.Errorf("outbox: %w", err)
	}
	return (&table{name: DefaultTable, dialect: d}).schema(), nil
}

// CreateTable makes the tables unless they exist. Several processes may call it at the
// same time. The user of the database needs the right to make tables, even if the tables
// exist.
func (b *Box) CreateTable(ctx context.Context) error {
	if b.err != nil {
		return b.err
	}
	if err := sqldb.CreateTable(ctx, b.db, b.table.schema()...); err != nil {
		return fmt.Errorf("outbox: make the table: %w", err)
	}
	return nil
}

// Tx returns the transaction in which the function of [OnResult] is called, or nil
// outside of it. In the handler of an event it is the same transaction as sqlstore.Tx.
func Tx(ctx context.Context) *sql.Tx { return sqldb.Tx(ctx) }

// A Change is a change of an intent, a report, or an error.
type Change struct {
	Intent   string
	Kind     Kind
	From, To State
	Attempt  int           // from 1
	Reported bool          // the state was reported to the handler
	Took     time.Duration // of the claim, the request, the look or the report
	Err      error         // why a request, a look or a report has failed, or nil; it holds no secret
}

func (b *Box) tellObserver(ctx context.Context, from State, r *row, reported bool, start time.Time, err error) {
	if b.observe != nil {
		b.observe(ctx, Change{
			Intent: r.Intent, Kind: r.Kind, From: from, To: r.State, Attempt: int(r.Attempt),
			Reported: reported, Took: time.Since(start), Err: err,
		})
	}
}
