package sqldb

import (
	"context"
	"database/sql"
)

// CreateTable runs the statements that make tables and indexes "if not exists".
// PostgreSQL fails if another process does this at the same time. At the second try the
// table exists.
func CreateTable(ctx context.Context, db *sql.DB, statements ...string) error {
	for _, statement := range statements {
		if _, err := db.ExecContext(ctx, statement); err == nil {
			continue
		}
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
