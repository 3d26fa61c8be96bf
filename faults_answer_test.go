package omise_test

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/omisetest"
)

// The tests of this file are about answers of the API or of a proxy.

const (
	internalError = `{"object":"error","location":"https://www.omise.co/api-errors#internal-error","code":"internal_error","message":"request could not be processed due to an internal error"}`
	searchDown    = `{"object":"error","location":"https://www.omise.co/api-errors#search-unavailable","code":"search_unavailable","message":"search is currently unavailable"}`
	stillRunning  = `{"object":"error","location":"https://www.omise.co/api-errors","code":"conflict","message":"the first request with this key is still running"}`
	firewall      = "<html><head><title>400 Bad Request</title></head><body>Request ID: 0.1d2c; blocked by policy</body></html>\n"
)

func TestFault01InternalError(t *testing.T) {
	t.Parallel()
	t.Run("not processed", func(t *testing.T) {
		testLostAnswers(t, notProcessed, func(f omisetest.Fault) omisetest.Fault { return f.Error("internal_error") })
	})
	t.Run("processed", func(t *testing.T) {
		testLostAnswers(t, processed, func(f omisetest.Fault) omisetest.Fault { return f.Error("internal_error").Processed() })
	})
	t.Run("attempts", func(t *testing.T) {
		requireAttempts(t, apitest.Respond(500, internalError), attempts{read: 3, write: 1})
	})
}

func TestFault02HeaderAboutRetries(t *testing.T) {
	t.Parallel()
	for _, hint := range []string{"true", "false"} {
		t.Run(hint, func(t *testing.T) {
			t.Parallel()
			requireAttempts(t, apitest.Respond(500, internalError, "Stripe-Should-Retry", hint, "X-Should-Retry", hint), attempts{read: 3, write: 1})
			requireAttempts(t, apitest.Respond(400, usedToken, "Stripe-Should-Retry", hint, "X-Should-Retry", hint), attempts{read: 1, write: 1})
		})
	}
}

func TestFault03HTMLOfAGateway(t *testing.T) {
	t.Parallel()
	t.Run("not processed", func(t *testing.T) {
		testLostAnswers(t, notProcessed, func(f omisetest.Fault) omisetest.Fault { return f.HTML(502) })
	})
	t.Run("processed", func(t *testing.T) {
		testLostAnswers(t, processed, func(f omisetest.Fault) omisetest.Fault { return f.HTML(502).Processed() })
	})
	t.Run("in print", func(t *testing.T) {
		requireNotQuoted(t, 502, badGateway, "nginx")
	})
}

func TestFault04HTMLOfAFirewall(t *testing.T) {
	t.Parallel()
	t.Run("a read is refused and a write is unknown", func(t *testing.T) {
		e, _ := requireAttempts(t, apitest.Respond(400, firewall), attempts{read: 1, write: 1})
		require.Equal(t, omise.OutcomeUnknown, e.Outcome, "a firewall may also block the answer")
	})
	t.Run("in print", func(t *testing.T) {
		requireNotQuoted(t, 400, firewall, "policy")
	})
}

func TestFault05WaitsAsA503Says(t *testing.T) {
	t.Parallel()
	for form, after := range map[string]string{"seconds": "3", "date": "Sat, 01 Jan 2000 00:00:03 GMT"} { // the time at which a bubble starts is 2000-01-01
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				api := apitest.RespondInTurn(apitest.Respond(503, searchDown, "Retry-After", after), apitest.Respond(200, apitest.ObjectJSON(t, "charge")))
				start := time.Now()
				_, err := api.Client(t, omise.WithMaxRetries(1)).Charges.Get(t.Context(), chargeID)
				require.NoError(t, err)
				require.Equal(t, 3*time.Second, time.Since(start))
			})
		})
	}
}

func TestFault05DoesNotWaitTooLongFor503(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		after    string
		deadline time.Duration
		opts     []omise.Option
		want     time.Duration // RetryAfter of the error
	}{
		"longer than 30 s":      {"31", time.Hour, nil, 31 * time.Second},
		"beyond the deadline":   {"20", 10 * time.Second, nil, 20 * time.Second},
		"longer than an option": {"2", time.Hour, []omise.Option{omise.WithMaxRetryAfter(time.Second)}, 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requireReturnsAtOnce(t, apitest.Respond(503, searchDown, "Retry-After", row.after), row.deadline, row.want, row.opts...)
		})
	}
}

func TestFault05WaitsLongerWithAnOption(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := apitest.RespondInTurn(apitest.Respond(503, searchDown, "Retry-After", "90"), apitest.Respond(200, apitest.ObjectJSON(t, "charge")))
		start := time.Now()
		_, err := api.Client(t, omise.WithMaxRetries(1), omise.WithMaxRetryAfter(2*time.Minute)).Charges.Get(t.Context(), chargeID)
		require.NoError(t, err)
		require.Equal(t, 90*time.Second, time.Since(start))
	})
}

