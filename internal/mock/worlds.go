package mock

import (
	"cmp"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/omisekit/omise-go/internal/fake"
)

const defaultWorlds = 1000

// First returns the world of the calls that have no key. It always exists.
func (h *Host) First() *World { return h.first }

// Worlds returns all worlds, the oldest first.
func (h *Host) Worlds() []*World {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := []*World{h.first}
	for e := h.recent.Front(); e != nil; e = e.Next() {
		all = append(all, e.Value.(*World))
	}
	slices.SortFunc(all, func(a, b *World) int { return cmp.Compare(a.number, b.number) })
	return all
}

var errLiveKey = errors.New("this is a fake Omise, which accepts test keys only: do not send it a live key")

// worldOf returns the world of a call. A call without a key, or with an invalid key,
// goes to the first world, which refuses it. For a live key worldOf returns an error.
func (h *Host) worldOf(r *http.Request) (*World, error) {
	key, _, ok := r.BasicAuth()
	if !ok {
		key = r.Header.Get("Authorization") // Payment Links+ sends its key so
	}
	if isLiveKey(key) {
		return nil, errLiveKey
	}
	if world := h.known(key); world != nil {
		return world, nil
	}
	if suffix, ok := suffixOf(key); ok {
		return h.openPair(suffix), nil
	}
	if strings.HasPrefix(key, fake.ChainKeyPrefix) {
		return h.ofChain(key), nil
	}
	return h.first, nil
}

// known returns the world of a key, or nil. The world counts as used.
func (h *Host) known(key string) *World {
	h.mu.Lock()
	defer h.mu.Unlock()
	world := h.byKey[key]
	if world != nil && world.place != nil {
		h.recent.MoveToFront(world.place)
	}
	return world
}

// ofChain returns the world that has a chain with this key, or the first world. It
// remembers the world for the next call with the key.
func (h *Host) ofChain(key string) *World {
	for _, world := range h.Worlds() {
		if world.Fake().OwnsKey(key) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.add(world, key)
			return world
		}
	}
	return h.first
}

// openPair returns the world of the two keys with this suffix. If a world has one of the
// keys together with another key, openPair returns that world.
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
	_, _ = name.Write([]byte(suffix)) // a hash never fails
	options.Seed ^= name.Sum64()
	options.LinksPlusKey = ""
	if options.PublicURL != "" {
		options.PublicURL += "/" + options.PublicKey
	}
	world := h.open(options)
	world.place = h.recent.PushFront(world)
	if h.recent.Len() > h.options.Worlds {
		h.drop(h.recent.Back().Value.(*World))
	}
	return world
}

// open makes a world. The caller holds the lock or is the only user.
func (h *Host) open(options fake.Options) *World {
	h.opened++
	w := &World{host: h, number: h.opened, snapshots: map[string]*fake.Snapshot{}}
	if h.options.Strict {
		options.Strict = w.logViolation
	}
	if h.options.LogCalls {
		options.Log = w.logCall
	}
	keys := fake.New(options) // New makes up missing keys
	options.SecretKey, options.PublicKey, options.LinksPlusKey = keys.SecretKey(), keys.PublicKey(), keys.LinksPlusKey()
	w.hooks, _ = hooksTo(h.options.Webhook, h.options.Reach) // the address is checked already
	w.begin(options)
	for _, key := range []string{options.SecretKey, options.PublicKey, options.LinksPlusKey} {
		h.add(w, key)
	}
	return w
}

// add assigns a key to a world. The caller holds the lock.
func (h *Host) add(w *World, key string) {
	w.keys = append(w.keys, key)
	h.byKey[key] = w
}

// drop removes a world. Its calls in flight still complete. The caller holds the lock.
func (h *Host) drop(w *World) {
	h.recent.Remove(w.place)
	for _, key := range w.keys {
		delete(h.byKey, key)
	}
	w.log(fmt.Sprintf("dropped with all its objects: there are more than %d worlds, and no other was unused for longer (-worlds)",
		h.options.Worlds))
}

// pageOf splits the path of a page for payers into the public key of its world
// and the path within the world. Pages of the first world have no key in their
// path.
func pageOf(path string) (key, rest string, ok bool) {
	key, rest, ok = strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return key, "/" + rest, ok && isTestKey(key, "pkey_test_")
}

// servePage answers a payer. A payer sends no key, but the path has the public key.
func (h *Host) servePage(w http.ResponseWriter, r *http.Request, key, path string) {
	world := h.known(key)
	inner := r.Clone(r.Context())
	inner.URL = &url.URL{Path: path, RawQuery: r.URL.RawQuery}
	if world == nil || !world.Fake().OwnsPage(inner) {
		http.Error(w, "there is no such page, or its world was dropped", http.StatusNotFound)
		return
	}
	world.Fake().ServeHTTP(w, inner)
}

// suffixOf returns the part that both keys of a pair share.
func suffixOf(key string) (suffix string, ok bool) {
	for _, prefix := range []string{"skey_test_", "pkey_test_"} {
		if isTestKey(key, prefix) {
			return strings.TrimPrefix(key, prefix), true
		}
	}
	return "", false
}

// isLiveKey reports whether a key is a live key of Omise. A live key has no word in the
// place of test.
func isLiveKey(key string) bool {
	isKey := strings.HasPrefix(key, "skey_") || strings.HasPrefix(key, "pkey_")
	return isKey && !strings.HasPrefix(key[len("skey_"):], "test_")
}

const largestSuffix = 64

func isTestKey(key, prefix string) bool {
	suffix, ok := strings.CutPrefix(key, prefix)
	return ok && suffix != "" && len(suffix) <= largestSuffix && strings.Trim(suffix, alphanumeric) == ""
}

const alphanumeric = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
