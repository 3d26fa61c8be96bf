package fake

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A wire is a way to reach a Server.
type wire struct {
	client *http.Client
	url    string
}

// wires returns the two ways to reach a Server: in memory and over a port.
func (w *world) wires() map[string]wire {
	port := httptest.NewServer(w.Server)
	w.t.Cleanup(func() {
		port.CloseClientConnections()
		port.Close()
	})
	return map[string]wire{
		"memory": {&http.Client{Transport: w.Server}, "https://api.omise.co"},
		"port":   {&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}, port.URL},
	}
}

// A sight is the result of a call as a client sees it.
type sight struct {
	status     int
	kind       string
	retryAfter string
	length     int64
	body       string
	err        error // of the call
	bodyErr    error // of reading the body
}

// see makes a customer and gives up after the given time.
func (w *world) see(via wire, patience time.Duration, key string) sight {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	hr := w.request("POST", via.url+"/customers", object{"email": "somchai@example.com"}).WithContext(ctx)
	hr.RequestURI = ""
	hr.Header.Set("Idempotency-Key", key)
	resp, err := via.client.Do(hr)
	if err != nil {
		return sight{err: err}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return sight{
		status: resp.StatusCode, kind: resp.Header.Get("Content-Type"), retryAfter: resp.Header.Get("Retry-After"),
		length: resp.ContentLength, body: string(body), bodyErr: err,
	}
}

func isReset(err error) bool { return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.EOF) }

// TestEveryEffect compares the view of a client with each fault, in memory and over a
// port.
func TestEveryEffect(t *testing.T) {
	t.Parallel()
	var internal Rule
	internal.AnswerError("internal_error")
	for name, test := range map[string]struct {
		rule  Rule
		look  func(*testing.T, sight)
		made  int // customers at once
		later int // customers an hour later
	}{
		"answer": {internal, func(t *testing.T, got sight) {
			require.Equal(t, 500, got.status)
			require.JSONEq(t, `{"object":"error","code":"internal_error","message":"internal error",
				"location":"https://www.omise.co/api-errors#internal-error"}`, got.body)
		}, 0, 0},
		"answer, processed": {Rule{Effect: Answer, Status: 502, ContentType: "text/html", Body: []byte("<h1>"), RetryAfter: "3", Processed: true}, func(t *testing.T, got sight) {
			require.Equal(t, sight{status: 502, kind: "text/html", retryAfter: "3", length: 4, body: "<h1>"}, got)
		}, 1, 1},
		"drop before": {Rule{Effect: DropBefore}, func(t *testing.T, got sight) {
			require.True(t, isReset(got.err), got.err)
		}, 0, 0},
		"drop after": {Rule{Effect: DropAfter}, func(t *testing.T, got sight) {
			require.True(t, isReset(got.err), got.err)
		}, 1, 1},
		"reset in headers": {Rule{Effect: ResetInHeaders}, func(t *testing.T, got sight) {
			require.ErrorContains(t, got.err, "unexpected EOF")
		}, 1, 1},
		"truncate": {Rule{Effect: Truncate, Bytes: 7}, func(t *testing.T, got sight) {
			require.Equal(t, 200, got.status)
			require.Len(t, got.body, 7)
			require.Greater(t, got.length, int64(7))
			require.ErrorIs(t, got.bodyErr, io.ErrUnexpectedEOF)
		}, 1, 1},
		"cut JSON": {Rule{Effect: CutJSON}, func(t *testing.T, got sight) {
			require.NoError(t, got.bodyErr)
			require.EqualValues(t, len(got.body), got.length)
			require.NotEmpty(t, got.body)
			require.False(t, json.Valid([]byte(got.body)))
		}, 1, 1},
		"stall": {Rule{Effect: Stall}, func(t *testing.T, got sight) {
			require.Equal(t, 200, got.status)
			require.Empty(t, got.body)
			require.ErrorIs(t, got.bodyErr, context.DeadlineExceeded)
		}, 1, 1},
		"hang": {Rule{Effect: Hang}, func(t *testing.T, got sight) {
			require.ErrorIs(t, got.err, context.DeadlineExceeded)
		}, 0, 0},
		"hang, processed": {Rule{Effect: Hang, Processed: true}, func(t *testing.T, got sight) {
			require.ErrorIs(t, got.err, context.DeadlineExceeded)
		}, 1, 1},
		"duplicate": {Rule{Effect: Duplicate}, func(t *testing.T, got sight) {
			require.Equal(t, 200, got.status)
		}, 2, 2},
		"late": {Rule{Effect: Late, Delay: time.Minute}, func(t *testing.T, got sight) {
			require.True(t, isReset(got.err), got.err)
		}, 0, 1},
		"running": {Rule{Effect: Running, Delay: time.Minute}, func(t *testing.T, got sight) {
			require.True(t, isReset(got.err), got.err)
		}, 0, 1},
		"latency": {Rule{Effect: Latency, Delay: time.Hour}, func(t *testing.T, got sight) {
			require.Contains(t, got.body, `"created_at":"2026-01-05T04:00:00Z"`)
		}, 1, 1},
	} {
		for _, kind := range []string{"memory", "port"} {
			t.Run(name+" "+kind, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, Options{})
				require.NoError(t, w.Fault(test.rule))
				patience := 30 * time.Second
				if test.rule.Effect == Stall || test.rule.Effect == Hang {
					patience = time.Second
				}
				test.look(t, w.see(w.wires()[kind], patience, ""))
				require.NotEqual(t, "", w.Calls()[0].Fault+w.rules[0].what())
				require.Len(t, w.customers.all, test.made)
				w.ClearFaults()
				w.Advance(time.Hour)
				require.EqualValues(t, test.later, w.get("/customers")["total"])
			})
		}
	}
}

