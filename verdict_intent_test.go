package omise_test

import (
	"context"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
)

var forOrder42 = omise.WithIntent("order-42")

// orderOn returns the params of a charge of 1,000 baht on a card, for order 42.
func (fake *fakeClient) orderOn(number string) *omise.ChargeCreateParams {
	return &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Card: fake.srv.SeedToken(number), Metadata: omise.Metadata{"order_id": "42"}}
}

// declined makes a first attempt to pay order 42, which is declined.
func (fake *fakeClient) declined() *omise.Charge {
	charge := must1(fake.Charges.Create(fake.ctx(), fake.orderOn(declinedCard), forOrder42))
	require.Equal(fake.t, omise.NextStepFailed, charge.NextStep())
	return charge
}

// A payer who was declined tries again, for the same order.
func TestVerdict11DeclinedPayerPaysWithTheSameIntent(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		keys   omise.IdempotencyKeys
		server []omisetest.Option
	}{
		"keys unproven": {omise.KeysUnproven, nil},
		"keys honoured": {omise.KeysHonoured, []omisetest.Option{omisetest.WithHonouredKeys()}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := omisetest.NewServer(t, row.server...)
			fake := fakeClientOf(t, srv, omise.WithIdempotencyKeys(row.keys))
			declined := fake.declined()
			again := fake.orderOn(goodCard)
			paid := must1(fake.Charges.Create(fake.ctx(), again, forOrder42))
			require.NotEqual(t, declined.ID, paid.ID)
			require.Equal(t, omise.NextStepPaid, paid.NextStep())
			srv.AssertOneCharge("42")
		})
	}
}

func TestVerdict11CorrectedCallHasTheSameIntent(t *testing.T) {
	t.Parallel()
	srv := omisetest.NewServer(t, omisetest.WithHonouredKeys())
	fake := fakeClientOf(t, srv, omise.WithIdempotencyKeys(omise.KeysHonoured))
	params := fake.orderOn(goodCard)
	params.Amount = 1 // less than the API accepts
	_, err := fake.Charges.Create(fake.ctx(), params, forOrder42)
	require.Equal(t, omise.OutcomeRefused, failure(t, err).Outcome)
	params.Amount = 100_000
	require.True(t, must1(fake.Charges.Create(fake.ctx(), params, forOrder42)).Paid)
}

// The answer to the second attempt is lost. Resolve finds the charge that was paid,
// with the declined charge as a candidate.
func TestVerdict11ChargeThatWasPaidIsFoundAndNotTheDeclinedOne(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		start := time.Now()
		declined := fake.declined()
		fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
		_, err := fake.With(omise.WithMaxRetries(0)).Charges.Create(fake.ctx(), fake.orderOn(goodCard), forOrder42)
		got := fake.requireState(omise.ResolutionFound, err)
		require.True(t, got.Object.Paid)
		require.Equal(t, declined.ID, got.Candidates[0].ID)
		got = must1(fake.Charges.ResolveIntent(fake.ctx(), "order-42", start, time.Time{}))
		require.Equal(t, omise.ResolutionFound, got.State)
		require.True(t, got.Object.Paid)
		require.Len(t, got.Candidates, 1)
	})
}

// With a promised processing time, Create looks for its charge by itself.
func TestVerdict11CreateNeverReturnsTheOldDecline(t *testing.T) {
	t.Parallel()
	for name, drop := range map[string]effect{"done": omisetest.Fault.DropAfter, "not done": omisetest.Fault.DropBefore} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				declined := fake.declined()
				p := fake.chargeOfCustomer()
				fake.srv.Fault(drop(omisetest.On("POST /charges").Nth(1)))
				charge := must1(fake.Charges.Create(fake.ctx(), p, forOrder42))
				require.NotEqual(t, declined.ID, charge.ID)
				require.True(t, charge.Paid)
				fake.srv.AssertCharged(1)
			}, omise.WithMaxProcessingTime(2*time.Second))
		})
	}
}

