package fake

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// payer returns the id of a customer with a card.
func (w *world) payer(number string) string {
	w.t.Helper()
	return w.post("/customers", object{"card": w.token(number), "email": "payer@example.com"}).id()
}

// plan returns the parameters of a schedule that charges 1000 baht a day.
func plan(customer string, extra object) object {
	p := object{
		"every": 1, "period": "day", "end_date": "2026-12-31",
		"charge": object{"customer": customer, "amount": 100_000, "description": "Membership fee"},
	}
	maps.Copy(p, extra)
	return p
}

// payout returns the parameters of a schedule that transfers every day.
func payout(recipient string, transfer, extra object) object {
	p := object{"every": 1, "period": "day", "end_date": "2026-12-31", "transfer": object{"recipient": recipient}}
	maps.Copy(p["transfer"].(object), transfer)
	maps.Copy(p, extra)
	return p
}

// runs returns the results of the occurrences of a schedule.
func (w *world) runs(schedule string) []string {
	w.t.Helper()
	var told []string
	for _, oc := range w.get("/schedules/" + schedule + "/occurrences?limit=100").data() {
		run := oc.text("scheduled_on") + " " + oc.text("status")
		if oc["retry_on"] != nil {
			run += " retry " + oc.text("retry_on")
		}
		told = append(told, run)
	}
	return told
}

func TestScheduleStartsToday(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	customer := w.payer(goodCard)
	sc := w.post("/schedules", plan(customer, object{"every": 2}))
	require.Regexp(t, "^schd_test_[0-9a-z]{19}$", sc.id())
	for key, want := range map[string]any{
		"status": "running", "active": true, "state": "Active", "start_on": "2026-01-05", "end_on": "2026-12-31",
		"in_words": "Every 2 day(s)", "deleted": false, "every": 2.0, "period": "day",
	} {
		require.Equal(t, want, sc[key], key)
	}
	require.Empty(t, sc["on"])
	require.NotContains(t, sc, "transfer")
	require.Len(t, sc["next_occurrences_on"], 30)
	require.Equal(t, "2026-01-07", sc["next_occurrences_on"].([]any)[0])
	part := sc.in("charge")
	require.Equal(t, []any{true, customer, "THB", 100_000.0}, []any{part["default_card"], part["customer"], part["currency"], part["amount"]})

	first := sc.in("occurrences").data()[0]
	require.Equal(t, []any{"successful", "2026-01-05T03:00:00Z", "2026-01-05", nil, 0.0},
		[]any{first["status"], first["processed_at"], first["scheduled_on"], first["message"], first["transfer_amount"]})
	c := w.get("/charges/" + first.text("result"))
	require.Equal(t, []any{"successful", sc.id(), customer, "Membership fee"},
		[]any{c["status"], c["schedule"], c["customer"], c["description"]})

	w.Advance(2 * day)
	second := w.get("/schedules/" + sc.id() + "/occurrences").data()[1]
	require.Equal(t, "2026-01-07T01:30:00Z", second["processed_at"])
	require.Equal(t, "schedule", w.get("/occurrences/" + second.id() + "?expand=true").in("schedule")["object"])
	require.Equal(t, "charge", w.get("/occurrences/" + second.id() + "?expand=true").in("result")["object"])
	require.Equal(t, "schedule", w.get("/charges/" + c.id() + "?expand=true").in("schedule")["object"])
	full := w.get("/schedules/" + sc.id() + "?expand=true").in("charge")
	require.Equal(t, "card", full.in("card")["object"])
	require.Equal(t, "customer", full.in("customer")["object"])
	w.fails(notFound, "GET", "/occurrences/occu_x", nil)
	require.Equal(t, "schedule missing was not found", w.fails(notFound, "GET", "/schedules/missing", nil))
	w.fails(notFound, "GET", "/schedules/missing/occurrences", nil)
}

