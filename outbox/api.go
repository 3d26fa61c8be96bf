package outbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/omisekit/omise-go"
)

// An api is what a process knows about the API: the account of the key, and the time at
// the API. Objects have times of the API's clock, so evidence is judged by that clock.
type api struct {
	mu      sync.Mutex
	account string
	date    time.Time // of the last answer, zero before the first
	at      time.Time // when that answer came, by the clock of this process
}

// errNoDate is the error about a server that gives no time. Without the time, no object
// can be proven absent.
var errNoDate = errors.New("outbox: the API has answered without a Date header")

// meet returns the account of the key. It asks the API the first time. A row belongs to
// the account of its first attempt: with the key of another account or mode, its object
// would not be found and would seem absent.
func (b *Box) meet(ctx context.Context) (account string, err error) {
	b.api.mu.Lock()
	account = b.api.account
	b.api.mu.Unlock()
	if account != "" {
		return account, nil
	}
	var resp omise.Response
	whose, err := b.client.Account.Get(ctx, omise.WithResponseInto(&resp))
	if err != nil {
		return "", fmt.Errorf("outbox: ask for the account: %w", err)
	}
	if _, err := b.api.heard(&resp); err != nil {
		return "", err
	}
	mode := "test"
	if whose.Livemode {
		mode = "live"
	}
	b.api.mu.Lock()
	defer b.api.mu.Unlock()
	b.api.account = whose.ID + " " + mode
	return b.api.account, nil
}

// heard records the time of an answer and returns it.
func (a *api) heard(resp *omise.Response) (time.Time, error) {
	date, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		return time.Time{}, errNoDate
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.date, a.at = date, time.Now()
	return date, nil
}

// latest returns a time by the API's clock that is not before its last answer and, as
// far as this process knows, not before now.
func (a *api) latest() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.date.Add(time.Since(a.at) + skew)
}

// quiet returns the time after which no object can be made by a request that was sent
// before the time sent.
func (b *Box) quiet(sent time.Time) int64 {
	return sent.Add(b.lease + b.processing + time.Second).UnixMilli()
}

// skew is how far the clocks of two servers of the API may be apart.
const skew = 30 * time.Second

// earliest returns a time by the API's clock that is certainly not after now.
func (a *api) earliest() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.date.Add(time.Since(a.at) - skew)
}
