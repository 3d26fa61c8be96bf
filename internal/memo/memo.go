// Package memo remembers what was found out once: about a type, about a path.
package memo

import (
	"maps"
	"sync"
	"sync/atomic"
)

// A Memo is a table that only grows. It is copied when it does, so its keys must
// be few; reading it takes no lock. It is safe for concurrent use.
//
// A sync.Map would do as well, but its code is compiled anew into every package
// that has one.
type Memo struct {
	known   atomic.Value // map[any]any, which is not changed any more
	growing sync.Mutex
}

// Get returns what is known about the key. If that is nothing, find is asked;
// calls that come at the same time may ask it, too.
func (m *Memo) Get(key any, find func() any) any {
	if value, ok := m.table()[key]; ok {
		return value
	}
	value := find()
	m.growing.Lock()
	defer m.growing.Unlock()
	table := maps.Clone(m.table())
	if table == nil {
		table = map[any]any{}
	}
	table[key] = value
	m.known.Store(table)
	return value
}

func (m *Memo) table() map[any]any {
	table, _ := m.known.Load().(map[any]any)
	return table
}
