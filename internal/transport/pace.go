package transport

import (
	"sync"
	"time"
)

// A Pace is what the calls of a client share: when the server wants to hear
// from it again, and how many more attempts there may be.
//
// Attempts are rationed because an outage is the worst moment to send more. An
// attempt beyond the first costs a token. A call that the server has answered
// earns one, so that three lost attempts in ten still leave more than enough;
// a call that is begun earns a tenth, so that a server that answers nothing
// gets one more attempt for ten calls.
type Pace struct {
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
func (p *Pace) begin() { p.earn(perCall) }

// answered counts a call that the server was able to answer.
func (p *Pace) answered() { p.earn(perAnswer) }

func (p *Pace) earn(tenths int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.spent = max(0, p.spent-tenths)
}

// again asks for one more attempt.
func (p *Pace) again() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.spent+oneToken > bucket {
		return false
	}
	p.spent += oneToken
	return true
}

// hold keeps every call back for a while: the server has had too many.
func (p *Pace) hold(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := time.Now().Add(d); until.After(p.resume) {
		p.resume = until
	}
}

// held returns how long calls still have to wait.
func (p *Pace) held() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.resume.IsZero() {
		return 0
	}
	return max(0, time.Until(p.resume))
}
