// Package mock makes the fake Omise a server of its own: many worlds behind one
// address, each with the API keys that open it, and an API to steer them.
package mock

import (
	"cmp"
	"container/list"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/omisekit/omise-go/internal/dashboard"
	"github.com/omisekit/omise-go/internal/fake"
	"github.com/omisekit/omise-go/internal/fake/money"
)

// Options describe a [Host]. The zero value will do.
type Options struct {
	// World describes the first world. All others are like it but for keys and
	// ids.
	World fake.Options
	// Strict logs what a call has that the API does not have.
	Strict bool
	// Webhook is where events go; nowhere if it is empty.
	Webhook string
	// Worlds is how many worlds there may be beside the first; by default 1,000.
	// One more replaces the world that was unused for the longest time.
	Worlds int
	// RealTime lets the worlds start now, and the time in them pass.
	RealTime bool
	// Reach says to which addresses webhooks may go.
	Reach fake.Reach
	// Hosts are names and addresses, besides those of this machine, that calls
	// which steer a world may have as their Host. Any other name may belong to a
	// page in a browser whose name was changed to lead here (DNS rebinding).
	Hosts []string
	// Log, if not nil, is told what happens, a line each, without secrets.
	// LogCalls tells it of every call, too.
	Log      func(line string)
	LogCalls bool
}

// A Host answers calls of the API, each in the world that its key opens. A test
// key that it does not know yet opens a new world: skey_test_x and pkey_test_x
// are a pair. It is safe for concurrent use.
type Host struct {
	options Options
	tools   http.Handler // all below /_
	first   *World       // of the calls that have no key

	mu     sync.Mutex        // guards what follows
	byKey  map[string]*World // also by the keys of chains that were used
	recent *list.List        // of the other worlds, the last used at the front
	opened int               // worlds so far
}

// New returns a host with its first world.
func New(options Options) (*Host, error) {
	if err := check(options); err != nil {
		return nil, err
	}
	options.World.Country = cmp.Or(options.World.Country, "TH")
	options.Worlds = cmp.Or(options.Worlds, defaultWorlds)
	h := &Host{options: options, byKey: map[string]*World{}, recent: list.New()}
	h.tools = h.guard(h.newTools())
	h.first = h.open(options.World)
	return h, nil
}

func check(options Options) error {
	if country := options.World.Country; country != "" && !slices.Contains(money.Codes(), country) {
		return &Invalid{"country", "must be one of " + strings.Join(money.Codes(), ", ")}
	}
	for kind, key := range map[string]string{"secret": options.World.SecretKey, "public": options.World.PublicKey} {
		if prefix := kind[:1] + "key_test_"; key != "" && !isTestKey(key, prefix) {
			return &Invalid{kind + " key", "must be " + prefix + " and up to 64 letters and digits"}
		}
	}
	for name, n := range map[string]int{"journal": options.World.JournalSize, "worlds": options.Worlds} {
		if n < 0 {
			return &Invalid{name, "must not be negative"}
		}
	}
	if options.Webhook != "" {
		_, err := hooksTo(options.Webhook, options.Reach)
		return err
	}
	return nil
}

// newTools is all that the API itself does not have. It lies below /_, where the
// API has nothing, and only this machine may use it.
func (h *Host) newTools() http.Handler {
	tools := http.NewServeMux()
	tools.Handle("/_admin/", h.newAdmin())
	return dashboard.Mount(tools, h.fakes)
}

// fakes returns what is behind the worlds now.
func (h *Host) fakes() []*fake.Server {
	var all []*fake.Server
	for _, world := range h.Worlds() {
		all = append(all, world.Fake())
	}
	return all
}

// ServeHTTP answers a call of the API, of the api host and of the vault alike,
// or one that steers a world.
func (h *Host) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/_") {
		h.tools.ServeHTTP(w, r)
		return
	}
	if key, path, ok := pageOf(r.URL.Path); ok {
		h.servePage(w, r, key, path)
		return
	}
	world, err := h.worldOf(r)
	if err != nil {
		fake.Refuse(w, r, "authentication_failure", err.Error())
		return
	}
	world.Fake().ServeHTTP(w, r)
}
