// Package sqlstore remembers handled events in a SQL database, for handlers in
// any number of processes.
//
//	store := sqlstore.New(db)
//	handle := webhook.Once(store)(func(ctx context.Context, event *omise.Event) error {
//		_, err := sqlstore.Tx(ctx).ExecContext(ctx, "UPDATE orders SET paid = true WHERE ...")
//		return err
//	})
//
// The note that an event was handled is written in one transaction with the
// writes of the handler through [Tx]. Both happen or neither does: whether the handler
// fails, the process is killed or the machine loses power, the event is handled
// exactly once. Other work of the handler, such as sending an e-mail, may be done
// again after a crash.
//
// # Statements
//
// In PostgreSQL and SQLite:
//
//	CREATE TABLE IF NOT EXISTS omise_events (id TEXT PRIMARY KEY, handled_at BIGINT NOT NULL)
//	INSERT INTO omise_events (id, handled_at) VALUES ($1, $2) ON CONFLICT DO NOTHING
//	DELETE FROM omise_events WHERE handled_at < $1
//
// In MySQL and MariaDB:
//
//	CREATE TABLE IF NOT EXISTS omise_events (id VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY, handled_at BIGINT NOT NULL)
//	INSERT IGNORE INTO omise_events (id, handled_at) VALUES (?, ?)
//	DELETE FROM omise_events WHERE handled_at < ?
//
// handled_at is Unix time in seconds. The user of the database needs INSERT, and
// DELETE for [Store.Prune].
//
// # Databases
//
// It works with PostgreSQL and with MySQL 8 and MariaDB 10.6 or later, at their
// default isolation, and with SQLite 3.24 or later; it brings no driver. Which
// database it is follows from the driver; a driver that is not known is taken
// for one of PostgreSQL or SQLite, unless [WithDialect] is given. While an event is
// handled its transaction holds a connection, so allow as many as there may be
// deliveries at a time.
//
// SQLite has one writer at a time: handlers wait for each other. Tell it to wait
// instead of failing, to begin transactions as a writer, and not to block
// readers. With modernc.org/sqlite that is
//
//	file:shop.db?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_txlock=immediate
package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/omisekit/omise-go/internal/sqldb"
	"github.com/omisekit/omise-go/webhook"
)

// A Store is a [webhook.Store] in a table. It is safe for concurrent use, by
// many processes at a time.
//
// See https://docs.omise.co/api-webhooks.
type Store struct {
	db      *sql.DB
	table   string
	dialect *sqldb.Dialect
	err     error // why the table cannot be used
}

var _ webhook.Store = (*Store)(nil)

// An Option sets up a [Store].
type Option func(*Store)

// WithTable replaces the name omise_events. It may have a schema in front:
// letters, digits and underscores, and a dot between.
func WithTable(name string) Option {
	return func(s *Store) { s.table = name }
}

// WithDialect says which database it is, for a driver that wraps another one:
// "postgres", "mysql" (MariaDB, too) or "sqlite". Any other name is reported by
// every call.
func WithDialect(name string) Option {
	return func(s *Store) { s.dialect, s.err = sqldb.Named(name) }
}

// New returns a store in a database. Its table is made by [Store.CreateTable] or
// by hand. A name that cannot be one is reported by every call.
func New(db *sql.DB, opts ...Option) *Store {
	s := &Store{db: db, table: "omise_events"}
	for _, opt := range opts {
		if opt != nil {
			opt(s)
		}
	}
	switch rule := sqldb.TableRule(s.table); {
	case s.err != nil:
		s.err = fmt.Errorf("sqlstore: %w", s.err)
	case db == nil:
		s.err = errors.New("sqlstore: there is no database")
	case rule != "":
		s.err = errors.New("sqlstore: the name of the table " + rule)
	case s.dialect == nil:
		s.dialect = cmp.Or(sqldb.Of(db), sqldb.Postgres)
	}
	return s
}

// CreateTable makes the table unless there is one. Several processes may do it
// at once.
func (s *Store) CreateTable(ctx context.Context) error {
	if s.err != nil {
		return s.err
	}
	_, err := s.db.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS "+s.table+" (id "+s.dialect.Key+" PRIMARY KEY, handled_at BIGINT NOT NULL)")
	if err == nil {
		return nil
	}
	// PostgreSQL fails where two of them meet; one of them has made it then.
	if _, missing := s.db.ExecContext(ctx, "SELECT id FROM "+s.table+" WHERE 1 = 0"); missing == nil {
		return nil
	}
	return fmt.Errorf("sqlstore: make the table: %w", err)
}

// Do calls handle unless the event was handled before. The context of handle has
// the transaction that [Tx] finds; it is committed when handle returns nil and
// rolled back otherwise, also in a panic. Another call for the same event, in
// any process, waits for the end of the transaction.
//
// An error of the commit leaves open whether the event was handled. When it
// comes again, the table knows.
func (s *Store) Do(ctx context.Context, id string, handle func(context.Context) error) error {
	if s.err != nil {
		return s.err
	}
	tx, fresh, err := s.claim(ctx, id)
	if err != nil {
		return fmt.Errorf("sqlstore: note the event: %w", err)
	}
	defer tx.Rollback() // does nothing after a commit
	if !fresh {
		return nil
	}
	if err := handle(sqldb.WithTx(ctx, tx)); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("sqlstore: commit: %w", err)
	}
	return nil
}

// claim notes the event in a transaction, and reports whether it is the first
// time. A database that is busy is asked again.
func (s *Store) claim(ctx context.Context, id string) (tx *sql.Tx, fresh bool, err error) {
	err = sqldb.Retry(ctx, func() error {
		tx, fresh, err = s.note(ctx, id)
		return err
	})
	return tx, fresh, err
}

func (s *Store) note(ctx context.Context, id string) (*sql.Tx, bool, error) {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, false, err
	}
	insert := s.dialect.Insert + " " + s.table + " (id, handled_at) VALUES (?, ?)" + s.dialect.Unless
	result, err := tx.ExecContext(ctx, s.dialect.Bind(insert), id, time.Now().Unix())
	var rows int64
	if err == nil {
		rows, err = result.RowsAffected()
	}
	if err != nil {
		tx.Rollback()
		return nil, false, err
	}
	return tx, rows > 0, nil
}

// Prune forgets events that were handled before a moment. Leave events that may
// still be repeated: Omise repeats a delivery for days, and Watch begins at its
// checkpoint.
func (s *Store) Prune(ctx context.Context, before time.Time) error {
	if s.err != nil {
		return s.err
	}
	if _, err := s.db.ExecContext(ctx, s.dialect.Bind("DELETE FROM "+s.table+" WHERE handled_at < ?"), before.Unix()); err != nil {
		return fmt.Errorf("sqlstore: prune: %w", err)
	}
	return nil
}

// Tx returns the transaction in which an event is handled, and nil outside of
// [Store.Do]. The store commits it; a write through it is there if, and
// only if, the event counts as handled.
func Tx(ctx context.Context) *sql.Tx { return sqldb.Tx(ctx) }
