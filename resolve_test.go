package omise_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/omisetest"
)

func TestFault39UsedTokenIsLookedUp(t *testing.T) {
	t.Parallel()
	for name, params := range map[string]func(*fakeClient) *omise.ChargeCreateParams{"token": (*fakeClient).chargeOfToken, "source": (*fakeClient).chargeOfSource} {
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

func TestStateTellsWhetherAnActionWasDone(t *testing.T) {
	t.Parallel()
	authorized := func(fake *fakeClient) string {
		p := fake.chargeOfToken()
		p.Capture = new(false)
		return fake.mustCharge(p).ID
	}
	for name, row := range map[string]struct {
		charge func(*fakeClient) string
		act    func(*fakeClient, string) (*omise.Charge, error)
		done   func(*omise.Charge) bool
	}{
		"capture": {authorized, func(fake *fakeClient, id string) (*omise.Charge, error) {
			return fake.Charges.Capture(fake.ctx(), id, nil)
		}, func(c *omise.Charge) bool { return c.Paid }},
		"reverse": {authorized, func(fake *fakeClient, id string) (*omise.Charge, error) { return fake.Charges.Reverse(fake.ctx(), id) }, func(c *omise.Charge) bool { return c.Reversed }},
		"mark_as_paid": {func(fake *fakeClient) string { return fake.mustCharge(fake.chargeOfSource()).ID },
			func(fake *fakeClient, id string) (*omise.Charge, error) {
				return fake.Charges.MarkAsPaid(fake.ctx(), id)
			}, func(c *omise.Charge) bool { return c.Paid }},
		"mark_as_failed": {func(fake *fakeClient) string { return fake.mustCharge(fake.chargeOfSource()).ID },
			func(fake *fakeClient, id string) (*omise.Charge, error) {
				return fake.Charges.MarkAsFailed(fake.ctx(), id)
			}, func(c *omise.Charge) bool { return c.Failure() != nil }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, fault := range []omisetest.Fault{omisetest.On("POST /charges/{id}/" + name).DropAfter(), omisetest.On("POST /charges/{id}/" + name).DropBefore()} {
				withFakeClient(t, func(t *testing.T, fake *fakeClient) {
					id := row.charge(fake)
					fake.srv.Fault(fault.Nth(1))
					charge, err := row.act(fake, id)
					require.NoError(t, err)
					require.True(t, row.done(charge))
				})
			}
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

func TestResolveFindsWhatWasDone(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		params func(*fakeClient) *omise.ChargeCreateParams
		opts   []omise.RequestOption
	}{
		"by token":  {(*fakeClient).chargeOfToken, nil},
		"by source": {(*fakeClient).chargeOfSource, nil},
		"by intent": {(*fakeClient).chargeOfCustomer, []omise.RequestOption{omise.WithIntent("order-42")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				p := row.params(fake)
				before := fake.mustCharge(fake.chargeOfCustomer())
				fake.srv.Fault(omisetest.On("POST /charges").DropAfter().Times(1))
				_, err := fake.With(omise.WithMaxRetries(0)).Charges.Create(fake.ctx(), p, row.opts...)
				after := fake.mustCharge(fake.chargeOfCustomer())
				resolution, err := fake.Charges.Resolve(fake.ctx(), throughJSON(t, err))
				require.NoError(t, err)
				require.Equal(t, omise.ResolutionFound, resolution.State)
				require.NotContains(t, []string{before.ID, after.ID}, resolution.Object.ID)
				require.EqualValues(t, 100_000, resolution.Object.Amount)
				require.Empty(t, resolution.Candidates)
			})
		})
	}
}

func TestResolveOfACaptureReadsTheCharge(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfToken()
		p.Capture, p.AuthorizationType = new(false), omise.ChargeAuthorizationTypePreAuth
		charge := fake.mustCharge(p)
		fake.srv.Fault(omisetest.On("POST /charges/{id}/capture").Nth(1).DropBefore(), omisetest.On("POST /charges/{id}/capture").Nth(2).DropAfter())
		single := fake.With(omise.WithMaxRetries(0), omise.WithMaxProcessingTime(time.Second))
		for _, want := range []omise.ResolutionState{omise.ResolutionNotFound, omise.ResolutionFound} {
			_, err := single.Charges.Capture(fake.ctx(), charge.ID, &omise.ChargeCaptureParams{CaptureAmount: new(int64(30_000))})
			time.Sleep(time.Second)
			resolution, err := single.Charges.Resolve(fake.ctx(), err)
			require.NoError(t, err)
			require.Equal(t, want, resolution.State)
		}
	})
}

