// Package outbox_test kills and stops workers of an outbox, makes their calls fail, and counts
// payments and reports.
package outbox_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/integration/database"
	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/outbox"
)

// Times of the boxes in the tests. They are virtual, but a process also ends its call by its own
// clock. So they are longer than a call takes on a busy machine.
const (
	lease      = 2 * time.Minute
	processing = time.Minute
)

// A world is a fake Omise and a database with an outbox, in virtual time.
type world struct {
	*omisetest.Server
	t      *testing.T
	ctx    context.Context
	db     *sql.DB
	source database.Source
	client *omise.Client

	suffix  string // suffix of the names of its tables
	mu      sync.Mutex
	reports []outbox.Result
	broken  error // error of the handler
}

// newWorld makes a world in memory.
func newWorld(t *testing.T, opts ...omisetest.Option) *world {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	require.NoError(t, err)
	db.SetMaxOpenConns(1) // another connection would have another database
	t.Cleanup(func() { db.Close() })
	return worldOn(t, db, database.Source{}, "", opts...)
}

// worldOn makes a world whose tables are in the given database. Other worlds may have tables in
// the same database.
func worldOn(t *testing.T, db *sql.DB, source database.Source, suffix string, opts ...omisetest.Option) *world {
	t.Helper()
	w := &world{Server: omisetest.NewServer(t, opts...), t: t, ctx: t.Context(), db: db, source: source, suffix: suffix}
	w.client = w.Client()
	require.NoError(t, w.box().CreateTable(w.ctx))
	_, err := db.ExecContext(w.ctx, "CREATE TABLE reports"+suffix+" (intent VARCHAR(200), attempt INT, state VARCHAR(20), object VARCHAR(100))")
	require.NoError(t, err)
	return w
}

// drop removes the tables.
func (w *world) drop() {
	w.t.Helper()
	for _, table := range []string{"omise_outbox" + w.suffix, "omise_outbox" + w.suffix + "_pace", "reports" + w.suffix} {
		_, err := w.db.ExecContext(w.ctx, "DROP TABLE "+table)
		require.NoError(w.t, err)
	}
}

// box returns the outbox of one process.
func (w *world) box(opts ...outbox.Option) *outbox.Box { return w.boxOn(w.db, w.client, opts...) }

// boxOn returns the outbox of a process with another database or client.
func (w *world) boxOn(db *sql.DB, client *omise.Client, opts ...outbox.Option) *outbox.Box {
	return outbox.New(db, client, append([]outbox.Option{
		outbox.OnResult(w.handle), outbox.WithClock(w.Now), outbox.WithTable("omise_outbox" + w.suffix),
		outbox.WithLease(lease), outbox.WithMaxProcessingTime(processing), outbox.WithLookEvery(lease),
	}, opts...)...)
}

// handle is the merchant's handler.
func (w *world) handle(ctx context.Context, r *outbox.Result) error {
	if _, err := outbox.Tx(ctx).ExecContext(ctx, fmt.Sprintf("INSERT INTO reports%s VALUES ('%s', %d, '%s', '%s')", w.suffix, r.Intent, r.Attempt, r.State, r.ObjectID)); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reports = append(w.reports, *r)
	return w.broken
}

// told returns the reported states of an intent, from the database.
func (w *world) told(intent string) (states []outbox.State) {
	w.t.Helper()
	rows, err := w.db.QueryContext(w.ctx, "SELECT state FROM reports"+w.suffix+" WHERE intent = '"+intent+"'")
	require.NoError(w.t, err)
	defer rows.Close()
	for rows.Next() {
		var s outbox.State
		require.NoError(w.t, rows.Scan(&s))
		states = append(states, s)
	}
	require.NoError(w.t, rows.Err())
	return states
}

// settle advances time until nothing more happens.
func (w *world) settle(box *outbox.Box) {
	w.t.Helper()
	for range 20 {
		require.NoError(w.t, box.Drain(w.ctx))
		w.Advance(lease)
	}
}

// token makes a token of a card.
func (w *world) token(number string) string {
	w.t.Helper()
	token, err := w.client.Tokens.Create(w.ctx, &omise.TokenCreateParams{Card: &omise.TokenCardParams{
		Name: "Somchai Prasert", Number: omise.NewSensitive(number), ExpirationMonth: 12, ExpirationYear: 2035, SecurityCode: omise.NewSensitive("123"),
	}})
	require.NoError(w.t, err)
	return token.ID
}

const (
	goodCard     = "4242424242424242"
	declinedCard = "4111111111140011"
)

// clientThrough returns a client whose requests go through a function. The function may pass
// them on to api.
func (w *world) clientThrough(between func(api http.RoundTripper, r *http.Request) (*http.Response, error)) *omise.Client {
	api := w.HTTPClient().Transport
	return w.Client(omise.WithHTTPClient(&http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) { return between(api, r) })}))
}

// A roundTripper is a function that is an http.RoundTripper.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// byToken, bySavedCard and bySource return the params of a charge.
func (w *world) byToken(number string) *omise.ChargeCreateParams {
	w.t.Helper()
	return &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Card: w.token(number)}
}

func (w *world) bySavedCard() *omise.ChargeCreateParams {
	return &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Customer: w.SeedCustomer()}
}

func (w *world) bySource() *omise.ChargeCreateParams {
	w.t.Helper()
	source, err := w.client.Sources.Create(w.ctx, &omise.SourceCreateParams{Type: omise.SourceTypePromptPay, Amount: 50_000, Currency: omise.THB})
	require.NoError(w.t, err)
	return &omise.ChargeCreateParams{Amount: 50_000, Currency: omise.THB, Source: source.ID}
}

// write writes the intent order-42.
func (w *world) write(params *omise.ChargeCreateParams) {
	w.t.Helper()
	require.NoError(w.t, w.box().Charge(w.ctx, w.db, "order-42", params))
}

// lose writes the intent order-42, and loses its first request.
func (w *world) lose(params *omise.ChargeCreateParams) {
	w.t.Helper()
	w.write(params)
	w.Fault(omisetest.On("POST /charges").Nth(1).DropBefore())
	require.NoError(w.t, w.box().Drain(w.ctx))
}

// look returns an intent as the outbox has it.
func (w *world) look(intent string) *outbox.Result {
	w.t.Helper()
	r, err := w.box().Look(w.ctx, intent)
	require.NoError(w.t, err)
	return r
}

// reportOf returns the last report of an intent.
func (w *world) reportOf(intent string) (last outbox.Result) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.reports {
		if r.Intent == intent {
			last = r
		}
	}
	return last
}
