package transport

import (
	"sync"
	"time"
)

// A Budget is what the calls of a client share: when the server wants to hear
// from it again, and how many more attempts there may be.
//
// Attempts are rationed because an outage is the worst moment to send more. An
// attempt beyond the first costs a token. A call that the server has answered
// earns one, so that three lost attempts in ten still leave more than enough;
// a call that is begun earns a tenth, so that a server that answers nothing
// gets one more attempt for ten calls.
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

// again asks for one more attempt.
func (b *Budget) again() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.spent+oneToken > bucket {
		return false
	}
	b.spent += oneToken
	return true
}

// hold keeps every call back for a while: the server has had too many.
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
