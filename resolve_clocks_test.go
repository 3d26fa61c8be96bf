package omise_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/fake"
	"github.com/omisekit/omise-go/omisetest"
)

// The tests of this file are about lists that show records late, and about clocks that
// differ.

// withLag runs a test on a fake whose lists show a new record only after lag.
func withLag(t *testing.T, lag time.Duration, test func(*testing.T, *fakeClient)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		test(t, fakeClientOf(t, omisetest.NewServer(t, func(o *fake.Options) { o.ListLag = lag })))
	})
}

// The network delivers the call twice. The API refuses the second delivery, and the list
// does not show the charge of the first delivery yet.
func TestRefusedTokenIsInDoubtWhileTheListMayLag(t *testing.T) {
	t.Parallel()
	withLag(t, 10*time.Second, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfToken()
		p.Metadata = omise.Metadata{"order_id": "A-1"}
		fake.srv.Fault(omisetest.On("POST /charges").Duplicate())
		_, err := fake.Charges.Create(fake.ctx(), p)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		fake.srv.Advance(10 * time.Second)
		require.Equal(t, omise.ResolutionFound, fake.chargeState(err))
	})
}

// The bank still processes the first delivery of the call when the API refuses the
// second delivery. The list shows a charge that was made later.
func TestRefusedTokenIsInDoubtWhileAnEarlierDeliveryMayBeAtTheBank(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p, another := fake.chargeOfToken(), fake.chargeOfCustomer()
		p.Metadata = omise.Metadata{"order_id": "A-1"}
		other := fake.another()
		client := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
			if hr.Method != http.MethodPost {
				return next.RoundTrip(hr)
			}
			fake.srv.Advance(10 * time.Second)
			other.mustCharge(another)
			return answerTo(hr, http.StatusBadRequest, usedToken), nil
		})
		_, err := client.Charges.Create(fake.ctx(), p)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
	})
}

func TestRefusedTokenWasNotDoneAfterTheLongestTime(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfToken()
		_, err := fake.Customers.Create(fake.ctx(), &omise.CustomerCreateParams{Card: p.Card})
		require.NoError(t, err)
		_, unknown := fake.Charges.Create(fake.ctx(), p)
		require.ErrorIs(t, unknown, omise.ErrOutcomeUnknown)
		for _, want := range []omise.ResolutionState{omise.ResolutionOpen, omise.ResolutionNotFound} {
			require.Equal(t, want, fake.chargeState(throughJSON(t, unknown)))
			fake.srv.Advance(omise.DefaultMaxProcessingTime + 5*time.Second) // times are given in whole seconds
		}
	})
}

func TestTokenThatWasUsedLongAgoIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfToken()
		fake.mustCharge(p)
		fake.srv.Advance(time.Hour)
		began := time.Now()
		_, err := fake.srv.Client().Charges.Create(fake.ctx(), p)
		require.ErrorIs(t, err, omise.ErrCodeUsedToken)
		require.NotErrorIs(t, err, omise.ErrOutcomeUnknown)
		require.Less(t, time.Since(began), time.Second)
	})
}

func TestChargeIsFoundWhereTheDateHeaderIsAheadOfTheRecords(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		client := fake.through(dated(fake.srv, 10*time.Minute))
		err := client.lostCharge(omisetest.Fault.DropAfter)
		fake.srv.Advance(time.Hour)
		require.Equal(t, omise.ResolutionFound, client.chargeState(throughJSON(t, err)))
	})
}

func TestNothingIsNotFoundTooEarlyWhereTheDateHeaderIsBehindTheRecords(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		client := fake.through(dated(fake.srv, -10*time.Minute))
		err := client.lostCharge(func(f omisetest.Fault) omisetest.Fault { return f.Late(time.Minute) })
		require.Equal(t, omise.ResolutionOpen, client.chargeState(throughJSON(t, err)))
	})
}
