package outbox

import (
	"context"
	"errors"
	"time"

	"github.com/omisekit/omise-go"
)

// send makes the one request of a leased row in the state sending, records the outcome,
// and reports it.
func (b *Box) send(ctx context.Context, l *lease) {
	start, before := time.Now(), *l.row
	calling, cancel := l.context(ctx)
	defer cancel()
	var resp omise.Response
	model, err := b.request(calling, l, &resp)
	e := Entry{Status: resp.StatusCode, RequestID: redactText(resp.RequestID)}
	due := time.Duration(0)
	if err == nil {
		var o object
		if o, err = l.made(model); err == nil {
			b.setObject(l.row, o)
			l.addEntry(e)
		}
	}
	if err != nil {
		due = b.fail(calling, l, e, err)
	}
	// Even if ctx has ended, the answer is written as long as the lease lasts.
	recording, cancel := context.WithDeadline(context.WithoutCancel(ctx), l.over)
	defer cancel()
	if b.keep(recording, l, &before, due, start, err) && l.State.reportable() {
		b.report(recording, l)
	}
}

// errLate says that nothing was sent because the lease was over before.
var errLate = errors.New("outbox: the lease was over before the request was sent")

func (b *Box) request(ctx context.Context, l *lease, resp *omise.Response) (any, error) {
	params, err := restoreWhole(l.Kind, []byte(l.Params))
	if err != nil {
		return nil, err
	}
	if l.late() {
		return nil, errLate
	}
	opts := []omise.RequestOption{omise.WithIdempotencyKey(l.key(l.Attempt)), omise.WithResponseInto(resp)}
	if l.Kind != KindCapture { // a capture has no metadata
		opts = append(opts, omise.WithIntent(l.Intent))
	}
	return post(ctx, b.sender, l.Parent, params, opts...)
}

// longestHold limits the wait that an answer asks for, because a wrong Retry-After of a
// gateway must not stop all processes for days.
const longestHold = 15 * time.Minute

// fail changes the row after an error, and returns the wait until it is due again.
func (b *Box) fail(ctx context.Context, l *lease, e Entry, err error) time.Duration {
	wait := retryPolicy.HalfJitter(int(l.Tries) + 1)
	if api, ok := errors.AsType[*omise.Error](err); ok {
		e.Code, e.Outcome = string(api.Code), string(api.Outcome)
		asked := min(api.RetryAfter, longestHold)
		wait = max(wait, asked)
		if api.Status == 429 && asked > 0 {
			// If the hold cannot be written, another request gets a 429.
			_ = b.hold(ctx, b.db, l.Account, asked)
		}
	}
	switch {
	case errors.Is(err, errLate):
		l.markUnknown(Entry{Note: "the lease was over before the request"})
		return 0
	case classifyFailure(err, l.Sends) == tryAgain:
		l.State = Ready
		l.Sends--
		l.Tries++
		l.Failure = storeFailure(err)
		l.addEntry(e)
		return wait
	case classifyFailure(err, l.Sends) == refused:
		b.refuse(l.row, err)
		l.addEntry(e)
		return 0
	}
	l.Failure = storeFailure(err)
	l.markUnknown(e)
	return 0
}
