// Package database opens the databases that the tests run against.
package database

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"
)

// The driver of MySQL prints what it also returns as an error.
func init() { _ = mysql.SetLogger(&mysql.NopLogger{}) }

// A Source is where a database is, for this process and for others.
type Source struct {
	Driver string // of database/sql
	DSN    string

	// Restart ends the server, which breaks all connections, and starts it
	// again with its clock so far ahead of the machine's. It is nil for a
	// database that is no server.
	Restart func(ahead time.Duration)
}

// All are the databases, by name.
var All = map[string]func(testing.TB) Source{"PostgreSQL": Postgres, "MariaDB": MariaDB, "SQLite": SQLite}

// Open opens it for as long as the test runs.
func (s Source) Open(t testing.TB) *sql.DB {
	t.Helper()
	db, err := sql.Open(s.Driver, s.DSN)
	if err == nil {
		err = db.PingContext(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// OnEach runs a test on a new database of each kind.
func OnEach(t *testing.T, test func(t *testing.T, source Source)) {
	t.Helper()
	for name, start := range All {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, start(t))
		})
	}
}

// SQLite returns a new file, opened as package sqlstore says.
func SQLite(t testing.TB) Source {
	t.Helper()
	file := filepath.Join(t.TempDir(), "shop.db")
	return Source{Driver: "sqlite", DSN: "file:" + file + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_txlock=immediate"}
}

// await waits until a database answers.
func await(driver, dsn string) error {
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for ctx.Err() == nil {
		if err = db.PingContext(ctx); err == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return err
}
