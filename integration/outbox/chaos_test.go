package outbox_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/integration/database"
	"github.com/omisekit/omise-go/outbox"
)

// TestWorkersAreKilled kills and stops worker processes, makes their calls fail and restarts
// the database, while intents of all kinds are written. Some of the merchant's transactions
// are rolled back.
//
//	OUTBOX_FULL=1 go -C integration test -v -count=1 -timeout 60m -run TestWorkersAreKilled ./outbox
//
// OUTBOX_INTENTS is the number of intents of each kind, if 2,000 take too long.
func TestWorkersAreKilled(t *testing.T) {
	n, kills := 25, 6
	if full {
		n, kills = 2000, 40
	}
	if some, err := strconv.Atoi(os.Getenv("OUTBOX_INTENTS")); err == nil {
		n = some
	}
	for _, name := range []string{"PostgreSQL", "MariaDB", "SQLite"} {
		t.Run(name, func(t *testing.T) {
			if !full {
				t.Parallel()
			}
			chaos(t, database.All[name](t), n, kills)
		})
	}
}

// workerLease is long enough to read all pages of a list if some of the calls hang.
const workerLease = 8 * time.Second

// A line is one intent of the run and the function that writes it.
type line struct {
	intent string
	write  func(tx *sql.Tx) error
}

func chaos(t *testing.T, source database.Source, n, kills int) {
	start := time.Now()
	s := newShop(t, source)
	lines := s.lines(n)
	s.disturb(0.3, 3)
	s.hire(4, "-lease", workerLease.String())

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var background sync.WaitGroup
	background.Go(func() { s.pay(ctx) })
	var away sync.RWMutex // held while the database restarts
	committed := map[string]bool{}
	background.Go(func() {
		rng := rand.New(rand.NewPCG(3, 2))
		for _, l := range lines {
			away.RLock()
			if s.order(rng, l) {
				committed[l.intent] = true
			}
			away.RUnlock()
		}
	})
	stopped, restarted := s.harass(kills, source, &away)

	deadline := time.Now().Add(time.Duration(n)*time.Second + 15*time.Minute)
	for s.count("SELECT COUNT(*) FROM orders") < len(lines)*3/4 || s.count("SELECT COUNT(*) FROM omise_outbox WHERE due_at IS NOT NULL") > 0 {
		if time.Now().After(deadline) {
			counts, err := s.box.Counts(t.Context())
			t.Fatalf("not at the end: %v %v", counts, err)
		}
		time.Sleep(500 * time.Millisecond)
	}
	cancel()
	background.Wait()
	s.ClearFaults()
	result := s.judge(lines, committed)
	fmt.Printf("%s: %d intents, %d rolled back; %d SIGKILL, %d SIGSTOP, %d restarts of the database; %d calls delivered twice; %d reported once, %d lost, %d twice, %d stuck, %d for nothing; %.0f s\n",
		t.Name(), len(lines), len(lines)-len(committed), kills, stopped, restarted, s.twins.n,
		result.once, result.lost, result.twice, result.stuck, result.ghosts, time.Since(start).Seconds())
	require.Empty(t, result.problems)
	require.Equal(t, len(committed), result.once)
}

// lines prepares the intents.
func (s *shop) lines(n int) (all []line) {
	ctx, client := s.t.Context(), s.client
	s.SeedPaidCharges(2 * n)
	s.Advance(14 * 24 * time.Hour) // until that money can be transferred
	paid, customer := s.SeedPaidCharges(n), s.SeedCustomer()
	add := func(kind string, i int, write func(tx *sql.Tx, intent string) error) {
		intent := fmt.Sprintf("%s-%d", kind, i)
		all = append(all, line{intent, func(tx *sql.Tx) error { return write(tx, intent) }})
	}
	for i := range n {
		amount := int64(10_000 + i)
		token, err := client.Tokens.Create(ctx, &omise.TokenCreateParams{Card: &omise.TokenCardParams{
			Name: "Somchai Prasert", Number: omise.NewSensitive(goodCard), ExpirationMonth: 12, ExpirationYear: 2035, SecurityCode: omise.NewSensitive("123"),
		}})
		require.NoError(s.t, err)
		source, err := client.Sources.Create(ctx, &omise.SourceCreateParams{Type: omise.SourceTypePromptPay, Amount: amount, Currency: omise.THB})
		require.NoError(s.t, err)
		held, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{Amount: amount, Currency: omise.THB, Customer: customer, Capture: new(false)})
		require.NoError(s.t, err)
		charge := func(change func(*omise.ChargeCreateParams)) func(*sql.Tx, string) error {
			p := &omise.ChargeCreateParams{Amount: amount, Currency: omise.THB}
			change(p)
			return func(tx *sql.Tx, intent string) error { return s.box.Charge(ctx, tx, intent, p) }
		}
		add("token", i, charge(func(p *omise.ChargeCreateParams) { p.Card = token.ID }))
		add("source", i, charge(func(p *omise.ChargeCreateParams) { p.Source = source.ID }))
		add("card", i, charge(func(p *omise.ChargeCreateParams) { p.Customer = customer }))
		add("refund", i, func(tx *sql.Tx, intent string) error {
			return s.box.Refund(ctx, tx, intent, paid[i], &omise.RefundCreateParams{Amount: 2_000})
		})
		add("transfer", i, func(tx *sql.Tx, intent string) error {
			return s.box.Transfer(ctx, tx, intent, &omise.TransferCreateParams{Amount: new(10_000 + int64(i))})
		})
		add("capture", i, func(tx *sql.Tx, intent string) error { return s.box.Capture(ctx, tx, intent, held.ID, nil) })
	}
	return all
}

