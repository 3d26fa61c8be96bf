package transport

import (
	"sync"
	"time"
)

// A Budget is shared by the calls of a client. It says how long the server wants no
// calls, and how many repeated attempts are allowed.
//
// Repeated attempts are limited, because they make an outage worse. An attempt beyond
// the first costs a token. A call that the server has answered earns a token, so the
// budget does not run out if three attempts in ten are lost. A call that begins earns a
// tenth of a token, so a server that answers nothing gets one repeated attempt for ten
// calls.
type Budget struct {
	mu     sync.Mutex
	resume time.Time
	spent  int // tenths of a token that are not in the bucket
}

const (
	bucket    = 500 * oneToken
	oneToken  = 10
	perCall   = 1
	perAnswer = oneToken
)

// begin counts a call.
func (b *Budget) begin() { b.earn(perCall) }

// answered counts a call that the server was able to answer.
func (b *Budget) answered() { b.earn(perAnswer) }

func (b *Budget) earn(tenths int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spent = max(0, b.spent-tenths)
}

// again takes a token for one more attempt. It reports whether there was a token.
func (b *Budget) again() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.spent+oneToken > bucket {
		return false
	}
	b.spent += oneToken
	return true
}

// hold holds every call back for d, because the server has had too many calls.
func (b *Budget) hold(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if until := time.Now().Add(d); until.After(b.resume) {
		b.resume = until
	}
}

// held returns how long calls still have to wait.
func (b *Budget) held() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.resume.IsZero() {
		return 0
	}
	return max(0, time.Until(b.resume))
}
