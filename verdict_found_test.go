package omise_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/omisetest"
)

// Two equal refunds of a charge look the same. The second one did not arrive.
func TestVerdict07OlderEqualRefundIsNotFound(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]omise.RequestOption{"no intent": nil, "intent": {omise.WithIntent("return-7")}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				charge := fake.mustCharge(fake.chargeOfToken())
				params := &omise.RefundCreateParams{Amount: 10_000}
				must1(fake.another().Refunds.Create(fake.ctx(), charge.ID, params))
				fake.srv.Fault(omisetest.On("POST /charges/{id}/refunds").DropBefore())
				_, err := fake.Refunds.Create(fake.ctx(), charge.ID, params, opts...)
				for _, err := range []error{err, throughJSON(t, err)} {
					resolution := must1(fake.Refunds.Resolve(fake.ctx(), err))
					require.NotEqual(t, omise.ResolutionFound, resolution.State)
					require.Nil(t, resolution.Object)
				}
			})
		})
	}
}

// Order A-1 has used the token. The first attempt of order A-2 is lost, and its second
// attempt is refused.
func TestVerdict07ChargeOfAnotherOrderIsNoSuccess(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]omise.Metadata{
		"another order":           {"order_id": "A-1"},
		"an order without a name": nil,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				p := fake.chargeOfToken()
				other := *p
				other.Metadata = first
				fake.another().mustCharge(&other)
				fake.srv.Advance(time.Hour)
				p.Metadata = omise.Metadata{"order_id": "A-2"}
				fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropBefore())
				_, err := fake.With(omise.WithTokensUsedAtArrival()).Charges.Create(fake.ctx(), p)
				require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
				require.NotErrorIs(t, err, omise.ErrCodeUsedToken)
				require.NotEqual(t, omise.ResolutionFound, fake.chargeState(err))
			})
		})
	}
}

// Only the token identifies the charge, and the charge is older than the call.
func TestVerdict07ChargeBeforeTheCallIsNotOfTheCall(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfToken()
		fake.another().mustCharge(p)
		fake.srv.Advance(time.Minute)
		fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropBefore())
		_, err := fake.With(omise.WithTokensUsedAtArrival()).Charges.Create(fake.ctx(), p)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		require.NotEqual(t, omise.ResolutionFound, fake.chargeState(err))
	})
}

// Two shops of one account use the same names for their orders.
func TestVerdict07IntentOfAnotherShopIsNotFound(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*fakeClient, *omise.ChargeCreateParams){
		"amount":   func(_ *fakeClient, p *omise.ChargeCreateParams) { p.Amount++ },
		"currency": func(_ *fakeClient, p *omise.ChargeCreateParams) { p.Currency = omise.USD },
		"customer": func(fake *fakeClient, p *omise.ChargeCreateParams) { p.Customer = fake.newCustomer() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				p := fake.chargeOfCustomer()
				other := *p
				change(fake, &other)
				must1(fake.another().Charges.Create(fake.ctx(), &other, omise.WithIntent("order-42")))
				fake.srv.Fault(omisetest.On("POST /charges").DropBefore())
				_, err := fake.Charges.Create(fake.ctx(), p, omise.WithIntent("order-42"))
				got := fake.requireState(omise.ResolutionOpen, err)
				require.Nil(t, got.Object)
				fake.srv.Advance(omise.DefaultMaxProcessingTime)
				require.Nil(t, fake.requireState(omise.ResolutionNotFound, err).Object)
			})
		})
	}
}

// The answer is valid, but it belongs to another call.
func TestVerdict07AnswerWithAnotherChargeIsNotAccepted(t *testing.T) {
	t.Parallel()
	params := chargeOfSavedCard()
	params.Metadata = omise.Metadata{"order_id": "A-2"}
	for name, row := range map[string]struct {
		attributes []string
		opts       []omise.RequestOption
		says       string
	}{
		"amount":   {[]string{"amount", "100001"}, nil, "100001 THB, not 100000 THB"},
		"currency": {[]string{"currency", `"USD"`}, nil, "100000 USD, not 100000 THB"},
		"customer": {[]string{"customer", `"cust_test_other"`}, nil, "another customer"},
		"order":    {[]string{"metadata", `{"order_id":"A-1"}`}, nil, "another metadata"},
		"call":     {[]string{"metadata", `{"omise_intent":"A-2","omise_call":"0123456789"}`}, []omise.RequestOption{omise.WithIntent("A-2")}, "another metadata"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			attributes := append([]string{"customer", `"` + params.Customer + `"`, "amount", "100000", "currency", `"THB"`}, row.attributes...)
			api := apitest.Respond(200, apitest.ObjectJSON(t, "charge", attributes...))
			_, err := api.Client(t, omise.WithMaxRetries(3)).Charges.Create(t.Context(), params, row.opts...)
			require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
			require.ErrorContains(t, err, row.says)
			require.IsType(t, &omise.Charge{}, failure(t, err).Object)
			require.Len(t, api.Requests(), 1)
		})
	}
}

