package omise_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
)

// The tests of this file are about calls whose first attempt is lost, or is delivered
// twice.

// singleUse has the params of charges that can be made only once.
var singleUse = map[string]func(*fakeClient) *omise.ChargeCreateParams{
	"token": (*fakeClient).chargeOfToken, "source": (*fakeClient).chargeOfSource,
}

func TestFault39UsedTokenIsLookedUp(t *testing.T) {
	t.Parallel()
	for name, params := range singleUse {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				p := params(fake)
				fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
				var resp omise.Response
				charge, err := fake.With(omise.WithTokensUsedAtArrival()).Charges.Create(fake.ctx(), p, omise.WithResponseInto(&resp))
				require.NoError(t, err)
				require.EqualValues(t, 100_000, charge.Amount)
				require.Equal(t, 2, resp.Attempts)
				require.Contains(t, string(resp.Body), charge.ID)
				require.Equal(t, 1, fake.countCharges())
			})
		})
	}
}

func TestChargeThatWasLostOnTheWayIsMadeByTheNextAttempt(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfToken()
		fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropBefore())
		charge, err := fake.Charges.Create(fake.ctx(), p)
		require.NoError(t, err)
		require.True(t, charge.Paid)
		require.Equal(t, 1, fake.countCharges())
	})
}

// An action is a write that changes a charge.
type action struct {
	name   string // in the path
	charge func(*fakeClient) *omise.Charge
	act    func(*fakeClient, string) (*omise.Charge, error)
	done   func(*omise.Charge) bool
}

var actions = []action{
	{"capture", authorized, func(fake *fakeClient, id string) (*omise.Charge, error) {
		return fake.Charges.Capture(fake.ctx(), id, nil)
	}, func(c *omise.Charge) bool { return c.Paid }},
	{"reverse", authorized, func(fake *fakeClient, id string) (*omise.Charge, error) {
		return fake.Charges.Reverse(fake.ctx(), id)
	}, func(c *omise.Charge) bool { return c.Reversed }},
	{"mark_as_paid", ofPromptPay, func(fake *fakeClient, id string) (*omise.Charge, error) {
		return fake.Charges.MarkAsPaid(fake.ctx(), id)
	}, func(c *omise.Charge) bool { return c.Paid }},
	{"mark_as_failed", ofPromptPay, func(fake *fakeClient, id string) (*omise.Charge, error) {
		return fake.Charges.MarkAsFailed(fake.ctx(), id)
	}, func(c *omise.Charge) bool { return c.Failure() != nil }},
}

// The state of the charge tells whether the first attempt was done.
func TestAnActionWhoseAnswerIsLostReturnsTheCharge(t *testing.T) {
	t.Parallel()
	testLostActions(t, omisetest.Fault.DropAfter)
}

func TestAnActionWhoseRequestIsLostIsSentAgain(t *testing.T) {
	t.Parallel()
	testLostActions(t, omisetest.Fault.DropBefore)
}

// testLostActions breaks the first attempt of each action.
func testLostActions(t *testing.T, drop effect) {
	t.Helper()
	for _, a := range actions {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				id := a.charge(fake).ID
				fake.srv.Fault(drop(omisetest.On("POST /charges/{id}/" + a.name)).Nth(1))
				charge, err := a.act(fake, id)
				require.NoError(t, err)
				require.True(t, a.done(charge))
			})
		})
	}
}

func TestChargeOnASavedCardIsNotRepeated(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
		_, err := fake.Charges.Create(fake.ctx(), p)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		fake.srv.AssertCalls("POST /charges", 1)
	})
}

func TestTransferIsRepeatedWithItsKey(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.mustCharge(fake.chargeOfToken())
		fake.srv.Advance(7 * 24 * time.Hour)
		fake.srv.Fault(omisetest.On("POST /transfers").Nth(1).DropAfter())
		transfer, err := fake.Transfers.Create(fake.ctx(), &omise.TransferCreateParams{Amount: new(int64(50_000))})
		require.NoError(t, err)
		list, err := fake.Transfers.List(fake.ctx(), nil)
		require.NoError(t, err)
		require.Equal(t, 1, list.Total)
		require.Equal(t, transfer.ID, list.Data[0].ID)
	})
}

func TestPromisedMaxProcessingTimeLetsAnUnguardedWriteGoOn(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]omisetest.Fault{
		"done":     omisetest.On("POST /charges/{id}/refunds").DropAfter(),
		"not done": omisetest.On("POST /charges/{id}/refunds").DropBefore(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				charge := fake.mustCharge(fake.chargeOfToken())
				fake.srv.Fault(fault.Nth(1))
				start := time.Now()
				refund, err := fake.Refunds.Create(fake.ctx(), charge.ID, &omise.RefundCreateParams{Amount: 10_000}, omise.WithIntent("return-7"))
				require.NoError(t, err)
				require.Equal(t, "return-7", refund.Metadata[omise.IntentKey])
				if name == "not done" {
					require.GreaterOrEqual(t, time.Since(start), 2*time.Second)
				}
				list, err := fake.Charges.ListRefunds(fake.ctx(), charge.ID, nil)
				require.NoError(t, err)
				require.Equal(t, 1, list.Total)
			}, omise.WithMaxProcessingTime(2*time.Second))
		})
	}
}

