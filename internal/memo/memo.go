// Package memo remembers what was found out once: about a type, about a path.
package memo

import "sync"

// A Memo is a table that only grows: its keys must be few. It is safe for
// concurrent use.
type Memo struct{ known sync.Map }

// Get returns what is known about the key. If that is nothing, find is asked;
// calls that come at the same time may ask it, too. Inlined, it would bring the
// code of sync.Map into every package that calls it.
//
//go:noinline
func (m *Memo) Get(key any, find func() any) any {
	if value, ok := m.known.Load(key); ok {
		return value
	}
	value := find()
	m.known.Store(key, value)
	return value
}
