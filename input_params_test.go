package omise_test

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
)

// invalidParams are params that an operation refuses, and the error.
type invalidParams struct {
	op          string
	params      any
	field, rule string
}

const positive, required = "must be greater than 0", "is required"

// requireInvalidParams checks that the params are refused before anything is sent.
func requireInvalidParams(t *testing.T, rows []invalidParams) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.op+" "+row.field, func(t *testing.T) {
			t.Parallel()
			requireRefused(t, row.field, row.rule, func(_ context.Context, c *omise.Client) error {
				op := apitest.Find(t, row.op)
				return op.Call(t, c, op.IDs(), reflect.ValueOf(row.params))
			})
		})
	}
}

func TestInvalidParamsOfAChargeAreRefused(t *testing.T) {
	t.Parallel()
	charge := func(change func(*omise.ChargeCreateParams)) any {
		p := newCharge()
		change(p)
		return p
	}
	source := &omise.SourceCreateParams{Type: omise.SourceTypePromptPay, Amount: 2000, Currency: omise.THB}
	requireInvalidParams(t, []invalidParams{
		{"Charges.Create", charge(func(p *omise.ChargeCreateParams) { p.Amount = 0 }), "amount", positive},
		{"Charges.Create", charge(func(p *omise.ChargeCreateParams) { p.Amount = -1 }), "amount", positive},
		{"Charges.Create", charge(func(p *omise.ChargeCreateParams) { p.Currency = "" }), "currency", required},
		{"Charges.Create", charge(func(p *omise.ChargeCreateParams) { p.Card = "" }), "card", required},
		{"Charges.Create", charge(func(p *omise.ChargeCreateParams) { p.Customer = "cust_test_1" }), "customer", "must be left out when card is a token"},
		{"Charges.Create", charge(func(p *omise.ChargeCreateParams) { p.Source, p.InlineSource = "src_test_1", source }), "source", "must be given once"},
		{"Charges.Create", charge(func(p *omise.ChargeCreateParams) { p.InlineSource = &omise.SourceCreateParams{} }), "source[type]", required},
		{"Charges.Capture", &omise.ChargeCaptureParams{CaptureAmount: new(int64(0))}, "capture_amount", positive},
		{"Charges.Capture", &omise.ChargeCaptureParams{CaptureAmount: new(int64(-1))}, "capture_amount", positive},
	})
}

// This is the only charge that may have the amount 0.
func TestPasskeyVerificationMayHaveTheAmountZero(t *testing.T) {
	t.Parallel()
	params := newCharge()
	params.Amount, params.Authentication = 0, omise.ChargeAuthenticationPasskey
	_, err := apitest.Respond(200, apitest.ObjectJSON(t, "charge")).Client(t).Charges.Create(t.Context(), params)
	require.NoError(t, err)
}

func TestInvalidAmountsAreRefused(t *testing.T) {
	t.Parallel()
	requireInvalidParams(t, []invalidParams{
		{"Refunds.Create", &omise.RefundCreateParams{}, "amount", positive},
		{"Refunds.Create", &omise.RefundCreateParams{Amount: -1}, "amount", positive},
		{"Transfers.Create", &omise.TransferCreateParams{Amount: new(int64(0))}, "amount", positive},
		{"Transfers.Create", &omise.TransferCreateParams{Amount: new(int64(-1))}, "amount", positive},
		{"Transfers.Update", &omise.TransferUpdateParams{Amount: new(int64(0))}, "amount", positive},
		{"Links.Create", &omise.LinkCreateParams{Amount: -1, Currency: omise.THB, Title: "a", Description: "b"}, "amount", positive},
	})
}

func TestInvalidParamsOfAMeansOfPaymentAreRefused(t *testing.T) {
	t.Parallel()
	card := omise.TokenCardParams{Name: "Somchai", Number: omise.NewSensitive(goodCard), ExpirationMonth: 12, ExpirationYear: 2035}
	with := func(number string, month int) any {
		card := card
		card.Number, card.ExpirationMonth = omise.NewSensitive(number), month
		return &omise.TokenCreateParams{Card: &card}
	}
	requireInvalidParams(t, []invalidParams{
		{"Sources.Create", &omise.SourceCreateParams{Amount: 2000, Currency: omise.THB}, "type", required},
		{"Sources.Create", &omise.SourceCreateParams{Type: omise.SourceTypePromptPay, Currency: omise.THB}, "amount", positive},
		{"Sources.Create", &omise.SourceCreateParams{Type: omise.SourceTypePromptPay, Amount: -1, Currency: omise.THB}, "amount", positive},
		{"Sources.Create", &omise.SourceCreateParams{Type: omise.SourceTypePromptPay, Amount: 2000}, "currency", required},
		{"Tokens.Create", &omise.TokenCreateParams{}, "card", required},
		{"Tokens.Create", &omise.TokenCreateParams{Card: &card, Tokenization: &omise.TokenTokenizationParams{Method: "applepay", Data: omise.NewSensitive("{}")}}, "tokenization", "must be left out"},
		{"Tokens.Create", &omise.TokenCreateParams{Card: &omise.TokenCardParams{}}, "card[name]", required},
		{"Tokens.Create", with("", 12), "card[number]", required},
		{"Tokens.Create", with("4242 4242 4242 4242", 12), "card[number]", "must hold only digits"},
		{"Tokens.Create", with(goodCard, 13), "card[expiration_month]", "must be between 1 and 12"},
		{"Cards.Update", &omise.CardUpdateParams{ExpirationMonth: 13}, "expiration_month", "must be between 1 and 12"},
	})
}

