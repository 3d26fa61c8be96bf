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

// A World is a merchant account with a pair of keys.
type World struct {
	host   *Host
	number int // from 1
	run    atomic.Pointer[run]

	keys  []string      // keys that select it; the host's lock guards them
	place *list.Element // in the host's recent worlds, nil for the first

	mu        sync.Mutex // guards what follows
	options   fake.Options
	hooks     *fake.Hooks // nil for none
	snapshots map[string]*fake.Snapshot
}

// A run is a world from one reset to the next.
type run struct {
	fake    *fake.Server
	ticking sync.Mutex // held while time follows the clock of the machine
	ticked  time.Time
}

// Fake returns the account of the world. A reset replaces it.
func (w *World) Fake() *fake.Server { return w.run.Load().fake }

// begin starts the world again. The caller holds the lock or is the only user.
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

// tick advances time to the clock of the machine. If a webhook delays one tick, the next
// tick makes up for it.
func (r *run) tick() {
	if !r.ticking.TryLock() {
		return
	}
	defer r.ticking.Unlock()
	now := time.Now()
	r.fake.Advance(now.Sub(r.ticked))
	r.ticked = now
}

func (w *World) logViolation(problem string) { w.log("strict: " + problem) }

func (w *World) logCall(c fake.Call) { w.log(c.String()) }

// log writes a line of the log. The line names the world unless it is the first.
func (w *World) log(line string) {
	if w.host.options.Log == nil {
		return
	}
	if w.number > 1 {
		line = fmt.Sprintf("world %d: %s", w.number, line)
	}
	w.host.options.Log(line)
}

// hooksTo returns hooks that post to an address after the call that caused the event is
// answered. It returns nil if the address is empty.
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
	hooks.Now = time.Now // receivers compare signatures with this clock
	return hooks, nil
}

// An Invalid is the error of an invalid value. It names the field and the rule.
type Invalid struct {
	Field string `json:"field"`
	Rule  string `json:"rule"`
}

func (e *Invalid) Error() string { return e.Field + " " + e.Rule }

// readDuration reads a duration such as 36h or 7d.
func readDuration(field, text string) (time.Duration, error) {
	d, err := fake.ReadDuration(text)
	if err != nil {
		return 0, &Invalid{field, err.Error()}
	}
	return d, nil
}
