package sqlstore_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
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

	// answer returns how many rows a statement changes or finds; nil is one row for each.
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
	return c.note(withTexts(statement, args))
}

// QueryContext returns as many empty ids as the answer has rows.
func (c connection) QueryContext(_ context.Context, statement string, args []driver.NamedValue) (driver.Rows, error) {
	result, err := c.note(withTexts(statement, args))
	if err != nil {
		return nil, err
	}
	left, err := result.RowsAffected()
	return &ids{left}, err
}

// ids are the rows of a query for ids.
type ids struct{ left int64 }

func (r *ids) Columns() []string { return []string{"id"} }
func (r *ids) Close() error      { return nil }

func (r *ids) Next(row []driver.Value) error {
	if r.left == 0 {
		return io.EOF
	}
	r.left--
	row[0] = ""
	return nil
}

// withTexts returns a statement with its texts.
func withTexts(statement string, args []driver.NamedValue) string {
	for _, arg := range args {
		if text, ok := arg.Value.(string); ok { // the other arguments are times
			statement += " -- " + text
		}
	}
	return strings.TrimSpace(statement)
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
