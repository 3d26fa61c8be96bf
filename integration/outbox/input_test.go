package outbox_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
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
			t.Run(name, func(t *testing.T) {
				tx, err := w.db.BeginTx(w.ctx, nil)
				require.NoError(t, err)
				defer tx.Rollback() // does nothing after the commit
				require.ErrorIs(t, refusal.write(tx), refusal.want)
				_, err = tx.ExecContext(w.ctx, fmt.Sprintf("INSERT INTO reports VALUES ('%s', 1, 'order', '')", name))
				require.NoError(t, err)
				require.NoError(t, tx.Commit())
				require.Equal(t, []outbox.State{"order"}, w.told(name))
			})
		}
		w.settle(w.box())
		require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
		require.EqualValues(t, 100_000, w.reportOf("order-42").Charge.Amount, "as it was written first")
		require.Equal(t, []outbox.State{outbox.Done}, w.told("order-43"))
		w.AssertCalls("POST /charges", 2)
	})
}

func TestBadParamsAreRefusedBeforeAnythingIsWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	box := w.box()
	charge := func(change func(*omise.ChargeCreateParams)) error {
		p := &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Card: "tokn_test_1"}
		change(p)
		return box.Charge(w.ctx, w.db, "order-42", p)
	}
	for want, err := range map[string]error{
		"outbox: omise: POST /charges: amount must be greater than 0":                                                               charge(func(p *omise.ChargeCreateParams) { p.Amount = -1 }),
		"outbox: omise: POST /charges: currency is required":                                                                        charge(func(p *omise.ChargeCreateParams) { p.Currency = "" }),
		"outbox: Description must not hold an API key, a card number or a security code, and a text or a name in it looks like one": charge(func(p *omise.ChargeCreateParams) { p.Description = "4242 4242-4242 4242" }),
		"outbox: card must be the id of a token (tokn_...) or of a card of the customer (card_...)":                                 charge(func(p *omise.ChargeCreateParams) { p.Card = goodCard }),
		"outbox: metadata[omise_intent] must be left out: the outbox sets it":                                                       charge(func(p *omise.ChargeCreateParams) { p.Metadata = omise.Metadata{omise.IntentKey: "x"} }),
		"outbox: platform_fee[percentage] must be a number, such as 2.5":                                                            charge(func(p *omise.ChargeCreateParams) { p.PlatformFee = &omise.PlatformFeeParams{Percentage: "2.5%"} }),
		"outbox: intent is required":                                                          box.Charge(w.ctx, w.db, "", w.byToken(goodCard)),
		"outbox: intent must not hold an API key or a card number":                            box.Charge(w.ctx, w.db, "order-4242424242424242", w.byToken(goodCard)),
		"outbox: intent must not begin or end with a space":                                   box.Charge(w.ctx, w.db, "order-42 ", w.byToken(goodCard)),
		"outbox: idemp_key must be left out: the outbox sets it":                              box.Transfer(w.ctx, w.db, "order-42", &omise.TransferCreateParams{IdempKey: "k-1"}),
		"outbox: params must not be nil":                                                      box.Charge(w.ctx, w.db, "order-42", nil),
		"outbox: there is no transaction":                                                     box.Charge(w.ctx, nil, "order-42", w.byToken(goodCard)),
		"outbox: omise: POST /charges/{id}/refunds: id must be the id of a charge (chrg_...)": box.Refund(w.ctx, w.db, "order-42", "rfnd_test_1", &omise.RefundCreateParams{Amount: 1}),
	} {
		t.Run(want, func(t *testing.T) { require.EqualError(t, err, want) })
	}
	_, err := box.Look(w.ctx, "order-42")
	require.ErrorIs(t, err, outbox.ErrNoIntent)
	w.AssertCalls("POST /charges", 0)
}

func TestAnIntentMayBeWrittenAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	params := w.byToken(goodCard)
	w.write(params)
	w.write(params)
	w.settle(w.box())
	w.write(params) // after its end
	w.settle(w.box())
	w.AssertCalls("POST /charges", 1)
	require.Len(t, w.told("order-42"), 1)
}

func TestAnIntentHasOneAmount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	params := w.byToken(goodCard)
	w.write(params)
	params.Amount++
	require.ErrorIs(t, w.box().Charge(w.ctx, w.db, "order-42", params), outbox.ErrIntentUsed)
}

func TestATokenIsForOneIntent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	params := w.byToken(goodCard)
	w.write(params)
	require.ErrorIs(t, w.box().Charge(w.ctx, w.db, "order-43", params), outbox.ErrSingleUse)
}