func TestInvalidParamsOfAPersonAreRefused(t *testing.T) {
	t.Parallel()
	bank := &omise.BankAccountParams{Name: "Somchai", Number: "1234567890", Brand: "bbl"}
	requireInvalidParams(t, []invalidParams{
		{"Recipients.Create", &omise.RecipientCreateParams{Type: "individual", BankAccount: bank}, "name", required},
		{"Recipients.Create", &omise.RecipientCreateParams{Name: "Somchai", BankAccount: bank}, "type", required},
		{"Recipients.Create", &omise.RecipientCreateParams{Name: "Somchai", Type: "individual"}, "bank_account", required},
		{"LinkedAccounts.Create", &omise.LinkedAccountCreateParams{Type: omise.LinkedAccountTypeDirectDebitSCB}, "return_uri", required},
	})
}

func TestInvalidParamsOfAScheduleAreRefused(t *testing.T) {
	t.Parallel()
	month := omise.ScheduleOn{DaysOfMonth: []int{28}}
	schedule := func(change func(*omise.ScheduleCreateParams)) any {
		p := &omise.ScheduleCreateParams{
			Every: 1, Period: omise.SchedulePeriodMonth, On: &month, EndDate: omise.Date{Year: 2027, Month: 1, Day: 31},
			Charge: &omise.ScheduleChargeParams{Customer: "cust_test_1", Amount: 2000},
		}
		change(p)
		return p
	}
	payOut := func(transfer omise.ScheduleTransferParams) any {
		return schedule(func(p *omise.ScheduleCreateParams) { p.Charge, p.Transfer = nil, &transfer })
	}
	requireInvalidParams(t, []invalidParams{
		{"Schedules.Create", schedule(func(p *omise.ScheduleCreateParams) { p.Every = -1 }), "every", positive},
		{"Schedules.Create", schedule(func(p *omise.ScheduleCreateParams) { p.Charge = nil }), "charge", "or transfer is required, and not both"},
		{"Schedules.Create", schedule(func(p *omise.ScheduleCreateParams) {
			p.Transfer = &omise.ScheduleTransferParams{Recipient: "recp_test_1"}
		}), "charge", "or transfer is required, and not both"},
		{"Schedules.Create", schedule(func(p *omise.ScheduleCreateParams) { p.Charge.Amount = 0 }), "charge[amount]", positive},
		{"Schedules.Create", schedule(func(p *omise.ScheduleCreateParams) { p.Charge.Customer = "" }), "charge[customer]", required},
		{"Schedules.Create", schedule(func(p *omise.ScheduleCreateParams) { p.On = nil }), "on[days_of_month]", "or on[weekday_of_month] is required"},
		{"Schedules.Create", schedule(func(p *omise.ScheduleCreateParams) {
			p.On = &omise.ScheduleOn{DaysOfMonth: []int{1}, WeekdayOfMonth: "last_friday"}
		}), "on[days_of_month]", "and not both"},
		{"Schedules.Create", schedule(func(p *omise.ScheduleCreateParams) { p.On = &omise.ScheduleOn{DaysOfMonth: []int{1, 29}} }), "on[days_of_month]", "between 1 and 28"},
		{"Schedules.Create", schedule(func(p *omise.ScheduleCreateParams) { p.On = &omise.ScheduleOn{DaysOfMonth: []int{0}} }), "on[days_of_month]", "between 1 and 28"},
		{"Schedules.Create", schedule(func(p *omise.ScheduleCreateParams) { p.Period = omise.SchedulePeriodWeek }), "on[weekdays]", required},
		{"Schedules.Create", payOut(omise.ScheduleTransferParams{}), "transfer[recipient]", required},
		{"Schedules.Create", payOut(omise.ScheduleTransferParams{Recipient: "recp_test_1", Amount: new(int64(0))}), "transfer[amount]", positive},
		{"Schedules.Create", payOut(omise.ScheduleTransferParams{Recipient: "recp_test_1", Amount: new(int64(1)), PercentageOfBalance: "50"}), "transfer[amount]", "must be left out"},
	})
}

