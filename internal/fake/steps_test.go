package fake

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const shopSteps = `[
	{"name": "card", "call": "POST /tokens", "params": {"card": {"name": "Malee", "number": "4242424242424242", "expiration_month": 12, "expiration_year": 2035}}},
	{"name": "malee", "call": "POST /customers", "params": {"email": "malee@example.com", "card": "{card}", "metadata": {"note": "likes {card} games"}}},
	{"name": "order", "call": "POST /charges", "params": {"amount": 100000, "currency": "thb", "customer": "{malee}"}},
	{"call": "POST /charges/{order}/refunds", "params": {"amount": 40000}},
	{"advance": "8d"}
]`

func TestASeedMakesAWorld(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{})
	began := w.Now()
	ids, err := w.Seed([]byte(shopSteps))
	require.NoError(t, err)
	require.Len(t, ids, 3)
	order := w.get("/charges/" + ids["order"])
	require.Equal(t, []any{true, int64(40_000), ids["malee"]}, []any{order["paid"], order.num("refunded_amount"), order["customer"]})
	require.Equal(t, "likes {card} games", w.get("/customers/" + ids["malee"]).in("metadata")["note"])
	require.Equal(t, began.Add(8*day), w.Now())
	require.Positive(t, w.get("/balance").num("transferable"))
	require.Contains(t, w.eventKeys(), "refund.create")
}

func TestASeedIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	one, err := newWorld(t, Options{Seed: 1}).Seed([]byte(shopSteps))
	require.NoError(t, err)
	other, err := newWorld(t, Options{Seed: 1}).Seed([]byte(shopSteps))
	require.NoError(t, err)
	require.Equal(t, one, other)
}

func TestASeedLeavesNoCallInTheJournal(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Options{RateLimit: RateLimit{Calls: 1, Per: time.Hour}})
	require.NoError(t, w.Fault(Rule{Effect: DropBefore}))
	_, err := w.Seed([]byte(shopSteps))
	require.NoError(t, err)
	require.Empty(t, w.Calls())
	require.Zero(t, w.Faults()[0].Matched)
}

func TestBadStepsAreRefused(t *testing.T) {
	t.Parallel()
	for document, want := range map[string]string{
		`{}`:                                "must be an array of steps: ",
		`[] []`:                             "must be an array of steps and nothing else",
		`[{"call": "GET /links", "at": 1}]`: `unknown field "at"`,
		`[{}]`:                              "step 1: must have either a call or an advance",
		`[{"call": "GET /links", "advance": "1d"}]`:                                  "step 1: must have either a call or an advance",
		`[{"advance": "1h30d"}]`:                                                     `step 1: must be a time such as "36h" or "7d", at most ten years`,
		`[{"advance": "soon"}]`:                                                      `step 1: must be a time such as "36h" or "7d", at most ten years`,
		`[{"advance": "1d", "name": "later"}]`:                                       "step 1: an advance has neither a name nor params",
		`[{"call": "POST /customers"}, {"call": "POST /charge"}]`:                    `step 2: there is no operation "POST /charge"; did you mean "POST /charges"?`,
		`[{"call": "POST /customers"}, {"call": "GET /charges/{order}"}]`:            "step 2: no step before it is called {order}",
		`[{"call": "POST /charges", "params": {"card": "{card}"}}]`:                  "step 1: no step before it is called {card}",
		`[{"call": "GET /links", "name": "a"}, {"call": "GET /links", "name": "a"}]`: `step 2: there is a step called "a" already`,
	} {
		w := newWorld(t, Options{})
		_, err := w.Seed([]byte(document))
		require.ErrorContains(t, err, want, document)
		require.Empty(t, w.customers.all, "nothing has happened")
	}
}

func TestARefusedCallOfASeedIsAnError(t *testing.T) {
	t.Parallel()
	for document, want := range map[string]string{
		`[{"call": "POST /customers", "params": {"emial": "a@example.com"}}]`:                                           `step 1: POST /customers: POST /customers has no parameter "emial"; did you mean "email"?`,
		`[{"call": "POST /charges", "params": {"amount": 1, "currency": "thb"}}]`:                                       "step 1: POST /charges: ",
		`[{"call": "POST /customers", "name": "c"}, {"call": "DELETE /customers/{c}"}, {"call": "GET /customers/{c}"}]`: "step 3: GET /customers/{c}: customer cust_test_",
		`[{"call": "GET /links", "name": "none"}]`:                                                                      `step 1: GET /links: the answer has no id that could be called "none"`,
		`[{"call": "POST /tokens", "params": {"card": {"number": "4242424242424241"}}}]`:                                "(invalid_card)",
	} {
		_, err := newWorld(t, Options{}).Seed([]byte(document))
		require.ErrorContains(t, err, want, document)
		require.NotContains(t, err.Error(), "4242424242424241")
	}
}
