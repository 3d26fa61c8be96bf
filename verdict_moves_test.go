package omise_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/omisetest"
)

// A move is a write that changes an object into a state that it enters only once.
type move struct {
	operation string
	begin     func(*fakeClient) (act func() error, done func() bool)
}

// moveCharge returns a move of a charge.
func moveCharge(operation string, charge func(*fakeClient) *omise.Charge, act func(*fakeClient, string) error, done func(*omise.Charge) bool) move {
	return move{operation, func(fake *fakeClient) (func() error, func() bool) {
		id := charge(fake).ID
		return func() error { return act(fake, id) }, func() bool { return done(must1(fake.Charges.Get(fake.ctx(), id))) }
	}}
}

// moveTransfer returns a move of a transfer.
func moveTransfer(operation string, before, act func(*fakeClient, string) error, done func(*omise.Transfer) bool) move {
	return move{operation, func(fake *fakeClient) (func() error, func() bool) {
		fake.mustCharge(fake.chargeOfToken())
		fake.srv.Advance(7 * day)
		id := must1(fake.Transfers.Create(fake.ctx(), &omise.TransferCreateParams{Amount: new(int64(50_000))})).ID
		if before != nil {
			require.NoError(fake.t, before(fake, id))
		}
		return func() error { return act(fake, id) }, func() bool {
			transfer, err := fake.Transfers.Get(fake.ctx(), id)
			return errors.Is(err, omise.ErrCodeNotFound) || err == nil && done(transfer)
		}
	}}
}

// moveDispute returns a move that the merchant loses a dispute by.
func moveDispute(operation string, act func(*fakeClient, string) error) move {
	return move{operation, func(fake *fakeClient) (func() error, func() bool) {
		id := must1(fake.Disputes.Create(fake.ctx(), paidByToken(fake).ID)).ID
		return func() error { return act(fake, id) }, func() bool {
			return must1(fake.Disputes.Get(fake.ctx(), id)).Status == omise.DisputeStatusLost
		}
	}}
}

// refunds returns a function that refunds a charge in full.
func refunds(void *bool, opts ...omise.RequestOption) func(*fakeClient, string) error {
	return func(fake *fakeClient, id string) error {
		return errorOf(fake.Refunds.Create(fake.ctx(), id, &omise.RefundCreateParams{Amount: 100_000, Void: void}, opts...))
	}
}

func isRefunded(c *omise.Charge) bool { return c.RefundedAmount == c.Amount }

