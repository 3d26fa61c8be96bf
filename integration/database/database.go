// Package database opens the databases that the tests run against.
package database

import (
	"database/sql"
	"path/filepath"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"
)

// A Source is where a database is, for this process and for others.
type Source struct {
	Driver string // of database/sql
	DSN    string
}

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

// SQLite returns a new file, opened as package sqlstore says.
func SQLite(t testing.TB) Source {
	t.Helper()
	file := filepath.Join(t.TempDir(), "shop.db")
	return Source{"sqlite", "file:" + file + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)&_txlock=immediate"}
}