func TestAnotherAttemptHasParamsOfTheSameKind(t *testing.T) {
	t.Parallel()
	for want, params := range map[string]any{
		"params must be those of a charge": &omise.RefundCreateParams{Amount: 1},
		"params must not be string":        "x",
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.write(w.byToken(goodCard))
			require.ErrorContains(t, w.box().Again(w.ctx, w.db, "order-42", params), want)
		})
	}
}

func TestAnIntentThatIsReadyHasNoOtherAttempt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	params := w.byToken(goodCard)
	w.write(params)
	require.ErrorIs(t, w.box().Again(w.ctx, w.db, "order-42", params), outbox.ErrState)
}

func TestAnUnknownIntentHasNoOtherAttempt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.ErrorIs(t, w.box().Again(w.ctx, w.db, "order-44", w.byToken(goodCard)), outbox.ErrNoIntent)
}

func TestABoxThatCannotWorkSaysWhy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for want, err := range map[string]error{
		`outbox: there is no dialect "oracle": it is postgres, mysql or sqlite`: w.box(outbox.WithDialect("oracle")).Run(w.ctx),
		"outbox: there is no function to report to: see OnResult":               w.box(outbox.OnResult(nil)).Run(w.ctx),
		"outbox: there is no database":                                          outbox.New(nil, w.client).CreateTable(w.ctx),
		"outbox: there is no client":                                            outbox.New(w.db, nil).CreateTable(w.ctx),
		"outbox: the name of the table must have at most 50 characters":         w.box(outbox.WithTable("shop." + strings.Repeat("a", 51))).CreateTable(w.ctx),
	} {
		t.Run(want, func(t *testing.T) { require.EqualError(t, err, want) })
	}
}

func TestABoxWithoutItsTableSaysWhy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, row := range map[string]struct {
		err  error
		want string
	}{
		"run":             {w.box(outbox.WithTable("nothing")).Run(w.ctx), "outbox: the table nothing cannot be used"},
		"write":           {w.box(outbox.WithTable("nothing")).Charge(w.ctx, w.db, "order-42", w.byToken(goodCard)), "outbox: write the intent"},
		"another dialect": {w.box(outbox.WithDialect("mysql")).Charge(w.ctx, w.db, "order-42", w.byToken(goodCard)), "outbox: write the intent"},
		"an invalid name": {w.box(outbox.WithTable("a;b")).CreateTable(w.ctx), "the name of the table"},
	} {
		t.Run(name, func(t *testing.T) { require.ErrorContains(t, row.err, row.want) })
	}
}

// The order is not lost without a table, because its transaction fails.
func TestAMissingTableIsFoundBeforeAnythingIsSent(t *testing.T) {
	t.Parallel()
	database.OnEach(t, func(t *testing.T, source database.Source) {
		w := worldOn(t, source.Open(t), source, "")
		lost := w.box(outbox.WithTable("nothing"))
		t.Run("Charge", func(t *testing.T) {
			require.ErrorContains(t, lost.Charge(w.ctx, w.db, "order-42", w.byToken(goodCard)), "outbox: write the intent: ")
		})
		t.Run("Run", func(t *testing.T) {
			require.ErrorContains(t, lost.Run(w.ctx), "outbox: the table nothing cannot be used: ")
		})
		t.Run("Drain", func(t *testing.T) { require.Error(t, lost.Drain(w.ctx)) })
		t.Run("Wait", func(t *testing.T) {
			_, err := lost.Wait(w.ctx, "order-42")
			require.Error(t, err)
			require.NotErrorIs(t, err, outbox.ErrNoIntent)
		})
		t.Run("Counts", func(t *testing.T) {
			_, err := lost.Counts(w.ctx)
			require.ErrorContains(t, err, "outbox: count: ")
		})
		w.AssertCalls("POST /charges", 0)
	})
}

// A migration that has only the first table would send nothing.
func TestAMissingPaceTableIsAnErrorOfRun(t *testing.T) {
	t.Parallel()
	database.OnEach(t, func(t *testing.T, source database.Source) {
		w := worldOn(t, source.Open(t), source, "")
		_, err := w.db.ExecContext(w.ctx, "DROP TABLE omise_outbox_pace")
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(w.ctx, 3*time.Second)
		defer cancel()
		err = w.box().Run(ctx)
		require.ErrorContains(t, err, "outbox: the table omise_outbox cannot be used: ")
		require.ErrorContains(t, err, "omise_outbox_pace")
	})
}

