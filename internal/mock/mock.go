// Package mock makes the fake Omise a server of its own: many worlds behind one
// address, each with the API keys that open it, and an API to steer them.
package mock

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/omisekit/omise-go/internal/dashboard"
	"github.com/omisekit/omise-go/internal/fake"
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

	mu     sync.Mutex // guards what follows
	worlds []*World
	byKey  map[string]*World
}

// New returns a host with its first world.
func New(options Options) (*Host, error) {
	if err := check(options); err != nil {
		return nil, err
	}
	options.World.Country = cmp.Or(options.World.Country, "TH")
	h := &Host{options: options, byKey: map[string]*World{}}
	h.tools = h.guard(h.newTools())
	h.open(options.World)
	return h, nil
}

func check(options Options) error {
	if country := options.World.Country; country != "" && !slices.Contains(fake.Countries(), country) {
		return &Invalid{"country", "must be one of " + strings.Join(fake.Countries(), ", ")}
	}
	for kind, key := range map[string]string{"secret": options.World.SecretKey, "public": options.World.PublicKey} {
		if prefix := kind[:1] + "key_test_"; key != "" && !isTestKey(key, prefix) {
			return &Invalid{kind + " key", "must be " + prefix + " and up to 64 letters and digits"}
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
	world, err := h.worldOf(r)
	if err != nil {
		fake.Refuse(w, "authentication_failure", err.Error())
		return
	}
	world.Fake().ServeHTTP(w, r)
}

// First returns the world of the calls that have no key.
func (h *Host) First() *World { return h.Worlds()[0] }

// Worlds returns all worlds, the oldest first.
func (h *Host) Worlds() []*World {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.worlds)
}

// worldOf returns the world that a call is for, or the page that it wants. One
// with a key that opens nothing is for the first, which refuses it. An error means that the call does
// not belong to a fake at all.
func (h *Host) worldOf(r *http.Request) (*World, error) {
	key, _, ok := r.BasicAuth()
	if !ok {
		key = r.Header.Get("Authorization") // of Payment Links+
	}
	if strings.HasPrefix(key, "skey_live_") || strings.HasPrefix(key, "pkey_live_") {
		return nil, fmt.Errorf("this is a fake Omise, which takes test keys only: a live key has no place here")
	}
	if world := h.known(key); world != nil {
		return world, nil
	}
	if suffix, ok := suffixOf(key); ok {
		return h.openPair(suffix), nil
	}
	for _, world := range h.Worlds() {
		if world.Fake().OwnsKey(key) || key == "" && world.Fake().OwnsPage(r) {
			return world, nil
		}
	}
	return h.First(), nil
}

func (h *Host) known(key string) *World {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.byKey[key]
}

// openPair returns the world of two keys that end alike. Where one of them was
// given to a world with some other key, it is that world.
func (h *Host) openPair(suffix string) *World {
	h.mu.Lock()
	defer h.mu.Unlock()
	options := h.options.World
	options.SecretKey, options.PublicKey = "skey_test_"+suffix, "pkey_test_"+suffix
	for _, key := range []string{options.SecretKey, options.PublicKey} {
		if world, ok := h.byKey[key]; ok {
			return world
		}
	}
	name := fnv.New64a()
	_, _ = name.Write([]byte(suffix)) // it never fails
	options.Seed ^= name.Sum64()
	options.LinksPlusKey = ""
	return h.open(options)
}

// open adds a world. The caller holds the lock, or is alone.
func (h *Host) open(options fake.Options) *World {
	w := &World{host: h, number: len(h.worlds) + 1, snapshots: map[string]*fake.Snapshot{}}
	if h.options.Strict {
		options.Strict = w.complain
	}
	if h.options.LogCalls {
		options.Log = w.logCall
	}
	keys := fake.New(options) // which it makes up where there are none
	options.SecretKey, options.PublicKey, options.LinksPlusKey = keys.SecretKey(), keys.PublicKey(), keys.LinksPlusKey()
	w.hooks, _ = hooksTo(h.options.Webhook, h.options.Reach) // which was checked
	w.begin(options)
	h.worlds = append(h.worlds, w)
	for _, key := range []string{options.SecretKey, options.PublicKey, options.LinksPlusKey} {
		h.byKey[key] = w
	}
	return w
}

// suffixOf returns what the keys of a pair have in common.
func suffixOf(key string) (suffix string, ok bool) {
	for _, prefix := range []string{"skey_test_", "pkey_test_"} {
		if isTestKey(key, prefix) {
			return strings.TrimPrefix(key, prefix), true
		}
	}
	return "", false
}

const largestSuffix = 64

func isTestKey(key, prefix string) bool {
	suffix, ok := strings.CutPrefix(key, prefix)
	return ok && suffix != "" && len(suffix) <= largestSuffix && strings.Trim(suffix, alphanumeric) == ""
}

const alphanumeric = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
