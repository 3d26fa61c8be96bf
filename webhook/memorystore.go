package webhook

import (
	"context"
	"sync"
)

// NewMemoryStore returns a store that remembers the last limit events that were
// handled, at least one. It is one process's own and ends with it: good for
// tests, and for handlers that may do a thing twice.
//
// An event takes about 150 bytes. The limit should cover what comes while Omise
// may still repeat an event: some days.
func NewMemoryStore(limit int) Store {
	limit = max(limit, 1)
	return &memoryStore{limit: limit, handled: map[string]bool{}, running: map[string]chan struct{}{}}
}

type memoryStore struct {
	limit int

	mu      sync.Mutex
	handled map[string]bool
	order   []string                 // of handled, a ring once it is full
	oldest  int                      // in order
	running map[string]chan struct{} // closed when the call ends
}

func (s *memoryStore) Do(ctx context.Context, id string, handle func(context.Context) error) (err error) {
	mine, err := s.claim(ctx, id)
	if !mine {
		return err
	}
	done := false
	defer func() { s.release(id, done) }() // also in a panic
	err = handle(ctx)
	done = err == nil
	return err
}

// claim waits until nobody handles the event, and tells whether it is still to
// be done.
func (s *memoryStore) claim(ctx context.Context, id string) (mine bool, err error) {
	for {
		s.mu.Lock()
		wait, busy := s.running[id]
		switch {
		case s.handled[id]:
			s.mu.Unlock()
			return false, nil
		case !busy:
			s.running[id] = make(chan struct{})
			s.mu.Unlock()
			return true, nil
		}
		s.mu.Unlock()
		select {
		case <-wait:
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
}

func (s *memoryStore) release(id string, done bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.running[id])
	delete(s.running, id)
	if !done {
		return
	}
	s.handled[id] = true
	if len(s.order) < s.limit {
		s.order = append(s.order, id)
		return
	}
	delete(s.handled, s.order[s.oldest])
	s.order[s.oldest] = id
	s.oldest = (s.oldest + 1) % s.limit
}
