package omisetest

import (
	"time"

	"github.com/omisekit/omise-go/internal/fake"
)

// A Fault says which calls to disturb, and how. It starts with [On] or [OnAny]. One of
// its methods says what happens; the others select some of the calls. Without a
// selection it disturbs all of them.
//
//	omisetest.On("POST /charges").Nth(1).DropAfter()
//
// In memory, the client gets an error such as a connection reset; on a port, the
// connection really breaks.
type Fault struct {
	rule fake.Rule
}

// On disturbs an operation: a method and a path, as in the reference, such as "POST
// /charges/{id}/capture". The path of one object is possible, too.
func On(operation string) Fault { return Fault{fake.Rule{Operation: operation}} }

// OnAny disturbs any call.
func OnAny() Fault { return Fault{} }

// Nth selects only the call number n, counted from 1.
func (f Fault) Nth(n int) Fault { f.rule.Nth = n; return f }

// Times selects at most n calls.
func (f Fault) Times(n int) Fault { f.rule.Times = n; return f }

// Rate selects a random share p of the calls, from 0 to 1. With the same seed it
// selects the same calls. For a call with an idempotency key, the selection depends
// only on the seed, the key and the attempt.
func (f Fault) Rate(p float64, seed uint64) Fault {
	f.rule.HasRate, f.rule.Rate, f.rule.Seed = true, p, seed
	return f
}

// Key selects calls whose idempotency key starts with a prefix: the key in the header
// or, for transfers, in the parameter idemp_key.
func (f Fault) Key(prefix string) Fault { f.rule.Key = prefix; return f }

// Processed lets the call take effect, although its answer says otherwise. Use it
// together with Status, Error, HTML, TooManyRequests or Hang.
func (f Fault) Processed() Fault { f.rule.Processed = true; return f }

// Status answers with a status and a body. The call has no effect, except with
// [Fault.Processed].
func (f Fault) Status(code int, body string) Fault {
	f.rule.AnswerStatus(code, []byte(body))
	return f
}

// Error answers with an error of the API, such as failed_capture, with the
// status that belongs to the code.
func (f Fault) Error(code string) Fault {
	f.rule.AnswerError(code)
	return f
}

// HTML answers with a page, as a proxy or a firewall does.
func (f Fault) HTML(code int) Fault {
	f.rule.AnswerHTML(code)
	return f
}

// TooManyRequests answers with 429 and says how long to wait, in whole
// seconds.
func (f Fault) TooManyRequests(retryAfter time.Duration) Fault {
	f.rule.AnswerTooManyRequests(retryAfter)
	return f
}

// DropBefore breaks the connection before the call is processed.
func (f Fault) DropBefore() Fault { return f.with(fake.DropBefore) }

// DropAfter breaks the connection after the call is processed, before the answer.
func (f Fault) DropAfter() Fault { return f.with(fake.DropAfter) }

// ResetInHeaders breaks the connection within the headers of the answer.
func (f Fault) ResetInHeaders() Fault { return f.with(fake.ResetInHeaders) }

// Truncate breaks the connection after a number of bytes of the body.
func (f Fault) Truncate(bytes int) Fault {
	f = f.with(fake.Truncate)
	f.rule.Bytes = bytes
	return f
}

// CutJSON sends the first half of the answer as if it were the whole answer.
func (f Fault) CutJSON() Fault { return f.with(fake.CutJSON) }

// Stall sends the headers of the answer, and then nothing until the client
// gives up.
func (f Fault) Stall() Fault { return f.with(fake.Stall) }

// Hang sends nothing at all until the client gives up.
func (f Fault) Hang() Fault { return f.with(fake.Hang) }

// Duplicate processes the call twice, as when the network delivers it twice,
// and sends the second answer.
func (f Fault) Duplicate() Fault { return f.with(fake.Duplicate) }

// Decline makes the charges of the call fail with a failure code, such as timeout,
// although the payer approves. Most codes also have a test card.
func (f Fault) Decline(code string) Fault {
	f = f.with(fake.Decline)
	f.rule.Failure = code
	return f
}

// Late breaks the connection, and processes the call after the virtual time d.
func (f Fault) Late(d time.Duration) Fault {
	f = f.with(fake.Late)
	f.rule.Delay = d
	return f
}

// Running breaks the connection while the API processes the call, which takes the
// virtual time d. With [WithHonouredKeys] the key of the call is refused with 409 until
// then.
func (f Fault) Running(d time.Duration) Fault {
	f = f.with(fake.Running)
	f.rule.Delay = d
	return f
}

// Latency lets virtual time pass before the call is processed. It can be used together
// with other faults.
func (f Fault) Latency(d time.Duration) Fault {
	f = f.with(fake.Latency)
	f.rule.Delay = d
	return f
}

func (f Fault) with(effect fake.Effect) Fault {
	f.rule.Effect = effect
	return f
}

// Fault adds faults. If several apply to a call, the fault that was added first is
// used.
func (s *Server) Fault(faults ...Fault) {
	s.tb.Helper()
	for _, f := range faults {
		s.must(s.fake.Fault(f.rule))
	}
}

// ClearFaults removes all faults.
func (s *Server) ClearFaults() { s.fake.ClearFaults() }
