package omise_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
)

// The references give the answer to a bulk operation two names.
func TestBothNamesOfABulkOperationAreAccepted(t *testing.T) {
	t.Parallel()
	for _, object := range []string{"bulk", "bulk_operation"} {
		client := apitest.Respond(200, apitest.ObjectJSON(t, "bulk", "object", `"`+object+`"`)).Client(t)
		for name, call := range map[string]func(context.Context, *omise.ScheduleBulkParams, ...omise.RequestOption) (*omise.Bulk, error){
			"BulkPause": client.Schedules.BulkPause, "BulkResume": client.Schedules.BulkResume, "BulkDelete": client.Schedules.BulkDelete,
		} {
			t.Run(name+", "+object, func(t *testing.T) {
				t.Parallel()
				got, err := call(t.Context(), &omise.ScheduleBulkParams{ScheduleIDs: []string{"schd_test_1"}})
				require.NoError(t, err)
				require.Equal(t, object, got.Object)
				require.Equal(t, 1, got.UpdatedCount)
			})
		}
	}
}

func TestAnotherNameOfABulkOperationIsRefused(t *testing.T) {
	t.Parallel()
	params := &omise.ScheduleBulkParams{ScheduleIDs: []string{"schd_test_1"}}
	_, err := apitest.Respond(200, `{"object":"bulk_delete"}`).Client(t).Schedules.BulkDelete(t.Context(), params)
	require.ErrorContains(t, err, "the answer is a bulk_delete, not a bulk")
}

// The references give the account of a chain two names.
func TestTheAccountOfAChainMayBeAnAccountOrAChain(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"account", "chain"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			account, err := apitest.Respond(200, apitest.ObjectJSON(t, name)).Client(t).Chains.GetAccount(t.Context(), apitest.Object("chain")["id"].(string))
			require.NoError(t, err)
			require.Equal(t, name, account.Object)
			require.Equal(t, apitest.Object(name)["id"], account.ID)
		})
	}
}

func TestAChainIsNotTheAccountOfTheKey(t *testing.T) {
	t.Parallel()
	_, err := apitest.Respond(200, apitest.ObjectJSON(t, "chain")).Client(t).Account.Get(t.Context())
	require.ErrorContains(t, err, "the answer is a chain, not an account")
}

func TestAnAccountIsNoChain(t *testing.T) {
	t.Parallel()
	_, err := apitest.Respond(200, apitest.ObjectJSON(t, "account")).Client(t).Chains.Get(t.Context(), apitest.Object("chain")["id"].(string))
	require.ErrorContains(t, err, "the answer is an account, not a chain")
}

func TestAReceiptListIsAList(t *testing.T) {
	t.Parallel()
	page := `{"object":"receipt_list","data":[` + apitest.ObjectJSON(t, "receipt") + `],"total":1}`
	receipts, err := apitest.Respond(200, page).Client(t).Receipts.List(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, receipts.Data, 1)
}

// recordsWithNames has calls whose records have several names in the references.
var recordsWithNames = map[string]struct {
	model  string
	answer string // of the call, with a record
	names  []string
	call   func(context.Context, *omise.Client) error
}{
	"charge schedules": {"schedule", `{"object":"search","data":[%s],"total":1}`, schedulesNames, func(ctx context.Context, c *omise.Client) error {
		return errorOf(c.Search.ChargeSchedules(ctx, nil))
	}},
	"transfer schedules": {"schedule", `{"object":"search","data":[%s],"total":1}`, schedulesNames, func(ctx context.Context, c *omise.Client) error {
		return errorOf(c.Search.TransferSchedules(ctx, nil))
	}},
	"API versions": {"api_version", `{"object":"list","data":[%s],"total":1}`, []string{"api_version", "account"}, func(ctx context.Context, c *omise.Client) error {
		return errorOf(c.Account.ListAPIVersions(ctx, nil))
	}},
	"transactions": {"transaction", `{"object":"list","data":[%s],"total":1}`, []string{"transaction", "aggregated_transaction"}, func(ctx context.Context, c *omise.Client) error {
		return errorOf(c.Transactions.List(ctx, nil))
	}},
	"balance": {"balance", "%s", []string{"balance", "aggregated_balance"}, func(ctx context.Context, c *omise.Client) error {
		return errorOf(c.Balance.Get(ctx))
	}},
}

var schedulesNames = []string{"schedule", "charge_schedule", "transfer_schedule", "scheduled_charge", "scheduled_transfer"}

func TestEveryDocumentedNameOfARecordIsAccepted(t *testing.T) {
	t.Parallel()
	for kind, row := range recordsWithNames {
		for _, name := range row.names {
			t.Run(kind+", "+name, func(t *testing.T) {
				t.Parallel()
				answer := fmt.Sprintf(row.answer, apitest.ObjectJSON(t, row.model, "object", `"`+name+`"`))
				require.NoError(t, row.call(t.Context(), apitest.Respond(200, answer).Client(t)))
			})
		}
	}
}

func TestAnyOtherNameOfARecordIsRefused(t *testing.T) {
	t.Parallel()
	for kind, row := range recordsWithNames {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			answer := fmt.Sprintf(row.answer, apitest.ObjectJSON(t, row.model, "object", `"charge"`))
			require.ErrorContains(t, row.call(t.Context(), apitest.Respond(200, answer).Client(t)), "a charge, not", row.model)
		})
	}
}

func TestAPaymentPageHasTheIDThatWasAskedFor(t *testing.T) {
	t.Parallel()
	link, err := apitest.Respond(200, apitest.ObjectJSON(t, "links_plus_link")).Client(t).LinksPlus.Get(t.Context(), 789)
	require.NoError(t, err)
	require.EqualValues(t, 789, link.ID)
}

// The ids of payment pages are numbers, and are compared like other ids.
func TestAWrongPaymentPageIsRefused(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		asked int64
		id    string // of the page in the answer
		want  string
	}{
		"another id":   {790, "789", "another link than the one asked for"},
		"no id":        {789, "0", "has no id"},
		"id as a text": {789, `"789"`, "id: unexpected string"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := apitest.Respond(200, apitest.ObjectJSON(t, "links_plus_link", "id", row.id)).Client(t)
			_, err := client.LinksPlus.Get(t.Context(), row.asked)
			require.ErrorContains(t, err, row.want)
		})
	}
}

func TestAPaymentPageIsNoTemplate(t *testing.T) {
	t.Parallel()
	_, err := apitest.Respond(200, apitest.ObjectJSON(t, "links_plus_link")).Client(t).LinksPlus.GetTemplate(t.Context(), 789)
	require.ErrorContains(t, err, "the answer is a link, not a template")
}
