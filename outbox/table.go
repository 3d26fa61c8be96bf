package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/omisekit/omise-go/internal/sqldb"
)

// A Querier runs statements: a [*sql.Tx] of the merchant, a
// [*sql.Conn] or a [*sql.DB].
type Querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// A table is the table of the intents, with its statements.
type table struct {
	name    string
	dialect *sqldb.Dialect
	clock   func() time.Time // in place of the database's clock, for tests
}

// A column is a column of the table. All columns are written and read at one place.
type column struct {
	name  string
	kind  string           // KEY, TEXT or BIGINT; a KEY NULL may be NULL
	field func(r *row) any // the field to write from and to scan into
}

// columns are all columns except the primary key, the fencing number and the times.
var columns = []column{
	{"kind", "KEY", func(r *row) any { return &r.Kind }},
	{"parent", "KEY", func(r *row) any { return &r.Parent }},
	{"account", "KEY", func(r *row) any { return &r.Account }},
	{"state", "KEY", func(r *row) any { return &r.State }},
	{"reported", "KEY", func(r *row) any { return &r.Reported }},
	{"base", "KEY", func(r *row) any { return &r.Base }},
	{"attempt", "BIGINT", func(r *row) any { return &r.Attempt }},
	{"sends", "BIGINT", func(r *row) any { return &r.Sends }},
	{"tries", "BIGINT", func(r *row) any { return &r.Tries }},
	{"looked_again", "BIGINT", func(r *row) any { return &r.LookedAgain }},
	{"began_at", "BIGINT", func(r *row) any { return &r.BeganAt }},
	{"no_object_after", "BIGINT", func(r *row) any { return &r.NoObjectAfter }},
	{"amount", "BIGINT", func(r *row) any { return &r.Amount }},
	{"digest", "KEY", func(r *row) any { return &r.Digest }},
	{"first_digest", "KEY", func(r *row) any { return &r.FirstDigest }},
	{"single_use", "KEY NULL", func(r *row) any { return &r.SingleUse }},
	{"object_id", "KEY", func(r *row) any { return &r.ObjectID }},
	{"params", "TEXT", func(r *row) any { return &r.Params }},
	{"failure", "TEXT", func(r *row) any { return &r.Failure }},
	{"candidates", "TEXT", func(r *row) any { return &r.Candidates }},
	{"story", "TEXT", func(r *row) any { return &r.Story }},
}

// A row is an intent.
type row struct {
	Intent  string
	Kind    Kind
	Parent  string // charge of a refund or a capture
	Account string // account that the attempts are sent to, or only its mode before the first
	State   State
	Fence   int64

	Reported    State  // the state that was reported last
	Base        string // beginning of all idempotency keys of the intent
	Attempt     int64  // from 1
	Sends       int64  // requests of the attempt that may have arrived
	Tries       int64  // tries since the state changed, for the waits between them
	LookedAgain int64  // 1 after a list was read that has all objects of the attempt

	// Times by the clock of the records, in milliseconds. All objects of the attempt, and of
	// earlier attempts that no list was read for, are made between BeganAt and NoObjectAfter,
	// and appear in lists by then; 0 if that is not known yet.
	BeganAt, NoObjectAfter int64

	Amount      int64
	Digest      string         // of the request that the params make, and of the mode
	FirstDigest string         // of the first attempt
	SingleUse   sql.NullString // digest of the token, source or captured charge that no other intent may use
	ObjectID    string
	Params      string // JSON, "" when they are no longer needed
	Failure     string // JSON of a failure, "" without one
	Candidates  string // JSON of ids
	Story       string // JSON of entries

	now    int64 // by the database's clock, when it was read
	due    int64 // by the database's clock, or never
	read   time.Time
	object any // as the API has just returned it, or nil
}

// never replaces the time, or the wait until the time, at which a row is due if nothing
// more happens without a person or a new attempt.
const never = -1

// databaseTime returns the time by the database's clock, as far as this process knows.
func (r *row) databaseTime() time.Time {
	return time.UnixMilli(r.now).Add(time.Since(r.read)).UTC()
}

// nowSQL returns the SQL expression for the time by the database's clock.
func (t *table) nowSQL() string {
	if t.clock != nil {
		return fmt.Sprint(t.clock().UnixMilli())
	}
	return t.dialect.Now
}

// names returns the names of the columns, each followed by suffix.
func names(suffix string) string {
	all := make([]string, len(columns))
	for i, c := range columns {
		all[i] = c.name + suffix
	}
	return strings.Join(all, ", ")
}

