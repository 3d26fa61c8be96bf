package omise_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/omisetest"
)

func TestFault37SameKeyAndAnotherBody(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		must1(fake.Charges.Create(fake.ctx(), p, withKey42))
		p.Amount++
		_, err := fake.Charges.Create(fake.ctx(), p, withKey42)
		require.Equal(t, "idempotency key", refusal(t, err).Field)
	})
}

var withKey42 = omise.WithIdempotencyKey("order-42")

func TestACopyOfAClientKnowsTheUsedKeys(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		must1(fake.Charges.Create(fake.ctx(), p, withKey42))
		p.Amount++
		_, err := fake.With(omise.WithTimeout(time.Minute)).Charges.Create(fake.ctx(), p, withKey42)
		require.Equal(t, "idempotency key", refusal(t, err).Field)
	})
}

func TestAUsedKeyMaySendTheSameBodyAgain(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		must1(fake.Charges.Create(fake.ctx(), p, withKey42))
		_, err := fake.Charges.Create(fake.ctx(), p, withKey42)
		require.NoError(t, err)
	})
}

func TestAnotherKeyMaySendAnotherBody(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		must1(fake.Charges.Create(fake.ctx(), p, withKey42))
		p.Amount++
		_, err := fake.Charges.Create(fake.ctx(), p, omise.WithIdempotencyKey("order-43"))
		require.NoError(t, err)
	})
}

func TestAUsedKeyMaySendAnotherBodyAfterADay(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		must1(fake.Charges.Create(fake.ctx(), p, withKey42))
		time.Sleep(25 * time.Hour)
		p.Amount++
		_, err := fake.Charges.Create(fake.ctx(), p, withKey42)
		require.NoError(t, err)
	})
}

func TestAnIntentIsRefusedForAWriteThatMovesNoMoney(t *testing.T) {
	t.Parallel()
	requireRefused(t, "intent", "is for new charges, refunds and transfers", func(ctx context.Context, c *omise.Client) error {
		return errorOf(c.Customers.Create(ctx, &omise.CustomerCreateParams{}, forOrder42))
	})
}

func TestAnIntentIsPrintableASCII(t *testing.T) {
	t.Parallel()
	requireRefused(t, "intent", "must be printable ASCII", func(ctx context.Context, c *omise.Client) error {
		return errorOf(c.Charges.Create(ctx, newCharge(), omise.WithIntent("ลำดับ")))
	})
}

// The API may drop a space at an end of a value. Then Resolve would not find the object.
func TestAnIntentHasNoSpaceAtItsEnds(t *testing.T) {
	t.Parallel()
	for name, intent := range map[string]string{"a space": " ", "at the end": "A-1 ", "at the beginning": " A-1"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requireRefused(t, "intent", "must not begin or end with a space", func(ctx context.Context, c *omise.Client) error {
				return errorOf(c.Charges.Create(ctx, newCharge(), omise.WithIntent(intent)))
			})
		})
	}
}

// The tests of ResolveIntent are about a process that has died. Only the intent and the
// time are known.

// An intendedWrite makes an object with an intent.
type intendedWrite struct {
	operation string
	create    func(opts ...omise.RequestOption) error
	resolve   func(intent string, from, to time.Time) resolved
}

// A resolved has the parts of a Resolution that are the same for all objects.
type resolved struct {
	state      omise.ResolutionState
	candidates int
	intent     any // of the object, nil without an object
}

func resolvedOf[T any](r *omise.Resolution[T], metadata func(*T) omise.Metadata) resolved {
	got := resolved{state: r.State, candidates: len(r.Candidates)}
	if r.Object != nil {
		got.intent = metadata(r.Object)[omise.IntentKey]
	}
	return got
}

// intendedWrites prepare the object that a write needs.
var intendedWrites = map[string]func(*fakeClient) intendedWrite{
	"charge": func(fake *fakeClient) intendedWrite {
		params := fake.chargeOfCustomer()
		return intendedWrite{"POST /charges", func(opts ...omise.RequestOption) error {
			return errorOf(fake.Charges.Create(fake.ctx(), params, opts...))
		}, func(intent string, from, to time.Time) resolved {
			r := must1(fake.Charges.ResolveIntent(fake.ctx(), intent, from, to))
			return resolvedOf(r, func(object *omise.Charge) omise.Metadata { return object.Metadata })
		}}
	},
	"refund": func(fake *fakeClient) intendedWrite {
		charge := fake.mustCharge(fake.chargeOfToken())
		return intendedWrite{"POST /charges/{id}/refunds", func(opts ...omise.RequestOption) error {
			return errorOf(fake.Refunds.Create(fake.ctx(), charge.ID, &omise.RefundCreateParams{Amount: 10_000}, opts...))
		}, func(intent string, from, to time.Time) resolved {
			r := must1(fake.Refunds.ResolveIntent(fake.ctx(), charge.ID, intent, from, to))
			return resolvedOf(r, func(object *omise.Refund) omise.Metadata { return object.Metadata })
		}}
	},
	"transfer": func(fake *fakeClient) intendedWrite {
		fake.mustCharge(fake.chargeOfToken())
		return intendedWrite{"POST /transfers", func(opts ...omise.RequestOption) error {
			return errorOf(fake.Transfers.Create(fake.ctx(), &omise.TransferCreateParams{Amount: new(int64(5_000))}, opts...))
		}, func(intent string, from, to time.Time) resolved {
			r := must1(fake.Transfers.ResolveIntent(fake.ctx(), intent, from, to))
			return resolvedOf(r, func(object *omise.Transfer) omise.Metadata { return object.Metadata })
		}}
	},
}

