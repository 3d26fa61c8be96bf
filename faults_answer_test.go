package omise_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/omisetest"
)

const (
	internalError = `{"object":"error","location":"https://www.omise.co/api-errors#internal-error","code":"internal_error","message":"request could not be processed due to an internal error"}`
	searchDown    = `{"object":"error","location":"https://www.omise.co/api-errors#search-unavailable","code":"search_unavailable","message":"search is currently unavailable"}`
	stillRunning  = `{"object":"error","location":"https://www.omise.co/api-errors","code":"conflict","message":"the first request with this key is still running"}`
	firewall      = "<html><head><title>400 Bad Request</title></head><body>Request ID: 0.1d2c; blocked by policy</body></html>\n"
)

// The tests of this file are about answers of the API, or of a proxy.

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
		charge, err := apitest.Respond(status, apitest.ObjectJSON(t, "charge")).Client(t).Charges.Create(t.Context(), newCharge())
		require.NoError(t, err, status)
		require.EqualValues(t, 100_000, charge.Amount)
	}
}

func TestFault18NoContentWhereNothingIsExpected(t *testing.T) {
	t.Parallel()
	require.NoError(t, apitest.Respond(204, "").Client(t).Do(t.Context(), "DELETE", "/new/thing", nil, nil))
}

func TestFault18NoContentWhereAnAnswerIsExpected(t *testing.T) {
	t.Parallel()
	require.Error(t, apitest.Respond(204, "").Client(t).Do(t.Context(), "GET", "/new/thing", nil, new(int)))
	testLostAnswers(t, processed, func(f omisetest.Fault) omisetest.Fault { return f.Status(204, "").Processed() })
}

const (
	processed    = true
	notProcessed = false
)

// An answerFault chooses the fault of an answer.
type answerFault func(omisetest.Fault) omisetest.Fault

// A lostAnswer makes a call whose first answer is lost.
type lostAnswer func(fake *fakeClient, processed bool, fault answerFault)

// lostAnswers are the calls whose first answer is lost in testLostAnswers.
var lostAnswers = map[string]lostAnswer{
	"read":                         lostAnswerToARead,
	"write that works only once":   lostAnswerToAToken,
	"write that may be done twice": lostAnswerToASavedCard,
}

// testLostAnswers loses the first answer to a read, to a write that works only once and
// to a write that could be done twice. No money is lost or moved twice.
func testLostAnswers(t *testing.T, processed bool, fault answerFault) {
	t.Helper()
	for name, test := range lostAnswers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			withFakeClient(t, func(t *testing.T, fake *fakeClient) { test(fake, processed, fault) })
		})
	}
}

// testLostAnswersOverTCP is testLostAnswers over real connections.
func testLostAnswersOverTCP(t *testing.T, processed bool, fault answerFault) {
	t.Helper()
	for name, test := range lostAnswers {
		t.Run(name+" over TCP", func(t *testing.T) {
			t.Parallel()
			test(newFakeClientOverTCP(t), processed, fault)
		})
	}
}

func lostAnswerToARead(fake *fakeClient, _ bool, fault answerFault) {
	known := fake.mustCharge(fake.chargeOfToken())
	fake.srv.Fault(fault(omisetest.On("GET /charges/{id}")).Times(1))
	charge, err := fake.Charges.Get(fake.ctx(), known.ID)
	require.NoError(fake.t, err)
	require.Equal(fake.t, known.ID, charge.ID)
	fake.srv.AssertCalls("GET /charges/{id}", 2)
}

func lostAnswerToAToken(fake *fakeClient, _ bool, fault answerFault) { chargeToken(fake, fault, 2) }

// otherDocumentForAToken is lostAnswerToAToken for an answer that is a whole document.
// The server has done the write, so it is not sent again.
func otherDocumentForAToken(fake *fakeClient, _ bool, fault answerFault) { chargeToken(fake, fault, 1) }

func chargeToken(fake *fakeClient, fault answerFault, sent int) {
	params := fake.chargeOfToken()
	fake.srv.Fault(fault(omisetest.On("POST /charges")).Times(1))
	charge, err := fake.With(omise.WithTokensUsedAtArrival()).Charges.Create(fake.ctx(), params)
	require.NoError(fake.t, err)
	require.True(fake.t, charge.Paid)
	fake.srv.AssertCalls("POST /charges", sent)
	fake.srv.AssertCharged(1)
}

