package fake

import (
	"sync"
	"time"
)

// A Snapshot is a world at one time. It can be restored any number of times.
type Snapshot struct {
	mu    sync.Mutex // copying a world writes to it
	world *Server
}

// Snapshot returns a copy of the world: objects, balance, time, the source of
// identifiers, calls, faults and webhooks.
func (s *Server) Snapshot() *Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &Snapshot{world: copyWorld(s)}
}

// Restore returns the Server to a snapshot of it or of one of its forks. Afterwards the
// same calls get the same answers, byte for byte.
func (s *Server) Restore(snapshot *Snapshot) {
	snapshot.mu.Lock()
	defer snapshot.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	copyWorldInto(s, snapshot.world)
}

// Fork returns another Server with the same objects, keys and time. It starts without
// calls, faults and webhooks. It is in strict mode only if strict is not nil.
func (s *Server) Fork(strict func(problem string)) *Server {
	s.mu.Lock()
	fork := copyWorld(s)
	s.mu.Unlock()
	fork.options.Strict = strict
	fork.calls, fork.dropped = nil, 0
	fork.rules, fork.hooks, fork.outbox = nil, nil, nil
	fork.recent = map[string][]time.Time{}
	return fork
}