func TestVerdict12IntentIsInFlightOnceInAClient(t *testing.T) {
	t.Parallel()
	for operation, begin := range map[string]func(*fakeClient) func(*omise.Client, *omise.Response) (id string, err error){
		"POST /charges": func(fake *fakeClient) func(*omise.Client, *omise.Response) (string, error) {
			p := fake.chargeOfCustomer()
			return func(c *omise.Client, resp *omise.Response) (string, error) {
				charge, err := c.Charges.Create(fake.ctx(), p, forOrder42, omise.WithResponseInto(resp))
				return idOf(charge, err), err
			}
		},
		"POST /charges/{id}/refunds": func(fake *fakeClient) func(*omise.Client, *omise.Response) (string, error) {
			of := fake.mustCharge(fake.chargeOfToken()).ID
			return func(c *omise.Client, resp *omise.Response) (string, error) {
				refund, err := c.Refunds.Create(fake.ctx(), of, &omise.RefundCreateParams{Amount: 10_000}, forOrder42, omise.WithResponseInto(resp))
				return idOf(refund, err), err
			}
		},
		"POST /transfers": func(fake *fakeClient) func(*omise.Client, *omise.Response) (string, error) {
			fake.mustCharge(fake.chargeOfToken())
			return func(c *omise.Client, resp *omise.Response) (string, error) {
				transfer, err := c.Transfers.Create(fake.ctx(), &omise.TransferCreateParams{Amount: new(int64(5_000))}, forOrder42, omise.WithResponseInto(resp))
				return idOf(transfer, err), err
			}
		},
	} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				call, client := begin(fake), fake.through(slow)
				var mu sync.Mutex
				ids := map[string]int{}
				concurrently(8, func(i int) {
					var resp omise.Response
					id, err := call(client.With(omise.WithTimeout(time.Duration(i+10)*time.Second)), &resp)
					assert.NoError(t, err)
					assert.Contains(t, string(resp.Body), id)
					mu.Lock()
					defer mu.Unlock()
					ids[id]++
				})
				require.Len(t, ids, 1, "8 callers got the same object")
				fake.srv.AssertCalls(operation, 1)
			})
		})
	}
}

// idOf returns the id of the object that a call has made, "" if the call has failed.
func idOf(object any, err error) string {
	if err != nil {
		return ""
	}
	return reflect.ValueOf(object).Elem().FieldByName("ID").String()
}

func TestVerdict12OtherParamsDoNotJoinTheCall(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		client := fake.through(slow)
		go client.Charges.Create(fake.ctx(), p, forOrder42)
		synctest.Wait()
		other := *p
		other.Amount++
		_, err := client.Charges.Create(fake.ctx(), &other, forOrder42)
		require.Equal(t, "intent", refusal(t, err).Field)
		time.Sleep(2 * time.Second)
		fake.srv.AssertCharged(1)
	})
}

// The call goes on after a caller has left, so this caller does not know its result.
func TestVerdict12CallerWhoLeavesGetsUnknown(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		client := fake.through(slow)
		go client.Charges.Create(fake.ctx(), p, forOrder42)
		synctest.Wait()
		_, err := client.Charges.Create(within(t, time.Millisecond), p, forOrder42)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		time.Sleep(2 * time.Second)
		require.Equal(t, omise.ResolutionFound, client.chargeState(err))
	})
}

// The caller that makes the call leaves before anything was sent. The next caller makes
// the call.
func TestVerdict12CallThatWasNotSentPassesToTheNextCaller(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		client := fake.With(omise.WithRateLimiter(&secondLimiter{}))
		first := make(chan error)
		go func() { first <- errorOf(client.Charges.Create(within(t, time.Millisecond), p, forOrder42)) }()
		synctest.Wait()
		require.True(t, must1(client.Charges.Create(fake.ctx(), p, forOrder42)).Paid)
		require.Equal(t, omise.OutcomeNotSent, failure(t, <-first).Outcome)
		fake.srv.AssertCharged(1)
	})
}

// secondLimiter lets the first call wait for its context.
type secondLimiter struct {
	mu    sync.Mutex
	calls int
}

func (l *secondLimiter) Wait(ctx context.Context) error {
	l.mu.Lock()
	l.calls++
	first := l.calls == 1
	l.mu.Unlock()
	if first {
		<-ctx.Done()
	}
	return ctx.Err()
}

