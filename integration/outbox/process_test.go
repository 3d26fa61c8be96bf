package outbox_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net/http"
	"sync"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/outbox"
)

// A gate passes on the statements and requests of a process. A process whose gate is closed
// sends nothing more, like a killed process.
type gate struct {
	mu     sync.Mutex
	passed int
	last   int  // number of the step at which the process dies, 0 for never
	after  bool // it dies after the step, not before
	dead   bool
	pause  func(step string) // called before every step, if not nil
}

var errDead = errors.New("the process is dead")

// pass runs a step, unless the process is dead or dies at this step.
func (g *gate) pass(step string, do func() error) error {
	if g.pause != nil {
		g.pause(step)
	}
	g.mu.Lock()
	g.passed++
	mine := g.passed == g.last
	if mine && !g.after {
		g.dead = true
	}
	dead := g.dead
	g.mu.Unlock()
	if dead {
		return errDead
	}
	err := do()
	g.mu.Lock()
	defer g.mu.Unlock()
	if mine {
		g.dead = true
	}
	if g.dead {
		return errDead
	}
	return err
}

// A gatedTransport sends requests that pass the gate.
type gatedTransport struct {
	*gate
	next http.RoundTripper
}

func (t gatedTransport) RoundTrip(r *http.Request) (resp *http.Response, err error) {
	err = t.pass(r.Method, func() error {
		resp, err = t.next.RoundTrip(r)
		return err
	})
	if err != nil {
		return nil, err
	}
	return resp, nil
}

// A gatedConnector opens connections whose statements pass the gate.
type gatedConnector struct {
	*gate
	driver driver.Driver
	dsn    string
}

func (c gatedConnector) Connect(context.Context) (driver.Conn, error) {
	if c.gate.dead {
		return nil, errDead
	}
	conn, err := c.driver.Open(c.dsn)
	if err != nil {
		return nil, err
	}
	return &gatedConn{conn, c.gate}, nil
}

func (c gatedConnector) Driver() driver.Driver { return c.driver }

// A gatedConn runs statements that pass the gate.
type gatedConn struct {
	driver.Conn
	gate *gate
}

func (c *gatedConn) BeginTx(ctx context.Context, opts driver.TxOptions) (tx driver.Tx, err error) {
	begun := false
	err = c.gate.pass("begin", func() error {
		tx, err = c.Conn.(driver.ConnBeginTx).BeginTx(ctx, opts)
		begun = err == nil
		return err
	})
	if err != nil {
		if begun {
			tx.Rollback()
		}
		return nil, err
	}
	return &gatedTx{tx, c.gate}, nil
}

func (c *gatedConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (result driver.Result, err error) {
	err = c.gate.pass("exec", func() error {
		result, err = c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
		return err
	})
	return result, err
}

func (c *gatedConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (rows driver.Rows, err error) {
	err = c.gate.pass("query", func() error {
		rows, err = c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args)
		return err
	})
	if err != nil && rows != nil {
		rows.Close()
		rows = nil
	}
	return rows, err
}

func (c *gatedConn) CheckNamedValue(v *driver.NamedValue) error {
	if checker, ok := c.Conn.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

// A gatedTx is a transaction whose commit passes the gate.
type gatedTx struct {
	driver.Tx
	gate *gate
}

// Commit of a dead process rolls back, as the database does when it notices that the connection
// is closed. The test does this itself, because virtual time would pass before the database
// notices it and releases the locks.
func (t *gatedTx) Commit() error {
	err := t.gate.pass("commit", t.Tx.Commit)
	if err != nil {
		_ = t.Tx.Rollback() // does nothing after a commit
	}
	return err
}

// A commitConnector opens connections whose transactions commit makes final.
type commitConnector struct {
	gatedConnector
	commit func(driver.Tx) error
}

func (c commitConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.gatedConnector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return commitConn{conn.(*gatedConn), c.commit}, nil
}

type commitConn struct {
	*gatedConn
	commit func(driver.Tx) error
}

func (c commitConn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	tx, err := c.gatedConn.BeginTx(ctx, opts)
	return commitTx{tx, c.commit}, err
}

type commitTx struct {
	driver.Tx
	commit func(driver.Tx) error
}

func (t commitTx) Commit() error { return t.commit(t.Tx) }

// refusing returns the database of the world, on a file. It rolls back the nth transaction,
// calls then, and returns err.
func (w *world) refusing(nth int, then func(), err error) *sql.DB {
	w.t.Helper()
	n := 0
	db := sql.OpenDB(commitConnector{gatedConnector{&gate{}, w.db.Driver(), w.source.DSN}, func(tx driver.Tx) error {
		if n++; n != nth {
			return tx.Commit()
		}
		_ = tx.Rollback()
		then()
		return err
	}})
	w.t.Cleanup(func() { db.Close() })
	return db
}

// A process is one worker.
type process struct {
	*outbox.Box
	gate *gate
	db   *sql.DB
}

// process starts a worker whose gate closes at a step.
func (w *world) process(g *gate, opts ...outbox.Option) *process {
	w.t.Helper()
	db := w.db
	if w.source.DSN != "" {
		db = sql.OpenDB(gatedConnector{g, w.db.Driver(), w.source.DSN})
	}
	client := w.Client(omise.WithHTTPClient(&http.Client{Transport: gatedTransport{g, w.HTTPClient().Transport}}))
	return &process{w.boxOn(db, client, opts...), g, db}
}

// run works until nothing is due or the process is dead, and cleans up as the end of a process
// does.
func (p *process) run(w *world) {
	w.t.Helper()
	err := p.Drain(w.ctx)
	if p.gate.dead {
		p.db.Close()
		return
	}
	require.NoError(w.t, err)
}
