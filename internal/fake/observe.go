package fake

import "sync/atomic"

var observer atomic.Pointer[func(operation string, status int, body []byte)]

// Observe shows everything that all Servers answer from now on, before faults
// applyTo it, and the webhooks. It is for tests that check the form.
func Observe(look func(operation string, status int, body []byte)) { observer.Store(&look) }

func observe(operation string, status int, body []byte) {
	if look := observer.Load(); look != nil {
		(*look)(operation, status, body)
	}
}
