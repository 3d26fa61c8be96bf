package fake

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// finds makes a search and requires its result.
func (w *world) finds(path string, want ...answer) {
	w.t.Helper()
	ids := []string{}
	for _, a := range want {
		ids = append(ids, a.id())
	}
	require.Equal(w.t, ids, w.get(path).ids(), path)
}

func TestSearchPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	var made []answer
	for range 32 {
		made = append(made, w.post("/customers", object{"description": "Order"}))
	}
	found := w.get("/search?scope=customer&query=order&filters[created]=today")
	require.Equal(t, []any{32.0, 2.0, 1.0, 30.0, chronological, "order", "customer", "/search", nil, nil}, []any{
		found["total"], found["total_pages"], found["page"], found["per_page"], found["order"], found["query"],
		found["scope"], found["location"], found["export"], found["aggregate_level"],
	})
	require.Equal(t, map[string]any{"created": "today"}, found["filters"])
	require.Len(t, found.data(), 30)
	require.Equal(t, made[0], found.data()[0], "full objects")
	w.finds("/customers/search?page=2", made[30:]...)
	w.finds("/customers/search?page=2&per_page=31&order=reverse_chronological", made[0])
	w.finds("/customers/search?page=3")
	w.finds("/customers/search?query=id:"+made[7].id(), made[7])
	w.finds("/customers/search?query=id:" + made[7].id()[:10])
	require.EqualValues(t, 3, w.get("/search/?scope=customer&page=3")["page"])
	nothing := w.get("/customers/search?query=nothing")
	require.Equal(t, []any{0.0, 0.0, "/customers/search"}, []any{nothing["total"], nothing["total_pages"], nothing["location"]})
}

func TestSearchRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	for query, code := range map[string]errorCode{
		"/search":                                        invalidScope,
		"/search?scope=unicorn":                          invalidScope,
		"/charges/search?scope=customer":                 invalidScope,
		"/charges/search?filters[colour]=red":            invalidFilter,
		"/charges/search?filters=x":                      invalidFilter,
		"/charges/search?filters[amount]=x":              invalidFilter,
		"/charges/search?filters[amount]=1..x":           invalidFilter,
		"/charges/search?filters[paid]=true":             invalidFilter,
		"/charges/search?filters[captured]=maybe":        invalidFilter,
		"/charges/search?filters[created]=tomorrow":      invalidFilter,
		"/charges/search?filters[created]=2026-01-01..":  invalidFilter,
		"/search?scope=log_entry&filters[created]=today": invalidFilter,
		"/charges/search?page=0":                         invalidPage,
		"/charges/search?page=x":                         invalidPage,
		"/charges/search?per_page=0":                     invalidPerPage,
		"/charges/search?per_page=101":                   invalidPerPage,
		"/charges/search?order=random":                   badRequest,
	} {
		w.fails(code, "GET", query, nil)
	}
	require.Equal(t, http.StatusUnprocessableEntity, invalidFilter.status())
	require.Empty(t, w.get("/search?scope=log_entry").data())
}

func TestSearchCharges(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	owner := w.post("/customers", object{"email": "Malee@Example.com", "card": w.token("5555555555554444")})
	plain := w.charge(object{"description": "Blue shoes", "metadata": object{"order": "A-17"}})
	refunded := w.charge(nil)
	w.post("/charges/"+refunded.id()+"/refunds", object{"amount": 5050})
	w.post("/charges/"+plain.id()+"/disputes", nil)
	w.Advance(2 * day)
	failed := w.chargeOn(w.token(declinedCard), object{"amount": 409_669})
	ofCustomer := w.post("/charges", object{"amount": 50_000, "currency": "usd", "customer": owner.id(), "capture": false})
	offline := w.sourceCharge("promptpay")
	installment := w.post("/charges", object{
		"amount": 300_000, "currency": "THB", "return_uri": "https://a.example.com",
		"source": object{"type": "installment_kbank", "installment_term": 6},
	})
	w.post("/schedules", plan(owner.id(), nil))
	scheduled := w.get("/charges?order=reverse_chronological").data()[0]

	const path = "/charges/search?filters"
	for filters, want := range map[string][]answer{
		"[amount]=4096.69":                              {failed},
		"[amount]=1001..3500":                           {installment},
		"[currency]=USD":                                {ofCustomer},
		"[amount]=500":                                  {ofCustomer},
		"[captured]=yes":                                {plain, refunded, scheduled},
		"[capture]=off":                                 {ofCustomer},
		"[authorized]=true&filters[captured]=no":        {ofCustomer},
		"[card_last_digits]=0011":                       {failed},
		"[failure_code]=insufficient_fund":              {failed},
		"[created]=yesterday":                           {},
		"[created]=2026-01-05":                          {plain, refunded},
		"[created]=2026/01/06..2026/01/07&query=kbank":  {},
		"[created]=last_month":                          {},
		"[created]=last_week":                           {},
		"[created]=2026-01-05T02:59:59Z..2026-01-06":    {plain, refunded},
		"[created]=this_week&filters[disputed]=on":      {plain},
		"[customer_present]=true":                       {ofCustomer, scheduled},
		"[is_installment]=true":                         {installment},
		"[installment_terms]=6":                         {installment},
		"[installment_terms]=3..5":                      {},
		"[refunded]=1":                                  {refunded},
		"[refund_amount]=50.5":                          {refunded},
		"[scheduled]=true":                              {scheduled},
		"[source_of_fund]=offline":                      {offline},
		"[source_of_fund]=offsite":                      {installment},
		"[source_of_fund]=card&filters[amount]=4096.69": {failed},
		"[source_type]=promptpay":                       {offline},
		"[status]=failed":                               {failed},
		"[status][]=failed&filters[status][]=unknown":   {failed},
		"[voided]=true":                                 {},
		"[reversed]=true":                               {},
		"[safe]=false":                                  {},
		"[capture_id]=x":                                {},
		"[acquirer_reference_number]=x":                 {},
		"[created]=this_month&query=blue":               {plain},
	} {
		w.finds(path+filters, want...)
	}
	for query, want := range map[string][]answer{
		"SHOES": {plain}, "a-17": {plain}, "malee@example": {ofCustomer, scheduled}, "mastercard": {ofCustomer, scheduled},
		failed.id(): {failed}, "usd": {ofCustomer},
	} {
		w.finds("/charges/search?query="+query, want...)
	}
}

