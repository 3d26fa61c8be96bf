package omise_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
)

const (
	internalError = `{"object":"error","location":"https://www.omise.co/api-errors#internal-error","code":"internal_error","message":"request could not be processed due to an internal error"}`
	searchDown    = `{"object":"error","location":"https://www.omise.co/api-errors#search-unavailable","code":"search_unavailable","message":"search is currently unavailable"}`
	stillRunning  = `{"object":"error","location":"https://www.omise.co/api-errors","code":"conflict","message":"the first request with this key is still running"}`
	firewall      = "<html><head><title>400 Bad Request</title></head><body>Request ID: 0.1d2c; blocked by policy</body></html>\n"
)

// What the API, or something in between, answers.
var answerFaults = []fault{
	{1, "500 JSON then 200", "A read and a write that cannot be done twice are tried again. Any other write ends with `ErrOutcomeUnknown` and is found out. The error has the attempts.", func(t *testing.T) {
		loses(t, notDone, func(f omisetest.Fault) omisetest.Fault { return f.Error("internal_error") })
		loses(t, done, func(f omisetest.Fault) omisetest.Fault { return f.Error("internal_error").Processed() })
		attempts(t, says(500, internalError), 3, 1)
	}},
	{2, "500 JSON with a header about retries", "Omise has no such header: the status and the body decide, whatever one says.", func(t *testing.T) {
		for _, hint := range []string{"true", "false"} {
			attempts(t, says(500, internalError, "Stripe-Should-Retry", hint, "X-Should-Retry", hint), 3, 1)
			attempts(t, says(400, usedToken, "Stripe-Should-Retry", hint, "X-Should-Retry", hint), 1, 1)
		}
	}},
	{3, "502 HTML then 200", "As 1. The page is no error of the API: no code, no message, and nothing of it in print; `Error.Page` has 512 bytes of it and `WithResponseInto` all.", func(t *testing.T) {
		loses(t, notDone, func(f omisetest.Fault) omisetest.Fault { return f.HTML(502) })
		loses(t, done, func(f omisetest.Fault) omisetest.Fault { return f.HTML(502).Processed() })
		requireNotQuoted(t, 502, badGateway, "nginx")
	}},
	{4, "400 HTML from a firewall", "Not tried again, and refused: a 4xx is one, whatever its body.", func(t *testing.T) {
		e, _ := attempts(t, says(400, firewall), 1, 1)
		require.Equal(t, omise.OutcomeRefused, e.Outcome)
		requireNotQuoted(t, 400, firewall, "policy")
	}},
	{5, "503 and Retry-After", "Waits as told, in seconds or until a date, up to `WithMaxRetryAfter` (30 s) and never beyond the deadline.", func(t *testing.T) {
		for _, after := range []string{"3", "Sat, 01 Jan 2000 00:00:03 GMT"} { // where a bubble's clock starts
			synctest.Test(t, func(t *testing.T) {
				api := inTurn(says(503, searchDown, "Retry-After", after), says(200, recorded(t, "charge")))
				start := time.Now()
				_, err := api.client(t, omise.WithMaxRetries(1)).Charges.Create(t.Context(), newCharge())
				require.NoError(t, err)
				require.Equal(t, 3*time.Second, time.Since(start))
			})
		}
		for _, tooLong := range []struct {
			seconds  int
			deadline time.Duration
			opts     []omise.Option
		}{{31, time.Hour, nil}, {20, 10 * time.Second, nil}, {2, time.Hour, []omise.Option{omise.WithMaxRetryAfter(time.Second)}}} {
			returnsAtOnce(t, says(503, searchDown, "Retry-After", strconv.Itoa(tooLong.seconds)), tooLong.deadline, time.Duration(tooLong.seconds)*time.Second, tooLong.opts...)
		}
		synctest.Test(t, func(t *testing.T) {
			api := inTurn(says(503, searchDown, "Retry-After", "90"), says(200, recorded(t, "charge")))
			start := time.Now()
			_, err := api.client(t, omise.WithMaxRetries(1), omise.WithMaxRetryAfter(2*time.Minute)).Charges.Get(t.Context(), chargeID)
			require.NoError(t, err)
			require.Equal(t, 90*time.Second, time.Since(start))
		})
	}},
	{6, "429 and Retry-After", "Tried again with the same key. No other call of the client goes out before.", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			api := inTurn(says(429, tooMany, "Retry-After", "1"), says(200, recorded(t, "charge")))
			client := api.client(t, omise.WithMaxRetries(1))
			start := time.Now()
			go client.Charges.Create(t.Context(), newCharge())
			synctest.Wait()
			_, err := client.With(omise.WithTimeout(time.Minute)).Charges.Get(t.Context(), chargeID)
			require.NoError(t, err)
			require.Equal(t, time.Second, time.Since(start))
			synctest.Wait()
			require.Len(t, api.visits, 3)
			require.Equal(t, writes(api)[0].Header.Get("Idempotency-Key"), writes(api)[1].Header.Get("Idempotency-Key"))
		})
	}},
	{7, "absurd Retry-After", "Negative, past or unreadable: the client's own wait. Beyond 30 s or the deadline: the error at once, with the time in `RetryAfter`.", func(t *testing.T) {
		for _, after := range []string{"1e309", "-5", "NaN", "99999999999999999999", "Fri, 31 Dec 1999 23:59:59 GMT"} {
			_, took := attempts(t, says(429, tooMany, "Retry-After", after), 3, 3)
			require.LessOrEqual(t, took, 5*time.Second, after)
		}
		const decade = 315_360_000 * time.Second
		returnsAtOnce(t, says(429, tooMany, "Retry-After", "315360000"), 0, decade)
		returnsAtOnce(t, says(429, tooMany, "Retry-After", "Thu, 29 Dec 2009 00:00:00 GMT"), 0, decade)
	}},
	{8, "reset before anything was processed", "As 1.", func(t *testing.T) {
		loses(t, notDone, omisetest.Fault.DropBefore)
		losesOnAPort(t, notDone, omisetest.Fault.DropBefore)
	}},
	{9, "reset after processing", "As 1. Where keys are honoured, any write with a key is tried again and returns what the first attempt made.", func(t *testing.T) {
		loses(t, done, omisetest.Fault.DropAfter)
		losesOnAPort(t, done, omisetest.Fault.DropAfter)
		repeatsWithItsKey(t, omisetest.Fault.DropAfter)
	}},
	{10, "reset in the middle of the header block", "As 9.", func(t *testing.T) {
		loses(t, done, omisetest.Fault.ResetInHeaders)
		losesOnAPort(t, done, omisetest.Fault.ResetInHeaders)
		repeatsWithItsKey(t, omisetest.Fault.ResetInHeaders)
	}},
	{11, "200 and a body shorter than its Content-Length", "As 9, even where what came is a whole object.", func(t *testing.T) {
		short := func(f omisetest.Fault) omisetest.Fault { return f.Truncate(200) }
		loses(t, done, short)
		losesOnAPort(t, done, short)
		repeatsWithItsKey(t, short)
		wholeChargeOfATruncatedAnswer(t)
	}},
	{12, "200 with framing intact and JSON cut", "As 9.", func(t *testing.T) {
		loses(t, done, omisetest.Fault.CutJSON)
		repeatsWithItsKey(t, omisetest.Fault.CutJSON)
	}},
	{13, "200 with an empty body", "As 9.", func(t *testing.T) {
		empty := func(f omisetest.Fault) omisetest.Fault { return f.Status(200, "") }
		loses(t, notDone, empty)
		loses(t, done, func(f omisetest.Fault) omisetest.Fault { return empty(f).Processed() })
		repeatsWithItsKey(t, func(f omisetest.Fault) omisetest.Fault { return empty(f).Processed() })
	}},
	{14, "200 with null or {} or another object", "An error that names what came. As 9 for a write.", func(t *testing.T) {
		answersThatAreNoCharge(t)
		for _, body := range []string{"null", "{}", recorded(t, "customer")} {
			loses(t, done, func(f omisetest.Fault) omisetest.Fault { return f.Status(200, body).Processed() })
		}
	}},
	{15, "200 with an error inside", "The API's error, with its code, of every method.", func(t *testing.T) {
		errorsWithAGoodStatus(t)
		successWithAnErrorInside(t)
	}},
	{16, "200 with another amount or currency than sent", "An error that names both and has the object; not tried again.", answerAboutOtherMoney},
	{17, "201 with a charge", "Any 2xx is success.", func(t *testing.T) {
		for _, status := range []int{200, 201, 202, 203, 206, 226, 299} {
			charge, err := says(status, recorded(t, "charge")).client(t).Charges.Create(t.Context(), newCharge())
			require.NoError(t, err, status)
			require.EqualValues(t, 100_000, charge.Amount)
		}
	}},
	{18, "204", "Success where nothing was expected (`Client.Do` without a place for the answer), otherwise as 13.", func(t *testing.T) {
		require.NoError(t, says(204, "").client(t).Do(t.Context(), "DELETE", "/new/thing", nil, nil))
		require.Error(t, says(204, "").client(t).Do(t.Context(), "GET", "/new/thing", nil, new(int)))
		loses(t, done, func(f omisetest.Fault) omisetest.Fault { return f.Status(204, "").Processed() })
	}},
}