// hits shows to which of a series of calls a rule applies. The calls have the given keys.
func (w *world) hits(r Rule, keys ...string) string {
	w.t.Helper()
	r.Effect = DropBefore
	require.NoError(w.t, w.Fault(r))
	defer w.ClearFaults()
	var told strings.Builder
	for _, key := range keys {
		if w.see(wire{&http.Client{Transport: w.Server}, "https://api.omise.co"}, time.Minute, key).err != nil {
			told.WriteString("x")
		} else {
			told.WriteString(".")
		}
	}
	return told.String()
}

func TestWhichCallsAFaultStrikes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	keys := make([]string, 8)
	require.Equal(t, "xxxxxxxx", w.hits(Rule{}, keys...))
	require.Equal(t, "xxxxxxxx", w.hits(Rule{Operation: "POST /customers"}, keys...))
	require.Equal(t, "........", w.hits(Rule{Operation: "POST /charges"}, keys...))
	require.Equal(t, "..x.....", w.hits(Rule{Nth: 3}, keys...))
	require.Equal(t, "xx......", w.hits(Rule{Times: 2}, keys...))
	require.Equal(t, "........", w.hits(Rule{HasRate: true}, keys...))
	require.Equal(t, "xxxxxxxx", w.hits(Rule{HasRate: true, Rate: 1}, keys...))
	require.Equal(t, ".x.x", w.hits(Rule{Key: "order-4"}, "order-3", "order-42", "", "order-4"))

	by := func(seed uint64, keys ...string) string {
		return w.hits(Rule{HasRate: true, Rate: 0.5, Seed: seed}, keys...)
	}
	require.Equal(t, by(1, keys...), by(1, keys...))
	require.NotEqual(t, by(1, keys...), by(2, keys...))
	mixed, sorted := by(1, "a", "b", "a", "b", "a", "b", "a", "b"), by(1, "a", "a", "a", "a", "b", "b", "b", "b")
	for n := range 4 {
		require.Equal(t, sorted[n], mixed[2*n], "the fate of a key does not depend on the others")
		require.Equal(t, sorted[4+n], mixed[2*n+1])
	}
	sameForAll := Rule{HasRate: true, Rate: 0.5, Seed: 1, By: func(*Call) string { return "a" }}
	require.Equal(t, by(1, "a", "a", "a", "a"), w.hits(sameForAll, "a", "b", "c", "d"), "it may go by something else")
}

func TestEveryRuleCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	require.NoError(t, w.Fault(Rule{Nth: 1, Effect: DropBefore}))
	require.NoError(t, w.Fault(Rule{Nth: 2, Effect: Answer, Status: 503}))
	via := wire{&http.Client{Transport: w.Server}, "https://api.omise.co"}
	require.Error(t, w.see(via, time.Minute, "").err)
	require.Equal(t, 503, w.see(via, time.Minute, "").status)
	require.Equal(t, 200, w.see(via, time.Minute, "").status)
}

func TestFaultsByTransferKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	require.NoError(t, w.Fault(Rule{Operation: "POST /transfers", Key: "pay", Effect: Answer, Status: 400, ContentType: jsonType, Body: []byte(`{"object":"error"}`)}))
	recorder := httptest.NewRecorder()
	w.ServeHTTP(recorder, w.request("POST", "/transfers", object{"idemp_key": "payday", "amount": 1}))
	require.Equal(t, `{"object":"error"}`, recorder.Body.String())
}

func TestImpossibleFaultsAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	require.ErrorContains(t, w.Fault(Rule{Operation: "POST /charge", Effect: Hang}), `did you mean "POST /charges"?`)
	require.ErrorContains(t, w.Fault(Rule{Operation: "POST /charges"}), "fault on POST /charges has no effect")
	require.ErrorContains(t, w.Fault(Rule{}), "fault on any call has no effect")
	require.NoError(t, w.Fault(Rule{Operation: "GET /charges/{charge_id}/refunds/{x}", Effect: Hang}))
	require.NoError(t, w.Fault(Rule{Operation: "GET /external/{team_id}/links", Effect: Hang}))
	require.NoError(t, w.Fault(Rule{Operation: "GET /charges/chrg_test_1", Effect: Hang}))
}

