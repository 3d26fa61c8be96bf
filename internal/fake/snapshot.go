package fake

import (
	"sync"
	"time"
)

// A Snapshot is a world at one moment. It can be restored any number of times.
type Snapshot struct {
	mu    sync.Mutex // copying a world writes to it
	world *Server
}

// Snapshot keeps the world as it is: objects, balance, time, identifiers to
// come, calls, faults and webhooks.
func (s *Server) Snapshot() *Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &Snapshot{world: copyWorld(s)}
}

// Restore goes back to a snapshot of this Server or of one of its forks. From
// then on the same calls get the same answers, byte for byte.
func (s *Server) Restore(snapshot *Snapshot) {
	snapshot.mu.Lock()
	defer snapshot.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	copyWorldInto(s, snapshot.world)
}

// Fork returns another Server with the same objects and the same keys at the
// same time. It starts without calls, faults and webhooks, and in strict mode
// only if strict is not nil.
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
