package omise_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
)

func keyIsForOneIntent(t *testing.T) {
	inTill(t, func(t *testing.T, s *till) {
		p := s.ofCustomer()
		for _, opt := range []omise.RequestOption{omise.WithIdempotencyKey("order-42"), omise.WithIntent("order-43")} {
			for range 2 {
				_, err := s.Charges.Create(s.ctx(), p, opt)
				require.NoError(t, err, "the same intent again")
			}
			other := *p
			other.Amount++
			_, err := s.With(omise.WithTimeout(time.Minute)).Charges.Create(s.ctx(), &other, opt)
			var problem *omise.ParamError
			require.ErrorAs(t, err, &problem)
			require.Equal(t, "idempotency key", problem.Field)
			time.Sleep(25 * time.Hour)
			_, err = s.Charges.Create(s.ctx(), &other, opt)
			require.NoError(t, err, "keys live for a day")
		}
	})
}

func TestIntentIsForWhatCanCarryIt(t *testing.T) {
	t.Parallel()
	inTill(t, func(t *testing.T, s *till) {
		_, err := s.Customers.Create(s.ctx(), &omise.CustomerCreateParams{}, omise.WithIntent("order-42"))
		var problem *omise.ParamError
		require.ErrorAs(t, err, &problem)
		require.Equal(t, "intent", problem.Field)
		_, err = s.Charges.Create(s.ctx(), s.ofToken(), omise.WithIntent("ลำดับ"))
		require.ErrorAs(t, err, &problem)
	})
}