// split returns the name of the table without its schema, and before it the schema with
// its dot, or "".
func (t *table) split() (schema, plain string) {
	dot := strings.LastIndex(t.name, ".")
	return t.name[:dot+1], t.name[dot+1:]
}

// longestTable leaves space for the suffixes of the second table and of the indexes,
// because PostgreSQL cuts a name after 63 characters.
const longestTable = 50

// schema returns the statements that make the tables.
func (t *table) schema() []string {
	d := t.dialect
	typed := func(kind string) string {
		switch kind {
		case "KEY":
			return d.Key + " NOT NULL"
		case "KEY NULL":
			return d.Key
		case "TEXT":
			return d.Text + " NOT NULL"
		}
		return kind + " NOT NULL"
	}
	lines := []string{"intent " + d.Key + " PRIMARY KEY", "fence BIGINT NOT NULL", "due_at BIGINT", "created_at BIGINT NOT NULL", "updated_at BIGINT NOT NULL"}
	for _, c := range columns {
		lines = append(lines, c.name+" "+typed(c.kind))
	}
	lines = append(lines, "UNIQUE (single_use)")
	schema, plain := t.split()
	var indexes []string
	for _, name := range []string{"due_at", "object_id"} {
		switch {
		case d.IndexInTable:
			lines = append(lines, fmt.Sprintf("INDEX %s_%s (%s)", plain, name, name))
		case d.IndexHasSchema:
			indexes = append(indexes, fmt.Sprintf("CREATE INDEX IF NOT EXISTS %s%s_%s ON %[2]s (%[3]s)", schema, plain, name))
		default:
			indexes = append(indexes, fmt.Sprintf("CREATE INDEX IF NOT EXISTS %s_%s ON %s (%[2]s)", plain, name, t.name))
		}
	}
	all := []string{fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s (\n\t%s\n)", t.name, strings.Join(lines, ",\n\t"))}
	all = append(all, indexes...)
	return append(all, fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s_pace (account %s PRIMARY KEY, free_at BIGINT NOT NULL)", t.name, d.Key))
}

// insert writes a new row, unless there is a row with the same intent, token, source or
// capture.
func (t *table) insert(ctx context.Context, q Querier, r *row) error {
	statement := fmt.Sprintf("INSERT INTO %s (intent, fence, due_at, created_at, updated_at, %s) VALUES (?, 1, %s, %[3]s, %[3]s%s)%s",
		t.name, names(""), t.nowSQL(), strings.Repeat(", ?", len(columns)), t.dialect.Keep("intent"))
	_, err := q.ExecContext(ctx, t.dialect.Bind(statement), append([]any{r.Intent}, r.values()...)...)
	return err
}

// remove deletes a row that was inserted, unless a worker has taken it since then.
func (t *table) remove(ctx context.Context, q Querier, r *row) error {
	_, err := q.ExecContext(ctx, t.dialect.Bind("DELETE FROM "+t.name+" WHERE intent = ? AND base = ? AND fence = 1"), r.Intent, r.Base)
	return err
}

// save writes a row, unless it has changed since it was read; then it returns errTaken.
// wait is the wait until the row is due, or never.
func (t *table) save(ctx context.Context, q Querier, before, r *row, wait time.Duration) error {
	if err := before.State.check(r.State); err != nil {
		return err
	}
	at := "NULL"
	if wait != never {
		at = fmt.Sprintf("%s + %d", t.nowSQL(), wait.Milliseconds())
	}
	statement := fmt.Sprintf("UPDATE %s SET fence = fence + 1, due_at = %s, updated_at = %s, %s WHERE intent = ? AND fence = ? AND state = ?",
		t.name, at, t.nowSQL(), names(" = ?"))
	result, err := q.ExecContext(ctx, t.dialect.Bind(statement), append(r.values(), r.Intent, before.Fence, before.State)...)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return errors.Join(errTaken, err)
	}
	r.Fence = before.Fence + 1
	return nil
}

// wake makes the waiting row with an object due. A worker that has read the object
// before must not write that it still waits, so the fencing number changes, too.
func (t *table) wake(ctx context.Context, q Querier, objectID string) error {
	var intent string
	// MySQL locks the gap between rows when an UPDATE finds no row by an index. So the
	// row is first found without a lock.
	find := fmt.Sprintf("SELECT intent FROM %s WHERE object_id = ? AND state = ?", t.name)
	err := q.QueryRowContext(ctx, t.dialect.Bind(find), objectID, string(Waiting)).Scan(&intent)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err == nil {
		update := fmt.Sprintf("UPDATE %s SET due_at = %s, fence = fence + 1 WHERE intent = ? AND state = ?", t.name, t.nowSQL())
		_, err = q.ExecContext(ctx, t.dialect.Bind(update), intent, string(Waiting))
	}
	return err
}

// errTaken says that a webhook, a person or another worker has changed the row.
var errTaken = errors.New("outbox: the intent has just changed")

// selection returns the beginning of every SELECT of rows.
func (t *table) selection() string {
	return fmt.Sprintf("SELECT intent, fence, COALESCE(due_at, %d), %s, %s FROM %s", never, t.nowSQL(), names(""), t.name)
}

// one reads the row of an intent without a lock.
func (t *table) one(ctx context.Context, q Querier, intent string) (*row, error) {
	return t.read(ctx, q, intent, "")
}

// locked reads the row of an intent and locks it until the end of the
// transaction.
func (t *table) locked(ctx context.Context, q Querier, intent string) (*row, error) {
	return t.read(ctx, q, intent, t.dialect.Lock)
}

func (t *table) read(ctx context.Context, q Querier, intent, lock string) (*row, error) {
	r := &row{read: time.Now()}
	err := q.QueryRowContext(ctx, t.dialect.Bind(t.selection()+" WHERE intent = ?"+lock), intent).Scan(r.targets()...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNoIntent
	}
	return r, err
}

// due reads and locks up to n rows that are due.
func (t *table) due(ctx context.Context, tx *sql.Tx, account string, which string, n int) (rows []*row, err error) {
	statement := fmt.Sprintf("%s WHERE due_at <= %s AND account IN (?, ?) AND %s AND %s ORDER BY due_at LIMIT %d%s",
		t.selection(), t.nowSQL(), knownKinds, which, n, t.dialect.Lock+t.dialect.SkipLocked)
	read := time.Now()
	result, err := tx.QueryContext(ctx, t.dialect.Bind(statement), account, modeOf(account))
	if err != nil {
		return nil, err
	}
	defer result.Close()
	for result.Next() {
		r := &row{read: read}
		if err := result.Scan(r.targets()...); err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, result.Err()
}

// free returns ErrSingleUse if another intent has the token, source or capture of the
// row.
func (t *table) free(ctx context.Context, q Querier, r *row) error {
	var others int
	statement := "SELECT COUNT(*) FROM " + t.name + " WHERE single_use = ? AND intent <> ?"
	err := q.QueryRowContext(ctx, t.dialect.Bind(statement), r.SingleUse, r.Intent).Scan(&others)
	if err == nil && others > 0 {
		err = ErrSingleUse
	}
	return err
}

func (r *row) values() []any {
	all := make([]any, len(columns))
	for i, c := range columns {
		switch v := c.field(r).(type) {
		case *string:
			all[i] = *v
		case *int64:
			all[i] = *v
		case *Kind:
			all[i] = string(*v)
		case *State:
			all[i] = string(*v)
		case *sql.NullString:
			all[i] = *v
		}
	}
	return all
}

func (r *row) targets() []any {
	all := []any{&r.Intent, &r.Fence, &r.due, &r.now}
	for _, c := range columns {
		all = append(all, c.field(r))
	}
	return all
}

// An Entry is an entry in the story of an intent.
type Entry struct {
	Time      time.Time `json:"time"` // by the database's clock
	State     State     `json:"state"`
	Attempt   int64     `json:"attempt"`
	Status    int       `json:"status,omitempty"` // HTTP, of the answer
	Code      string    `json:"code,omitempty"`   // of the API
	RequestID string    `json:"request_id,omitempty"`
	Outcome   string    `json:"outcome,omitempty"` // of the request: not_sent, refused or unknown
	Note      string    `json:"note,omitempty"`
}

// longestStory is how many entries a row keeps.
const longestStory = 50

// addEntry adds an entry to the story of the row.
func (r *row) addEntry(e Entry) {
	e.Time, e.State, e.Attempt = r.databaseTime().Round(time.Millisecond), r.State, r.Attempt
	entries := append(r.story(), e)
	if len(entries) > longestStory {
		entries = entries[len(entries)-longestStory:]
	}
	text, err := json.Marshal(entries)
	if err == nil { // always: every field is plain
		r.Story = string(text)
	}
}

func (r *row) story() (entries []Entry) {
	_ = json.Unmarshal([]byte(r.Story), &entries) // a damaged story is empty
	return entries
}
