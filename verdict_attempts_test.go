package omise_test

import (
	"bytes"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
)

// The payer tries again with another card. Resolve of the first attempt answers with the
// charge that took money.
func TestVerdict11AnotherCardHasPaidTheIntent(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		drop   func(omisetest.Fault) omisetest.Fault
		second func(*fakeClient, *omise.ChargeCreateParams)
	}{
		"another card": {omisetest.Fault.DropBefore, func(fake *fakeClient, p *omise.ChargeCreateParams) {
			card := must1(fake.Customers.Update(fake.ctx(), p.Customer, &omise.CustomerUpdateParams{Card: fake.newToken()}))
			p.Card = card.Cards.Data[1].ID
		}},
		"a token": {omisetest.Fault.DropBefore, func(fake *fakeClient, p *omise.ChargeCreateParams) {
			p.Customer, p.Card = "", fake.newToken()
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				p := fake.chargeOfCustomer()
				customer := must1(fake.Customers.Get(fake.ctx(), p.Customer))
				p.Card = customer.Cards.Data[0].ID
				second := *p
				row.second(fake, &second)
				fake.srv.Fault(row.drop(omisetest.On("POST /charges").Nth(1)))
				_, err := fake.Charges.Create(fake.ctx(), p, omise.WithIntent("order-42"))
				require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
				paid := must1(fake.Charges.Create(fake.ctx(), &second, omise.WithIntent("order-42")))
				require.True(t, paid.Paid)
				fake.srv.Advance(omise.DefaultMaxProcessingTime + time.Minute)
				got := must1(fake.Charges.Resolve(fake.ctx(), err))
				require.Equal(t, omise.ResolutionFound, got.State)
				require.Equal(t, paid.ID, got.Object.ID)
			})
		})
	}
}

func TestVerdict11AnotherSourceHasPaidTheIntent(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		first, second := fake.chargeOfSource(), fake.chargeOfSource()
		fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropBefore())
		_, err := fake.With(omise.WithMaxRetries(0)).Charges.Create(fake.ctx(), first, forOrder42)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		paid := must1(fake.Charges.Create(fake.ctx(), second, forOrder42))
		must1(fake.Charges.MarkAsPaid(fake.ctx(), paid.ID))
		fake.srv.Advance(omise.DefaultMaxProcessingTime + time.Minute)
		got := must1(fake.Charges.Resolve(fake.ctx(), err))
		require.Equal(t, omise.ResolutionFound, got.State)
	})
}

// The answer of a declined attempt is lost, and the payer pays with another card.
func TestVerdict11DeclineIsNotTheAnswerIfAnotherCardHasPaid(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		customer := must1(fake.Customers.Update(fake.ctx(), p.Customer, &omise.CustomerUpdateParams{Card: fake.newToken()}))
		second := *p
		p.Card, second.Card = customer.Cards.Data[0].ID, customer.Cards.Data[1].ID
		fake.srv.Fault(omisetest.On("POST /charges").Nth(1).Decline("insufficient_fund"))
		client := fake.through(rewrites("POST", "/charges", func(string) string { return "" }))
		_, err := client.Charges.Create(fake.ctx(), p, forOrder42)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		paid := must1(fake.Charges.Create(fake.ctx(), &second, forOrder42))
		require.True(t, paid.Paid)
		got := must1(fake.Charges.Resolve(fake.ctx(), err))
		require.Equal(t, paid.ID, got.Object.ID)
	})
}

// The first charge of the order was refunded in full, and the second call has not arrived.
func TestVerdict11ChargeThatWasRefundedInFullIsNotThePayment(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		first := must1(fake.Charges.Create(fake.ctx(), p, forOrder42))
		must1(fake.Refunds.Create(fake.ctx(), first.ID, &omise.RefundCreateParams{Amount: first.Amount}))
		fake.srv.Advance(time.Minute)
		fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropBefore())
		_, err := fake.Charges.Create(fake.ctx(), p, forOrder42)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		fake.srv.Advance(omise.DefaultMaxProcessingTime + time.Minute)
		got := must1(fake.Charges.Resolve(fake.ctx(), err))
		require.Equal(t, omise.ResolutionNotFound, got.State)
	})
}

// A payer leaves a QR code and pays with a card.
func TestVerdict09AbandonedChargeIsNoSecondCharge(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		start := time.Now()
		qr := must1(fake.Charges.Create(fake.ctx(), fake.chargeOfSource(), forOrder42))
		require.Equal(t, omise.NextStepShowCode, qr.NextStep())
		fake.srv.Advance(10 * time.Second)
		paid := must1(fake.Charges.Create(fake.ctx(), fake.chargeOfCustomer(), forOrder42))
		got := must1(fake.Charges.ResolveIntent(fake.ctx(), "order-42", start, time.Time{}))
		require.Equal(t, omise.ResolutionFound, got.State)
		require.Equal(t, paid.ID, got.Object.ID)
		require.Equal(t, qr.ID, got.Candidates[0].ID)
	})
}

// Two programs use one intent for orders of different customers.
func TestVerdict09OrdersOfTwoCustomersAreNotDuplicated(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		start := time.Now()
		must1(fake.Charges.Create(fake.ctx(), fake.chargeOfCustomer(), forOrder42))
		must1(fake.Charges.Create(fake.ctx(), fake.chargeOfCustomer(), forOrder42))
		got := must1(fake.Charges.ResolveIntent(fake.ctx(), "order-42", start, time.Time{}))
		require.NotEqual(t, omise.ResolutionDuplicated, got.State)
	})
}

// The network delivers the call twice and loses the answers. The payer has finished one of the
// charges.
func TestVerdict09CallThatIsDeliveredTwiceIsDuplicatedAlthoughOneChargeWaits(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		client := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
			if hr.Method != http.MethodPost {
				return changesList("/charges", func(list map[string]any) {
					second := list["data"].([]any)[0].(map[string]any)
					second["paid"], second["authorized"], second["status"] = false, false, "pending"
				})(next, hr)
			}
			body, _ := io.ReadAll(hr.Body)
			for range 2 {
				again := hr.Clone(hr.Context())
				again.Body = io.NopCloser(bytes.NewReader(body))
				if _, err := next.RoundTrip(again); err != nil {
					return nil, err
				}
			}
			return nil, errReset
		}, omise.WithMaxRetries(0))
		_, err := client.Charges.Create(fake.ctx(), fake.chargeOfCustomer(), forOrder42)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		require.Equal(t, omise.ResolutionDuplicated, must1(client.Charges.Resolve(fake.ctx(), err)).State)
	})
}

func TestVerdict09ObjectOfADuplicatedIntentHasTakenMoney(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		start := time.Now()
		must1(fake.Charges.Create(fake.ctx(), fake.chargeOfSource(), forOrder42)) // a QR code, not paid
		p := fake.chargeOfCustomer()
		for range 2 {
			fake.srv.Advance(time.Second)
			must1(fake.another().Charges.Create(fake.ctx(), p, forOrder42))
		}
		got := must1(fake.Charges.ResolveIntent(fake.ctx(), "order-42", start, time.Time{}))
		require.Equal(t, omise.ResolutionDuplicated, got.State)
		require.True(t, got.Object.Paid)
		require.Len(t, got.Candidates, 3)
	})
}