// TestEveryFailureCode tries all documented codes. Some of them have no test card.
func TestEveryFailureCode(t *testing.T) {
	t.Parallel()
	require.Len(t, FailureCodes(), 13)
	t.Logf("%d failure codes", len(FailureCodes()))
	for _, code := range FailureCodes() {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, Options{ThreeDSecure: true})
			require.NoError(t, w.Fault(Rule{Operation: "POST /charges", Times: 3, Effect: Decline, Failure: code}))
			returnURI := object{"return_uri": "https://shop.example.com/done"}
			for _, c := range []answer{w.charge(nil), w.charge(returnURI), w.sourceCharge("alipay")} {
				if c["status"] == "pending" {
					require.NoError(t, w.Authorize(c.id(), true))
				}
				c = w.get("/charges/" + c.id())
				require.Equal(t, []any{"failed", code, false}, []any{c["status"], c["failure_code"], c["paid"]})
				require.NotEmpty(t, c["failure_message"])
			}
			require.Equal(t, "decline with "+code, w.Calls()[1].Fault)
			require.Equal(t, "successful", w.charge(nil)["status"])
			require.Len(t, w.get("/transactions").data(), 1)
		})
	}
	w := newWorld(t, Options{})
	require.ErrorContains(t, w.Fault(Rule{Effect: Decline, Failure: "time_out"}), `no charge fails with "time_out"; did you mean "timeout"?`)
}

func TestDuplicateWithHonouredKeysHappensOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{HonourKeys: true})
	require.NoError(t, w.Fault(Rule{Effect: Duplicate}))
	w.see(wire{&http.Client{Transport: w.Server}, "https://api.omise.co"}, time.Minute, "k")
	require.Len(t, w.customers.all, 1)
}

func TestARunningCallKeepsItsKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{HonourKeys: true})
	create := func(key, email string) (int, answer) {
		hr := w.request("POST", "/customers", object{"email": email})
		hr.Header.Set("Idempotency-Key", key)
		return w.send(hr)
	}
	require.NoError(t, w.Fault(Rule{Nth: 1, Effect: Running, Delay: time.Minute}))
	hr := w.request("POST", "/customers", object{"email": "a@example.com"})
	hr.Header.Set("Idempotency-Key", "k")
	_, err := w.RoundTrip(hr)
	require.True(t, isReset(err), err)

	status, refusal := create("k", "a@example.com")
	require.Equal(t, http.StatusConflict, status)
	require.Equal(t, "bad_request", refusal["code"])
	status, _ = create("k", "b@example.com")
	require.Equal(t, http.StatusUnprocessableEntity, status)
	status, _ = create("other", "a@example.com")
	require.Equal(t, http.StatusOK, status)
	w.Advance(time.Minute - time.Second)
	status, _ = create("k", "a@example.com")
	require.Equal(t, http.StatusConflict, status)

	w.Advance(time.Second)
	status, made := create("k", "a@example.com")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, w.customers.all[1].id, made.id())
	require.Len(t, w.customers.all, 2)
}

func TestARunningCallThatIsRefusedGivesItsKeyBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{HonourKeys: true})
	require.NoError(t, w.Fault(Rule{Nth: 1, Effect: Running, Delay: time.Minute}))
	hr := w.request("POST", "/customers", nil)
	hr.Header.Set("Idempotency-Key", "k")
	hr.SetBasicAuth("skey_test_of_somebody_else", "")
	_, err := w.RoundTrip(hr)
	require.True(t, isReset(err), err)
	w.Advance(time.Minute)

	hr = w.request("POST", "/customers", nil)
	hr.Header.Set("Idempotency-Key", "k")
	status, _ := w.send(hr)
	require.Equal(t, http.StatusOK, status)
}

// TestGivingUpOnAStalledBody closes the body while another goroutine reads it.
func TestGivingUpOnAStalledBody(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	require.NoError(t, w.Fault(Rule{Effect: Stall}))
	resp, err := w.RoundTrip(w.request("GET", "/balance", nil))
	require.NoError(t, err)
	read := make(chan error)
	go func() {
		_, err := io.ReadAll(resp.Body)
		read <- err
	}()
	require.NoError(t, resp.Body.Close())
	require.NoError(t, resp.Body.Close())
	require.Error(t, <-read)
}

func TestFaultsCountTheirCalls(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	var r Rule
	r.Operation, r.Nth = "GET /balance", 2
	r.AnswerTooManyRequests(90 * time.Second)
	require.Equal(t, "90", r.RetryAfter)
	require.NoError(t, w.Fault(r))
	for range 3 {
		w.send(w.request("GET", "/balance", nil))
	}
	require.Equal(t, []FaultState{{"GET /balance", "status 429 Too Many Requests", 3, 1}}, w.Faults())
	w.ClearFaults()
	require.Empty(t, w.Faults())
}