func TestFault06AllCallsWaitAsA429Says(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		api := apitest.RespondInTurn(apitest.Respond(429, tooMany, "Retry-After", "1"), apitest.Respond(200, apitest.ObjectJSON(t, "charge")))
		client := api.Client(t, omise.WithMaxRetries(1))
		start := time.Now()
		go client.Charges.Create(t.Context(), newCharge())
		synctest.Wait()
		_, err := client.With(omise.WithTimeout(time.Minute)).Charges.Get(t.Context(), chargeID)
		require.NoError(t, err)
		require.GreaterOrEqual(t, time.Since(start), time.Second)
		require.LessOrEqual(t, time.Since(start), 2*time.Second, "the calls are sent again spread over time")
		time.Sleep(2 * time.Second)
		require.Len(t, api.Requests(), 3)
		require.Equal(t, writes(api)[0].Header.Get("Idempotency-Key"), writes(api)[1].Header.Get("Idempotency-Key"))
	})
}

func TestFault07UnusableRetryAfter(t *testing.T) {
	t.Parallel()
	for _, after := range []string{"1e309", "-5", "NaN", "99999999999999999999", "Fri, 31 Dec 1999 23:59:59 GMT"} {
		t.Run(after, func(t *testing.T) {
			t.Parallel()
			_, took := requireAttempts(t, apitest.Respond(429, tooMany, "Retry-After", after), attempts{read: 3, write: 3})
			require.LessOrEqual(t, took, 5*time.Second)
		})
	}
}

func TestFault07RetryAfterOfADecade(t *testing.T) {
	t.Parallel()
	const decade = 315_360_000 * time.Second
	for _, after := range []string{"315360000", "Thu, 29 Dec 2009 00:00:00 GMT"} {
		t.Run(after, func(t *testing.T) {
			t.Parallel()
			requireReturnsAtOnce(t, apitest.Respond(429, tooMany, "Retry-After", after), 0, decade)
		})
	}
}

func TestFault08ResetBeforeProcessing(t *testing.T) {
	t.Parallel()
	testLostAnswers(t, notProcessed, omisetest.Fault.DropBefore)
	testLostAnswersOverTCP(t, notProcessed, omisetest.Fault.DropBefore)
}

func TestFault09ResetAfterProcessing(t *testing.T) {
	t.Parallel()
	testLostAnswers(t, processed, omisetest.Fault.DropAfter)
	testLostAnswersOverTCP(t, processed, omisetest.Fault.DropAfter)
	testRepeatWithKey(t, omisetest.Fault.DropAfter)
}

func TestFault10ResetInTheHeaders(t *testing.T) {
	t.Parallel()
	testLostAnswers(t, processed, omisetest.Fault.ResetInHeaders)
	testLostAnswersOverTCP(t, processed, omisetest.Fault.ResetInHeaders)
	testRepeatWithKey(t, omisetest.Fault.ResetInHeaders)
}

func TestFault11TruncatedBody(t *testing.T) {
	t.Parallel()
	truncate := func(f omisetest.Fault) omisetest.Fault { return f.Truncate(200) }
	testLostAnswers(t, processed, truncate)
	testLostAnswersOverTCP(t, processed, truncate)
	testRepeatWithKey(t, truncate)
}

func TestFault12CutJSON(t *testing.T) {
	t.Parallel()
	testLostAnswers(t, processed, omisetest.Fault.CutJSON)
	testRepeatWithKey(t, omisetest.Fault.CutJSON)
}

func TestFault13EmptyBody(t *testing.T) {
	t.Parallel()
	empty := func(f omisetest.Fault) omisetest.Fault { return f.Status(200, "").Processed() }
	testLostAnswers(t, processed, empty)
	testRepeatWithKey(t, empty)
}

func TestFault13EmptyBodyOfNothing(t *testing.T) {
	t.Parallel()
	testLostAnswers(t, notProcessed, func(f omisetest.Fault) omisetest.Fault { return f.Status(200, "") })
}

func TestFault14AnotherDocument(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"null": "null", "{}": "{}", "a customer": apitest.ObjectJSON(t, "customer")} {
		t.Run(name, func(t *testing.T) {
			document := func(f omisetest.Fault) omisetest.Fault { return f.Status(200, body).Processed() }
			for call, test := range map[string]lostAnswer{
				"read":                         lostAnswerToARead,
				"write that works only once":   otherDocumentForAToken,
				"write that may be done twice": lostAnswerToASavedCard,
			} {
				t.Run(call, func(t *testing.T) {
					t.Parallel()
					withFakeClient(t, func(t *testing.T, fake *fakeClient) { test(fake, processed, document) })
				})
			}
		})
	}
}

func TestFault17AnySuccessStatus(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 201, 202, 203, 206, 226, 299} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			t.Parallel()
			charge, err := apitest.Respond(status, apitest.ObjectJSON(t, "charge")).Client(t).Charges.Create(t.Context(), newCharge())
			require.NoError(t, err)
			require.EqualValues(t, 100_000, charge.Amount)
		})
	}
}

func TestFault18NoContentWhereNothingIsExpected(t *testing.T) {
	t.Parallel()
	require.NoError(t, apitest.Respond(204, "").Client(t).Do(t.Context(), "DELETE", "/new/thing", nil, nil))
}

func TestFault18NoContentWhereAnAnswerIsExpected(t *testing.T) {
	t.Parallel()
	t.Run("raw call", func(t *testing.T) {
		t.Parallel()
		require.Error(t, apitest.Respond(204, "").Client(t).Do(t.Context(), "GET", "/new/thing", nil, new(int)))
	})
	testLostAnswers(t, processed, func(f omisetest.Fault) omisetest.Fault { return f.Status(204, "").Processed() })
}