const (
	done    = true
	notDone = false
)

// A spoiler says what happens to an answer.
type spoiler func(omisetest.Fault) omisetest.Fault

// loses spoils the first answer to a read, to a write that works only once and
// to one that nothing guards, and checks that no money is lost or doubled.
func loses(t *testing.T, processed bool, spoil spoiler) {
	t.Helper()
	inTill(t, func(t *testing.T, s *till) { s.loses(processed, spoil) })
}

// losesOnAPort is loses over real connections.
func losesOnAPort(t *testing.T, processed bool, spoil spoiler) {
	t.Helper()
	onPort(t).loses(processed, spoil)
}

func (s *till) loses(processed bool, spoil spoiler) {
	t := s.t
	t.Helper()
	once := func(operation string) { s.srv.Fault(spoil(omisetest.On(operation)).Times(1)) }
	known := s.charge(s.ofToken())

	once("GET /charges/{id}")
	charge, err := s.Charges.Get(s.ctx(), known.ID)
	require.NoError(t, err)
	require.Equal(t, known.ID, charge.ID)
	s.srv.AssertCalls("GET /charges/{id}", 2)

	params := s.ofToken()
	once("POST /charges")
	charge, err = s.Charges.Create(s.ctx(), params)
	require.NoError(t, err)
	require.NotEqual(t, known.ID, charge.ID)
	s.srv.AssertCalls("POST /charges", 3)
	s.srv.AssertCharged(2)

	params = s.ofCustomer()
	once("POST /charges")
	_, err = s.Charges.Create(s.ctx(), params, omise.WithIntent("order-42"))
	require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
	s.srv.AssertCalls("POST /charges", 4)
	time.Sleep(1) // the processing time
	want := map[bool]omise.ResolutionState{done: omise.ResolutionFound, notDone: omise.ResolutionNotFound}[processed]
	resolution, err := s.With(omise.WithMaxProcessingTime(1)).Charges.Resolve(s.ctx(), stored(t, err))
	require.NoError(t, err)
	require.Equal(t, want, resolution.State)
	s.srv.AssertCharged(map[bool]int{done: 3, notDone: 2}[processed])
}