func TestSearchOtherScopes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	c := w.charge(object{"description": "Blue shoes"})
	other := w.charge(nil)
	refund := w.post("/charges/"+other.id()+"/refunds", object{"amount": 1000, "reason": "too late"})
	dispute := w.post("/charges/"+c.id()+"/disputes", nil)
	to := w.recipient(true)
	single, many := w.link(nil), w.link(object{"multiple": true, "title": "Fair"})
	require.NoError(t, w.PayLink(single.id()))
	account := w.linkedAccount()
	merchant := w.post("/sub_merchants", object{"name": "Somchai Coffee"})
	charging := w.post("/schedules", plan(w.payer(goodCard), nil))
	paying := w.post("/schedules", payout(to.id(), object{"amount": 5000}, object{"start_date": "2026-02-01"}))
	w.Advance(settlementDelay)
	transfer := w.post("/transfers", object{"amount": 5000, "recipient": to.id()})
	w.post("/transfers/"+transfer.id()+"/mark_as_sent", nil)
	receipt := w.get("/receipts").data()[0]

	for path, want := range map[string][]answer{
		"/refunds/search?filters[charge_id]=" + other.id():                                 {refund},
		"/refunds/search?filters[card_last_digits]=4242&filters[amount]=10":                {refund},
		"/refunds/search?filters[status]=closed&filters[voided]=false":                     {refund},
		"/refunds/search?query=too":                                                        {refund},
		"/disputes/search?filters[charge_id]=" + c.id():                                    {dispute},
		"/disputes/search?filters[status]=open&filters[delayed]=no":                        {dispute},
		"/disputes/search?filters[closed_at]=today":                                        {},
		"/disputes/search?filters[card_first_digits]=4242":                                 {},
		"/recipients/search?filters[bank_last_digits]=7890&filters[verified_at]=yesterday": {to},
		"/recipients/search?filters[type]=individual&filters[active]=true&query=malee":     {to},
		"/links/search?filters[used]=true&filters[used_at]=yesterday":                      {single},
		"/links/search?filters[pending]=true&filters[amount]=1000":                         {many},
		"/links/search?filters[multiple]=on&query=fair":                                    {many},
		"/linked_accounts/search?filters[status]=expired":                                  {account},
		"/linked_accounts/search?filters[type]=direct_debit_bay":                           {},
		"/sub_merchants/search?query=coffee&filters[registration_status]=unsubmitted":      {merchant},
		"/sub_merchants/search?filters[live_activated]=true":                               {},
		"/sub_merchants/search?filters[agreement_accepted]=0":                              {merchant},
		"/charges/schedules/search?filters[status]=active&filters[amount]=1000":            {charging},
		"/charges/schedules/search?filters[card_last_digits]=4242&query=membership":        {charging},
		"/transfers/schedules/search?filters[active]=true&query=malee":                     {paying},
		"/transfers/schedules/search?filters[status]=expired":                              {},
		"/transfers/search?filters[fee]=28.04&filters[sent]=true&filters[sent_at]=today":   {transfer},
		"/transfers/search?filters[paid]=true":                                             {},
		"/receipts/search?filters[created]=today":                                          {receipt},
		"/receipts/receipts/search?query=OMTH":                                             {receipt},
	} {
		w.finds(path, want...)
	}
	require.NotZero(t, w.get("/search?scope=event&query=charge.create")["total"])
	require.EqualValues(t, 1, w.get("/search?scope=transaction&query=" + transfer.id())["total"])
	for _, scope := range []string{"receipt", "audit", "charge_schedule", "transfer_schedule", "sub_merchant"} {
		require.Equal(t, scope, w.get("/search?scope=" + scope)["scope"])
	}
}
