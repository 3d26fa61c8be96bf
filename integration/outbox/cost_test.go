package outbox_test

import (
	"context"
	"database/sql"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/integration/database"
	"github.com/omisekit/omise-go/outbox"
)

// apiTime is the time that the API of the benchmarks takes for a call.
const apiTime = 50 * time.Millisecond

// BenchmarkFourWorkers measures how many intents four worker processes complete in a second,
// from the first request to the last report.
//
//	go -C integration test -run '^$' -bench FourWorkers -benchtime 1x ./outbox
func BenchmarkFourWorkers(b *testing.B) {
	const intents = 1000
	for _, name := range []string{"PostgreSQL", "MariaDB", "SQLite"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				s := newShop(b, database.All[name](b))
				s.latency = apiTime
				customer := s.SeedCustomer()
				for i := range intents {
					params := &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Customer: customer}
					require.NoError(b, s.box.Charge(b.Context(), s.db, fmt.Sprint("order-", i), params))
				}
				b.StartTimer()
				s.hire(4)
				for s.count("SELECT COUNT(*) FROM reports") < intents {
					time.Sleep(20 * time.Millisecond)
				}
				b.StopTimer()
				s.dismiss()
				b.StartTimer()
			}
			b.ReportMetric(float64(b.N*intents)/b.Elapsed().Seconds(), "intents/s")
		})
	}
}

// BenchmarkInLine measures the time and the number of statements of Now for a charge, with an
// API that answers at once.
//
//	go -C integration test -run '^$' -bench InLine -benchtime 200x ./outbox
func BenchmarkInLine(b *testing.B) {
	for _, name := range []string{"PostgreSQL", "MariaDB", "SQLite"} {
		b.Run(name, func(b *testing.B) {
			source := database.All[name](b)
			s := newShop(b, source)
			var statements atomic.Int64
			db := sql.OpenDB(gatedConnector{&gate{pause: func(string) { statements.Add(1) }}, s.db.Driver(), source.DSN})
			defer db.Close()
			db.SetMaxOpenConns(4)
			db.SetMaxIdleConns(4)
			box := outbox.New(db, s.client, outbox.OnResult(func(context.Context, *outbox.Result) error { return nil }))
			params := &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Customer: s.SeedCustomer()}
			require.NoError(b, db.PingContext(b.Context()))
			for i := 0; b.Loop(); i++ {
				intent := fmt.Sprint("order-", i)
				_, err := box.Now(b.Context(), intent, func(tx *sql.Tx) error { return box.Charge(b.Context(), tx, intent, params) })
				require.NoError(b, err)
			}
			b.ReportMetric(float64(statements.Load())/float64(b.N), "statements/op")
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/op")
			b.ReportMetric(0, "ns/op")
		})
	}
}