// repeatsWithItsKey checks that a write that nothing else guards is repeated
// where keys are honoured, and done once.
func repeatsWithItsKey(t *testing.T, spoil spoiler) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		srv := omisetest.NewServer(t, omisetest.WithHonouredKeys())
		s := &till{srv.Client(omise.WithIdempotencyKeys(omise.KeysHonoured)), srv, t}
		params := s.ofCustomer()
		srv.Fault(spoil(omisetest.On("POST /charges")).Times(1))
		charge, err := s.Charges.Create(s.ctx(), params)
		require.NoError(t, err)
		require.True(t, charge.Paid)
		srv.AssertCalls("POST /charges", 2)
		srv.AssertCharged(1)
	})
}

// attempts checks how often a read and an unguarded write are tried. It returns
// the error of the latter, and how long they took together.
func attempts(t *testing.T, api *api, read, write int) (e *omise.Error, took time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		client := api.client(t, omise.WithMaxRetries(2))
		_, err := client.Charges.Get(t.Context(), chargeID)
		require.Equal(t, read, failure(t, err).Attempts)
		require.Len(t, api.visits, read)
		_, err = client.Charges.Create(t.Context(), ofSavedCard())
		e, took = failure(t, err), time.Since(start)
		require.Equal(t, write, e.Attempts)
		require.Len(t, api.visits, read+write)
	})
	return e, took
}

// ofSavedCard is a charge that nothing keeps from being made twice.
func ofSavedCard() *omise.ChargeCreateParams {
	return &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Customer: "cust_test_7ix3touu51t1uyi3rpr"}
}

// returnsAtOnce checks that a call does not wait for what it cannot wait for.
func returnsAtOnce(t *testing.T, api *api, deadline, retryAfter time.Duration, opts ...omise.Option) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx := within(t, deadline)
		start := time.Now()
		_, err := api.client(t, append(opts, omise.WithMaxRetries(2))...).Charges.Create(ctx, newCharge())
		require.Zero(t, time.Since(start))
		require.NoError(t, ctx.Err())
		e := failure(t, err)
		require.Equal(t, 1, e.Attempts)
		require.NotZero(t, e.Status)
		require.NotEmpty(t, e.Code, "the last real error")
		require.Equal(t, retryAfter, e.RetryAfter)
	})
}

// requireNotQuoted checks that an answer of something in between is in the
// response and nowhere in the error.
func requireNotQuoted(t *testing.T, status int, page, word string) {
	t.Helper()
	var resp omise.Response
	_, err := says(status, page).client(t).Charges.Create(t.Context(), newCharge(), omise.WithResponseInto(&resp))
	e := failure(t, err)
	require.Empty(t, string(e.Code)+e.Message)
	require.NotContains(t, outputs(err), word)
	require.Equal(t, page, string(resp.Body))
	require.Equal(t, strings.ReplaceAll(page, "\r", ""), string(e.Page))
}

// inTurn returns an API that answers as each of the others once, and as the
// last one from then on.
func inTurn(apis ...*api) *api {
	turn := &api{}
	turn.answer = func(hr *http.Request) (*http.Response, error) {
		turn.mu.Lock()
		n := min(len(turn.visits), len(apis)) - 1
		turn.mu.Unlock()
		return apis[n].answer(hr)
	}
	return turn
}

// writes returns the visits that were no reads.
func writes(a *api) (all []visit) {
	for _, v := range a.visits {
		if v.Method != http.MethodGet {
			all = append(all, v)
		}
	}
	return all
}
