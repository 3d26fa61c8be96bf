package omise

import (
	"crypto/sha256"
	"sync"
	"time"
)

// usedKeys remembers what the caller's idempotency keys were used for. A key
// that comes back with other parameters would get the answer to the first ones
// from a server that honours keys.
type usedKeys struct {
	mu    sync.Mutex
	calls map[digest]use
	order []digest // as they were first used; the oldest is forgotten first
}

type digest [16]byte

type use struct {
	call  digest
	until time.Time
}

const (
	keyLife  = 24 * time.Hour
	mostKeys = 10_000
)

func digestOf(text string) digest {
	sum := sha256.Sum256([]byte(text))
	return digest(sum[:16])
}

// claim notes that a key is used for a call. It reports whether the call may
// have it: nothing else did within a day.
func (u *usedKeys) claim(key, operation, body string, now time.Time) bool {
	id, call := digestOf(operation+" "+key), digestOf(body)
	u.mu.Lock()
	defer u.mu.Unlock()
	before, known := u.calls[id]
	switch {
	case known && now.Before(before.until):
		return before.call == call
	case u.calls == nil:
		u.calls = map[digest]use{}
	case !known && len(u.order) == mostKeys:
		delete(u.calls, u.order[0])
		u.order = u.order[1:]
	}
	if !known {
		u.order = append(u.order, id)
	}
	u.calls[id] = use{call, now.Add(keyLife)}
	return true
}