func TestNothingFoundMeansNotDoneAfterTheProcessingTime(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		fake.srv.Fault(omisetest.On("POST /charges").DropBefore())
		_, err := fake.Charges.Create(fake.ctx(), p)
		for _, want := range []omise.ResolutionState{omise.ResolutionOpen, omise.ResolutionNotFound} {
			resolution, err := fake.Charges.Resolve(fake.ctx(), err)
			require.NoError(t, err)
			require.Equal(t, want, resolution.State)
			require.Nil(t, resolution.Object)
			require.Empty(t, resolution.Candidates)
			time.Sleep(omise.DefaultMaxProcessingTime)
		}
	})
}

func TestASimilarChargeIsNoProof(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
		_, err := fake.Charges.Create(fake.ctx(), p)
		resolution, err := fake.Charges.Resolve(fake.ctx(), err)
		require.NoError(t, err)
		require.Equal(t, omise.ResolutionOpen, resolution.State)
		require.Nil(t, resolution.Object)
		require.Len(t, resolution.Candidates, 1)
	})
}

func TestResolveTellsThatAChargeWasMadeTwice(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		fake.srv.Fault(omisetest.On("POST /charges").Processed().HTML(502))
		fake.Charges.Create(fake.ctx(), p, omise.WithIntent("order-42"))
		_, err := fake.Charges.Create(fake.ctx(), p, omise.WithIntent("order-42")) // a program must not do this
		resolution, err := fake.Charges.Resolve(fake.ctx(), err)
		require.NoError(t, err)
		require.Equal(t, omise.ResolutionDuplicated, resolution.State)
		require.Len(t, resolution.Candidates, 2)
		require.Equal(t, resolution.Candidates[0], resolution.Object)
	})
}

func TestRefundIsResolvedFromTheRefundsOfItsCharge(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		earlier int
		opts    []omise.RequestOption
		want    omise.ResolutionState
	}{
		"the only one":       {0, nil, omise.ResolutionOpen},
		"two of that amount": {1, nil, omise.ResolutionOpen},
		"by intent":          {1, []omise.RequestOption{omise.WithIntent("return-7")}, omise.ResolutionFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				charge := fake.mustCharge(fake.chargeOfToken())
				for range row.earlier {
					_, err := fake.Refunds.Create(fake.ctx(), charge.ID, &omise.RefundCreateParams{Amount: 10_000})
					require.NoError(t, err)
				}
				fake.srv.Fault(omisetest.On("POST /charges/{id}/refunds").DropAfter())
				_, err := fake.Refunds.Create(fake.ctx(), charge.ID, &omise.RefundCreateParams{Amount: 10_000}, row.opts...)
				resolution, err := fake.Refunds.Resolve(fake.ctx(), throughJSON(t, err))
				require.NoError(t, err)
				require.Equal(t, row.want, resolution.State)
				if row.want == omise.ResolutionFound {
					require.EqualValues(t, 10_000, resolution.Object.Amount)
				}
				fake.srv.AssertCalls("POST /charges/{id}/refunds", row.earlier+1)
			})
		})
	}
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

func TestTransferIsNotRepeatedWhereKeysAreIgnored(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.mustCharge(fake.chargeOfToken())
		fake.srv.Advance(7 * 24 * time.Hour)
		fake.srv.Fault(omisetest.On("POST /transfers").Nth(1).DropAfter())
		_, err := fake.Transfers.Create(fake.ctx(), &omise.TransferCreateParams{Amount: new(int64(50_000))}, omise.WithIntent("payday"))
		resolution, err := fake.Transfers.Resolve(fake.ctx(), throughJSON(t, err))
		require.NoError(t, err)
		require.Equal(t, omise.ResolutionFound, resolution.State)
		fake.srv.AssertCalls("POST /transfers", 1)
	}, omise.WithIdempotencyKeys(omise.KeysIgnored))
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
	synctest.Test(t, func(t *testing.T) {
		fake := newFakeClient(t)
		p := fake.chargeOfToken()
		fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
		blind, err := omise.NewClient(fake.srv.SecretKey(), omise.WithHTTPClient(fake.srv.HTTPClient())) // no public key
		require.NoError(t, err)
		_, err = blind.Charges.Create(fake.ctx(), p)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		require.NotErrorIs(t, err, omise.ErrCodeUsedToken)
		resolution, err := fake.Charges.Resolve(fake.ctx(), throughJSON(t, err))
		require.NoError(t, err)
		require.Equal(t, omise.ResolutionFound, resolution.State)
	})
}

