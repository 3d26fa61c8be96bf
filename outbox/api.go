package outbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/omisekit/omise-go"
)

// An api is what a process knows about the API: the account of the key, and the time by
// the clock of the records. Objects have times of that clock, so evidence is judged by
// it. A list says the time itself: it ends at that time, unless the call asks for
// another end. The Date header does not count, because it may be of the clock of a
// gateway.
type api struct {
	mu      sync.Mutex
	account string
	time    time.Time // of the last list, zero before the first
	at      time.Time // when that list came, by the clock of this process
}

// errNoTime is the error about a list without a time. Without the time, no object can
// be proven absent.
var errNoTime = errors.New("outbox: the API has returned a list without the time of its end")

// errCached is the error about an answer that is not of the API, but of a cache. Its time and
// its objects are old.
var errCached = errors.New("outbox: the answer comes from a cache: it has an Age header")

func checkCurrent(answer *omise.Response) error {
	if answer.Header.Get("Age") != "" {
		return errCached
	}
	return nil
}

// mode returns the mode of the key. It makes no call.
func (b *Box) mode() string {
	if b.client.Livemode() {
		return "live"
	}
	return "test"
}

// modeOf returns the mode of an account.
func modeOf(account string) string { return account[strings.LastIndex(account, " ")+1:] }

// owner returns what this process knows about the account of the key without a call:
// the account with its mode, or only the mode.
func (b *Box) owner() string {
	b.api.mu.Lock()
	defer b.api.mu.Unlock()
	return cmp.Or(b.api.account, b.mode())
}

// accountOfKey returns the account of the key and its mode. It asks the API the first
// time. A row belongs to the account of its first attempt, and before that to the mode
// of the process that has written it: with the key of another account or mode, its
// object would not be found and would seem absent.
func (b *Box) accountOfKey(ctx context.Context) (account string, err error) {
	b.api.mu.Lock()
	account = b.api.account
	b.api.mu.Unlock()
	if account != "" {
		return account, nil
	}
	whose, err := b.client.Account.Get(ctx)
	if err != nil {
		return "", fmt.Errorf("outbox: ask for the account: %w", err)
	}
	if _, err := b.askTime(ctx); err != nil {
		return "", fmt.Errorf("outbox: ask for the time: %w", err)
	}
	b.api.mu.Lock()
	defer b.api.mu.Unlock()
	b.api.account = whose.ID + " " + b.mode()
	return b.api.account, nil
}

// askTime asks the API for its time. Any list has it; the list of transfers is usually
// the shortest.
func (b *Box) askTime(ctx context.Context) (time.Time, error) {
	var answer omise.Response
	page, err := b.client.Transfers.List(ctx, &omise.ListParams{Limit: 1}, omise.WithResponseInto(&answer))
	if err = cmp.Or(err, checkCurrent(&answer)); err != nil {
		return time.Time{}, err
	}
	if page.To.IsZero() {
		return time.Time{}, errNoTime
	}
	b.api.recordTime(page.To)
	return page.To, nil
}

// recordTime records the time of a list.
func (a *api) recordTime(t time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.time, a.at = t, time.Now()
}

// earliest returns a time by the clock of the records that is certainly not after now.
func (a *api) earliest() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.time.Add(time.Since(a.at) - skew)
}

// skew is how far the clocks of two servers of the API may be apart.
const skew = 30 * time.Second

// noObjectAfter returns the time after which no object can be made by a request that was sent
// before the time sent.
func (b *Box) noObjectAfter(sent time.Time) int64 {
	return sent.Add(b.lease + b.processing + time.Second).UnixMilli()
}
