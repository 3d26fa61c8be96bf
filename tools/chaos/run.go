package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/tools/chaos/job"
)

// A run is a test of one client in one mode with intents of one kind.
type run struct {
	mode      *mode
	kind      job.Kind
	trouble   *trouble
	plan      plan
	n         int
	batch     int // number of intents that share a fake; 0 for all
	first     int // number of the first intent of the batch
	callers   int
	perSecond int
	port      bool
	shared    bool // all callers share one client
	crowded   bool // other runs with their own goroutines run at the same time
}

// allKinds has the kinds in the order of the tables.
var allKinds = []job.Kind{job.Charge, job.Refund, job.Transfer, job.Capture, job.Delete}

// each returns the runs of all modes with all their kinds and all troubles.
func (r run) each(yield func(run) bool) {
	for i := range modes {
		for _, r.kind = range allKinds {
			for j := range troubles {
				r.mode, r.trouble = &modes[i], &troubles[j]
				if r.promise() != "" && r.trouble.meets(r) && !yield(r) {
					return
				}
			}
		}
	}
}

// sdk tests this SDK. In memory, time passes only while all goroutines wait. So only waits
// take time, and a goroutine that is left stops the program.
func (r run) sdk(t *testing.T) (*tally, error) {
	if r.port {
		return r.pursue()
	}
	all := new(tally)
	for rest := r.n; rest > 0; rest -= r.n {
		r.n = min(rest, cmp.Or(r.batch, rest))
		part, err := r.inMemory(t)
		if err != nil {
			return nil, err
		}
		all.add(part)
		r.first += r.n
	}
	return all, nil
}

func (r run) inMemory(t *testing.T) (result *tally, err error) {
	t.Run(fmt.Sprint(r.mode.name, " ", r.kind), func(t *testing.T) {
		synctest.Test(t, func(*testing.T) { result, err = r.pursue() })
	})
	return result, err
}

func (r run) pursue() (*tally, error) {
	before := runtime.NumGoroutine()
	w, err := r.world()
	if err != nil {
		return nil, err
	}
	defer w.Close()
	var open sockets
	clients, err := r.clients(w, &open)
	if err != nil {
		return nil, err
	}
	ctx := context.Background()
	results := w.job.Run(func(caller int, i job.Intent) (job.Receipt, error) {
		var opts []omise.RequestOption
		if r.mode.intent {
			opts = append(opts, omise.WithIntent(i.Name))
		}
		return pursue(withOrder(ctx, i.Name), clients[caller], r.kind, i, !r.mode.bare, opts...)
	})
	settlements, err := r.settle(ctx, w, &open, results)
	if err != nil {
		return nil, err
	}
	t, made := r.judge(w, results)
	for i, s := range settlements {
		t.settle(w.job.Intents[i], s, made[w.job.Intents[i].Name])
	}
	if r.port {
		t.left(w, &open)
		if !r.crowded {
			t.Goroutines = goroutinesBeyond(before)
		}
	}
	return t, nil
}

// strangerKey is the secret key of another account.
const strangerKey = "skey_test_stranger0000000000"

// overAPort reports whether a run is possible over a port. There each call has to contain the
// name of its intent, and all clients have to know the kind.
func (r run) overAPort() bool {
	return !r.mode.bare && r.trouble == noTrouble && slices.Contains(job.Kinds, r.kind)
}

// world returns a prepared fake on which calls fail from now on.
func (r run) world() (*world, error) {
	w, err := newWorld(r)
	if err != nil {
		return nil, err
	}
	w.job.Callers, w.job.PerSecond = r.callers, r.perSecond
	if r.port {
		err = w.listen()
	}
	if err == nil {
		err = r.plan.disturb(w, r.kind, r.trouble)
	}
	if err != nil {
		w.Close()
		return nil, err
	}
	return w, nil
}

func (r run) clients(w *world, open *sockets) ([]*omise.Client, error) {
	var opts []omise.Option
	if r.mode.settles {
		opts = append(opts, omise.WithMaxProcessingTime(r.maxProcessingTime()))
	}
	clients := make([]*omise.Client, r.callers)
	for i := range clients {
		if r.shared && i > 0 {
			clients[i] = clients[0]
			continue
		}
		var err error
		if clients[i], err = w.client(open, opts...); err != nil {
			return nil, err
		}
	}
	return clients, nil
}

// settle resolves all unknown outcomes with a client of another process. The result is by
// intent.
func (r run) settle(ctx context.Context, w *world, open *sockets, results []job.Result) (map[int]settlement, error) {
	client, err := w.client(open, omise.WithMaxProcessingTime(r.maxProcessingTime()))
	if err != nil {
		return nil, err
	}
	stranger, err := w.client(open, omise.WithSecretKey(strangerKey), omise.WithMaxProcessingTime(r.maxProcessingTime()))
	if err != nil {
		return nil, err
	}
	var unknown []int
	for i, result := range results {
		if result.Outcome == string(omise.OutcomeUnknown) {
			unknown = append(unknown, i)
		}
	}
	found := make([]settlement, len(unknown))
	job.Each(r.callers, 0, len(unknown), func(_, i int) {
		stored := results[unknown[i]].Stored
		refused := isParamError(ask(ctx, stranger, r.kind, stored).err)
		found[i] = resolve(ctx, client, r.kind, stored, r.pauseIfOpen())
		found[i].stranger = refused
	})
	settlements := map[int]settlement{}
	for i, s := range found {
		settlements[unknown[i]] = s
	}
	return settlements, nil
}

// judge waits until all calls are processed, and compares.
func (r run) judge(w *world, results []job.Result) (*tally, map[string][]entry) {
	time.Sleep(2*lateness + r.trouble.late)
	w.api.keepUp()
	t := judge(w.job.Intents, results, w.books.made)
	t.Arrivals = w.books.arrivals(w.Server)
	return t, w.books.made
}

// left waits until the client has closed its connections, while the server is still open,
// and then ends the run.
func (t *tally) left(w *world, open *sockets) {
	defer w.Close()
	for range 100 {
		if t.Sockets = open.left(); t.Sockets == 0 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// goroutinesBeyond returns the number of goroutines above before. It gives goroutines that
// are ending some time.
func goroutinesBeyond(before int) (left int) {
	for range 100 {
		if left = max(0, runtime.NumGoroutine()-before); left == 0 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	return left
}

// peer tests a client in another program.
func (r run) peer(program, client string) (*tally, error) {
	w, err := r.world()
	if err != nil {
		return nil, err
	}
	defer w.Close()
	w.job.Client = client
	input, err := json.Marshal(w.job)
	if err != nil {
		return nil, err
	}
	command := exec.Command(program)
	command.Stdin, command.Stderr = bytes.NewReader(input), os.Stderr
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", client, err)
	}
	var results []job.Result
	if err := json.Unmarshal(output, &results); err != nil {
		return nil, fmt.Errorf("%s: %w", client, err)
	}
	if len(results) != r.n {
		return nil, fmt.Errorf("%s: %d results of %d", client, len(results), r.n)
	}
	t, _ := r.judge(w, results)
	if t.Held == 0 {
		err = fmt.Errorf("%s holds nothing: %s", client, results[0].Error)
	}
	return t, err
}