func TestInvalidBulkOperationsAreRefused(t *testing.T) {
	t.Parallel()
	requireInvalidParams(t, []invalidParams{
		{"Schedules.BulkPause", &omise.ScheduleBulkParams{}, "schedule_ids", required},
		{"Schedules.BulkDelete", &omise.ScheduleBulkParams{ScheduleIDs: []string{}}, "schedule_ids", required},
		{"Schedules.BulkResume", &omise.ScheduleBulkParams{ScheduleIDs: slices.Repeat([]string{"schd_test_1"}, 101)}, "schedule_ids", "must not be more than 100"},
	})
}

func TestInvalidPagesAndFiltersAreRefused(t *testing.T) {
	t.Parallel()
	requireInvalidParams(t, []invalidParams{
		{"Charges.List", &omise.ListParams{Limit: 101}, "limit", "must be between 1 and 100"},
		{"Charges.List", &omise.ListParams{Limit: -1}, "limit", "must be between 1 and 100"},
		{"Charges.List", &omise.ListParams{Offset: -1}, "offset", "must not be negative"},
		{"Search.Charges", &omise.SearchParams{PerPage: 101}, "per_page", "must be between 1 and 100"},
		{"Search.Charges", &omise.SearchParams{PerPage: -1}, "per_page", "must be between 1 and 100"},
		{"Search.Universal", &omise.SearchParams{Page: -1}, "page", "must not be negative"},
		{"Search.Charges", &omise.SearchParams{Filters: omise.ChargeFilters{Amount: omise.AmountFilter("XYZ", 1)}}, "params", "cannot be encoded"},
	})
}

func TestInvalidRoutingRulesAreRefused(t *testing.T) {
	t.Parallel()
	rule := func(conditions ...omise.RoutingCondition) any {
		return &omise.RoutingGroupRuleCreateParams{Name: "a", Provider: "b", Conditions: conditions}
	}
	requireInvalidParams(t, []invalidParams{
		{"RoutingGroupRules.Create", rule(), "conditions", required},
		{"RoutingGroupRules.Create", rule(omise.RoutingCondition{Field: "amount", Operator: "gt", Value: 1}, omise.RoutingCondition{Field: "amount"}), "conditions[1][operator]", required},
		{"RoutingGroupRules.Create", rule(omise.RoutingCondition{Field: "amount", Operator: "gt", Value: func() {}}), "params", "cannot be encoded"},
	})
}

func TestInvalidPaymentPagesAreRefused(t *testing.T) {
	t.Parallel()
	link := func(change func(*omise.LinksPlusLinkCreateParams)) any {
		p := &omise.LinksPlusLinkCreateParams{TemplateID: 1, TeamID: 1, Name: "Shoes", Amount: 100}
		change(p)
		return p
	}
	requireInvalidParams(t, []invalidParams{
		{"LinksPlus.Create", link(func(p *omise.LinksPlusLinkCreateParams) { p.TeamID = -1 }), "team_id", positive},
		{"LinksPlus.Create", link(func(p *omise.LinksPlusLinkCreateParams) { p.Amount = -1 }), "amount", positive},
		{"LinksPlus.Create", link(func(p *omise.LinksPlusLinkCreateParams) { p.Name = strings.Repeat("ก", 46) }), "name", "longer than 45 characters"},
		{"LinksPlus.Create", link(func(p *omise.LinksPlusLinkCreateParams) { p.Additional = strings.Repeat("ก", 256) }), "additional", "longer than 255 characters"},
	})
}

// The limit counts letters, and each of these letters has three bytes.
func TestAPaymentPageWithTheLongestNameIsSent(t *testing.T) {
	t.Parallel()
	api := apitest.Respond(200, apitest.ObjectJSON(t, "links_plus_link"))
	name := strings.Repeat("ก", 45)
	_, err := api.Client(t).LinksPlus.Create(t.Context(), &omise.LinksPlusLinkCreateParams{TemplateID: 1, TeamID: 1, Name: name, Amount: 100})
	require.NoError(t, err)
	require.Contains(t, api.Requests()[0].Payload, name)
}

func TestMetadataThatCannotBeEncodedAreRefused(t *testing.T) {
	t.Parallel()
	requireInvalidParams(t, []invalidParams{
		{"Customers.Create", &omise.CustomerCreateParams{Metadata: omise.Metadata{"a[b": 1}}, "params", "cannot be encoded"},
		{"Customers.Create", &omise.CustomerCreateParams{Metadata: omise.Metadata{"a": func() {}}}, "params", "cannot be encoded"},
	})
}
