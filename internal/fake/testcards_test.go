package fake

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/fake/testcards"
)

var successfulCards = map[string]string{
	"4242424242424242":    "Visa",
	"4111111111111111":    "Visa",
	"5555555555554444":    "MasterCard",
	"5454545454545454":    "MasterCard",
	"3530111333300000":    "JCB",
	"3566111111111113":    "JCB",
	"378282246310005":     "American Express",
	"6447032400000000001": "Discover",
	"36021042000004":      "Diners Club",
	"6250947000000006":    "UnionPay",
}

// TestEveryTestCard has a subtest for each published number.
func TestEveryTestCard(t *testing.T) {
	t.Parallel()
	require.Len(t, successfulCards, 10)
	require.Len(t, testcards.Failing, 39)
	t.Logf("%d test cards, %d of which fail", len(successfulCards)+len(testcards.Failing), len(testcards.Failing))
	for number, brand := range successfulCards {
		t.Run("successful "+brand, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, Options{})
			c := w.chargeOn(w.token(number), nil)
			require.Equal(t, "successful", c["status"])
			require.Equal(t, brand, c.in("card")["brand"])
			require.Equal(t, number[len(number)-4:], c.in("card")["last_digits"])
			require.Equal(t, true, c.in("card")["security_code_check"])
		})
	}
	for number, outcome := range testcards.Failing {
		t.Run(string(outcome), func(t *testing.T) {
			t.Parallel()
			requireFailure(t, number, outcome)
			requireFailureWithThreeDSecure(t, number, outcome)
		})
	}
}

func requireFailure(t *testing.T, number string, outcome testcards.Outcome) {
	t.Helper()
	w := newWorld(t, Options{})
	c := w.chargeOn(w.token(number), nil)
	require.Equal(t, outcome != testcards.InvalidSecurityCode, c.in("card")["security_code_check"])
	if outcome == testcards.EnrollmentFailure || outcome == testcards.ValidationFailure {
		require.Equal(t, "successful", c["status"])
		return
	}
	require.Equal(t, "failed", c["status"])
	require.Equal(t, string(outcome), c["failure_code"])
	require.Equal(t, outcome.Message(), c["failure_message"])
	require.NotEmpty(t, c["failure_message"])
	require.Nil(t, c["transaction"])
	require.Nil(t, c["authorized_at"])
	require.Positive(t, c.num("fee"))
	requireFlags(t, c, "capture")
}

func requireFailureWithThreeDSecure(t *testing.T, number string, outcome testcards.Outcome) {
	t.Helper()
	w := newWorld(t, Options{ThreeDSecure: true})
	c := w.chargeOn(w.token(number), object{"return_uri": "https://shop.example.com/done"})
	if outcome == testcards.EnrollmentFailure {
		require.Equal(t, "failed", c["status"])
		require.Equal(t, "payment_rejected", c["failure_code"])
		return
	}
	require.Equal(t, "pending", c["status"])
	require.NoError(t, w.Authorize(c.id(), true))
	c = w.get("/charges/" + c.id())
	require.Equal(t, "failed", c["status"])
	require.Equal(t, string(outcome.WithThreeDS()), c["failure_code"])
}
