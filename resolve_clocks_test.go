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
		srv := omisetest.NewServer(t, func(o *fake.Options) { o.ListLag = lag })
		test(t, &fakeClient{srv.Client(), srv, t})
	})
}

// The network delivers the call twice. The second delivery is refused, and the list
// does not show yet the charge of the first.
func TestRefusedTokenIsInDoubtWhileTheListMayLag(t *testing.T) {
	t.Parallel()
	withLag(t, 10*time.Second, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfToken()
		p.Metadata = omise.Metadata{"order_id": "A-1"}
		fake.srv.Fault(omisetest.On("POST /charges").Duplicate())
		_, err := fake.Charges.Create(fake.ctx(), p)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		fake.srv.Advance(10 * time.Second)
		resolution, err := fake.Charges.Resolve(fake.ctx(), err)
		require.NoError(t, err)
		require.Equal(t, omise.ResolutionFound, resolution.State)
	})
}

// The first delivery of the call is at the bank while the second one is refused, and
// the list shows a charge that was made later.
func TestRefusedTokenIsInDoubtWhileAnEarlierDeliveryMayBeAtTheBank(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p, another := fake.chargeOfToken(), fake.chargeOfCustomer()
		p.Metadata = omise.Metadata{"order_id": "A-1"}
		other := fake.another()
		c := fake.through(func(next http.RoundTripper, hr *http.Request) (*http.Response, error) {
			if hr.Method != http.MethodPost {
				return next.RoundTrip(hr)
			}
			fake.srv.Advance(10 * time.Second)
			other.mustCharge(another)
			return answerTo(hr, http.StatusBadRequest, `{"object":"error","location":"https://docs.omise.co/api-errors#used-token","code":"used_token","message":"token was already used"}`), nil
		})
		_, err := c.Charges.Create(fake.ctx(), p)
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
			resolution, err := fake.Charges.Resolve(fake.ctx(), throughJSON(t, unknown))
			require.NoError(t, err)
			require.Equal(t, want, resolution.State)
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

// A front is a server in front of the API, with its own clock.
type front struct {
	api   http.RoundTripper
	ahead time.Duration
}

func (f front) RoundTrip(hr *http.Request) (*http.Response, error) {
	answer, err := f.api.RoundTrip(hr)
	if err == nil {
		date, _ := http.ParseTime(answer.Header.Get("Date"))
		answer.Header.Set("Date", date.Add(f.ahead).UTC().Format(http.TimeFormat))
	}
	return answer, err
}

// behindFront runs a test with a client that reaches the fake through a front.
func behindFront(t *testing.T, ahead time.Duration, test func(*testing.T, *fakeClient)) {
	t.Helper()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		fake.Client = fake.srv.Client(omise.WithHTTPClient(&http.Client{Transport: front{fake.srv.HTTPClient().Transport, ahead}}))
		test(t, fake)
	})
}

func TestChargeIsFoundWhereTheDateHeaderIsAheadOfTheRecords(t *testing.T) {
	t.Parallel()
	behindFront(t, 10*time.Minute, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		fake.srv.Fault(omisetest.On("POST /charges").DropAfter())
		_, err := fake.Charges.Create(fake.ctx(), p, omise.WithIntent("order-42"))
		fake.srv.Advance(time.Hour)
		resolution, err := fake.Charges.Resolve(fake.ctx(), throughJSON(t, err))
		require.NoError(t, err)
		require.Equal(t, omise.ResolutionFound, resolution.State)
	})
}

func TestNothingIsNotFoundTooEarlyWhereTheDateHeaderIsBehindTheRecords(t *testing.T) {
	t.Parallel()
	behindFront(t, -10*time.Minute, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfCustomer()
		fake.srv.Fault(omisetest.On("POST /charges").Late(time.Minute))
		_, err := fake.Charges.Create(fake.ctx(), p, omise.WithIntent("order-42"))
		resolution, err := fake.Charges.Resolve(fake.ctx(), throughJSON(t, err))
		require.NoError(t, err)
		require.Equal(t, omise.ResolutionOpen, resolution.State)
	})
}