func TestScheduleOfEveryPeriod(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	customer := w.payer(goodCard)
	for _, test := range []struct {
		extra object
		first string
		on    map[string]any
	}{
		{object{"period": "week", "on": object{"weekdays": []string{"friday", "Monday"}}, "start_date": "2026-01-06"}, "2026-01-09", map[string]any{"weekdays": []any{"monday", "friday"}}},
		{object{"period": "month", "on": object{"days_of_month": []int{15, 1}}}, "2026-01-15", map[string]any{"days_of_month": []any{1.0, 15.0}}},
		{object{"period": "month", "on": object{"weekday_of_month": "2nd_monday"}}, "2026-01-12", map[string]any{"weekday_of_month": "2nd_monday"}},
		{object{"start_date": "2026-02-01"}, "2026-02-01", map[string]any{}},
	} {
		sc := w.post("/schedules", plan(customer, test.extra))
		require.Equal(t, test.first, sc["next_occurrences_on"].([]any)[0])
		require.Equal(t, test.on, sc["on"])
		require.Empty(t, sc.in("occurrences").data())
	}
	require.Len(t, w.get("/schedules").data(), 4)
	require.Len(t, w.get("/charges/schedules").data(), 4)
	require.Empty(t, w.get("/transfers/schedules").data())
	require.Equal(t, "/charges/schedules", w.get("/charges/schedules")["location"])
	require.Len(t, w.get("/customers/"+customer+"/schedules").data(), 4)
	w.fails(notFound, "GET", "/customers/cust_x/schedules", nil)
}

func TestScheduleRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	customer := w.payer(goodCard)
	const daysOfMonth = "on [days_of_month] must be an array of integer values (1 - 28)"
	month := func(on object) object { return plan(customer, object{"period": "month", "on": on}) }
	for _, test := range []struct {
		body    object
		message string
	}{
		{month(object{"days_of_month": []int{29}}), daysOfMonth},
		{month(object{"days_of_month": []int{0}}), daysOfMonth},
		{month(object{"days_of_month": []string{"x"}}), daysOfMonth},
		{month(nil), daysOfMonth},
		{month(object{"weekday_of_month": "5th_monday"}), "on [weekday_of_month] is invalid"},
		{plan(customer, object{"period": "week"}), "on [weekdays] must be an array of weekdays"},
		{plan(customer, object{"period": "week", "on": object{"weekdays": []string{"Lundi"}}}), "on [weekdays] must be an array of weekdays"},
		{plan(customer, object{"period": "year"}), "period must be one of day, week, month"},
		{plan(customer, object{"period": nil}), "period can't be blank"},
		{plan(customer, object{"every": 0}), "every must be between 1 and 1000"},
		{plan(customer, object{"every": "x"}), "every is not a number"},
		{plan(customer, object{"start_date": "2026-01-04"}), "start_date must not be in the past"},
		{plan(customer, object{"end_date": "2026-01-05"}), "end_date must be after start_date"},
		{plan(customer, object{"end_date": nil}), "end_date is not a valid date"},
		{plan(customer, object{"period": "month", "end_date": "2026-01-09", "on": object{"days_of_month": []int{10}}}), "schedule has no occurrences"},
		{plan(customer, object{"charge": nil}), "either charge or transfer must be given"},
		{plan(customer, object{"transfer": object{"amount": 1}}), "either charge or transfer must be given"},
		{plan(customer, object{"charge": object{"amount": 5000}}), "customer can't be blank"},
		{plan(customer, object{"charge": nil, "transfer": object{"amount": 5000}}), "recipient can't be blank"},
		{plan(customer, object{"charge": object{"customer": customer, "amount": 1999}}), "amount must be greater than or equal to 2000 (thb subunits)"},
		{plan(customer, object{"charge": object{"customer": customer, "amount": 1, "currency": "xxx"}}), "currency is currently not supported"},
	} {
		require.Equal(t, test.message, w.fails(badRequest, "POST", "/schedules", test.body))
	}
	w.fails(notFound, "POST", "/schedules", plan("cust_x", nil))
	w.fails(notFound, "POST", "/schedules", plan(customer, object{"charge": object{"customer": customer, "card": "card_x", "amount": 5000}}))
	w.fails(missingCard, "POST", "/schedules", plan(w.post("/customers", nil).id(), nil))
	w.fails(notFound, "POST", "/schedules", payout("recp_x", nil, nil))
	to := w.recipient(true).id()
	for _, transfer := range []object{
		{"amount": 1}, {"amount": 5000, "percentage_of_balance": 5}, {"percentage_of_balance": 0},
		{"percentage_of_balance": "100.1"}, {"percentage_of_balance": "x"}, {"amount": 5000, "currency": "usd"},
	} {
		w.fails(badRequest, "POST", "/schedules", payout(to, transfer, nil))
	}
	require.Empty(t, w.get("/schedules").data())
}

func TestScheduleEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	sc := w.post("/schedules", plan(w.payer(goodCard), object{"end_date": "2026-01-07"}))
	require.Equal(t, "running", sc["status"])
	require.Equal(t, []any{"2026-01-06", "2026-01-07"}, sc["next_occurrences_on"])
	w.Advance(day)
	sc = w.get("/schedules/" + sc.id())
	require.Equal(t, []any{"expiring", true}, []any{sc["status"], sc["active"]})
	w.Advance(day)
	sc = w.get("/schedules/" + sc.id())
	require.Equal(t, []any{"expired", false, "2026-01-07T01:30:00Z"}, []any{sc["status"], sc["active"], sc["ended_at"]})
	require.Empty(t, sc["next_occurrences_on"])
	w.Advance(week)
	require.Len(t, w.runs(sc.id()), 3)
	require.Equal(t, []string{
		"customer.create", "schedule.create", "charge.create", "charge.create", "schedule.expiring",
		"charge.create", "schedule.expire",
	}, w.eventKeys())
}

func TestScheduledChargeFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	customer := w.payer(declinedCard)
	sc := w.post("/schedules", plan(customer, object{"every": 10})).id()
	first := w.get("/schedules/" + sc).in("occurrences").data()[0]
	require.Equal(t, "charge could not be captured", first["message"])
	require.Equal(t, "insufficient_fund", w.get("/charges/" + first.text("result"))["failure_code"])
	w.Advance(3 * day)
	require.Equal(t, []string{
		"2026-01-05 failed", "2026-01-05 failed retry 2026-01-06", "2026-01-05 failed retry 2026-01-07",
	}, w.runs(sc))
	stopped := w.get("/schedules/" + sc)
	require.Equal(t, []any{"suspended", false}, []any{stopped["status"], stopped["active"]})
	require.Empty(t, stopped["next_occurrences_on"])
	require.Contains(t, w.eventKeys(), "schedule.suspend")
	w.Advance(30 * day)
	require.Len(t, w.runs(sc), 3)

	// A better card makes the retry succeed, even after the last day.
	sc = w.post("/schedules", plan(customer, object{"every": 1, "end_date": w.Now().AddDate(0, 0, 1).Format(time.DateOnly)})).id()
	w.Advance(day)
	require.Equal(t, "expiring", w.get("/schedules/" + sc)["status"])
	w.ok("DELETE", "/customers/"+customer+"/cards/"+w.get("/customers/"+customer).text("default_card"), nil)
	w.patch("/customers/"+customer, object{"card": w.token(goodCard)})
	w.Advance(2 * day)
	require.Equal(t, "expired", w.get("/schedules/" + sc)["status"])
	require.Equal(t, []string{
		"2026-02-07 failed", "2026-02-07 failed retry 2026-02-08", "2026-02-08 failed",
		"2026-02-07 successful retry 2026-02-09", "2026-02-08 successful retry 2026-02-09",
	}, w.runs(sc))

	sc = w.post("/schedules", plan(customer, object{"every": 1, "start_date": "2026-02-11"})).id()
	w.ok("DELETE", "/customers/"+customer, nil)
	w.Advance(2 * day)
	gone := w.get("/schedules/" + sc).in("occurrences").data()[0]
	require.Equal(t, []any{"failed", nil}, []any{gone["status"], gone["result"]})
}