func TestMaxProcessingTimeAloneRepeatsNothing(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		charge := fake.mustCharge(fake.chargeOfToken())
		fake.srv.Fault(omisetest.On("POST /charges/{id}/refunds").DropBefore())
		_, err := fake.Refunds.Create(fake.ctx(), charge.ID, &omise.RefundCreateParams{Amount: 10_000})
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		fake.srv.AssertCalls("POST /charges/{id}/refunds", 1)
	}, omise.WithMaxProcessingTime(2*time.Second))
}

func TestRefusalAfterALostAttemptStaysUnknownWithoutALookup(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfToken()
		fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
		blind, err := omise.NewClient(fake.srv.SecretKey(), omise.WithHTTPClient(fake.srv.HTTPClient())) // without a public key, it cannot look for the charge
		require.NoError(t, err)
		_, err = blind.Charges.Create(fake.ctx(), p)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		require.NotErrorIs(t, err, omise.ErrCodeUsedToken)
		require.Equal(t, omise.ResolutionFound, fake.chargeState(throughJSON(t, err)))
	})
}

// The first attempt has deleted the object, and its answer is lost.
func TestFault26NothingLeftToDelete(t *testing.T) {
	t.Parallel()
	for path, row := range map[string]struct {
		make   func(*fakeClient) []string
		delete func(*fakeClient, []string) (id string, deleted bool, err error)
	}{
		"/customers/{id}": {func(fake *fakeClient) []string {
			return []string{fake.newCustomer()}
		}, func(fake *fakeClient, ids []string) (string, bool, error) {
			c, err := fake.Customers.Delete(fake.ctx(), ids[0])
			return c.ID, c.Deleted, err
		}},
		"/customers/{id}/cards/{card_id}": {func(fake *fakeClient) []string {
			id := fake.newCustomer()
			customer, err := fake.Customers.Get(fake.ctx(), id)
			require.NoError(fake.t, err)
			return []string{id, customer.DefaultCard.ID}
		}, func(fake *fakeClient, ids []string) (string, bool, error) {
			c, err := fake.Cards.Delete(fake.ctx(), ids[0], ids[1])
			return c.ID, c.Deleted, err
		}},
		"/transfers/{id}": {func(fake *fakeClient) []string {
			fake.mustCharge(fake.chargeOfToken())
			transfer, err := fake.Transfers.Create(fake.ctx(), &omise.TransferCreateParams{Amount: new(int64(50_000))})
			require.NoError(fake.t, err)
			return []string{transfer.ID}
		}, func(fake *fakeClient, ids []string) (string, bool, error) {
			t, err := fake.Transfers.Delete(fake.ctx(), ids[0])
			return t.ID, t.Deleted, err
		}},
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				ids := row.make(fake)
				fake.srv.Fault(omisetest.On("DELETE " + path).Nth(1).DropAfter())
				id, deleted, err := row.delete(fake, ids)
				require.NoError(t, err)
				require.Equal(t, ids[len(ids)-1], id)
				require.True(t, deleted)
			})
		})
	}
}

func TestADeleteThatFindsNothingAtFirstIsNotFound(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		_, err := fake.Customers.Delete(fake.ctx(), "cust_test_none")
		require.ErrorIs(t, err, omise.ErrCodeNotFound)
	})
}

func TestCallThatTheNetworkDeliversTwiceHasItsCharge(t *testing.T) {
	t.Parallel()
	for name, params := range singleUse {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				p := params(fake)
				p.Metadata = omise.Metadata{"order_id": "A-1"}
				fake.srv.Fault(omisetest.On("POST /charges").Duplicate())
				charge, err := fake.Charges.Create(fake.ctx(), p)
				require.NoError(t, err)
				require.Equal(t, "A-1", charge.Metadata["order_id"])
				fake.srv.AssertCalls("POST /charges", 1)
			})
		})
	}
}

func TestChargeOfAnotherOrderIsNotTakenForOneThatWasRefused(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfToken()
		p.Metadata = omise.Metadata{"order_id": "A-1"}
		fake.mustCharge(p)
		other := *p
		other.Metadata = omise.Metadata{"order_id": "A-2"}
		_, err := fake.Charges.Create(fake.ctx(), &other)
		require.ErrorIs(t, err, omise.ErrCodeUsedToken)
		require.NotErrorIs(t, err, omise.ErrOutcomeUnknown)
	})
}