// moves has all writes that change a state and that the API refuses the second time.
var moves = map[string]move{
	"capture": moveCharge("POST /charges/{id}/capture", heldCharge, func(fake *fakeClient, id string) error {
		return errorOf(fake.Charges.Capture(fake.ctx(), id, nil))
	}, func(c *omise.Charge) bool { return c.Paid }),
	"capture of a part": moveCharge("POST /charges/{id}/capture", heldCharge, func(fake *fakeClient, id string) error {
		return errorOf(fake.Charges.Capture(fake.ctx(), id, &omise.ChargeCaptureParams{CaptureAmount: new(int64(30_000))}))
	}, func(c *omise.Charge) bool { return c.Paid && *c.CapturedAmount == 30_000 }),
	"reverse": moveCharge("POST /charges/{id}/reverse", heldCharge, func(fake *fakeClient, id string) error {
		return errorOf(fake.Charges.Reverse(fake.ctx(), id))
	}, func(c *omise.Charge) bool { return c.Reversed }),
	"expire": moveCharge("POST /charges/{id}/expire", ofPromptPay, func(fake *fakeClient, id string) error {
		return errorOf(fake.Charges.Expire(fake.ctx(), id))
	}, func(c *omise.Charge) bool { return c.Expired }),
	"mark as paid": moveCharge("POST /charges/{id}/mark_as_paid", ofPromptPay, func(fake *fakeClient, id string) error {
		return errorOf(fake.Charges.MarkAsPaid(fake.ctx(), id))
	}, func(c *omise.Charge) bool { return c.Paid }),
	"mark as failed": moveCharge("POST /charges/{id}/mark_as_failed", ofPromptPay, func(fake *fakeClient, id string) error {
		return errorOf(fake.Charges.MarkAsFailed(fake.ctx(), id))
	}, func(c *omise.Charge) bool { return c.Failure() != nil }),
	"void":                  moveCharge("POST /charges/{id}/refunds", paidByToken, refunds(new(true)), isRefunded),
	"void, with an intent":  moveCharge("POST /charges/{id}/refunds", paidByToken, refunds(new(true), omise.WithIntent("return-7")), isRefunded),
	"full refund":           moveCharge("POST /charges/{id}/refunds", paidByToken, refunds(nil), isRefunded),
	"full refund, intended": moveCharge("POST /charges/{id}/refunds", paidByToken, refunds(nil, omise.WithIntent("return-7")), isRefunded),
	"delete a transfer": moveTransfer("DELETE /transfers/{id}", nil, func(fake *fakeClient, id string) error {
		return errorOf(fake.Transfers.Delete(fake.ctx(), id))
	}, func(t *omise.Transfer) bool { return t.Deleted }),
	"mark a transfer as sent": moveTransfer("POST /transfers/{id}/mark_as_sent", nil, markAsSent, func(t *omise.Transfer) bool { return t.Sent }),
	"mark a transfer as paid": moveTransfer("POST /transfers/{id}/mark_as_paid", markAsSent, func(fake *fakeClient, id string) error {
		return errorOf(fake.Transfers.MarkAsPaid(fake.ctx(), id))
	}, func(t *omise.Transfer) bool { return t.Paid }),
	"accept a dispute": moveDispute("PATCH /disputes/{id}/accept", func(fake *fakeClient, id string) error {
		return errorOf(fake.Disputes.Accept(fake.ctx(), id))
	}),
	"close a dispute": moveDispute("PATCH /disputes/{id}/close", func(fake *fakeClient, id string) error {
		return errorOf(fake.Disputes.Close(fake.ctx(), id, nil))
	}),
	"open a dispute": moveCharge("POST /charges/{id}/disputes", paidByToken, func(fake *fakeClient, id string) error {
		return errorOf(fake.Disputes.Create(fake.ctx(), id))
	}, func(c *omise.Charge) bool { return c.Dispute != nil }),
}

// unclearMoves are unclear after a second delivery: another call may have done them, or the
// object may never have existed.
var unclearMoves = map[string]bool{
	"void": true, "full refund": true, "delete a transfer": true, "close a dispute": true, "open a dispute": true,
}

func markAsSent(fake *fakeClient, id string) error {
	return errorOf(fake.Transfers.MarkAsSent(fake.ctx(), id))
}

// The network delivers a request twice. The client gets the second answer, which is a
// refusal.
func TestVerdict06MoveThatIsDeliveredTwiceIsNotRefused(t *testing.T) {
	t.Parallel()
	for name, row := range moves {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				act, done := row.begin(fake)
				fake.srv.Fault(omisetest.On(row.operation).Nth(1).Duplicate())
				err := act()
				require.True(t, done())
				if unclearMoves[name] {
					require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
					return
				}
				require.NoError(t, err)
				fake.srv.AssertCalls(row.operation, 1)
			})
		})
	}
}

// This client has got the answer to the first call, so the refusal of the second call is
// certain.
func TestVerdict06MoveThatThisClientHasDoneIsRefused(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"capture", "reverse", "expire", "mark as paid", "mark as failed", "mark a transfer as sent", "mark a transfer as paid", "accept a dispute"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				act, _ := moves[name].begin(fake)
				require.NoError(t, act())
				require.Equal(t, omise.OutcomeRefused, failure(t, act()).Outcome)
			})
		})
	}
}

func TestVerdict06CaptureThatWasNotDoneIsRefused(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		_, err := fake.Charges.Capture(fake.ctx(), ofPromptPay(fake).ID, nil)
		require.ErrorIs(t, err, omise.ErrCodeFailedCapture)
		require.Equal(t, omise.OutcomeRefused, failure(t, err).Outcome)
	})
}

func TestVerdict06RefundThatWasNotDoneIsRefused(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		_, err := fake.Refunds.Create(fake.ctx(), heldCharge(fake).ID, &omise.RefundCreateParams{Amount: 100_000})
		require.ErrorIs(t, err, omise.ErrCodeFailedRefund)
		require.Equal(t, omise.OutcomeRefused, failure(t, err).Outcome)
	})
}

