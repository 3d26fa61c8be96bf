// Package sqldb is shared by webhook/sqlstore and outbox: it knows the
// differences between databases, transactions in a context, and databases that
// are busy. It brings no driver.
package sqldb

import (
	"database/sql"
	"fmt"
	"strconv"
	"strings"
)

// A Dialect has the parts of statements that differ between kinds of databases.
type Dialect struct {
	Name string

	// Now is the database's own time in milliseconds since 1970, also within a
	// long transaction.
	Now string

	Text   string // type of a text of any length
	Key    string // type of a short text that is compared byte by byte
	Insert string // starts an INSERT that ignores rows that are there

	// Unless ends an INSERT that ignores rows that are there.
	Unless string

	// Lock ends a SELECT that locks its rows; SkipLocked behind it leaves out rows
	// that others have locked. Both are empty where there is one writer at a time.
	Lock, SkipLocked string

	// IndexInTable says that an index is made together with its table, because
	// it cannot be made "if not exists".
	IndexInTable bool

	Isolation sql.IsolationLevel // of transactions that claim rows

	numbered bool // parameters are $1, $2 instead of ?
}

// The dialects.
var (
	Postgres = &Dialect{
		Name: "PostgreSQL", Now: "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
		Text: "TEXT", Key: "TEXT", Insert: "INSERT INTO", Unless: " ON CONFLICT DO NOTHING",
		Lock: " FOR UPDATE", SkipLocked: " SKIP LOCKED", Isolation: sql.LevelReadCommitted, numbered: true,
	}
	MySQL = &Dialect{
		Name: "MySQL", Now: "CAST(UNIX_TIMESTAMP(SYSDATE(3)) * 1000 AS SIGNED)",
		Text: "MEDIUMTEXT CHARACTER SET utf8mb4", Key: "VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin", Insert: "INSERT IGNORE INTO",
		Lock: " FOR UPDATE", SkipLocked: " SKIP LOCKED", IndexInTable: true, Isolation: sql.LevelReadCommitted,
	}
	SQLite = &Dialect{
		Name: "SQLite", Now: "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
		Text: "TEXT", Key: "TEXT", Insert: "INSERT INTO", Unless: " ON CONFLICT DO NOTHING",
	}
)

// drivers are types of database/sql drivers, by the name that %T prints.
var drivers = map[string]*Dialect{
	"*stdlib.Driver":        Postgres, // github.com/jackc/pgx/v5/stdlib
	"*pq.Driver":            Postgres, // github.com/lib/pq
	"*mysql.MySQLDriver":    MySQL,    // github.com/go-sql-driver/mysql
	"*sqlite.Driver":        SQLite,   // modernc.org/sqlite
	"*sqlite3.SQLiteDriver": SQLite,   // github.com/mattn/go-sqlite3
	"*driver.SQLite":        SQLite,   // github.com/ncruces/go-sqlite3
}

// Of returns the dialect that goes with the driver of a database, nil for a
// driver that is not known, such as one that wraps another.
func Of(db *sql.DB) *Dialect { return drivers[fmt.Sprintf("%T", db.Driver())] }

// Named returns the dialect with a name as options have it.
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

// Bind writes the parameters of a statement, which are ?, as the database wants
// them. No statement has a question mark for anything else.
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

// TableRule returns the rule that the name of a table breaks, or "": the name
// goes into statements as it is.
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
