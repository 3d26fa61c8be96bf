// Package sqlstore records handled events in a SQL database, for handlers in any number
// of processes.
//
//	store := sqlstore.New(db)
//	handle := webhook.Once(store)(func(ctx context.Context, event *omise.Event) error {
//		_, err := sqlstore.Tx(ctx).ExecContext(ctx, "UPDATE orders SET paid = true WHERE ...")
//		return err
//	})
//
// The record that an event was handled is written in the same transaction as the writes
// of the handler through [Tx]. Both are committed, or neither is. So these writes
// happen exactly once, even if a first try of the handler fails, the process is killed
// or the machine loses power. Other work of the handler, such as sending an e-mail, may
// be done again after a crash.
//
// # Statements
//
// In PostgreSQL and SQLite:
//
//	CREATE TABLE IF NOT EXISTS omise_events (id TEXT PRIMARY KEY, handled_at BIGINT NOT NULL)
//	INSERT INTO omise_events (id, handled_at) VALUES ($1, $2) ON CONFLICT DO NOTHING
//	SELECT id FROM omise_events WHERE id = $1
//	DELETE FROM omise_events WHERE handled_at < $1
//
// In MySQL and MariaDB:
//
//	CREATE TABLE IF NOT EXISTS omise_events (id VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY, handled_at BIGINT NOT NULL)
//	INSERT IGNORE INTO omise_events (id, handled_at) VALUES (?, ?)
//	SELECT id FROM omise_events WHERE id = ?
//	DELETE FROM omise_events WHERE handled_at < ?
//
// handled_at is Unix time in seconds. The user of the database needs INSERT and SELECT,
// and DELETE for [Store.Prune].
//
// # Databases
//
// It works with PostgreSQL and with MySQL 8 and MariaDB 10.6 or later, at their default
// isolation, and with SQLite 3.24 or later; it has no driver. The driver decides which
// database is used; a driver that is not known counts as a driver of PostgreSQL or
// SQLite, unless [WithDialect] is given. While an event is handled, its transaction
// holds a connection, so allow as many connections as there may be deliveries at a
// time.
//
// SQLite has one writer at a time: handlers wait for each other. Set it to wait instead
// of failing, to begin transactions as a writer, and not to block readers. With
// modernc.org/sqlite that is
//
//	file:shop.db?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_txlock=immediate
package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
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
	err     error // the reason why the store cannot be used
}

var _ webhook.Store = (*Store)(nil)

// An Option sets up a [Store].
type Option func(*Store)

// WithTable replaces the name omise_events. The name has letters, digits and
// underscores; it may have a schema and a dot in front.
func WithTable(name string) Option {
	return func(s *Store) { s.table = name }
}

// WithDialect says which database is used, for a driver that wraps another one:
// "postgres", "mysql" (also for MariaDB) or "sqlite". For any other name, every call
// returns an error.
func WithDialect(name string) Option {
	return func(s *Store) { s.dialect, s.err = sqldb.Named(name) }
}

// New returns a store in a database. Make its table with [Store.CreateTable] or by
// hand. If the name of the table is invalid, every call returns an error.
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

// CreateTable makes the table unless it exists. Several processes may call it at the
// same time. The user of the database needs the right to make tables, even if the table
// exists.
func (s *Store) CreateTable(ctx context.Context) error {
	if s.err != nil {
		return s.err
	}
	err := sqldb.CreateTable(ctx, s.db, "CREATE TABLE IF NOT EXISTS "+s.table+" (id "+s.dialect.Key+" PRIMARY KEY, handled_at BIGINT NOT NULL)")
	if err != nil {
		return fmt.Errorf("sqlstore: make the table: %w", err)
	}
	return nil
}

// checkID returns an error for an id that the table cannot hold as it is. MySQL would
// cut or replace it, and two ids could become the same one.
func checkID(id string) error {
	wrong := func(c rune) bool { return c <= ' ' || c > '~' }
	if id == "" || len(id) > 255 || strings.ContainsFunc(id, wrong) {
		return errors.New("sqlstore: the id of the event must be 1 to 255 printable ASCII characters without spaces")
	}
	return nil
}

// Do calls handle unless the event was handled before. The id of the event must be 1 to
// 255 printable ASCII characters without spaces, as all ids of Omise are. The context of handle has the
// transaction that [Tx] returns. It is committed when handle returns nil, and rolled
// back otherwise, also after a panic. Another call for the same event, in any process,
// waits for the end of the transaction.
//
// After an error of the commit it is not known whether the event was handled. When the
// event comes again, the table decides.
//
// If the database has rolled the transaction back and handle returns nil nevertheless, Do
// returns an error. See [Tx].
func (s *Store) Do(ctx context.Context, id string, handle func(context.Context) error) error {
	if s.err != nil {
		return s.err
	}
	if err := checkID(id); err != nil {
		return err
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
	if err := s.checkNote(ctx, tx, id); err != nil {
		return fmt.Errorf("sqlstore: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("sqlstore: commit: %w", err)
	}
	return nil
}

// claim records the event in a transaction, and reports whether the event is new. If
// the database is busy, it tries again.
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

// checkNote returns an error if the record of an event is no longer in the transaction. A
// database may roll a transaction back by itself, and MySQL then commits each later
// statement alone, and the end of the transaction without an error.
func (s *Store) checkNote(ctx context.Context, tx *sql.Tx, id string) error {
	err := tx.QueryRowContext(ctx, s.dialect.Bind("SELECT id FROM "+s.table+" WHERE id = ?"), id).Scan(&id)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return errors.New("the database has rolled the transaction back, and the handler went on: its later writes may be kept although the event counts as not handled")
	case err != nil:
		return fmt.Errorf("read the note of the event: %w", err)
	}
	return nil
}

// Prune deletes the records of events that were handled before a time. Keep events that
// may come again: Omise repeats a delivery for days, and Watch begins at its
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
// [Store.Do]. The store commits it: a write through it is kept if, and only if, the
// event counts as handled.
//
// This holds if the handler returns the first error of a statement, and runs no statement
// after it. MySQL rolls the whole transaction back after a deadlock, and SQLite after a
// statement whose context ended. A statement after that may be committed at once, and again
// when the event comes again.
func Tx(ctx context.Context) *sql.Tx { return sqldb.Tx(ctx) }