// A load balancer without a server answers 404 with a page, or the API answers
// not_found although the transfer exists. The transfer is not deleted and will be paid
// out.
func TestVerdict06NotFoundIsNotDeletedWhileTheTransferIsThere(t *testing.T) {
	t.Parallel()
	for name, answers := range map[string]effect{
		"a page":              func(f omisetest.Fault) omisetest.Fault { return f.HTML(404) },
		"an error of the API": func(f omisetest.Fault) omisetest.Fault { return f.Error("not_found") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				act, done := moves["delete a transfer"].begin(fake)
				fake.srv.Fault(omisetest.On("DELETE /transfers/{id}").Nth(1).DropBefore(), answers(omisetest.On("DELETE /transfers/{id}")))
				err := act()
				require.False(t, done())
				require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
				require.NotErrorIs(t, err, omise.ErrCodeNotFound, "it exists")
			}, omise.WithMaxRetries(3))
		})
	}
}

// cached shows an object as a cache has it, and says that it comes from a cache. With an
// empty body, the cache knows that there is no such object.
func cached(path, body string) between {
	status := http.StatusOK
	if body == "" {
		status, body = http.StatusNotFound, notFound
	}
	return func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
		if hr.Method != http.MethodGet || hr.URL.Path != path {
			return next.RoundTrip(hr)
		}
		resp := apitest.Response(status, body)
		resp.Header.Set("Age", "600")
		return resp, nil
	}
}

const notFound = `{"object":"error","location":"https://docs.omise.co/api-errors#not-found","code":"not_found","message":"not found"}`

func TestVerdict08CachedChargeProvesNoCapture(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		charge := heldCharge(fake)
		client := fake.through(cached("/charges/"+charge.ID, string(must1(json.Marshal(charge)))), omise.WithMaxRetries(0))
		fake.srv.Fault(omisetest.On("POST /charges/{id}/capture").Nth(1).DropAfter())
		_, err := client.Charges.Capture(fake.ctx(), charge.ID, nil)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		fake.srv.Advance(omise.DefaultMaxProcessingTime + time.Minute)
		client.requireState(omise.ResolutionOpen, err)
	})
}

// The capture is delivered twice.
func TestVerdict06CachedChargeProvesNoRefusal(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		charge := heldCharge(fake)
		client := fake.through(cached("/charges/"+charge.ID, string(must1(json.Marshal(charge)))))
		fake.srv.Fault(omisetest.On("POST /charges/{id}/capture").Nth(1).Duplicate())
		_, err := client.Charges.Capture(fake.ctx(), charge.ID, nil)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
	})
}

// The delete is delivered twice.
func TestVerdict06CachedTransferProvesNoRefusal(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.mustCharge(fake.chargeOfToken())
		fake.srv.Advance(7 * day)
		transfer := must1(fake.Transfers.Create(fake.ctx(), &omise.TransferCreateParams{Amount: new(int64(50_000))}))
		client := fake.through(cached("/transfers/"+transfer.ID, string(must1(json.Marshal(transfer)))))
		fake.srv.Fault(omisetest.On("DELETE /transfers/{id}").Nth(1).Duplicate())
		_, err := client.Transfers.Delete(fake.ctx(), transfer.ID)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
	})
}

// A portal of a network answers the delete with a document of its own.
func TestVerdict06CachedNotFoundIsNoDelete(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.mustCharge(fake.chargeOfToken())
		fake.srv.Advance(7 * day)
		id := must1(fake.Transfers.Create(fake.ctx(), &omise.TransferCreateParams{Amount: new(int64(50_000))})).ID
		beforeTheTransfer := cached("/transfers/"+id, "")
		client := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
			if hr.Method == http.MethodDelete {
				return apitest.Response(200, `{"login":"required"}`), nil
			}
			return beforeTheTransfer(next, hr)
		})
		_, err := client.Transfers.Delete(fake.ctx(), id)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
	})
}