// order writes an order and its intent in one transaction, and reports whether it
// was committed. Every tenth is rolled back.
func (s *shop) order(rng *rand.Rand, l line) bool {
	rollback := rng.IntN(10) == 0
	for range 20 {
		err := func() error {
			tx, err := s.db.BeginTx(s.t.Context(), nil)
			if err != nil {
				return err
			}
			defer tx.Rollback()
			if _, err := tx.ExecContext(s.t.Context(), "INSERT INTO orders (intent) VALUES ('"+l.intent+"')"); err != nil {
				return err
			}
			if err := l.write(tx); err != nil || rollback {
				return err
			}
			return tx.Commit()
		}()
		if err == nil {
			return !rollback
		}
		s.t.Log(l.intent, err)
		time.Sleep(50 * time.Millisecond)
	}
	s.t.Error("the order cannot be written: " + l.intent)
	return false
}

// harass kills workers, stops some for longer than their lease, and restarts the database
// twice, the second time with its clock ten minutes ahead.
func (s *shop) harass(kills int, source database.Source, away *sync.RWMutex) (stopped, restarted int) {
	rng := rand.New(rand.NewPCG(9, 9))
	for i := range kills {
		time.Sleep(time.Duration(200+rng.IntN(800)) * time.Millisecond)
		victim := s.workers[rng.IntN(len(s.workers))]
		if i%5 == 4 {
			sleeper := s.workers[rng.IntN(len(s.workers))]
			_ = sleeper.process.Process.Signal(syscall.SIGSTOP)
			time.Sleep(workerLease + time.Second)
			_ = sleeper.process.Process.Signal(syscall.SIGCONT)
			stopped++
		}
		victim.kill()
		s.start(victim)
		if source.Restart != nil && (i == kills/3 || i == kills*2/3) {
			away.Lock()
			source.Restart(time.Duration(restarted) * 10 * time.Minute)
			away.Unlock()
			restarted++
		}
	}
	return stopped, restarted
}

// A verdict counts the objects and the reports of a run.
type verdict struct {
	once, lost, twice, stuck, ghosts int
	problems                         []string
}

func (s *shop) judge(lines []line, committed map[string]bool) (v verdict) {
	s.t.Helper()
	made, ends := map[string]int{}, map[string][]string{}
	for _, path := range []string{"/charges", "/refunds", "/transfers"} {
		for _, o := range s.all(path) {
			metadata, _ := o["metadata"].(map[string]any)
			if intent, ok := metadata[omise.IntentKey].(string); ok && o["status"] != "failed" {
				made[intent]++
			}
		}
	}
	rows, err := s.db.QueryContext(s.t.Context(), "SELECT intent, state FROM reports WHERE state <> 'waiting'")
	require.NoError(s.t, err)
	defer rows.Close()
	for rows.Next() {
		var intent, state string
		require.NoError(s.t, rows.Scan(&intent, &state))
		ends[intent] = append(ends[intent], state)
	}
	for _, l := range lines {
		objects, reports := made[l.intent], ends[l.intent]
		isCapture := l.intent[:3] == "cap"
		problem := ""
		switch {
		case !committed[l.intent] && objects+len(reports) > 0:
			v.ghosts++
			problem = "something was done for an order that does not exist"
		case !committed[l.intent]:
		case objects > 1 || len(reports) > 1:
			v.twice++
			problem = "twice"
		case len(reports) == 0:
			v.stuck++
			problem = "not reported"
		case objects == 0 && !isCapture || reports[0] != string(outbox.Done):
			v.lost++
			problem = "not done"
		default:
			v.once++
		}
		if problem != "" {
			row, _ := s.box.Look(s.t.Context(), l.intent)
			v.problems = append(v.problems, fmt.Sprintf("%s: %s: %d objects, reports %v, row %+v", l.intent, problem, objects, reports, row))
		}
	}
	return v
}