func TestTheWrongDialectIsFoundBeforeAnythingIsSent(t *testing.T) {
	t.Parallel()
	database.OnEach(t, func(t *testing.T, source database.Source) {
		w := worldOn(t, source.Open(t), source, "")
		for _, dialect := range []string{"postgres", "mysql", "sqlite"} {
			t.Run(dialect, func(t *testing.T) {
				box := w.box(outbox.WithDialect(dialect), outbox.WithClock(nil)) // with the clock of the database
				if err := box.Charge(w.ctx, w.db, "order-"+dialect, w.byToken(goodCard)); err != nil {
					require.ErrorContains(t, err, "outbox: write the intent: ")
					ctx, cancel := context.WithTimeout(w.ctx, 10*time.Second)
					defer cancel()
					require.ErrorContains(t, box.Run(ctx), "outbox: the table omise_outbox cannot be used: ")
				}
			})
		}
		w.AssertCalls("POST /charges", 0)
	})
}

// MySQL would replace a character that the connection cannot carry by question marks.
func TestATextThatTheConnectionCannotCarryIsRefused(t *testing.T) {
	t.Parallel()
	source := database.MariaDB(t)
	source.DSN += "?charset=utf8" // at most three bytes for a character
	w := worldOn(t, source.Open(t), source, "")
	params := w.bySavedCard()
	params.Description = "thanks 🙏"
	require.ErrorContains(t, w.box().Charge(w.ctx, w.db, "order-42", params), "Incorrect string value")
}

// A server that is not strict stores the text without the character. Nothing may be sent, also
// without a transaction that the merchant rolls back.
func TestATextThatTheDatabaseChangesIsRefused(t *testing.T) {
	t.Parallel()
	source := database.MariaDB(t)
	source.DSN += "?charset=utf8&sql_mode=''"
	w := worldOn(t, source.Open(t), source, "")
	params := w.bySavedCard()
	params.Description = "thanks 🙏"
	require.ErrorContains(t, w.box().Charge(w.ctx, w.db, "order-42", params), "outbox: the database has changed the params")
	_, err := w.box().Look(w.ctx, "order-42")
	require.ErrorIs(t, err, outbox.ErrNoIntent)
}

// A later release may not read what this release has stored. Nothing was sent, so the attempt has
// ended.
func TestStoredParamsThatCannotBeReadAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(w.byToken(goodCard))
	_, err := w.db.ExecContext(w.ctx, "UPDATE omise_outbox SET params = '{\"Amount\": \"many\"}'")
	require.NoError(t, err)
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Refused}, w.told("order-42"))
	require.ErrorContains(t, w.look("order-42").Err, "outbox: the stored params cannot be read: ")
	w.AssertCalls("POST /charges", 0)
}

// During a deployment, an older worker leaves the intent for a newer worker.
func TestParamsOfANewerReleaseWaitForANewerWorker(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var last error
	box := w.box(outbox.WithObserver(func(_ context.Context, c outbox.Change) { last = c.Err }))
	require.NoError(t, box.Charge(w.ctx, w.db, "order-42", w.bySavedCard()))
	_, err := w.db.ExecContext(w.ctx, `UPDATE omise_outbox SET params = REPLACE(params, '{"Amount"', '{"Discount":500,"Amount"')`)
	require.NoError(t, err)
	w.settle(box)
	w.AssertCalls("POST /charges", 0)
	require.Equal(t, outbox.Ready, w.look("order-42").State)
	require.ErrorContains(t, last, "outbox: the stored params are of a newer release: json: unknown field")

	_, err = w.db.ExecContext(w.ctx, `UPDATE omise_outbox SET params = REPLACE(params, '"Discount":500,', '')`)
	require.NoError(t, err)
	w.settle(box)
	require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
}

func TestAKindOfANewerReleaseWaitsForANewerWorker(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.box().Capture(w.ctx, w.db, "order-42", w.authorized(), nil))
	_, err := w.db.ExecContext(w.ctx, "UPDATE omise_outbox SET kind = 'reversal'")
	require.NoError(t, err)
	w.isLeftAlone()
	w.AssertCalls("POST /charges/{id}/capture", 0)
}

func TestAStateOfANewerReleaseWaitsForANewerWorker(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.box().Charge(w.ctx, w.db, "order-42", w.bySavedCard()))
	_, err := w.db.ExecContext(w.ctx, "UPDATE omise_outbox SET state = 'paused'")
	require.NoError(t, err)
	w.isLeftAlone()
}

