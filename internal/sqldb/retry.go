package sqldb

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/omisekit/omise-go/internal/backoff"
)

const mostAttempts = 10

// busyWait is the wait between the attempts. All waits together are 3 to 7 s. The driver
// may wait in addition.
var busyWait = backoff.Policy{First: 100 * time.Millisecond, Last: time.Second}

// Retry calls do again while the database is busy. This is safe, because a busy database
// has done nothing. If do needs a transaction, it begins and ends the transaction itself.
func Retry(ctx context.Context, do func() error) error {
	for attempt := 1; ; attempt++ {
		err := do()
		if err == nil || attempt == mostAttempts || !IsBusy(err) {
			return err
		}
		if err := backoff.Sleep(ctx, busyWait.HalfJitter(attempt)); err != nil {
			return err
		}
	}
}

// A stater is an error with a SQLSTATE, such as the errors of PostgreSQL's drivers.
type stater interface {
	error
	SQLState() string
}

// IsBusy reports whether a database has refused a statement only because of other
// transactions: it was locked, or it has ended one of two transactions that waited for each
// other. For SQLite and MySQL, IsBusy reads the text of the errors.
func IsBusy(err error) bool {
	if s, ok := errors.AsType[stater](err); ok {
		return slices.Contains([]string{"40001", "40P01", "55P03"}, s.SQLState())
	}
	text := err.Error()
	return slices.ContainsFunc([]string{
		"SQLITE_BUSY", "database is locked", "database table is locked", "database schema is locked", // SQLite
		"Error 1205", "Error 1213", "Error 1020", // MySQL and MariaDB: lock wait, deadlock, a row that changed
	}, func(busy string) bool { return strings.Contains(text, busy) })
}
