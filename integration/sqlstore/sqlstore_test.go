// Package sqlstore_test runs webhook/sqlstore against real databases.
package sqlstore_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/integration/database"
	"github.com/omisekit/omise-go/webhook/sqlstore"
)

// onEach runs a test on a new database of each kind.
func onEach(t *testing.T, test func(t *testing.T, db *sql.DB)) {
	t.Helper()
	database.OnEach(t, func(t *testing.T, source database.Source) {
		db := source.Open(t)
		_, err := db.ExecContext(t.Context(), "CREATE TABLE effects (id TEXT)")
		require.NoError(t, err)
		test(t, db)
	})
}

func newStore(t *testing.T, db *sql.DB, opts ...sqlstore.Option) *sqlstore.Store {
	t.Helper()
	store := sqlstore.New(db, opts...)
	require.NoError(t, store.CreateTable(t.Context()))
	return store
}

// effect writes a row in the transaction of the event, as a handler does.
func effect(id string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := sqlstore.Tx(ctx).ExecContext(ctx, "INSERT INTO effects (id) VALUES ('"+id+"')")
		return err
	}
}

func count(t *testing.T, db *sql.DB, query string) (n int) {
	t.Helper()
	require.NoError(t, db.QueryRowContext(t.Context(), query).Scan(&n))
	return n
}

func TestAnEventIsHandledOnce(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, db *sql.DB) {
		store := newStore(t, db)
		for range 3 {
			require.NoError(t, store.Do(t.Context(), "evnt_1", effect("evnt_1")))
		}
		require.NoError(t, sqlstore.New(db).Do(t.Context(), "evnt_1", effect("evnt_1")), "another process")
		require.Equal(t, 1, count(t, db, "SELECT count(*) FROM effects"))
		require.Equal(t, 1, count(t, db, fmt.Sprint("SELECT count(*) FROM omise_events WHERE id = 'evnt_1' AND handled_at > ", time.Now().Add(-time.Minute).Unix())))
	})
}

func TestAFailureLeavesNothing(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, db *sql.DB) {
		store := newStore(t, db)
		away := errors.New("the post is away")
		ctx, cancel := context.WithCancel(t.Context())
		require.ErrorIs(t, store.Do(ctx, "evnt_1", func(ctx context.Context) error {
			require.NoError(t, effect("evnt_1")(ctx))
			return away
		}), away)
		require.Panics(t, func() {
			store.Do(ctx, "evnt_1", func(ctx context.Context) error {
				require.NoError(t, effect("evnt_1")(ctx))
				panic("at the disco")
			})
		})
		require.Error(t, store.Do(ctx, "evnt_1", func(ctx context.Context) error {
			require.NoError(t, effect("evnt_1")(ctx))
			cancel()
			return nil
		}), "the request ended before the commit")
		require.Zero(t, count(t, db, "SELECT count(*) FROM effects")+count(t, db, "SELECT count(*) FROM omise_events"))

		require.NoError(t, store.Do(t.Context(), "evnt_1", effect("evnt_1")))
		require.Equal(t, 1, count(t, db, "SELECT count(*) FROM effects"))
	})
}

func TestTheSecondWaitsForTheFirst(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, db *sql.DB) {
		store := newStore(t, db)
		began, end := make(chan bool), make(chan error)
		first := make(chan error, 1)
		go func() {
			first <- store.Do(t.Context(), "evnt_1", func(context.Context) error {
				close(began)
				return <-end
			})
		}()
		<-began
		second := make(chan error, 1)
		go func() { second <- store.Do(t.Context(), "evnt_1", effect("second")) }()
		select {
		case <-second:
			t.Fatal("it did not wait")
		case <-time.After(300 * time.Millisecond):
		}
		end <- errors.New("not yet")
		require.EqualError(t, <-first, "not yet")
		require.NoError(t, <-second)
		require.Equal(t, 1, count(t, db, "SELECT count(*) FROM effects WHERE id = 'second'"))
	})
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, db *sql.DB) {
		db.SetMaxOpenConns(20)
		store := newStore(t, db)
		var calls sync.WaitGroup
		var failures atomic.Int32
		for worker := range 8 {
			calls.Go(func() {
				for i := range 200 {
					id := fmt.Sprint("evnt_", (i+worker*13)%200)
					err := store.Do(t.Context(), id, func(ctx context.Context) error {
						if (i+worker)%5 == 0 {
							return errors.New("sometimes")
						}
						return effect(id)(ctx)
					})
					if err != nil && err.Error() != "sometimes" {
						failures.Add(1)
						t.Log(err)
					}
				}
			})
		}
		calls.Wait()
		require.Zero(t, failures.Load())
		require.Equal(t, 200, count(t, db, "SELECT count(*) FROM effects"))
		require.Equal(t, 200, count(t, db, "SELECT count(DISTINCT id) FROM effects"))
	})
}

