// Package mock is the fake Omise as a server. It has many worlds at one address, each with
// its own API keys, and an admin API to control them.
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

// Options describe a [Host]. The zero value is valid.
type Options struct {
	// World describes the first world. All other worlds differ from it only in keys
	// and ids.
	World fake.Options
	// Strict logs parameters, values and paths that the API does not have.
	Strict bool
	// Webhook is the address to which events are posted. If it is empty, they are not
	// posted.
	Webhook string
	// Worlds is the largest number of worlds beside the first; by default 1,000. A
	// further world replaces the world that was unused for the longest time.
	Worlds int
	// RealTime starts the worlds at the current time, and their time passes.
	RealTime bool
	// Reach says to which addresses webhooks may go.
	Reach fake.Reach
	// Hosts are the names and addresses that calls of the admin API may have as their
	// Host, in addition to those of this machine. Another name may belong to a page in
	// a browser whose name was changed to lead here (DNS rebinding).
	Hosts []string
	// Log, if not nil, is called with each line of the log. The lines have no secrets.
	// With LogCalls there is a line for every call as well.
	Log      func(line string)
	LogCalls bool
}

// A Host answers calls of the API. The key of a call selects its world. A new test key
// opens a new world; skey_test_x and pkey_test_x are a pair and open the same world. A
// Host is safe for concurrent use.
type Host struct {
	options Options
	tools   http.Handler // everything below /_
	first   *World       // world of the calls that have no key

	mu     sync.Mutex        // guards what follows
	byKey  map[string]*World // also by those keys of chains that were used
	recent *list.List        // the other worlds, the last used one at the front
	opened int               // number of worlds so far
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

// newTools returns the handler of everything that the API itself does not have. Its
// paths start with /_, because no path of the API does. Only this machine may use them.
func (h *Host) newTools() http.Handler {
	tools := http.NewServeMux()
	tools.Handle("/_admin/", h.newAdmin())
	return dashboard.Mount(tools, h.fakes)
}

// fakes returns the current fake of each world.
func (h *Host) fakes() []*fake.Server {
	var all []*fake.Server
	for _, world := range h.Worlds() {
		all = append(all, world.Fake())
	}
	return all
}

// ServeHTTP answers a call of the API, for the api host or the vault host, or a call of
// the admin API.
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
