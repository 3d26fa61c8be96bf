package sqlstore_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/webhook/sqlstore"
)

const (
	insert = "INSERT INTO omise_events (id, handled_at) VALUES ($1, $2) ON CONFLICT DO NOTHING -- evnt_1"
	check  = "SELECT id FROM omise_events WHERE id = $1 -- evnt_1"
)

// pay is a handler that writes in the transaction of the store.
func pay(ctx context.Context) error {
	_, err := sqlstore.Tx(ctx).ExecContext(ctx, "UPDATE orders")
	return err
}

func TestTheNoteAndTheHandlersWritesAreOneTransaction(t *testing.T) {
	t.Parallel()
	var r recorder
	require.NoError(t, sqlstore.New(r.open(t)).Do(t.Context(), "evnt_1", pay))
	require.Equal(t, []string{"BEGIN", insert, "UPDATE orders", check, "COMMIT"}, r.all())
	require.Nil(t, sqlstore.Tx(t.Context()))
}

func TestAnEventThatWasHandledIsNotHandedOn(t *testing.T) {
	t.Parallel()
	r := recorder{answer: func(string) (int64, error) { return 0, nil }}
	require.NoError(t, sqlstore.New(r.open(t)).Do(t.Context(), "evnt_1", pay))
	require.Equal(t, []string{"BEGIN", insert, "ROLLBACK"}, r.all())
}

func TestNothingIsNotedOfAnEventWhoseHandlerFails(t *testing.T) {
	t.Parallel()
	var r recorder
	broken := errors.New("out of stock")
	require.ErrorIs(t, sqlstore.New(r.open(t)).Do(t.Context(), "evnt_1", func(context.Context) error { return broken }), broken)
	require.Equal(t, []string{"BEGIN", insert, "ROLLBACK"}, r.all())
}

func TestNothingIsNotedOfAnEventWhoseHandlerPanics(t *testing.T) {
	t.Parallel()
	var r recorder
	store := sqlstore.New(r.open(t))
	require.Panics(t, func() { _ = store.Do(t.Context(), "evnt_1", func(context.Context) error { panic("nil map") }) })
	require.Equal(t, []string{"BEGIN", insert, "ROLLBACK"}, r.all())
}

func TestACommitThatFailsIsAnError(t *testing.T) {
	t.Parallel()
	r := recorder{answer: func(statement string) (int64, error) {
		if statement == "COMMIT" {
			return 0, errors.New("connection lost")
		}
		return 1, nil
	}}
	require.EqualError(t, sqlstore.New(r.open(t)).Do(t.Context(), "evnt_1", pay), "sqlstore: commit: connection lost")
}

// MySQL ends a transaction after a deadlock, and commits the later statements one by one.
func TestAHandlerThatGoesOnAfterTheDatabaseHasRolledBackIsAnError(t *testing.T) {
	t.Parallel()
	r := recorder{answer: func(statement string) (int64, error) {
		if strings.HasPrefix(statement, "SELECT") {
			return 0, nil
		}
		return 1, nil
	}}
	require.ErrorContains(t, sqlstore.New(r.open(t)).Do(t.Context(), "evnt_1", pay), "sqlstore: the database has rolled the transaction back")
	require.Equal(t, []string{"BEGIN", insert, "UPDATE orders", check, "ROLLBACK"}, r.all())
}

func TestABusyDatabaseIsAskedAgainInANewTransaction(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		r := recorder{answer: func(statement string) (int64, error) {
			if strings.HasPrefix(statement, "INSERT") {
				if asked++; asked == 1 {
					return 0, errors.New("database is locked")
				}
			}
			return 1, nil
		}}
		require.NoError(t, sqlstore.New(r.open(t)).Do(t.Context(), "evnt_1", pay))
		require.Equal(t, []string{"BEGIN", insert, "ROLLBACK", "BEGIN", insert, "UPDATE orders", check, "COMMIT"}, r.all())
	})
}

// An administrator who makes the table by hand reads the package comment.
func TestThePackageCommentHasTheStatements(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("sqlstore.go")
	require.NoError(t, err)
	for _, dialect := range []string{"postgres", "mysql"} {
		var r recorder
		store := sqlstore.New(r.open(t), sqlstore.WithDialect(dialect))
		require.NoError(t, store.CreateTable(t.Context()))
		require.NoError(t, store.Do(t.Context(), "evnt_1", func(context.Context) error { return nil }))
		require.NoError(t, store.Prune(t.Context(), time.Now()))
		statements := r.all()
		require.Len(t, statements, 6)
		for _, statement := range statements {
			statement = strings.TrimSuffix(statement, " -- evnt_1")
			if statement != "BEGIN" && statement != "COMMIT" {
				require.Contains(t, string(text), "//\t"+statement+"\n", dialect)
			}
		}
	}
}

func TestAStoreThatCannotWorkSaysWhyAndSendsNothing(t *testing.T) {
	t.Parallel()
	var r recorder
	db := r.open(t)
	for want, store := range map[string]*sqlstore.Store{
		`sqlstore: there is no dialect "oracle": it is postgres, mysql or sqlite`:                                 sqlstore.New(db, sqlstore.WithDialect("oracle")),
		"sqlstore: the name of the table must be letters, digits and underscores, at most with a schema in front": sqlstore.New(db, sqlstore.WithTable("events; DROP TABLE orders")),
		"sqlstore: there is no database": sqlstore.New(nil),
	} {
		require.EqualError(t, store.CreateTable(t.Context()), want)
		require.EqualError(t, store.Prune(t.Context(), time.Now()), want)
		require.EqualError(t, store.Do(t.Context(), "evnt_1", pay), want)
	}
	require.Empty(t, r.all())
}

func TestAnIDThatATableCannotHoldIsRefused(t *testing.T) {
	t.Parallel()
	for name, id := range map[string]string{"empty": "", "long": strings.Repeat("x", 256), "space": "evnt_1 ", "not ASCII": "evnt_é", "control": "evnt_\x00"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var r recorder
			err := sqlstore.New(r.open(t)).Do(t.Context(), id, pay)
			require.EqualError(t, err, "sqlstore: the id of the event must be 1 to 255 printable ASCII characters without spaces")
			require.Empty(t, r.all())
		})
	}
}

func TestAMissingTableIsAnErrorAndTheHandlerIsNotCalled(t *testing.T) {
	t.Parallel()
	r := recorder{answer: func(statement string) (int64, error) {
		if strings.HasPrefix(statement, "INSERT") {
			return 0, errors.New(`relation "omise_events" does not exist`)
		}
		return 1, nil
	}}
	err := sqlstore.New(r.open(t)).Do(t.Context(), "evnt_1", pay)
	require.EqualError(t, err, `sqlstore: note the event: relation "omise_events" does not exist`)
	require.NotContains(t, r.all(), "UPDATE orders")
}

func TestATableThatAnotherProcessHasJustMadeIsFine(t *testing.T) {
	t.Parallel()
	failures := 1
	r := recorder{answer: func(string) (int64, error) {
		if failures--; failures >= 0 {
			return 0, errors.New("duplicate key")
		}
		return 0, nil
	}}
	store := sqlstore.New(r.open(t))
	require.NoError(t, store.CreateTable(t.Context()))
	failures = 2
	require.EqualError(t, store.CreateTable(t.Context()), "sqlstore: make the table: duplicate key")
}
