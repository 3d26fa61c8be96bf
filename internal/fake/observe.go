package fake

import "sync/atomic"

var observer atomic.Pointer[func(operation string, status int, body []byte)]

// Observe calls look with every later answer of all Servers, before faults change it,
// and with every webhook. It is for tests that check the form of answers.
func Observe(look func(operation string, status int, body []byte)) { observer.Store(&look) }

func observe(operation string, status int, body []byte) {
	if look := observer.Load(); look != nil {
		(*look)(operation, status, body)
	}
}
