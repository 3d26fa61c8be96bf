package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
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

// A Box is an outbox in a database. It is safe for concurrent use, and any number
// of processes may have one on the same table.
type Box struct {
	db     *sql.DB
	table  *table
	client *omise.Client
	sender *omise.Client // sends one request a call
	reader *omise.Client // reads lists of many pages: one that fails is asked for more often

	handle      func(context.Context, *Result) error
	observe     func(context.Context, Change)
	lease       time.Duration
	processing  time.Duration
	poll        time.Duration
	lookEvery   time.Duration
	concurrency int
	rate        float64 // requests a second, 0 without a limit
	err         error   // why the box cannot be used

	api  api
	work sync.WaitGroup // for all that is under way
}

// An Option sets up a [Box].
type Option func(*Box)

// OnResult sets the function that is told how intents end. It runs in a
// transaction of the database, which [Tx] finds; its writes there are kept if,
// and only if, the report counts as made. So it takes effect once per report:
// after an error, a panic or a crash it is called again. It must not call the
// API.
func OnResult(handle func(ctx context.Context, result *Result) error) Option {
	return func(b *Box) { b.handle = handle }
}

// WithObserver calls observe after every change of an intent, for metrics and
// logs. It has to be quick and safe for concurrent use.
func WithObserver(observe func(context.Context, Change)) Option {
	return func(b *Box) { b.observe = observe }
}

// WithTable replaces the name [DefaultTable]: letters, digits and underscores,
// and at most one dot after a schema.
func WithTable(name string) Option {
	return func(b *Box) { b.table.name = name }
}

// WithDialect says which database it is: "postgres", "mysql" (MariaDB, too) or
// "sqlite". It is needed only for a driver that the package does not know, such
// as one that wraps another.
func WithDialect(name string) Option {
	return func(b *Box) { b.table.dialect, b.err = sqldb.Named(name) }
}

// WithLease sets for how long a worker has an intent; the default is
// [DefaultLease]. A call to the API has three quarters of that, so a lease has to
// be longer than a bank takes to answer. Once a lease is over, another worker
// takes the intent over. All processes have to use the same.
func WithLease(d time.Duration) Option {
	return func(b *Box) { b.lease = d }
}

// WithMaxProcessingTime promises that a request that the API has not processed d
// after its connection broke is never processed, and that its object
// shows in the API's lists by then. A shorter time than the truth can charge
// twice. The default is [omise.DefaultMaxProcessingTime].
func WithMaxProcessingTime(d time.Duration) Option {
	return func(b *Box) { b.processing = d }
}

// WithPoll sets how often an idle [Box.Run] asks the database for work. The
// default is [DefaultPoll].
func WithPoll(d time.Duration) Option {
	return func(b *Box) { b.poll = d }
}

// WithLookEvery sets how often the API is asked about an object that waits for
// the payer or the bank. [Box.Events] makes it sooner. The default is
// [DefaultLookEvery].
func WithLookEvery(d time.Duration) Option {
	return func(b *Box) { b.lookEvery = d }
}

// WithConcurrency sets how many requests [Box.Run] and [Box.Drain] send at a time
// in this process. The default is [DefaultConcurrency].
func WithConcurrency(n int) Option {
	return func(b *Box) { b.concurrency = n }
}

// WithRate sets how many requests that change something are sent in a second, by
// all processes together. All of them have to use the same. Without it there is
// no limit, apart from the rate limiter of the client.
func WithRate(perSecond float64) Option {
	return func(b *Box) { b.rate = perSecond }
}

// WithClock replaces the clock of the database, for tests in virtual time.
func WithClock(now func() time.Time) Option {
	return func(b *Box) { b.table.clock = now }
}

// New returns an outbox on a table of a database, which [Box.CreateTable] makes.
// Every method reports an error in the options.
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
		b.sender, b.reader = client.With(omise.WithMaxRetries(0)), client.With(omise.WithMaxRetries(8))
	}
	return b
}

// check returns the error in the options, and finds out the dialect.
func (b *Box) check() error {
	rule := sqldb.TableRule(b.table.name)
	switch {
	case b.db == nil:
		return errors.New("outbox: there is no database")
	case b.client == nil:
		return errors.New("outbox: there is no client")
	case rule != "":
		return errors.New("outbox: the name of the table " + rule)
	case b.lease < time.Second:
		return errors.New("outbox: the lease must be at least a second")
	case b.processing <= 0:
		return errors.New("outbox: the processing time must be greater than 0")
	case b.poll <= 0 || b.lookEvery <= 0:
		return errors.New("outbox: the times between looks must be greater than 0")
	case b.concurrency < 1:
		return errors.New("outbox: the concurrency must be at least 1")
	case b.rate < 0:
		return errors.New("outbox: the rate must not be negative")
	}
	if b.table.dialect == nil {
		b.table.dialect = sqldb.Of(b.db)
	}
	if b.table.dialect == nil {
		return fmt.Errorf("outbox: the driver %T is not known: say with WithDialect which database it is", b.db.Driver())
	}
	return nil
}

// Schema returns the statements that make the tables in a dialect, in their
// order: "postgres", "mysql" or "sqlite". They do nothing where the tables are
// there. A later release that needs more columns adds statements of their own at
// the end.
func Schema(dialect string) ([]string, error) {
	d, err := sqldb.Named(dialect)
	if err != nil {
		return nil, fmt.Errorf("outbox: %w", err)
	}
	return (&table{name: DefaultTable, dialect: d}).schema(), nil
}

// CreateTable makes the tables unless they are there. Several processes may do it
// at once.
func (b *Box) CreateTable(ctx context.Context) error {
	if b.err != nil {
		return b.err
	}
	for _, statement := range b.table.schema() {
		_, err := b.db.ExecContext(ctx, statement)
		if err == nil {
			continue
		}
		// PostgreSQL fails where two processes meet. The second time the table
		// is there.
		if _, err = b.db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("outbox: make the table: %w", err)
		}
	}
	return nil
}

// Tx returns the transaction in which [OnResult] is called, nil outside of it. It
// is the one that sqlstore.Tx finds in the handler of an event.
func Tx(ctx context.Context) *sql.Tx { return sqldb.Tx(ctx) }

// A Change is a change of an intent, a report, or an error.
type Change struct {
	Intent   string
	Kind     Kind
	From, To State
	Attempt  int           // from 1
	Reported bool          // the handler was told of the state
	Took     time.Duration // of the request, the look or the report
	Err      error         // why a request, a look or a report has failed, or nil; it holds no secret
}

func (b *Box) tell(ctx context.Context, from State, r *row, reported bool, start time.Time, err error) {
	if b.observe != nil {
		b.observe(ctx, Change{
			Intent: r.Intent, Kind: r.Kind, From: from, To: r.State, Attempt: int(r.Attempt),
			Reported: reported, Took: time.Since(start), Err: err,
		})
	}
}