// isLeftAlone requires that no worker takes order-42.
func (w *world) isLeftAlone() {
	w.t.Helper()
	w.settle(w.box())
	ctx, cancel := context.WithTimeout(w.ctx, 50*time.Millisecond)
	defer cancel()
	_, err := w.box().Wait(ctx, "order-42")
	require.ErrorIs(w.t, err, context.DeadlineExceeded)
	require.Empty(w.t, w.told("order-42"))
	var fence int
	require.NoError(w.t, w.db.QueryRowContext(w.ctx, "SELECT fence FROM omise_outbox").Scan(&fence))
	require.Equal(w.t, 1, fence)
}

// An earlier release may have stored an intent that the client refuses.
func TestAStoredIntentThatTheClientRefusesEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(w.bySavedCard())
	_, err := w.db.ExecContext(w.ctx, "UPDATE omise_outbox SET intent = 'skey_test_5xsrnhy5yl6sc7x4pxb'")
	require.NoError(t, err)
	require.NoError(t, w.box().Drain(w.ctx))
	require.Equal(t, outbox.Refused, w.reports[0].State)
	w.AssertCalls("POST /charges", 0)
}

// The models are of the default version of the API.
func TestAClientOfAnOlderVersionIsToldOfItsPaidCharge(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.client = w.Client(omise.WithAPIVersion("2017-11-02"))
	w.write(w.bySavedCard())
	w.settle(w.box())
	require.Equal(t, []outbox.State{outbox.Done}, w.told("order-42"))
}

func TestASecretIsNotStored(t *testing.T) {
	t.Parallel()
	for field, change := range map[string]func(*omise.ChargeCreateParams, string){
		"Description": func(p *omise.ChargeCreateParams, text string) { p.Description = text },
		"Metadata":    func(p *omise.ChargeCreateParams, text string) { p.Metadata = omise.Metadata{"notes": []string{text}} },
		"ReturnURI":   func(p *omise.ChargeCreateParams, text string) { p.ReturnURI = "https://shop.example/?card=" + text },
	} {
		for _, text := range []string{"4242424242424242 123", "table 7 4242424242424242", "4242\u20284242\u20284242\u20284242", "2223003122003222", "key skey_test_5xsrnhy5yl6sc7x4pxb"} {
			t.Run(field+"/"+text, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				params := w.bySavedCard()
				change(params, text)
				require.EqualError(t, w.box().Charge(w.ctx, w.db, "order-42", params), "outbox: "+field+" must not hold an API key, a card number or a security code, and a text or a name in it looks like one")
				_, err := w.box().Look(w.ctx, "order-42")
				require.ErrorIs(t, err, outbox.ErrNoIntent)
			})
		}
	}
}

func TestANilTransactionIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, nothing := range []outbox.Querier{nil, (*sql.Tx)(nil), (*sql.DB)(nil), (*sql.Conn)(nil)} {
		require.EqualError(t, w.box().Charge(w.ctx, nothing, "order-42", w.byToken(goodCard)), "outbox: there is no transaction")
	}
}

func TestASecurityCodeIsNotStored(t *testing.T) {
	t.Parallel()
	for name, metadata := range map[string]omise.Metadata{
		"cvv":             {"cvv": "123"},
		"capital letters": {"CVC": 123},
		"within":          {"card": map[string]any{"security_code": "123"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			params := w.bySavedCard()
			params.Metadata = metadata
			require.EqualError(t, w.box().Charge(w.ctx, w.db, "order-42", params), "outbox: Metadata must not hold an API key, a card number or a security code, and a text or a name in it looks like one")
			_, err := w.box().Look(w.ctx, "order-42")
			require.ErrorIs(t, err, outbox.ErrNoIntent)
		})
	}
}

// Without a transaction of the merchant, the intent and the check of it are one transaction.
func TestAnIntentIsNotWrittenIfChargeFails(t *testing.T) {
	t.Parallel()
	w := onAFile(t)
	ctx, cancel := context.WithCancel(w.ctx)
	db := sql.OpenDB(gatedConnector{&gate{pause: func(step string) {
		if step == "query" { // it compares the row after the insert
			cancel()
		}
	}}, w.db.Driver(), w.source.DSN})
	defer db.Close()
	require.ErrorIs(t, w.box().Charge(ctx, db, "order-42", w.bySavedCard()), context.Canceled)
	w.settle(w.box())
	w.AssertCharged(0)
	_, err := w.box().Look(w.ctx, "order-42")
	require.ErrorIs(t, err, outbox.ErrNoIntent)
}