// A database that fails at once when it is busy is asked again.
func TestABusyDatabaseIsAskedAgain(t *testing.T) {
	t.Parallel()
	source := database.SQLite(t)
	patient := newStore(t, source.Open(t))
	source.DSN += "&_pragma=busy_timeout(0)"
	hasty := sqlstore.New(source.Open(t))
	began := make(chan bool)
	done := make(chan error, 1)
	go func() {
		done <- patient.Do(t.Context(), "evnt_1", func(context.Context) error {
			close(began)
			time.Sleep(400 * time.Millisecond)
			return nil
		})
	}()
	<-began
	ran := false
	require.NoError(t, hasty.Do(t.Context(), "evnt_2", func(context.Context) error { ran = true; return nil }))
	require.True(t, ran)
	require.NoError(t, <-done)
}

// SQLite rolls the whole transaction back when a statement is interrupted.
func TestAHandlerThatGoesOnAfterAnInterruptedStatementIsAnError(t *testing.T) {
	t.Parallel()
	db := database.SQLite(t).Open(t)
	store := newStore(t, db)
	_, err := db.ExecContext(t.Context(), "CREATE TABLE effects (id TEXT)")
	require.NoError(t, err)
	err = store.Do(t.Context(), "evnt_1", func(ctx context.Context) error {
		short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
		defer cancel()
		_, err := sqlstore.Tx(ctx).ExecContext(short, "INSERT INTO effects WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 3000000) SELECT n FROM c")
		require.Error(t, err)
		return effect("evnt_1")(ctx)
	})
	require.ErrorContains(t, err, "sqlstore: the database has rolled the transaction back")
}

func TestTablesAreMadeOnce(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, db *sql.DB) {
		var makers sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			makers.Go(func() { errs[i] = sqlstore.New(db).CreateTable(t.Context()) })
		}
		makers.Wait()
		require.NoError(t, errors.Join(errs...))
		require.Zero(t, count(t, db, "SELECT count(*) FROM omise_events"))
	})
}

func TestTheTableMayHaveAnotherName(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, db *sql.DB) {
		store := newStore(t, db, sqlstore.WithTable("Shop_events2"))
		require.NoError(t, store.Do(t.Context(), "evnt_1", effect("evnt_1")))
		require.Equal(t, 1, count(t, db, "SELECT count(*) FROM Shop_events2"))
		for _, name := range []string{"", "a b", "a;DROP TABLE effects", "a.b.c", ".a", "1a", `a"`, "ก"} {
			bad := sqlstore.New(db, sqlstore.WithTable(name))
			require.Error(t, bad.CreateTable(t.Context()), name)
			require.Error(t, bad.Do(t.Context(), "evnt_2", effect("evnt_2")), name)
			require.Error(t, bad.Prune(t.Context(), time.Now()), name)
		}
		require.Equal(t, 1, count(t, db, "SELECT count(*) FROM effects"))
	})
	require.Error(t, sqlstore.New(nil).CreateTable(t.Context()))
}

func TestADialectThatIsNotKnownIsAnError(t *testing.T) {
	t.Parallel()
	db := database.SQLite(t).Open(t)
	require.EqualError(t, sqlstore.New(db, sqlstore.WithDialect("oracle")).CreateTable(t.Context()),
		`sqlstore: there is no dialect "oracle": it is postgres, mysql or sqlite`)
	require.NoError(t, sqlstore.New(db, sqlstore.WithDialect("sqlite")).CreateTable(t.Context()))
}

// Two ids that differ in case only are two events.
func TestIdsAreComparedByteByByte(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, db *sql.DB) {
		store := newStore(t, db)
		require.NoError(t, store.Do(t.Context(), "evnt_a", effect("evnt_a")))
		require.NoError(t, store.Do(t.Context(), "evnt_A", effect("evnt_A")))
		require.Equal(t, 2, count(t, db, "SELECT count(*) FROM effects"))
	})
}

func TestPruneDeletesOldEvents(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, db *sql.DB) {
		store := newStore(t, db)
		require.NoError(t, store.Do(t.Context(), "evnt_1", effect("evnt_1")))
		require.NoError(t, store.Prune(t.Context(), time.Now().Add(-time.Hour)))
		require.Equal(t, 1, count(t, db, "SELECT count(*) FROM omise_events"))
		require.NoError(t, store.Prune(t.Context(), time.Now().Add(time.Hour)))
		require.Zero(t, count(t, db, "SELECT count(*) FROM omise_events"))
	})
}

func TestAMissingTableIsAnError(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, db *sql.DB) {
		require.ErrorContains(t, sqlstore.New(db).Do(t.Context(), "evnt_1", effect("evnt_1")), "sqlstore: note the event")
		require.Nil(t, sqlstore.Tx(t.Context()))
	})
}
