package omise_test

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/omisetest"
)

// The tests of this file are about faults that could charge twice, or lose a charge.

func TestFault34CallerRetriesWithItsKey(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := omisetest.NewServer(t, omisetest.WithHonouredKeys())
		fake := fakeClientOf(t, srv, omise.WithMaxRetries(0))
		params := fake.chargeOfCustomer()
		srv.Fault(omisetest.On("POST /charges").Times(2).DropAfter())
		for range 2 {
			_, err := fake.Charges.Create(fake.ctx(), params, omise.WithIdempotencyKey("order-42"))
			require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
			require.Equal(t, "order-42", failure(t, err).IdempotencyKey)
		}
		_, err := fake.Charges.Create(fake.ctx(), params, omise.WithIdempotencyKey("order-42"))
		require.NoError(t, err)
		srv.AssertCharged(1)
	})
}

func TestFault34ErrorHasTheKeyOfTheCall(t *testing.T) {
	t.Parallel()
	api := apitest.Respond(400, usedToken)
	_, err := api.Client(t).Charges.Create(t.Context(), newCharge())
	require.NotEmpty(t, failure(t, err).IdempotencyKey)
	require.Equal(t, api.Requests()[0].Header.Get("Idempotency-Key"), failure(t, err).IdempotencyKey)
}

func TestFault35OneKeyForAllAttempts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := apitest.Respond(500, internalError)
		api.Client(t, omise.WithMaxRetries(4)).Transfers.Create(t.Context(), &omise.TransferCreateParams{})
		require.Len(t, keysSent(api), 1)
	})
}

// A payer who was declined may try again. With the old key, the API would repeat the
// decline.
func TestFault35EachCallOfAnIntentHasItsKey(t *testing.T) {
	t.Parallel()
	api := apitest.Respond(400, missingCard)
	for range 3 {
		api.Client(t).Charges.Create(t.Context(), newCharge(), omise.WithIntent("order-42"))
	}
	require.Len(t, keysSent(api), 3)
}

func TestFault35OtherKeysForOtherIntentsAndOperations(t *testing.T) {
	t.Parallel()
	api := apitest.Respond(400, missingCard)
	client := api.Client(t)
	client.Charges.Create(t.Context(), newCharge(), omise.WithIntent("order-42"))
	client.Refunds.Create(t.Context(), chargeID, &omise.RefundCreateParams{Amount: 1}, omise.WithIntent("order-42"))
	client.Charges.Create(t.Context(), newCharge(), omise.WithIntent("order-43"))
	require.Len(t, keysSent(api), 3)
}

func TestFault38KeyStillRunningWhereKeysAreHonoured(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := apitest.RespondInTurn(apitest.Respond(409, stillRunning), apitest.Respond(409, stillRunning), apitest.Respond(200, apitest.ObjectJSON(t, "charge")))
		_, err := api.Client(t, omise.WithMaxRetries(2), omise.WithIdempotencyKeys(omise.KeysHonoured)).Charges.Create(t.Context(), chargeOfSavedCard())
		require.NoError(t, err)
		require.Len(t, api.Requests(), 3)
		require.Len(t, keysSent(api), 1)
	})
}

func TestFault38KeyStillRunningElsewhere(t *testing.T) {
	t.Parallel()
	e, _ := requireAttempts(t, apitest.Respond(409, stillRunning), attempts{read: 1, write: 1})
	require.Equal(t, omise.OutcomeUnknown, e.Outcome)
}

func TestFault40ParamsChangedMeanwhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		params := &omise.TransferCreateParams{Amount: new(int64(1000)), Metadata: omise.Metadata{"run": "1"}}
		api := apitest.Respond(500, internalError)
		answer := api.Respond
		api.Respond = func(hr *http.Request) (*http.Response, error) {
			*params.Amount++
			params.Metadata["run"] = "2"
			return answer(hr)
		}
		api.Client(t, omise.WithMaxRetries(2)).Transfers.Create(t.Context(), params, omise.WithIdempotencyKey("payout-1"))
		require.Len(t, api.Requests(), 3)
		for _, v := range api.Requests() {
			require.Equal(t, url.Values{"amount": {"1000"}, "metadata[run]": {"1"}, "idemp_key": {"payout-1"}}, formOf(t, v.Payload))
		}
	})
}

func TestFault41NoFloatInModelsAndParams(t *testing.T) {
	t.Parallel()
	for _, model := range apitest.Models {
		requireNoFloat(t, model)
	}
	for _, params := range paramsTypes(t) {
		requireNoFloat(t, params)
	}
}

func TestFault42AmountAboveInt64(t *testing.T) {
	t.Parallel()
	for _, amount := range []string{"9223372036854775808", "-9223372036854775809", "1e19", "99999999999999999999.0"} {
		t.Run(amount, func(t *testing.T) {
			t.Parallel()
			client := apitest.Respond(200, apitest.ObjectJSON(t, "charge", "amount", amount)).Client(t)
			_, err := client.Charges.Create(t.Context(), newCharge())
			require.ErrorContains(t, err, "amount: unexpected number")
			require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		})
	}
}

func TestFault43ZeroDecimalCurrencies(t *testing.T) {
	t.Parallel()
	t.Run("format", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, "1000", omise.JPY.Format(1000))
		require.Equal(t, "10.00", omise.THB.Format(1000))
	})
	t.Run("parse", func(t *testing.T) {
		t.Parallel()
		amount, err := omise.JPY.Parse("1000")
		require.NoError(t, err)
		require.EqualValues(t, 1000, amount)
	})
	t.Run("parse decimals", func(t *testing.T) {
		t.Parallel()
		_, err := omise.JPY.Parse("10.00")
		require.Error(t, err)
	})
}

