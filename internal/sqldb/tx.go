package sqldb

import (
	"context"
	"database/sql"
)

type txKey struct{}

// WithTx returns a context in which Tx finds the transaction.
func WithTx(ctx context.Context, tx *sql.Tx) context.Context {
	return context.WithValue(ctx, txKey{}, tx)
}

// Tx returns the transaction that a handler runs in, nil outside of a transaction.
func Tx(ctx context.Context) *sql.Tx {
	tx, _ := ctx.Value(txKey{}).(*sql.Tx)
	return tx
}
