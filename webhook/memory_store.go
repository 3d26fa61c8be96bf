package webhook

import (
	"context"
	"sync"
)

// NewMemoryStore returns a store that remembers the last limit events that were
// handled, at least one. It is for one process and is lost when the process ends: use
// it for tests, and for handlers that may handle an event twice.
//
// An event takes about 150 bytes. The limit should cover the events of the days in
// which Omise may repeat an event.
func NewMemoryStore(limit int) Store {
	return &memoryStore{limit: max(limit, 1), handled: map[string]bool{}}
}

type memoryStore struct {
	limit int
	turns turns

	mu      sync.Mutex
	handled map[string]bool
	order   []string // keys of handled; when it is full, it is a ring
	oldest  int      // in order
}

func (s *memoryStore) Do(ctx context.Context, id string, handle func(context.Context) error) error {
	done, err := s.turns.take(ctx, id)
	if err != nil {
		return err
	}
	defer done() // also after a panic
	if s.has(id) {
		return nil
	}
	if err := handle(ctx); err != nil {
		return err
	}
	s.add(id)
	return nil
}

func (s *memoryStore) has(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.handled[id]
}

func (s *memoryStore) add(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handled[id] = true
	if len(s.order) < s.limit {
		s.order = append(s.order, id)
		return
	}
	delete(s.handled, s.order[s.oldest])
	s.order[s.oldest] = id
	s.oldest = (s.oldest + 1) % s.limit
}