func TestFault44AmountThatIsNotPositive(t *testing.T) {
	t.Parallel()
	for _, op := range apitest.Operations() {
		if method := op.Endpoint.Method; method == http.MethodGet || op.ParamsType() == nil {
			continue
		}
		for _, amount := range []int64{0, -1} {
			requireAmountIsRefused(t, op, amount)
		}
	}
}

func TestFault44UnknownCurrency(t *testing.T) {
	t.Parallel()
	api := apitest.Respond(400, usedToken)
	params := newCharge()
	params.Currency = "XTS"
	api.Client(t).Charges.Create(t.Context(), params)
	require.Equal(t, "XTS", formOf(t, api.Requests()[0].Payload).Get("currency"))
}

func TestFault45Decline(t *testing.T) {
	t.Parallel()
	client := omisetest.NewServer(t).Client()
	charge, err := client.Charges.Create(t.Context(), &omise.ChargeCreateParams{Amount: 2000, Currency: omise.THB, Card: tokenOf(t, client, declinedCard)})
	require.NoError(t, err)
	require.False(t, charge.Paid)
	require.Equal(t, omise.ChargeFailureCodeInsufficientFund, charge.Failure().Code)
}

func TestFault46EmptyIDOnDelete(t *testing.T) {
	t.Parallel()
	refusesIDs(t, "is required", func(method string) bool { return method == http.MethodDelete }, "")
}

func TestFault47EmptyIDOnOtherMethods(t *testing.T) {
	t.Parallel()
	refusesIDs(t, "is required", func(method string) bool { return method != http.MethodDelete }, "")
}

func TestFault49FiltersTravelInTheQuery(t *testing.T) {
	t.Parallel()
	reads := 0
	for _, op := range apitest.Operations() {
		for _, r := range op.Send() {
			if r.Method == http.MethodGet {
				require.Empty(t, r.Payload, op.Name)
				require.Empty(t, r.ContentType(), op.Name)
				reads++
			}
		}
	}
	require.Greater(t, reads, 50)
}

// The first attempt of every write is lost. The guard of the write decides whether the
// client sends it again.
func TestFault36EveryWriteIsGuarded(t *testing.T) {
	t.Parallel()
	// The client sends a POST once, and any other method again. These writes are different:
	exceptions := map[string]bool{
		"Charges.Reverse": true, "Charges.Expire": true, // the charge shows whether it was done
		"Charges.MarkAsPaid": true, "Charges.MarkAsFailed": true, "Disputes.Create": true,
		"Transfers.MarkAsSent": true, "Transfers.MarkAsPaid": true, // the transfer shows whether it was done
		"Transfers.Create": true,                         // idemp_key
		"Tokens.Create":    true, "Sources.Create": true, // they move no money, and a second one is not used
		"LinkedAccounts.Create": true, // nothing happens before the payer registers
		"Customers.Update":      true, // with a token, which works once
		"Recipients.Verify":     true, // a state that the object enters only once
	}
	count := 0
	for _, op := range apitest.Operations() {
		method := op.Endpoint.Method
		if method == http.MethodGet {
			continue
		}
		count++
		params := op.Params()
		if maySayNothing[op.Name] {
			params = append(params, reflect.Zero(reflect.PointerTo(op.ParamsType())))
		}
		ids := op.IDs()
		for i, p := range params {
			t.Run(fmt.Sprintf("%s, params %d", op.Name, i), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					api := apitest.Fail(errReset)
					err := op.Call(t, api.Client(t, omise.WithMaxRetries(2)), ids, p)
					require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
					sentAgain := method != http.MethodPost
					if exceptions[op.Name] {
						sentAgain = !sentAgain
					}
					want := 1
					if sentAgain {
						want = 3
					}
					require.Len(t, writes(api), want)
					keys := keysSent(api)
					require.Len(t, keys, 1)
					require.Equal(t, method == http.MethodPost || method == http.MethodPatch, keys[0] != "")
					require.Equal(t, keys[0], failure(t, err).IdempotencyKey)
				})
			})
		}
	}
	require.Greater(t, count, 50)
	t.Logf("%d writes", count)
}

// requireNoFloat checks a type and all types inside it.
func requireNoFloat(t *testing.T, kind reflect.Type) {
	t.Helper()
	seen := map[reflect.Type]bool{reflect.TypeFor[time.Time](): true}
	var walk func(reflect.Type)
	walk = func(kind reflect.Type) {
		if seen[kind] {
			return
		}
		seen[kind] = true
		switch kind.Kind() {
		case reflect.Float32, reflect.Float64:
			require.Fail(t, "a float", "%s", kind)
		case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Array:
			walk(kind.Elem())
		case reflect.Struct:
			for field := range kind.Fields() {
				walk(field.Type)
			}
		}
	}
	walk(kind)
}

// requireAmountIsRefused calls an operation with an amount, if its params have an amount.
func requireAmountIsRefused(t *testing.T, op apitest.Operation, amount int64) {
	t.Helper()
	params := op.Params()[0]
	field := params.Elem().FieldByName("Amount")
	switch {
	case !field.IsValid():
		return
	case field.Kind() == reflect.Pointer:
		field.Set(reflect.ValueOf(&amount))
	default:
		field.SetInt(amount)
	}
	api := apitest.Respond(200, "{}")
	err := op.Call(t, api.Client(t), op.IDs(), params)
	require.Equal(t, "amount", refusal(t, err).Field, op.Name)
	require.Empty(t, api.Requests(), op.Name)
}
