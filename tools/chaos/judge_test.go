package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/fake"
	"github.com/omisekit/omise-go/tools/chaos/job"
)

func TestJudgeTellsEveryEndFromTheOthers(t *testing.T) {
	t.Parallel()
	mine := job.Receipt{ID: "chrg_1", Amount: 100}
	other := job.Receipt{ID: "chrg_2", Amount: 100}
	for name, row := range map[string]struct {
		result job.Result
		made   []entry
		want   tally
	}{
		"held":                  {job.Result{Receipt: mine}, []entry{{mine, 1}}, tally{Held: 1}},
		"by two calls":          {job.Result{Receipt: mine}, []entry{{mine, 1}, {other, 2}}, tally{Dup: 1}},
		"delivered twice":       {job.Result{Receipt: mine}, []entry{{mine, 1}, {other, 1}}, tally{Twice: 1}},
		"of another intent":     {job.Result{Receipt: other}, []entry{{mine, 1}}, tally{Wrong: 1}},
		"of another amount":     {job.Result{Receipt: job.Receipt{ID: "chrg_1", Amount: 99}}, []entry{{job.Receipt{ID: "chrg_1", Amount: 99}, 1}}, tally{Wrong: 1}},
		"not there":             {job.Result{Receipt: mine}, nil, tally{Wrong: 1}},
		"said to be refused":    {job.Result{Error: "no", Outcome: "refused"}, []entry{{mine, 1}}, tally{Lost: 1, Refused: 1}},
		"an error like another": {job.Result{Error: "no"}, []entry{{mine, 1}}, tally{Lost: 1}},
		"refused":               {job.Result{Error: "no", Outcome: "not_sent"}, nil, tally{Clean: 1, Refused: 1}},
		"unknown and there":     {job.Result{Error: "no", Outcome: "unknown"}, []entry{{mine, 1}}, tally{Unknown: 1}},
		"unknown and not there": {job.Result{Error: "no", Outcome: "unknown"}, nil, tally{Clean: 1, Unknown: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := judge([]job.Intent{{Name: "order-1", Amount: 100}}, []job.Result{row.result}, map[string][]entry{"order-1": row.made})
			require.Len(t, got.Falsehoods, row.want.Lost+row.want.Wrong+row.want.Dup)
			got.Intents, got.Took, got.Falsehoods = 0, nil, nil
			require.Equal(t, row.want, *got)
		})
	}
}

func TestResolutionIsCheckedAgainstTheLedger(t *testing.T) {
	t.Parallel()
	mine, other := job.Receipt{ID: "chrg_1", Amount: 100}, job.Receipt{ID: "chrg_2", Amount: 100}
	duplicated := settlement{receipt: mine, state: omise.ResolutionDuplicated}
	found := settlement{receipt: mine, state: omise.ResolutionFound}
	absent := settlement{state: omise.ResolutionNotFound}
	for name, row := range map[string]struct {
		settlement settlement
		made       []entry
		settled    int
		false      int
	}{
		"found":            {found, []entry{{mine, 1}}, 1, 0},
		"duplicated":       {duplicated, []entry{{mine, 1}, {other, 1}}, 1, 0},
		"duplicated once":  {duplicated, []entry{{mine, 1}}, 0, 1},
		"found one of two": {found, []entry{{mine, 1}, {other, 1}}, 0, 1},
		"not found":        {absent, nil, 1, 0},
		"open":             {settlement{state: omise.ResolutionOpen}, []entry{{mine, 1}}, 0, 0},
		"found another":    {found, []entry{{other, 1}}, 0, 1},
		"found of nothing": {found, nil, 0, 1},
		"missed":           {absent, []entry{{mine, 1}}, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got tally
			got.settle(job.Intent{Name: "order-1"}, row.settlement, row.made)
			require.Equal(t, row.settled, got.Settled)
			require.Len(t, got.Falsehoods, row.false)
		})
	}
}

func TestStripeFindsItsOwnShapes(t *testing.T) {
	t.Parallel()
	f := fake.New(fake.Options{})
	customer := f.SeedCustomer()
	tooMany := fake.Rule{Operation: "POST /charges", Nth: 1}
	tooMany.AnswerError("too_many_requests")
	require.NoError(t, f.Fault(tooMany))
	post := func() (int, map[string]any) {
		form := url.Values{"amount": {"10000"}, "currency": {"thb"}, "customer": {customer}}
		hr := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/charges", strings.NewReader(form.Encode()))
		hr.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		hr.Header.Set("Authorization", "Bearer "+f.SecretKey())
		answer := httptest.NewRecorder()
		stripeShaped(f).ServeHTTP(answer, hr)
		var object map[string]any
		require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &object))
		return answer.Code, object
	}
	status, object := post()
	require.Equal(t, http.StatusTooManyRequests, status)
	require.Equal(t, "too_many_requests", object["error"].(map[string]any)["code"])
	status, object = post()
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "charge", object["object"])
	require.EqualValues(t, 10_000, object["amount"])
}
