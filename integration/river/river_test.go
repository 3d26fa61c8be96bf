// Package river_test runs the outbox under River, a job queue on PostgreSQL. River calls a job
// again if it has failed or its worker has died.
package river_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/integration/database"
	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/outbox"
)

// A Pay is the job to charge an order.
type Pay struct {
	Order    string `json:"order"`
	Customer string `json:"customer"`
	Amount   int64  `json:"amount"`
}

func (Pay) Kind() string { return "pay" }

// A payer runs Pay jobs. River may call it any number of times. The intent is written once, and
// the outbox charges once.
type payer struct {
	river.WorkerDefaults[Pay]
	box   *outbox.Box
	db    outbox.Querier
	calls atomic.Int64
}

func (p *payer) Work(ctx context.Context, job *river.Job[Pay]) error {
	err := p.box.Charge(ctx, p.db, job.Args.Order, &omise.ChargeCreateParams{
		Amount: job.Args.Amount, Currency: omise.THB, Customer: job.Args.Customer,
	})
	if err != nil {
		return err
	}
	if _, err := p.box.Wait(ctx, job.Args.Order); err != nil {
		return err
	}
	if p.calls.Add(1) == 1 {
		return errors.New("the worker has failed after it has paid") // so River calls again
	}
	return nil
}

func TestAJobThatIsCalledAgainChargesOnce(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := database.Postgres(t).Open(t)
	driver := riverdatabasesql.New(db)
	migrator, err := rivermigrate.New(driver, nil)
	require.NoError(t, err)
	_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	require.NoError(t, err)

	srv := omisetest.NewServer(t)
	customer := srv.SeedCustomer()
	var reports atomic.Int64
	box := outbox.New(db, srv.Client(), outbox.OnResult(func(context.Context, *outbox.Result) error {
		reports.Add(1)
		return nil
	}))
	require.NoError(t, box.CreateTable(ctx))

	workers, worker := river.NewWorkers(), &payer{box: box, db: db}
	river.AddWorker(workers, worker)
	queue, err := river.NewClient(driver, &river.Config{
		Queues:  map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 4}},
		Workers: workers, FetchPollInterval: 100 * time.Millisecond,
	})
	require.NoError(t, err)
	require.NoError(t, queue.Start(ctx))
	defer queue.Stop(context.WithoutCancel(ctx))

	_, err = queue.Insert(ctx, Pay{"order-42", customer, 100_000}, nil)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return worker.calls.Load() == 2 }, 30*time.Second, 50*time.Millisecond)
	srv.AssertCharged(1)
	srv.AssertCalls("POST /charges", 1)
	require.EqualValues(t, 1, reports.Load())
}
