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

// The driver of MySQL prints errors that it also returns.
func init() { _ = mysql.SetLogger(&mysql.NopLogger{}) }

// A Source has the address of a database, for this process and for others.
type Source struct {
	Driver string // of database/sql
	DSN    string

	// Restart ends the server, which breaks all connections, and starts it again. Its
	// clock is then ahead of that of the machine by the given time. It is nil for a
	// database without a server.
	Restart func(ahead time.Duration)
}

// All has the databases by name.
var All = map[string]func(testing.TB) Source{"PostgreSQL": Postgres, "MariaDB": MariaDB, "SQLite": SQLite}

// Open opens the database until the end of the test.
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

// SQLite returns a new SQLite file, with the options that package sqlstore recommends.
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
