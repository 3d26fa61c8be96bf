package omise

import (
	"crypto/sha256"
	"sync"
	"time"
)

// usedKeys remembers each idempotency key of the caller, with a digest of the call that
// used it. A server that honours keys answers a key that is used again with the answer to
// the first call, also if the parameters differ.
type usedKeys struct {
	mu    sync.Mutex
	calls map[digest]use
	order []digest // in the order of their first use; the oldest is dropped first
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

// claim records that a call uses a key. It reports whether the call may use the key: no
// other call may have used it within a day.
func (u *usedKeys) claim(key, operation, body string, now time.Time) bool {
	id, call := digestOf(operation+" "+key), digestOf(body)
	u.mu.Lock()
	defer u.mu.Unlock()
	before, known := u.calls[id]
	if known && now.Before(before.until) {
		return before.call == call
	}
	if u.calls == nil {
		u.calls = map[digest]use{}
	}
	if !known {
		if len(u.order) == mostKeys {
			delete(u.calls, u.order[0])
			u.order = u.order[1:]
		}
		u.order = append(u.order, id)
	}
	u.calls[id] = use{call, now.Add(keyLife)}
	return true
}
