package outbox_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/integration/database"
	"github.com/omisekit/omise-go/outbox"
)

// A refused intent does not break the merchant's transaction. The merchant can still write the
// order without the intent.
func TestARefusedIntentLeavesTheTransactionUsable(t *testing.T) {
	t.Parallel()
	database.OnEach(t, func(t *testing.T, source database.Source) {
		w := worldOn(t, source.Open(t), source, "")
		customer := w.SeedCustomer()
		token := w.byToken(goodCard)
		of := func(amount int64) *omise.ChargeCreateParams {
			return &omise.ChargeCreateParams{Amount: amount, Currency: omise.THB, Customer: customer}
		}
		require.NoError(t, w.box().Charge(w.ctx, w.db, "order-42", of(100_000)))
		require.NoError(t, w.box().Charge(w.ctx, w.db, "order-43", token))
		for name, refusal := range map[string]struct {
			write func(q outbox.Querier) error
			want  error
		}{
			"another amount": {func(q outbox.Querier) error { return w.box().Charge(w.ctx, q, "order-42", of(200_000)) }, outbox.ErrIntentUsed},
			"another kind": {func(q outbox.Querier) error {
				return w.box().Refund(w.ctx, q, "order-42", "chrg_test_1", &omise.RefundCreateParams{Amount: 100_000})
			}, outbox.ErrIntentUsed},
			"a used token":      {func(q outbox.Querier) error { return w.box().Charge(w.ctx, q, "order-44", token) }, outbox.ErrSingleUse},
			"an early decision": {func(q outbox.Querier) error { return w.box().Decide(w.ctx, q, "order-42", outbox.GiveUp) }, outbox.ErrState},
			"an early attempt":  {func(q outbox.Querier) error { return w.box().Again(w.ctx, q, "order-42", of(200_000)) }, outbox.ErrState},
		} {
			tx, err := w.db.BeginTx(w.ctx, nil)
			require.NoError(t, err, name)
			require.ErrorIs(t, refusal.write(tx), refusal.want, name)
			_, err = tx.ExecContext(w.ctx, fmt.Sprintf("INSERT INTO reports VALUES ('%s', 1, 'order', '')", name))
			require.NoError(t, err, name)
			require.NoError(t, tx.Commit(), name)
			require.Equal(t, []outbox.State{"order"}, w.told(name), name)
		}
		w.settle(w.box())
		require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
		require.EqualValues(t, 100_000, w.reportOf("order-42").Charge.Amount, "as it was written first")
		require.Equal(t, []outbox.State{outbox.Done}, w.told("order-43"))
		w.AssertCalls("POST /charges", 2)
	})
}

// A missing table is an error when the order is written, and an error of Run before it sends
// anything. The order is not lost, because its transaction fails.
func TestAMissingTableIsFoundBeforeAnythingIsSent(t *testing.T) {
	t.Parallel()
	database.OnEach(t, func(t *testing.T, source database.Source) {
		w := worldOn(t, source.Open(t), source, "")
		lost := w.box(outbox.WithTable("nothing"))
		require.ErrorContains(t, lost.Charge(w.ctx, w.db, "order-42", w.byToken(goodCard)), "outbox: write the intent: ")
		require.ErrorContains(t, lost.Run(w.ctx), "outbox: the table nothing cannot be used: ")
		require.Error(t, lost.Drain(w.ctx))
		_, err := lost.Wait(w.ctx, "order-42")
		require.Error(t, err)
		require.NotErrorIs(t, err, outbox.ErrNoIntent)
		_, err = lost.Counts(w.ctx)
		require.ErrorContains(t, err, "outbox: count: ")
		w.AssertCalls("POST /charges", 0)
	})
}

func TestTheWrongDialectIsFoundBeforeAnythingIsSent(t *testing.T) {
	t.Parallel()
	database.OnEach(t, func(t *testing.T, source database.Source) {
		w := worldOn(t, source.Open(t), source, "")
		for _, dialect := range []string{"postgres", "mysql", "sqlite"} {
			box := w.box(outbox.WithDialect(dialect), outbox.WithClock(nil)) // with the clock of the database
			if err := box.Charge(w.ctx, w.db, "order-"+dialect, w.byToken(goodCard)); err != nil {
				require.ErrorContains(t, err, "outbox: write the intent: ")
				ctx, cancel := context.WithTimeout(w.ctx, 10*time.Second)
				require.ErrorContains(t, box.Run(ctx), "outbox: the table omise_outbox cannot be used: ")
				cancel()
			}
		}
		w.AssertCalls("POST /charges", 0)
	})
}
