// Package sqldb_test runs package internal/sqldb on real databases.
package sqldb_test

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/integration/database"
	"github.com/omisekit/omise-go/internal/sqldb"
)

// explain has, by driver, the statement that shows how a query is done, and what it shows if the
// query reads only a range of an index.
var explain = map[string]struct{ statement, byIndex string }{
	"pgx":    {"EXPLAIN", "Index Cond"},
	"mysql":  {"EXPLAIN FORMAT=JSON", `"access_type": "range"`},
	"sqlite": {"EXPLAIN QUERY PLAN", "SEARCH"},
}

// An idle worker asks twice a second for the rows that are due, so it must not read the whole
// table.
func TestTheTimeIsComparedByAnIndex(t *testing.T) {
	t.Parallel()
	database.OnEach(t, func(t *testing.T, source database.Source) {
		db := source.Open(t)
		for _, statement := range []string{
			"CREATE TABLE intents (id INT PRIMARY KEY, due_at BIGINT, note VARCHAR(200))",
			"CREATE INDEX by_time ON intents (due_at)",
			`INSERT INTO intents WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)
			SELECT a.i * 1000 + b.i, NULL, 'ended' FROM n a JOIN n b ON b.i <= 10`,
		} {
			_, err := db.ExecContext(t.Context(), statement)
			require.NoError(t, err)
		}
		how := explain[source.Driver]
		query := how.statement + " SELECT note FROM intents WHERE due_at <= " + sqldb.Of(db).Now + " ORDER BY due_at LIMIT 10"
		require.Contains(t, answer(t, db, query), how.byIndex)
	})
}

// answer returns the rows of a query as text.
func answer(t *testing.T, db *sql.DB, query string) string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	require.NoError(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	require.NoError(t, err)
	values, targets := make([]sql.NullString, len(columns)), make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	var text strings.Builder
	for rows.Next() {
		require.NoError(t, rows.Scan(targets...))
		for _, v := range values {
			text.WriteString(v.String + "\n")
		}
	}
	require.NoError(t, rows.Err())
	return text.String()
}

// At the end of summer time, one local hour comes twice.
func TestTheTimeOfMySQLIsRightInBothHours(t *testing.T) {
	t.Setenv("TZ", "Europe/Berlin") // of the server
	source := database.MariaDB(t)
	for _, hour := range []time.Time{time.Date(2027, 10, 31, 0, 30, 0, 0, time.UTC), time.Date(2027, 10, 31, 1, 30, 0, 0, time.UTC)} {
		source.Restart(time.Until(hour))
		var local string
		var now int64
		require.NoError(t, source.Open(t).QueryRowContext(t.Context(), "SELECT SYSDATE(), "+sqldb.MySQL.Now).Scan(&local, &now))
		require.Contains(t, local, "2027-10-31 02:")
		require.WithinDuration(t, hour, time.UnixMilli(now), 2*time.Minute)
	}
}
