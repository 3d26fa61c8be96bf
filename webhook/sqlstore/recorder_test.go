package sqlstore_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
)

// A recorder is a driver of database/sql that has no database. It records the
// statements, and answers as the test says. integration/sqlstore runs the same package
// on real databases.
type recorder struct {
	mu         sync.Mutex
	statements []string

	// answer returns how many rows a statement changes; nil is one row for each.
	answer func(statement string) (int64, error)
}

// open returns a database on the recorder that is closed with the test.
func (r *recorder) open(t *testing.T) *sql.DB {
	t.Helper()
	db := sql.OpenDB(r)
	t.Cleanup(func() { db.Close() })
	return db
}

// all returns the statements so far.
func (r *recorder) all() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.statements
}

func (r *recorder) note(statement string) (driver.Result, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.statements = append(r.statements, statement)
	if r.answer == nil {
		return driver.RowsAffected(1), nil
	}
	n, err := r.answer(statement)
	return driver.RowsAffected(n), err
}

func (r *recorder) Connect(context.Context) (driver.Conn, error) { return connection{r}, nil }
func (r *recorder) Driver() driver.Driver                        { return r }
func (r *recorder) Open(string) (driver.Conn, error)             { return connection{r}, nil }

type connection struct{ *recorder }

func (c connection) Begin() (driver.Tx, error) {
	_, err := c.note("BEGIN")
	return transaction(c), err
}

func (c connection) ExecContext(_ context.Context, statement string, args []driver.NamedValue) (driver.Result, error) {
	for _, arg := range args {
		if text, ok := arg.Value.(string); ok { // the other arguments are times
			statement += " -- " + text
		}
	}
	return c.note(strings.TrimSpace(statement))
}

func (c connection) Prepare(statement string) (driver.Stmt, error) {
	return nil, fmt.Errorf("not prepared: %w: %s", errors.ErrUnsupported, statement)
}

func (c connection) Close() error { return nil }

type transaction struct{ *recorder }

func (tx transaction) Commit() error {
	_, err := tx.note("COMMIT")
	return err
}

func (tx transaction) Rollback() error {
	_, err := tx.note("ROLLBACK")
	return err
}