// withIntendedWrites runs a test for each kind of object. The account already has an
// object of another intent.
func withIntendedWrites(t *testing.T, test func(*testing.T, *fakeClient, intendedWrite)) {
	t.Helper()
	for name, prepare := range intendedWrites {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				write := prepare(fake)
				require.NoError(t, write.create(omise.WithIntent("another")))
				test(t, fake, write)
			}, omise.WithMaxRetries(0))
		})
	}
}

func TestResolveIntentFindsTheObjectWhoseAnswerWasLost(t *testing.T) {
	t.Parallel()
	withIntendedWrites(t, func(t *testing.T, fake *fakeClient, write intendedWrite) {
		start := time.Now()
		fake.srv.Fault(omisetest.On(write.operation).Times(1).DropAfter())
		require.ErrorIs(t, write.create(forOrder42), omise.ErrOutcomeUnknown)
		require.Equal(t, resolved{omise.ResolutionFound, 0, "order-42"}, write.resolve("order-42", start, time.Now()))
	})
}

func TestResolveIntentIsOpenWhileALostRequestMayArrive(t *testing.T) {
	t.Parallel()
	withIntendedWrites(t, func(t *testing.T, fake *fakeClient, write intendedWrite) {
		start := time.Now()
		fake.srv.Fault(omisetest.On(write.operation).Times(1).DropBefore())
		require.ErrorIs(t, write.create(forOrder42), omise.ErrOutcomeUnknown)
		require.Equal(t, resolved{omise.ResolutionOpen, 0, nil}, write.resolve("order-42", start, time.Now()))
	})
}

func TestResolveIntentFindsNothingAfterTheProcessingTime(t *testing.T) {
	t.Parallel()
	withIntendedWrites(t, func(t *testing.T, fake *fakeClient, write intendedWrite) {
		start := time.Now()
		fake.srv.Fault(omisetest.On(write.operation).Times(1).DropBefore())
		require.ErrorIs(t, write.create(forOrder42), omise.ErrOutcomeUnknown)
		end := time.Now()
		time.Sleep(omise.DefaultMaxProcessingTime)
		require.Equal(t, resolved{omise.ResolutionNotFound, 0, nil}, write.resolve("order-42", start, end))
	})
}

// Without an end, another call may still be made.
func TestResolveIntentStaysOpenWithoutAnEnd(t *testing.T) {
	t.Parallel()
	withIntendedWrites(t, func(t *testing.T, fake *fakeClient, write intendedWrite) {
		start := time.Now()
		fake.srv.Fault(omisetest.On(write.operation).Times(1).DropBefore())
		require.ErrorIs(t, write.create(forOrder42), omise.ErrOutcomeUnknown)
		time.Sleep(omise.DefaultMaxProcessingTime)
		require.Equal(t, resolved{omise.ResolutionOpen, 0, nil}, write.resolve("order-42", start, time.Time{}))
	})
}

func TestResolveIntentFindsTwoObjectsOfAnIntent(t *testing.T) {
	t.Parallel()
	withIntendedWrites(t, func(t *testing.T, fake *fakeClient, write intendedWrite) {
		start := time.Now()
		fake.srv.Fault(omisetest.On(write.operation).Times(1).DropAfter())
		require.ErrorIs(t, write.create(forOrder42), omise.ErrOutcomeUnknown)
		time.Sleep(omise.DefaultMaxProcessingTime)
		require.NoError(t, write.create(forOrder42, omise.WithIdempotencyKey("again")))
		got := write.resolve("order-42", start, time.Time{})
		require.Equal(t, omise.ResolutionDuplicated, got.state)
		require.Equal(t, 2, got.candidates)
	})
}

func TestResolveIntentRefusesInvalidArguments(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for field, call := range map[string]func(context.Context, *omise.Client) error{
		"intent": func(ctx context.Context, c *omise.Client) error {
			return errorOf(c.Charges.ResolveIntent(ctx, "", now, now))
		},
		"from": func(ctx context.Context, c *omise.Client) error {
			return errorOf(c.Transfers.ResolveIntent(ctx, "payday", time.Time{}, now))
		},
		"to": func(ctx context.Context, c *omise.Client) error {
			return errorOf(c.Refunds.ResolveIntent(ctx, chargeID, "return-7", now, now.Add(-1)))
		},
		"id": func(ctx context.Context, c *omise.Client) error {
			return errorOf(c.Refunds.ResolveIntent(ctx, "", "return-7", now, now))
		},
	} {
		t.Run(field, func(t *testing.T) {
			t.Parallel()
			api := apitest.Respond(200, "{}")
			require.Equal(t, field, refusal(t, call(t.Context(), api.Client(t))).Field)
			require.Empty(t, api.Requests())
		})
	}
}
