package omise_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
)

// The merchant keeps the state of the order in the metadata, and a webhook handler has
// changed it before the error is resolved.
func TestVerdict08ChangedMetadataAreNoProof(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		params func(*fakeClient) *omise.ChargeCreateParams
	}{
		"token": {(*fakeClient).chargeOfToken}, "source": {(*fakeClient).chargeOfSource}, "customer": {(*fakeClient).chargeOfCustomer},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) {
				p := row.params(fake)
				p.Metadata = omise.Metadata{"order_id": "42", "state": "new"}
				fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
				_, err := fake.With(omise.WithMaxRetries(0)).Charges.Create(fake.ctx(), p)
				require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
				id := must1(fake.Charges.List(fake.ctx(), nil)).Data[0].ID
				must1(fake.another().Charges.Update(fake.ctx(), id, &omise.ChargeUpdateParams{Metadata: omise.Metadata{"order_id": "42", "state": "paid"}}))
				fake.srv.Advance(omise.DefaultMaxProcessingTime + time.Minute)
				got := must1(fake.Charges.Resolve(fake.ctx(), throughJSON(t, err)))
				require.NotEqual(t, omise.ResolutionNotFound, got.State)
			})
		})
	}
}

func TestVerdict08ChangedMetadataOfATransferAreNoProof(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.mustCharge(fake.chargeOfToken())
		fake.srv.Advance(7 * day)
		params := &omise.TransferCreateParams{Amount: new(int64(50_000)), Metadata: omise.Metadata{"order_id": "42", "state": "new"}}
		fake.srv.Fault(omisetest.On("POST /transfers").Nth(1).DropAfter())
		_, err := fake.With(omise.WithMaxRetries(0)).Transfers.Create(fake.ctx(), params)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		id := must1(fake.Transfers.List(fake.ctx(), nil)).Data[0].ID
		must1(fake.another().Transfers.Update(fake.ctx(), id, &omise.TransferUpdateParams{Metadata: omise.Metadata{"order_id": "42", "state": "done"}}))
		fake.srv.Advance(omise.DefaultMaxProcessingTime + time.Minute)
		require.NotEqual(t, omise.ResolutionNotFound, must1(fake.Transfers.Resolve(fake.ctx(), throughJSON(t, err))).State)
	})
}

// A webhook handler changes the metadata of the charge that the first delivery has made,
// while the second delivery is refused.
func TestVerdict06ChangedMetadataProveNoRefusal(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfToken()
		p.Metadata = omise.Metadata{"order_id": "42", "state": "new"}
		client := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
			resp, err := next.RoundTrip(hr)
			if hr.Method == "POST" && hr.URL.Path == "/charges" {
				id := must1(fake.another().Charges.List(fake.ctx(), nil)).Data[0].ID
				must1(fake.another().Charges.Update(fake.ctx(), id, &omise.ChargeUpdateParams{Metadata: omise.Metadata{"order_id": "42", "state": "paid"}}))
			}
			return resp, err
		})
		fake.srv.Fault(omisetest.On("POST /charges").Nth(1).Duplicate())
		_, err := client.Charges.Create(fake.ctx(), p)
		fake.srv.AssertCharged(1)
		if err != nil {
			require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		}
	})
}

// A proxy removes the ids of cards. All cards look alike then.
func TestVerdict07CardWithoutAnIDProvesNothing(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		noID := regexp.MustCompile(`"id":"card_[a-z0-9_]+"`)
		client := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
			return rewrites("GET", "", func(body string) string { return noID.ReplaceAllString(body, `"id":null`) })(next, hr)
		}, omise.WithMaxRetries(0))
		fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropBefore())
		_, err := client.Charges.Create(fake.ctx(), fake.chargeOfToken())
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		fake.srv.Advance(3 * time.Second)
		fake.another().mustCharge(fake.chargeOfToken()) // of another order
		got := must1(client.Charges.Resolve(fake.ctx(), err))
		require.NotEqual(t, omise.ResolutionFound, got.State)
	})
}

// The charge of another attempt is ten days old, and the list does not say when it was made.
func TestVerdict07ChargeWithoutATimeIsNotFound(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		must1(fake.another().Charges.Create(fake.ctx(), p, forOrder42))
		fake.srv.Advance(10 * day)
		times := regexp.MustCompile(`"created_at":"[^"]*"`)
		client := fake.through(rewrites("GET", "/charges", func(body string) string { return times.ReplaceAllString(body, `"created_at":null`) }), omise.WithMaxRetries(0))
		fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropBefore())
		_, err := client.Charges.Create(fake.ctx(), p, forOrder42)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		require.NotEqual(t, omise.ResolutionFound, must1(client.Charges.Resolve(fake.ctx(), err)).State)
	})
}

// The digests of the values were lost where the error was stored.
func TestVerdict08MetadataWithoutDigestsAreNoProof(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		p.Metadata = omise.Metadata{"order_id": "42"}
		fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
		_, err := fake.With(omise.WithMaxRetries(0)).Charges.Create(fake.ctx(), p)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		var stored map[string]any
		require.NoError(t, json.Unmarshal(must1(omise.MarshalError(err)), &stored))
		delete(stored["write"].(map[string]any), "values")
		cut := new(omise.Error)
		require.NoError(t, json.Unmarshal(must1(json.Marshal(stored)), cut))
		fake.srv.Advance(omise.DefaultMaxProcessingTime + time.Minute)
		require.Equal(t, omise.ResolutionOpen, must1(fake.Charges.Resolve(fake.ctx(), cut)).State)
	})
}

func TestVerdict07AnswerWithOneOtherValueInTheMetadataIsNotAccepted(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		p.Metadata = omise.Metadata{"order_id": "42", "shop": "Bangkok"}
		client := fake.through(rewrites(http.MethodPost, "/charges", func(body string) string {
			return strings.ReplaceAll(body, `"order_id":"42"`, `"order_id":"43"`)
		}), omise.WithMaxRetries(0))
		_, err := client.Charges.Create(fake.ctx(), p)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
	})
}