func lostAnswerToASavedCard(fake *fakeClient, processed bool, fault answerFault) {
	params := fake.chargeOfCustomer()
	fake.srv.Fault(fault(omisetest.On("POST /charges")).Times(1))
	_, err := fake.Charges.Create(fake.ctx(), params, omise.WithIntent("order-42"))
	require.ErrorIs(fake.t, err, omise.ErrOutcomeUnknown)
	fake.srv.AssertCalls("POST /charges", 1)

	fake.srv.Advance(3 * time.Second) // times are given in whole seconds
	want, charged := omise.ResolutionNotFound, 0
	if processed {
		want, charged = omise.ResolutionFound, 1
	}
	resolution, err := fake.With(omise.WithMaxProcessingTime(time.Second)).Charges.Resolve(fake.ctx(), throughJSON(fake.t, err))
	require.NoError(fake.t, err)
	require.Equal(fake.t, want, resolution.State)
	fake.srv.AssertCharged(charged)
}

// testRepeatWithKey checks that a write that may be done twice is repeated where
// keys are honoured, and done once.
func testRepeatWithKey(t *testing.T, fault answerFault) {
	t.Helper()
	t.Run("repeated with its key", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			srv := omisetest.NewServer(t, omisetest.WithHonouredKeys())
			fake := fakeClientOf(t, srv, omise.WithIdempotencyKeys(omise.KeysHonoured))
			params := fake.chargeOfCustomer()
			srv.Fault(fault(omisetest.On("POST /charges")).Times(1))
			charge, err := fake.Charges.Create(fake.ctx(), params)
			require.NoError(t, err)
			require.True(t, charge.Paid)
			srv.AssertCalls("POST /charges", 2)
			srv.AssertCharged(1)
		})
	})
}

// attempts are the expected numbers of requests of a read and of a write.
type attempts struct{ read, write int }

// requireAttempts reads a charge and charges a saved card, with two retries allowed, and
// checks the numbers of requests. It returns the error of the write, and the time that
// both calls took together.
func requireAttempts(t *testing.T, api *apitest.API, want attempts) (e *omise.Error, took time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		client := api.Client(t, omise.WithMaxRetries(2))
		_, err := client.Charges.Get(t.Context(), chargeID)
		require.Equal(t, want.read, failure(t, err).Attempts)
		require.Len(t, api.Requests(), want.read)
		_, err = client.Charges.Create(t.Context(), chargeOfSavedCard())
		e, took = failure(t, err), time.Since(start)
		require.Equal(t, want.write, e.Attempts)
		require.Len(t, writes(api), want.write)
	})
	return e, took
}

// chargeOfSavedCard returns the params of a charge that could be made twice.
func chargeOfSavedCard() *omise.ChargeCreateParams {
	return &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Customer: "cust_test_7ix3touu51t1uyi3rpr"}
}

// requireReturnsAtOnce checks that a call ends with the last real error at once,
// because the wait would be too long.
func requireReturnsAtOnce(t *testing.T, api *apitest.API, deadline, retryAfter time.Duration, opts ...omise.Option) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx := within(t, deadline)
		start := time.Now()
		_, err := api.Client(t, append(opts, omise.WithMaxRetries(2))...).Charges.Create(ctx, newCharge())
		require.Zero(t, time.Since(start))
		require.NoError(t, ctx.Err())
		e := failure(t, err)
		require.Equal(t, 1, e.Attempts)
		require.NotZero(t, e.Status)
		require.NotEmpty(t, e.Code, "the last real error")
		require.Equal(t, retryAfter, e.RetryAfter)
	})
}

// requireNotQuoted checks that the answer of a proxy or a firewall is in the response,
// and not in the error.
func requireNotQuoted(t *testing.T, status int, page, word string) {
	t.Helper()
	var resp omise.Response
	_, err := apitest.Respond(status, page).Client(t).Charges.Create(t.Context(), newCharge(), omise.WithResponseInto(&resp))
	e := failure(t, err)
	require.Empty(t, string(e.Code)+e.Message)
	require.NotContains(t, outputs(err), word)
	require.Equal(t, page, string(resp.Body))
	require.Equal(t, strings.NewReplacer("\r", " ", "\n", " ").Replace(page), e.Page.Reveal())
}

// writes returns the requests that change something.
func writes(a *apitest.API) (all []apitest.Request) {
	for _, v := range a.Requests() {
		if v.Method != http.MethodGet {
			all = append(all, v)
		}
	}
	return all
}