func TestResolveTakesOnlyUnknownOutcomesOfItsOwn(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		charge := fake.mustCharge(fake.chargeOfToken())
		fake.srv.Fault(omisetest.On("POST /charges/{id}/refunds").DropAfter())
		_, refund := fake.Refunds.Create(fake.ctx(), charge.ID, &omise.RefundCreateParams{Amount: 1000})
		_, missing := fake.Charges.Capture(fake.ctx(), "chrg_test_none", nil)
		for name, unknown := range map[string]error{"nil": nil, "another error": errors.New("no"), "refused": missing, "of a refund": refund} {
			var problem *omise.ParamError
			_, err := fake.Charges.Resolve(fake.ctx(), unknown)
			require.ErrorAs(t, err, &problem, name)
			require.Equal(t, "unknown", problem.Field)
		}
	})
}

// The same key at another server may know other charges, so nothing found there means
// nothing.
func TestResolveAtAnotherServerIsRefused(t *testing.T) {
	t.Parallel()
	fake := newFakeClient(t)
	err := throughJSON(t, fake.lostCharge(omisetest.Fault.DropAfter))
	_, err = fake.With(omise.WithBaseURL("https://staging.omise.example")).Charges.Resolve(t.Context(), err)
	require.Contains(t, refusal(t, err).Rule, "the base URL of this client")
}

// A stored error may be damaged. It must not be taken for a write that was not done.
func TestResolveRefusesADamagedError(t *testing.T) {
	t.Parallel()
	_, err := apitest.Fail(errReset).Client(t).Refunds.Create(t.Context(), chargeID, &omise.RefundCreateParams{Amount: 1000})
	text, jsonErr := json.Marshal(err)
	require.NoError(t, jsonErr)
	api := apitest.Respond(200, `{"object":"list","data":[],"total":0}`)
	for _, part := range []string{`"ids":["` + chargeID + `"],`, `,"last_attempt":"` + apitest.ParseJSON(text)["write"].(map[string]any)["last_attempt"].(string) + `"`} {
		require.Contains(t, string(text), part)
		var damaged omise.Error
		require.NoError(t, json.Unmarshal([]byte(strings.Replace(string(text), part, "", 1)), &damaged))
		_, err = api.Client(t).Refunds.Resolve(t.Context(), &damaged)
		require.Equal(t, "must be as it was stored", refusal(t, err).Rule)
	}
	require.Empty(t, api.Requests())
}

func TestFault26NothingLeftToDelete(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		make   func(*fakeClient) []string
		delete func(*fakeClient, []string) (id string, deleted bool, err error)
	}{
		"/customers/{id}": {func(fake *fakeClient) []string { return []string{fake.newCustomer()} }, func(fake *fakeClient, ids []string) (string, bool, error) {
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
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				ids := row.make(fake)
				fake.srv.Fault(omisetest.On("DELETE " + name).Nth(1).DropAfter())
				id, deleted, err := row.delete(fake, ids)
				require.NoError(t, err)
				require.Equal(t, ids[len(ids)-1], id)
				require.True(t, deleted)
			})
		})
	}
}

func TestNothingToDeleteAtFirstIsNotFound(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		_, err := fake.Customers.Delete(fake.ctx(), "cust_test_none")
		require.ErrorIs(t, err, omise.ErrCodeNotFound)
	})
}

func TestCallThatTheNetworkDeliversTwiceHasItsCharge(t *testing.T) {
	t.Parallel()
	for name, means := range map[string]func(*fakeClient) *omise.ChargeCreateParams{"token": (*fakeClient).chargeOfToken, "source": (*fakeClient).chargeOfSource} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				p := means(fake)
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

func TestUsedTokenOfAChargeWithoutANameStaysOpen(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfToken()
		fake.srv.Fault(omisetest.On("POST /charges").Nth(1).Duplicate())
		_, err := fake.Charges.Create(fake.ctx(), p)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		for _, err := range []error{err, throughJSON(t, err)} {
			resolution, err := fake.Charges.Resolve(fake.ctx(), err)
			require.NoError(t, err)
			require.Equal(t, omise.ResolutionOpen, resolution.State)
			require.Len(t, resolution.Candidates, 1)
		}
	})
}