// The place that is read does not know the charge, so it cannot show a capture.
func TestVerdict08UnknownChargeProvesNoCapture(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func(omisetest.Fault) omisetest.Fault{"lost": omisetest.Fault.DropAfter, "delivered twice": omisetest.Fault.Duplicate} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				charge := heldCharge(fake)
				client := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
					if hr.Method == http.MethodGet && hr.URL.Path == "/charges/"+charge.ID {
						return apitest.Response(404, notFound), nil
					}
					return next.RoundTrip(hr)
				}, omise.WithMaxRetries(0))
				fake.srv.Fault(fault(omisetest.On("POST /charges/{id}/capture").Nth(1)))
				_, err := client.Charges.Capture(fake.ctx(), charge.ID, nil)
				require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
				fake.srv.Advance(omise.DefaultMaxProcessingTime + time.Minute)
				client.requireState(omise.ResolutionOpen, err)
			})
		})
	}
}

// The refusal may be the answer to a second delivery of the call. So the client looks at
// the state of the charge.
func TestVerdict06CaptureThatWasDoneBeforeReturnsTheCharge(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		charge := heldCharge(fake)
		must1(fake.another().Charges.Capture(fake.ctx(), charge.ID, nil))
		captured, err := fake.Charges.Capture(fake.ctx(), charge.ID, nil)
		require.NoError(t, err)
		require.True(t, captured.Paid)
	})
}

// partlyCaptured makes a charge, of which another process has captured a part.
func partlyCaptured(fake *fakeClient) *omise.Charge {
	fake.t.Helper()
	charge := heldCharge(fake)
	part := &omise.ChargeCaptureParams{CaptureAmount: new(int64(30_000))}
	must1(fake.another().Charges.Capture(fake.ctx(), charge.ID, part))
	return charge
}

func TestVerdict10WholeCaptureAfterAPartOfAnotherProcessIsRefused(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		_, err := fake.Charges.Capture(fake.ctx(), partlyCaptured(fake).ID, nil)
		require.Equal(t, omise.OutcomeRefused, failure(t, err).Outcome)
	})
}

// The first attempt of the whole capture is lost.
func TestVerdict10PartialCaptureOfAnotherProcessIsNotTheResult(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		charge := partlyCaptured(fake)
		fake.srv.Fault(omisetest.On("POST /charges/{id}/capture").Nth(1).DropBefore())
		_, err := fake.Charges.Capture(fake.ctx(), charge.ID, nil)
		require.Equal(t, omise.OutcomeUnknown, failure(t, err).Outcome)
		resolution := must1(fake.another(omise.WithMaxProcessingTime(time.Nanosecond)).Charges.Resolve(fake.ctx(), throughJSON(t, err)))
		require.NotEqual(t, omise.ResolutionFound, resolution.State)
	})
}

// The parts of a split transfer have the marks of their call, and add up to its
// amount.
func TestVerdict10PartsOfASplitTransferAddUp(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		parts      []int64
		want       omise.ResolutionState
		candidates int
	}{
		"all parts":           {[]int64{20_000, 30_000}, omise.ResolutionFound, 1},
		"some parts so far":   {[]int64{10_000, 30_000}, omise.ResolutionOpen, 2},
		"all parts, and more": {[]int64{20_000, 30_000, 20_000}, omise.ResolutionDuplicated, 3},
		"in one":              {[]int64{50_000}, omise.ResolutionFound, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				fake.srv.Fault(omisetest.On("POST /transfers").Nth(1).DropBefore())
				params := &omise.TransferCreateParams{Amount: new(int64(50_000)), SplitTransfer: new(true)}
				_, err := fake.With(omise.WithMaxRetries(0)).Transfers.Create(fake.ctx(), params, omise.WithIntent("payday"))
				for _, amount := range row.parts { // as the API would split it
					part := &omise.TransferCreateParams{Amount: &amount, Metadata: metadataOfCall(fake, err)}
					must1(fake.another().Transfers.Create(fake.ctx(), part))
				}
				foreign := &omise.TransferCreateParams{Amount: new(int64(20_000)), Metadata: omise.Metadata{"note": "of another call"}}
				must1(fake.another().Transfers.Create(fake.ctx(), foreign))
				resolution := must1(fake.Transfers.Resolve(fake.ctx(), throughJSON(t, err)))
				require.Equal(t, row.want, resolution.State)
				require.Len(t, resolution.Candidates, row.candidates)
			})
		})
	}
}
