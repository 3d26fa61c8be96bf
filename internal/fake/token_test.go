package fake

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/fake/testcards"
)

func TestCreateToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	token := w.post("/tokens", object{"card": object{
		"name": "Somchai Prasert", "number": goodCard, "security_code": "123",
		"expiration_month": "3", "expiration_year": 30, "city": "Bangkok", "postal_code": "10320", "country": "TH",
	}})
	require.Equal(t, "https://vault.omise.co/tokens/"+token.id(), token["location"])
	require.Equal(t, false, token["used"])
	require.Equal(t, "unknown", token["charge_status"])
	card := token.in("card")
	require.Nil(t, card["location"])
	require.EqualValues(t, 3, card["expiration_month"])
	require.EqualValues(t, 2030, card["expiration_year"])
	require.Equal(t, "th", card["country"])
	require.Equal(t, "Bangkok", card["city"])
	require.Nil(t, card["street1"])
	require.Equal(t, token, w.get("/tokens/"+token.id()))
	require.Equal(t, "token tokn_x was not found", w.fails(notFound, "GET", "/tokens/tokn_x", nil))

	same, other := w.get("/tokens/"+w.token(goodCard)), w.get("/tokens/"+w.token(declinedCard))
	require.Equal(t, card["fingerprint"], same.in("card")["fingerprint"])
	require.NotEqual(t, card["fingerprint"], other.in("card")["fingerprint"])
}

func TestTokenRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	for _, test := range []struct {
		change  object
		message string
	}{
		{object{"number": "4242424242424241"}, "number is invalid"},
		{object{"number": "1234"}, "number is invalid and brand not supported (unknown)"},
		{object{"number": nil}, "number can't be blank and brand not supported (unknown)"},
		{object{"name": ""}, "name can't be blank"},
		{object{"expiration_month": 13}, "expiration month is not between 1 and 12 and expiration date is invalid"},
		{object{"expiration_year": "x"}, "expiration year is invalid"},
		{object{"expiration_year": 2025}, "expiration date cannot be in the past"},
	} {
		card := object{"name": "A", "number": goodCard, "expiration_month": 12, "expiration_year": 2030}
		for key, value := range test.change {
			card[key] = value
		}
		require.Equal(t, test.message, w.fails(invalidCard, "POST", "/tokens", object{"card": card}))
	}
	require.Equal(t, "number can't be blank, brand not supported (unknown), name can't be blank, "+
		"expiration month is not between 1 and 12, and expiration date is invalid", w.fails(invalidCard, "POST", "/tokens", nil))
}

func TestCardLastsThroughItsMonth(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	card := object{"card": object{"name": "A", "number": goodCard, "expiration_month": 1, "expiration_year": 2026}}
	w.post("/tokens", card)
	w.Advance(27 * day)
	require.Equal(t, "expiration date cannot be in the past", w.fails(invalidCard, "POST", "/tokens", card))
}

func TestWalletToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	token := w.post("/tokens", object{"tokenization": object{"method": "googlepay", "data": "{}", "billing_city": "Bangkok"}})
	require.Equal(t, "googlepay", token.in("card")["tokenization_method"])
	require.Equal(t, "Bangkok", token.in("card")["city"])
	require.Equal(t, "successful", w.chargeOn(token.id(), nil)["status"])
	w.fails(invalidCard, "POST", "/tokens", object{"tokenization": object{"method": "cash"}})
}

func TestLuhn(t *testing.T) {
	t.Parallel()
	for number := range testcards.Failing {
		require.True(t, validNumber(number), number)
	}
	for _, number := range []string{"", "0", "4242424242424243", "42424242424242424242", "4242 4242 4242 4242"} {
		require.False(t, validNumber(number), number)
	}
}
