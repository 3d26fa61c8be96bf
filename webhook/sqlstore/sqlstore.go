// Package sqlstore remembers handled events in a SQL database, for handlers in
// any number of processes.
//
//	store := sqlstore.New(db)
//	handle := webhook.Once(store)(func(ctx context.Context, event *omise.Event) error {
//		_, err := sqlstore.Tx(ctx).ExecContext(ctx, "UPDATE orders SET paid = true WHERE ...")
//		return err
//	})
//
// The note that an event was handled is written in one transaction with what the
// handler writes through [Tx]. Both happen or neither does: whether the handler
// fails, the process is killed or the machine loses power, the event is handled
// exactly once. What the handler does elsewhere, such as sending an e-mail, may
// happen again after a crash.
//
// # Statements
//
//	CREATE TABLE IF NOT EXISTS omise_events (id TEXT PRIMARY KEY, handled_at BIGINT NOT NULL)
//	INSERT INTO omise_events (id, handled_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING
//	DELETE FROM omise_events WHERE handled_at < $1
//
// handled_at is Unix time in seconds. The user of the database needs INSERT, and
// DELETE for [Store.Prune].
//
// # Databases
//
// It works with PostgreSQL, at its default isolation, and with SQLite 3.24 or
// later; it brings no driver. While an event is handled its transaction holds a
// connection, so allow as many as there may be deliveries at a time.
//
// SQLite has one writer at a time: handlers wait for each other. Tell it to wait
// rather than fail, to begin transactions as a writer, and to let readers be.
// With modernc.org/sqlite that is
//
//	file:shop.db?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_txlock=immediate
package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/omisekit/omise-go/webhook"
)

// A Store is a [webhook.Store] in a table. It is safe for concurrent use, by
// many processes at a time.
//
// See https://docs.omise.co/api-webhooks.
type Store struct {
	db    *sql.DB
	table string
	err   error // why the table cannot be used
}

var _ webhook.Store = (*Store)(nil)

// An Option sets up a [Store].
type Option func(*Store)

// WithTable replaces the name omise_events. It may have a schema in front:
// letters, digits and underscores, and a dot between.
func WithTable(name string) Option {
	return func(s *Store) { s.table = name }
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
	switch {
	case db == nil:
		s.err = errors.New("sqlstore: there is no database")
	case !isName(s.table):
		s.err = errors.New("sqlstore: the name of the table must be letters, digits and underscores, at most with a schema in front")
	}
	return s
}

// CreateTable makes the table unless there is one. Several processes may do it
// at once.
func (s *Store) CreateTable(ctx context.Context) error {
	if s.err != nil {
		return s.err
	}
	_, err := s.db.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS "+s.table+" (id TEXT PRIMARY KEY, handled_at BIGINT NOT NULL)")
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
	if err := handle(context.WithValue(ctx, txKey{}, tx)); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("sqlstore: commit: %w", err)
	}
	return nil
}

// claim notes the event in a transaction, and tells whether nobody did before.
// A database that is busy is asked again: nothing has happened yet.
func (s *Store) claim(ctx context.Context, id string) (tx *sql.Tx, fresh bool, err error) {
	for attempt := 1; ; attempt++ {
		tx, fresh, err = s.note(ctx, id)
		if err == nil || attempt == mostAttempts || !isBusy(err) {
			return tx, fresh, err
		}
		select {
		case <-time.After(time.Duration(attempt) * busyWait):
		case <-ctx.Done():
			return nil, false, ctx.Err()
		}
	}
}

// The waits between the attempts add up to 4.5 s; what the driver waits comes on
// top of it.
const (
	mostAttempts = 10
	busyWait     = 100 * time.Millisecond
)

func (s *Store) note(ctx context.Context, id string) (*sql.Tx, bool, error) {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, false, err
	}
	result, err := tx.ExecContext(ctx, "INSERT INTO "+s.table+" (id, handled_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING", id, time.Now().Unix())
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

// Prune forgets what was handled before a moment. Leave enough for what may
// still be repeated: Omise repeats a delivery for days, and Watch begins at its
// checkpoint.
func (s *Store) Prune(ctx context.Context, before time.Time) error {
	if s.err != nil {
		return s.err
	}
	if _, err := s.db.ExecContext(ctx, "DELETE FROM "+s.table+" WHERE handled_at < $1", before.Unix()); err != nil {
		return fmt.Errorf("sqlstore: prune: %w", err)
	}
	return nil
}

type txKey struct{}

// Tx returns the transaction in which an event is handled, and nil outside of
// [Store.Do]. The store commits it; what is written through it is there if, and
// only if, the event counts as handled.
func Tx(ctx context.Context) *sql.Tx {
	tx, _ := ctx.Value(txKey{}).(*sql.Tx)
	return tx
}

// isBusy tells whether the database had no time, as far as that can be told of
// any driver: SQLite says so in the text of its errors.
func isBusy(err error) bool {
	text := err.Error()
	return strings.Contains(text, "SQLITE_BUSY") || strings.Contains(text, "database is locked") || strings.Contains(text, "database table is locked")
}

// isName tells whether a name can go into a statement as it is.
func isName(name string) bool {
	parts := strings.Split(name, ".")
	for _, part := range parts {
		if part == "" || len(part) > 63 || part[0] >= '0' && part[0] <= '9' {
			return false
		}
		for _, r := range part {
			if r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
				return false
			}
		}
	}
	return len(parts) <= 2
}
