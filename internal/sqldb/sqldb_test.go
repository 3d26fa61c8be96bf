package sqldb_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/sqldb"
)

func TestParametersAreNumberedWhereTheDatabaseNumbersThem(t *testing.T) {
	t.Parallel()
	const statement = "UPDATE t SET a = ?, b = ? WHERE c = ?"
	require.Equal(t, "UPDATE t SET a = $1, b = $2 WHERE c = $3", sqldb.Postgres.Bind(statement))
	require.Equal(t, statement, sqldb.MySQL.Bind(statement))
	require.Equal(t, statement, sqldb.SQLite.Bind(statement))
}

func TestADialectHasAName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]*sqldb.Dialect{"postgres": sqldb.Postgres, "mysql": sqldb.MySQL, "sqlite": sqldb.SQLite} {
		d, err := sqldb.Named(name)
		require.NoError(t, err)
		require.Same(t, want, d)
	}
	_, err := sqldb.Named("oracle")
	require.EqualError(t, err, `there is no dialect "oracle": it is postgres, mysql or sqlite`)
}

func TestATableHasASoundName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"orders", "shop.orders_2", "_x"} {
		require.Empty(t, sqldb.TableRule(name), name)
	}
	for _, name := range []string{"", "a b", "a;DROP TABLE x", "a.b.c", ".a", "1a", `a"`, "ก", strings.Repeat("a", 64)} {
		require.NotEmpty(t, sqldb.TableRule(name), name)
	}
}

// A stated is an error of PostgreSQL.
type stated string

func (s stated) Error() string    { return "ERROR (SQLSTATE " + string(s) + ")" }
func (s stated) SQLState() string { return string(s) }

func TestABusyDatabaseIsToldFromABrokenOne(t *testing.T) {
	t.Parallel()
	for _, busy := range []error{
		errors.New("database is locked (5) (SQLITE_BUSY)"),
		errors.New("Error 1213 (40001): Deadlock found when trying to get lock; try restarting transaction"),
		fmt.Errorf("claim: %w", stated("40P01")),
	} {
		require.True(t, sqldb.IsBusy(busy), busy)
	}
	for _, broken := range []error{stated("42P01"), errors.New("no such table: t"), errors.New("Error 1146 (42S02): Table 'x' doesn't exist")} {
		require.False(t, sqldb.IsBusy(broken), broken)
	}
}

func TestABusyDatabaseIsAskedTenTimes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		busy := func() error { asked++; return errors.New("database is locked") }
		start := time.Now()
		require.EqualError(t, sqldb.Retry(t.Context(), busy), "database is locked")
		require.Equal(t, 10, asked)
		require.Greater(t, time.Since(start), 3*time.Second)
		require.Less(t, time.Since(start), 7*time.Second)

		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		require.ErrorIs(t, sqldb.Retry(ctx, busy), context.DeadlineExceeded)
	})
}
