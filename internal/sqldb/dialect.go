// Package sqldb is the shared part of webhook/sqlstore and outbox: the differences between
// databases, transactions in a context, and retries while a database is busy. It imports
// no driver.
package sqldb

import (
	"database/sql"
	"fmt"
	"strconv"
	"strings"
)

// A Dialect has the parts of statements that differ between kinds of databases.
type Dialect struct {
	// Now is an expression for the time of the statement by the database's clock, in
	// milliseconds since 1970. It is one value for the whole statement, because a
	// database uses an index only to compare with one value.
	Now string

	Text string // type of a text of any length
	Key  string // type of a short text that is compared byte by byte

	// Insert and Unless are the beginning and the end of an INSERT that ignores a row
	// that exists, and then affects no row. In MySQL it also changes values that do not
	// fit, so the values must be checked before.
	Insert, Unless string

	// Lock ends a SELECT that locks its rows. SkipLocked after it leaves out rows that
	// other transactions have locked. Both are empty for a database with one writer at
	// a time.
	Lock, SkipLocked string

	// IndexInTable says that an index is made together with its table, because
	// it cannot be made "if not exists".
	IndexInTable bool

	// IndexHasSchema says that CREATE INDEX has the schema before the name of the index
	// and not before the name of the table.
	IndexHasSchema bool

	Isolation sql.IsolationLevel // of transactions that claim rows

	numbered bool // parameters are $1, $2 instead of ?
}

// The dialects.
var (
	Postgres = &Dialect{
		Now:  "CAST(EXTRACT(EPOCH FROM statement_timestamp()) * 1000 AS BIGINT)",
		Text: "TEXT", Key: "TEXT", Insert: "INSERT INTO", Unless: " ON CONFLICT DO NOTHING",
		Lock: " FOR UPDATE", SkipLocked: " SKIP LOCKED", Isolation: sql.LevelReadCommitted, numbered: true,
	}
	MySQL = &Dialect{
		// UNIX_TIMESTAMP would be wrong in the hour after the end of summer time.
		Now:  "CAST(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(3)) DIV 1000 AS SIGNED)",
		Text: "MEDIUMTEXT CHARACTER SET utf8mb4", Key: "VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin", Insert: "INSERT IGNORE INTO",
		Lock: " FOR UPDATE", SkipLocked: " SKIP LOCKED", IndexInTable: true, Isolation: sql.LevelReadCommitted,
	}
	SQLite = &Dialect{
		Now:  "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
		Text: "TEXT", Key: "TEXT", Insert: "INSERT INTO", Unless: " ON CONFLICT DO NOTHING", IndexHasSchema: true,
	}
)

// drivers has the dialects by the type of the database/sql driver, as %T prints it.
var drivers = map[string]*Dialect{
	"*stdlib.Driver":        Postgres, // github.com/jackc/pgx/v5/stdlib
	"*pq.Driver":            Postgres, // github.com/lib/pq
	"*mysql.MySQLDriver":    MySQL,    // github.com/go-sql-driver/mysql
	"*sqlite.Driver":        SQLite,   // modernc.org/sqlite
	"*sqlite3.SQLiteDriver": SQLite,   // github.com/mattn/go-sqlite3
	"*driver.SQLite":        SQLite,   // github.com/ncruces/go-sqlite3
}

// Of returns the dialect for the driver of a database. It returns nil for an unknown
// driver, such as a driver that wraps another one.
func Of(db *sql.DB) *Dialect { return drivers[fmt.Sprintf("%T", db.Driver())] }

// Named returns the dialect that an option names.
func Named(name string) (*Dialect, error) {
	switch name {
	case "postgres":
		return Postgres, nil
	case "mysql":
		return MySQL, nil
	case "sqlite":
		return SQLite, nil
	}
	return nil, fmt.Errorf("there is no dialect %q: it is postgres, mysql or sqlite", name)
}

// Bind writes the parameters of a statement in the notation of the database. In the given
// statement every question mark is a parameter.
func (d *Dialect) Bind(statement string) string {
	if !d.numbered {
		return statement
	}
	var b strings.Builder
	for n := 1; ; n++ {
		before, after, found := strings.Cut(statement, "?")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteString("$" + strconv.Itoa(n))
		statement = after
	}
}

// Keep returns the end of an INSERT that leaves a row that exists as it is. column is a
// column of the table. The number of affected rows has no meaning.
func (d *Dialect) Keep(column string) string {
	if d == MySQL {
		return " ON DUPLICATE KEY UPDATE " + column + " = " + column
	}
	return d.Unless
}

// TableRule returns the rule that the name of a table breaks, or "". There is a rule
// because the name is written into statements unchanged.
func TableRule(name string) string {
	const rule = "must be letters, digits and underscores, at most with a schema in front"
	parts := strings.Split(name, ".")
	if len(parts) > 2 {
		return rule
	}
	for _, part := range parts {
		if part == "" || len(part) > 63 || part[0] >= '0' && part[0] <= '9' {
			return rule
		}
		for _, r := range part {
			if r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
				return rule
			}
		}
	}
	return ""
}