func TestVerdict07AnswerWithARefundOfAnotherChargeIsNotAccepted(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		charge, other := fake.mustCharge(fake.chargeOfCustomer()), fake.mustCharge(fake.chargeOfCustomer())
		params := &omise.RefundCreateParams{Amount: 10_000}
		refund := must1(json.Marshal(must1(fake.Refunds.Create(fake.ctx(), other.ID, params))))
		client := fake.through(rewrites("POST", "/charges/"+charge.ID+"/refunds", func(string) string { return string(refund) }))
		_, err := client.Refunds.Create(fake.ctx(), charge.ID, params)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		require.ErrorContains(t, err, "another charge")
	})
}

// The caller uses the same map for the next order.
func TestVerdict07MetadataOfTheCallCountAlsoIfTheCallerChangesThem(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfToken()
		p.Metadata = omise.Metadata{"order_id": "A-1"}
		fake.srv.Fault(omisetest.On("POST /charges").DropAfter())
		fake.srv.Fault(omisetest.On("GET /charges").DropBefore())
		_, err := fake.Charges.Create(fake.ctx(), p)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		p.Metadata["order_id"] = "A-2"
		fake.srv.ClearFaults()
		resolution := must1(fake.Charges.Resolve(fake.ctx(), err))
		require.Equal(t, omise.ResolutionFound, resolution.State)
		require.Equal(t, "A-1", resolution.Object.Metadata["order_id"])
	})
}

// A server has accepted one token, or one source, twice. The two charges have the same
// card or source, and the same metadata.
func TestVerdict09ChargesOfOneTokenOrSourceAreDuplicated(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		params func(*fakeClient) *omise.ChargeCreateParams
		means  func(*omise.Charge) string
	}{
		"token":  {(*fakeClient).chargeOfToken, func(c *omise.Charge) string { return c.Card.ID }},
		"source": {(*fakeClient).chargeOfSource, func(c *omise.Charge) string { return c.Source.ID }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				p, second := row.params(fake), row.params(fake)
				p.Metadata, second.Metadata = omise.Metadata{"order_id": "A-1"}, omise.Metadata{"order_id": "A-1"}
				fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
				_, err := fake.With(omise.WithMaxRetries(0)).Charges.Create(fake.ctx(), p)
				fake.srv.Advance(3 * time.Second)
				twin := fake.another().mustCharge(second)
				first := must1(fake.Charges.List(fake.ctx(), nil)).Data[0]
				sees := fake.through(rewrites("GET", "", func(body string) string {
					return strings.ReplaceAll(body, row.means(twin), row.means(first))
				}))
				got := sees.requireState(omise.ResolutionDuplicated, err)
				require.Equal(t, []string{first.ID, twin.ID}, []string{got.Candidates[0].ID, got.Candidates[1].ID})
				require.Equal(t, first.ID, got.Object.ID)
			})
		})
	}
}

func TestVerdict09ChargesOfOneIntentAreDuplicated(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		fake.srv.Fault(omisetest.On("POST /charges").DropAfter())
		start := time.Now()
		var err error
		for range 3 { // processes that do not know each other
			_, err = fake.another().Charges.Create(fake.ctx(), p, omise.WithIntent("order-42"))
		}
		require.Len(t, fake.requireState(omise.ResolutionDuplicated, err).Candidates, 3)
		got := must1(fake.Charges.ResolveIntent(fake.ctx(), "order-42", start, time.Time{}))
		require.Equal(t, omise.ResolutionDuplicated, got.State)
		require.Len(t, got.Candidates, 3)
	})
}

// The network delivers a request twice, and the charge is made twice.
func TestVerdict09DuplicateDeliveryOfOneCallIsDuplicated(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		fake.srv.Fault(omisetest.On("POST /charges").Duplicate())
		_, err := fake.through(rewrites("POST", "/charges", func(string) string { return "" })).Charges.Create(fake.ctx(), p, omise.WithIntent("order-42"))
		require.Len(t, fake.requireState(omise.ResolutionDuplicated, err).Candidates, 2)
	})
}

// A program copies the metadata of a charge, with the marks, into a refund.
func TestVerdict07CopiedMarksAreSentWithoutAnIntent(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		charge := must1(fake.Charges.Create(fake.ctx(), fake.chargeOfToken(), forOrder42))
		_, err := fake.Refunds.Create(fake.ctx(), charge.ID, &omise.RefundCreateParams{Amount: 10_000, Metadata: charge.Metadata})
		require.NoError(t, err)
	})
}

func TestVerdict07CopiedMarksAreRefusedWithAnIntent(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		charge := must1(fake.Charges.Create(fake.ctx(), fake.chargeOfToken(), forOrder42))
		copied := &omise.RefundCreateParams{Amount: 10_000, Metadata: charge.Metadata}
		_, err := fake.Refunds.Create(fake.ctx(), charge.ID, copied, omise.WithIntent("return-7"))
		require.Equal(t, "metadata[omise_intent]", refusal(t, err).Field)
		fake.srv.AssertCalls("POST /charges/{id}/refunds", 0)
	})
}