// Banks may take a minute, so a promise must be longer than a minute. It must work even if
// the attempt has hung for the longest allowed time.
func TestVerdict13PromiseAboveAMinuteWorks(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		promise time.Duration
		fault   omisetest.Fault
	}{
		"a minute":           {time.Minute, omisetest.On("POST /charges").Nth(1).DropBefore()},
		"five minutes":       {5 * time.Minute, omisetest.On("POST /charges").Nth(1).DropBefore()},
		"after a long hang":  {2 * time.Minute, omisetest.On("POST /charges").Nth(1).Hang()},
		"done after a while": {5 * time.Minute, omisetest.On("POST /charges").Nth(1).Hang().Processed()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				p := fake.chargeOfCustomer()
				fake.srv.Fault(row.fault)
				start := time.Now()
				charge := must1(fake.Charges.Create(fake.ctx(), p, forOrder42))
				require.True(t, charge.Paid)
				if !strings.HasPrefix(name, "done") {
					require.GreaterOrEqual(t, time.Since(start), row.promise)
				}
				fake.srv.AssertCharged(1)
				fake.srv.AssertNothingPending()
			}, omise.WithMaxProcessingTime(row.promise))
		})
	}
}

// The test does not sleep: Resolve uses the time of the fake.
func TestVerdict15AdvanceMovesTheTimeOfResolve(t *testing.T) {
	t.Parallel()
	fake := newFakeClient(t)
	err := fake.lostCharge(omisetest.Fault.DropBefore)
	fake.requireState(omise.ResolutionOpen, err)
	fake.srv.Advance(omise.DefaultMaxProcessingTime - time.Minute)
	fake.requireState(omise.ResolutionOpen, err)
	fake.srv.Advance(time.Minute + time.Second) // times are given in whole seconds
	fake.requireState(omise.ResolutionNotFound, err)
}

func TestVerdict15AdvanceMovesTheTimeOfResolveIntent(t *testing.T) {
	t.Parallel()
	fake := newFakeClient(t)
	fake.lostCharge(omisetest.Fault.DropBefore)
	began := time.Now()
	for _, want := range []omise.ResolutionState{omise.ResolutionOpen, omise.ResolutionNotFound} {
		got := must1(fake.Charges.ResolveIntent(fake.ctx(), "order-42", began, began))
		require.Equal(t, want, got.State)
		fake.srv.Advance(omise.DefaultMaxProcessingTime + time.Second)
	}
}

func TestACallerThatWaitedGetsTheResponseOfAFailure(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		p.Customer = "cust_test_5xsrr3nrzxl8ik9cfcl" // unknown
		client := fake.through(slow)
		concurrently(2, func(int) {
			var resp omise.Response
			_, err := client.Charges.Create(fake.ctx(), p, forOrder42, omise.WithResponseInto(&resp))
			assert.ErrorIs(t, err, omise.ErrCodeNotFound)
			assert.Equal(t, http.StatusNotFound, resp.StatusCode)
		})
	})
}

func TestCallersOfOneIntentShareNoError(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		client := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
			if hr.Method == http.MethodPost {
				time.Sleep(time.Second)
				return nil, errReset
			}
			return next.RoundTrip(hr)
		})
		var errs [2]error
		concurrently(2, func(i int) { errs[i] = errorOf(client.Charges.Create(fake.ctx(), p, forOrder42)) })
		require.NotSame(t, failure(t, errs[0]), failure(t, errs[1]))
		require.ErrorIs(t, errs[0], omise.ErrOutcomeUnknown)
		require.ErrorIs(t, errs[1], omise.ErrOutcomeUnknown)
	})
}

// The first caller cancels its call. The second caller has not canceled its call.
func TestCancelOfTheFirstCallerIsNotTheCancelOfTheOthers(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		client := fake.through(hangsOnWrites)
		ctx, cancel := context.WithCancel(fake.ctx())
		go client.Charges.Create(ctx, p, forOrder42)
		synctest.Wait()
		time.AfterFunc(time.Second, cancel)
		_, err := client.Charges.Create(fake.ctx(), p, forOrder42)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		require.NotErrorIs(t, err, context.Canceled)
	})
}

// The inner call would wait for the outer call, and the outer call waits for its observer.
func TestAnObserverThatCallsWithTheSameIntentEnds(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		var client *omise.Client
		var inner error
		var once sync.Once
		client = fake.With(omise.WithObserver(func(ctx context.Context, _ omise.Attempt) {
			once.Do(func() { inner = errorOf(client.Charges.Create(context.WithoutCancel(ctx), p, forOrder42)) })
		}))
		require.True(t, must1(client.Charges.Create(fake.ctx(), p, forOrder42)).Paid)
		require.ErrorIs(t, inner, omise.ErrOutcomeUnknown)
		fake.srv.AssertCharged(1)
	})
}