func TestScheduledTransfer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{Start: time.Date(2026, 1, 8, 3, 0, 0, 0, time.UTC)}) // a Thursday
	to := w.recipient(false).id()
	unverified := w.post("/schedules", payout(to, object{"amount": 5000}, object{"every": 100}))
	require.NotContains(t, unverified, "charge")
	require.Equal(t, unverified.id(), w.get("/recipients/" + to)["schedule"])
	require.Equal(t, "schedule", w.get("/recipients/" + to + "?expand=true").in("schedule")["object"])
	w.patch("/recipients/"+to+"/verify", nil)
	poor := w.post("/schedules", payout(to, object{"amount": 5000}, object{"every": 100, "start_date": "2026-01-09"}))
	share := w.post("/schedules", payout(to, object{"percentage_of_balance": "12.5"}, object{"every": 100, "start_date": "2026-01-13"}))
	require.Equal(t, 12.5, share.in("transfer")["percentage_of_balance"])
	require.Nil(t, share.in("transfer")["amount"])
	require.Equal(t, 100.0, w.post("/schedules", payout(to, nil, object{"start_date": "2026-12-01"})).in("transfer")["percentage_of_balance"])

	w.Advance(2 * day) // to Saturday
	w.charge(nil)
	w.Advance(5 * day)
	require.Equal(t, []string{"2026-01-08 failed"}, w.runs(unverified.id()), "no retry without a verified recipient")
	require.Equal(t, []string{"2026-01-09 failed", "2026-01-09 successful retry 2026-01-12"}, w.runs(poor.id()))
	paid := w.get("/schedules/" + poor.id()).in("occurrences").data()[1]
	require.EqualValues(t, 5000, paid["transfer_amount"])
	tr := w.get("/transfers/" + paid.text("result"))
	require.Equal(t, []any{poor.id(), to, 5000.0, true}, []any{tr["schedule"], tr["recipient"], tr["amount"], tr["paid"]})
	part := w.get("/schedules/" + share.id()).in("occurrences").data()[0]
	require.EqualValues(t, 12_012, part["transfer_amount"], "an eighth of the balance, rounded")
	require.Equal(t, "recipient", w.get("/schedules/" + share.id() + "?expand=true").in("transfer").in("recipient")["object"])

	require.Len(t, w.get("/transfers/schedules").data(), 4)
	require.Empty(t, w.get("/charges/schedules").data())
	require.Len(t, w.get("/recipients/"+to+"/schedules").data(), 4)
	for _, sc := range w.get("/schedules").ids() {
		w.ok("DELETE", "/schedules/"+sc, nil)
	}
	require.Nil(t, w.get("/recipients/" + to)["schedule"])
}

func TestScheduleDelete(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	sc := w.post("/schedules", plan(w.payer(goodCard), nil))
	gone := w.ok("DELETE", "/schedules/"+sc.id(), nil)
	require.Equal(t, []any{true, "deleted", false}, []any{gone["deleted"], gone["status"], gone["active"]})
	require.Empty(t, gone["next_occurrences_on"])
	require.Len(t, gone.in("occurrences").data(), 1)
	w.Advance(week)
	require.Equal(t, []string{sc.id()}, w.get("/schedules").ids(), "it stays in lists")
	require.Len(t, w.runs(sc.id()), 1)
	w.fails(badRequest, "DELETE", "/schedules/"+sc.id(), nil)
	w.fails(notFound, "DELETE", "/schedules/schd_x", nil)
	require.Contains(t, w.eventKeys(), "schedule.destroy")

	failing := w.post("/schedules", plan(w.payer(declinedCard), object{"every": 10})).id()
	w.ok("DELETE", "/schedules/"+failing, nil)
	w.Advance(week)
	require.Len(t, w.runs(failing), 1, "a deleted schedule does not try again")
}

func TestScheduleForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	customer := w.get("/customers/" + w.payer(goodCard))
	body := "every=1&period=month&end_date=2026-06-01&on[days_of_month][]=1&on[days_of_month][]=20" +
		"&charge[customer]=" + customer.id() + "&charge[card]=" + customer.text("default_card") + "&charge[amount]=5000"
	hr := w.request("POST", "/schedules", nil)
	hr.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	hr.Body = http.NoBody
	hr.URL.RawQuery = body
	_, sc := w.send(hr)
	require.Equal(t, "Every 1 month(s) on the 1st and 20th", sc["in_words"], sc)
	require.Equal(t, false, sc.in("charge")["default_card"])
	require.Equal(t, customer["default_card"], sc.in("charge")["card"])
}

// TestYearAtOnce advances a monthly schedule by a year in one step. BenchmarkYear
// measures the time.
func TestYearAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	customer := w.payer(goodCard)
	sc := w.post("/schedules", plan(customer, object{"period": "month", "on": object{"days_of_month": []int{6}}})).id()
	begin := time.Now()
	w.Advance(365 * day)
	require.Less(t, time.Since(begin), 5*time.Second)
	require.Len(t, w.runs(sc), 12)
	require.EqualValues(t, 12, w.get("/charges")["total"])
	require.True(t, strings.HasPrefix(fmt.Sprint(w.Now()), "2027-01-05 03:00:00"))
}
