package mock

import (
	"container/list"
	"fmt"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/omisekit/omise-go/internal/fake"
)

// A World is a merchant account behind a pair of keys, with all that happens in
// it.
type World struct {
	host   *Host
	number int // from 1
	run    atomic.Pointer[run]

	keys  []string      // that lead to it; the host's lock guards them
	place *list.Element // in the host's recent worlds, nil for the first

	mu        sync.Mutex // guards what follows
	options   fake.Options
	hooks     *fake.Hooks // nil for none
	snapshots map[string]*fake.Snapshot
}

// A run is a world from one reset to the next.
type run struct {
	fake    *fake.Server
	ticking sync.Mutex // held while time moves on with the clock on the wall
	ticked  time.Time
}

// Fake returns the account of the world. A reset replaces it.
func (w *World) Fake() *fake.Server { return w.run.Load().fake }

// begin starts the world anew. The caller holds the lock, or is alone.
func (w *World) begin(options fake.Options) {
	if w.host.options.RealTime {
		options.Start = time.Now()
	}
	w.options = options
	clear(w.snapshots)
	fresh := &run{fake: fake.New(options), ticked: time.Now()}
	fresh.fake.Listen(w.hooks)
	w.run.Store(fresh)
}

// tick moves time on with the clock on the wall. If a webhook holds it up, the
// next tick makes up for that.
func (r *run) tick() {
	if !r.ticking.TryLock() {
		return
	}
	defer r.ticking.Unlock()
	now := time.Now()
	r.fake.Advance(now.Sub(r.ticked))
	r.ticked = now
}

func (w *World) complain(problem string) { w.log("strict: " + problem) }

func (w *World) logCall(c fake.Call) { w.log(c.String()) }

// log tells what happened, and in which world if it is not the first.
func (w *World) log(line string) {
	if w.host.options.Log == nil {
		return
	}
	if w.number > 1 {
		line = fmt.Sprintf("world %d: %s", w.number, line)
	}
	w.host.options.Log(line)
}

// hooksTo returns hooks that post to an address after the call that caused them
// is answered. It returns nil for no address.
func hooksTo(address string, reach fake.Reach) (*fake.Hooks, error) {
	if address == "" {
		return nil, nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, &Invalid{"webhook", "must be an http or https URL"}
	}
	hooks, err := fake.OverHTTP(address, reach)
	if err != nil {
		return nil, err
	}
	hooks.Background = true
	hooks.Now = time.Now // which receivers compare with
	return hooks, nil
}

// An Invalid is a value that cannot be.
type Invalid struct {
	Field string `json:"field"`
	Rule  string `json:"rule"`
}

func (e *Invalid) Error() string { return e.Field + " " + e.Rule }

// readDuration reads a time such as 36h, or 7d.
func readDuration(field, text string) (time.Duration, error) {
	d, err := fake.ReadDuration(text)
	if err != nil {
		return 0, &Invalid{field, err.Error()}
	}
	return d, nil
}
