package omise_test

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
)

// requireRefused makes a call. It checks that nothing was sent, and which field and
// rule the error names.
func requireRefused(t *testing.T, field, rule string, call func(context.Context, *omise.Client) error, opts ...omise.Option) {
	t.Helper()
	api := apitest.Respond(200, "{}")
	err := call(t.Context(), api.Client(t, opts...))
	require.Empty(t, api.Requests())
	require.Equal(t, field, refusal(t, err).Field)
	require.Contains(t, refusal(t, err).Rule, rule)
	require.Equal(t, "omise: "+refusal(t, err).Method+" "+refusal(t, err).PathTemplate+": "+field+" "+refusal(t, err).Rule, err.Error())
}

// Every id of every method refuses an id of another kind, and a test id where the key
// is live. The ids of webhook secrets and Payment Links+ have no documented prefix.
func TestFault54WrongKindOfID(t *testing.T) {
	t.Parallel()
	for _, op := range apitest.Operations() {
		ids := op.IDs()
		for i, id := range ids {
			if id == apitest.PathCurrency || op.HasNumericIDs() || strings.HasPrefix(op.Name, "WebhookSecrets.") {
				continue
			}
			t.Run(op.Name, func(t *testing.T) {
				t.Parallel()
				wrong := append([]string{}, ids...)
				wrong[i] = "evnt_test_5xsrnhy5yl6sc7x4pxb"
				if strings.HasPrefix(id, "evnt_") {
					wrong[i] = chargeID
				}
				call := func(ids []string) func(context.Context, *omise.Client) error {
					return func(_ context.Context, c *omise.Client) error { return op.Call(t, c, ids, op.Params()[0]) }
				}
				field := []string{"id", "id"}[i]
				if i == 1 {
					template := op.Endpoint.Path
					field = template[strings.LastIndex(template, "{")+1 : len(template)-1]
				}
				requireRefused(t, field, "must be the id of ", call(wrong))
				if i == 0 {
					kind, _, _ := strings.Cut(id, "_")
					wrong[i] = kind + "_test_5xsrnhy5yl6sc7x4pxb"
					requireRefused(t, field, "is a test id, but the key is a live key", call(wrong),
						omise.WithSecretKey(liveSecret), omise.WithPublicKey(livePublic))
				}
			})
		}
	}
}

// maySayNothing has the writes whose params may be nil: without params, the whole
// amount is captured, the API decides how a test dispute ends, and a webhook secret and
// a confirmation need no params.
var maySayNothing = map[string]bool{
	"Charges.Capture": true, "Disputes.Close": true, "MFAConfirmations.Create": true, "WebhookSecrets.Create": true,
}

func TestWritesRefuseNilParams(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, op := range apitest.Operations() {
		if method := op.Endpoint.Method; method == http.MethodGet || op.ParamsType() == nil || maySayNothing[op.Name] {
			continue
		}
		seen++
		requireRefused(t, "params", "must not be nil", func(_ context.Context, c *omise.Client) error {
			return op.Call(t, c, op.IDs(), reflect.Zero(reflect.PointerTo(op.ParamsType())))
		})
	}
	require.Greater(t, seen, 25)
}

func TestReadsAndWritesWithoutRequiredParamsTakeNilParams(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, op := range apitest.Operations() {
		if method := op.Endpoint.Method; op.ParamsType() == nil || method != http.MethodGet && !maySayNothing[op.Name] {
			continue
		}
		seen++
		got := apitest.RespondNotFound()
		none := reflect.Zero(reflect.PointerTo(op.ParamsType()))
		require.ErrorIs(t, op.Call(t, got.Client(t), op.IDs(), none), omise.ErrCodeNotFound, op.Name)
		values := got.Requests()[0].Values()
		values.Del("scope")
		require.Empty(t, values, op.Name)
	}
	require.Greater(t, seen, 50)
}

func TestInvalidParamsAreRefused(t *testing.T) {
	t.Parallel()
	charge := func(change func(*omise.ChargeCreateParams)) any {
		p := newCharge()
		change(p)
		return p
	}
	source := &omise.SourceCreateParams{Type: omise.SourceTypePromptPay, Amount: 2000, Currency: omise.THB}
	card := omise.TokenCardParams{Name: "Somchai", Number: omise.NewSensitive("4242424242424242"), ExpirationMonth: 12, ExpirationYear: 2035}
	bank := &omise.BankAccountParams{Name: "Somchai", Number: "1234567890", Brand: "bbl"}
	with := func(number string, month int) any {
		card := card
		card.Number, card.ExpirationMonth = omise.NewSensitive(number), month
		return &omise.TokenCreateParams{Card: &card}
	}
	month := omise.ScheduleOn{DaysOfMonth: []int{28}}
	schedule := func(change func(*omise.ScheduleCreateParams)) any {
		p := &omise.ScheduleCreateParams{
			Every: 1, Period: omise.SchedulePeriodMonth, On: &month, EndDate: omise.Date{Year: 2027, Month: 1, Day: 31},
			Charge: &omise.ScheduleChargeParams{Customer: "cust_test_1", Amount: 2000},
		}
		change(p)
		return p
	}
	link := func(change func(*omise.LinksPlusLinkCreateParams)) any {
		p := &omise.LinksPlusLinkCreateParams{TemplateID: 1, TeamID: 1, Name: "Shoes", Amount: 100}
		change(p)
		return p
	}
	rule := func(conditions ...omise.RoutingCondition) any {
		return &omise.RoutingGroupRuleCreateParams{Name: "a", Provider: "b", Conditions: conditions}
	}
	payOut := func(transfer omise.ScheduleTransferParams) any {
		return schedule(func(p *omise.ScheduleCreateParams) { p.Charge, p.Transfer = nil, &transfer })
	}
	const positive, required = "must be greater than 0", "is required"
	tests := []struct {
		op     string
		params any
		field  string
		rule   string
	}{
		{"Charges.Create", charge(func(p *omise.ChargeCreateParams) { p.Amount = 0 }), "amount", positive},
		{"Charges.Create", charge(func(p *omise.ChargeCreateParams) { p.Amount = -1 }), "amount", positive},
		{"Charges.Create", charge(func(p *omise.ChargeCreateParams) { p.Currency = "" }), "currency", required},
		{"Charges.Create", charge(func(p *omise.ChargeCreateParams) { p.Card = "" }), "card", required},
		{"Charges.Create", charge(func(p *omise.ChargeCreateParams) { p.Customer = "cust_test_1" }), "customer", "must be left out when card is a token"},
		{"Charges.Create", charge(func(p *omise.ChargeCreateParams) { p.Source, p.InlineSource = "src_test_1", source }), "source", "must be given once"},
		{"Charges.Create", charge(func(p *omise.ChargeCreateParams) { p.InlineSource = &omise.SourceCreateParams{} }), "source[type]", required},
		{"Charges.Capture", &omise.ChargeCaptureParams{CaptureAmount: new(int64(0))}, "capture_amount", positive},
		{"Charges.Capture", &omise.ChargeCaptureParams{CaptureAmount: new(int64(-1))}, "capture_amount", positive},
		{"Refunds.Create", &omise.RefundCreateParams{}, "amount", positive},
		{"Refunds.Create", &omise.RefundCreateParams{Amount: -1}, "amount", positive},
		{"Transfers.Create", &omise.TransferCreateParams{Amount: new(int64(0))}, "amount", positive},
		{"Transfers.Create", &omise.TransferCreateParams{Amount: new(int64(-1))}, "amount", positive},
		{"Transfers.Update", &omise.TransferUpdateParams{Amount: new(int64(0))}, "amount", positive},
		{"Sources.Create", &omise.SourceCreateParams{Amount: 2000, Currency: omise.THB}, "type", required},
		{"Sources.Create", &omise.SourceCreateParams{Type: source.Type, Currency: omise.THB}, "amount", positive},
		{"Sources.Create", &omise.SourceCreateParams{Type: source.Type, Amount: -1, Currency: omise.THB}, "amount", positive},
		{"Sources.Create", &omise.SourceCreateParams{Type: source.Type, Amount: 2000}, "currency", required},
		{"Tokens.Create", &omise.TokenCreateParams{}, "card", required},
		{"Tokens.Create", &omise.TokenCreateParams{Card: &card, Tokenization: &omise.TokenTokenizationParams{Method: "applepay", Data: omise.NewSensitive("{}")}}, "tokenization", "must be left out"},
		{"Tokens.Create", &omise.TokenCreateParams{Card: &omise.TokenCardParams{}}, "card[name]", required},
		{"Tokens.Create", with("", 12), "card[number]", required},
		{"Tokens.Create", with("4242 4242 4242 4242", 12), "card[number]", "must hold only digits"},
		{"Tokens.Create", with("4242424242424242", 13), "card[expiration_month]", "must be between 1 and 12"},
		{"Recipients.Create", &omise.RecipientCreateParams{Type: "individual", BankAccount: bank}, "name", required},
		{"Recipients.Create", &omise.RecipientCreateParams{Name: "Somchai", BankAccount: bank}, "type", required},
		{"Recipients.Create", &omise.RecipientCreateParams{Name: "Somchai", Type: "individual"}, "bank_account", required},
		{"Cards.Update", &omise.CardUpdateParams{ExpirationMonth: 13}, "expiration_month", "must be between 1 and 12"},
		{"Charges.List", &omise.ListParams{Limit: 101}, "limit", "must be between 1 and 100"},
		{"Charges.List", &omise.ListParams{Limit: -1}, "limit", "must be between 1 and 100"},
		{"Charges.List", &omise.ListParams{Offset: -1}, "offset", "must not be negative"},
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
		{"Schedules.BulkPause", &omise.ScheduleBulkParams{}, "schedule_ids", required},
		{"Schedules.BulkDelete", &omise.ScheduleBulkParams{ScheduleIDs: []string{}}, "schedule_ids", required},
		{"Schedules.BulkResume", &omise.ScheduleBulkParams{ScheduleIDs: slices.Repeat([]string{"schd_test_1"}, 101)}, "schedule_ids", "must not be more than 100"},
		{"RoutingGroupRules.Create", rule(), "conditions", required},
		{"RoutingGroupRules.Create", rule(omise.RoutingCondition{Field: "amount", Operator: "gt", Value: 1}, omise.RoutingCondition{Field: "amount"}), "conditions[1][operator]", required},
		{"RoutingGroupRules.Create", rule(omise.RoutingCondition{Field: "amount", Operator: "gt", Value: func() {}}), "params", "cannot be encoded"},
		{"LinksPlus.Create", link(func(p *omise.LinksPlusLinkCreateParams) { p.TeamID = -1 }), "team_id", positive},
		{"LinksPlus.Create", link(func(p *omise.LinksPlusLinkCreateParams) { p.Amount = -1 }), "amount", positive},
		{"LinksPlus.Create", link(func(p *omise.LinksPlusLinkCreateParams) { p.Name = strings.Repeat("ก", 46) }), "name", "longer than 45 characters"},
		{"LinksPlus.Create", link(func(p *omise.LinksPlusLinkCreateParams) { p.Additional = strings.Repeat("ก", 256) }), "additional", "longer than 255 characters"},
		{"Links.Create", &omise.LinkCreateParams{Amount: -1, Currency: omise.THB, Title: "a", Description: "b"}, "amount", positive},
		{"LinkedAccounts.Create", &omise.LinkedAccountCreateParams{Type: omise.LinkedAccountTypeDirectDebitSCB}, "return_uri", required},
		{"Search.Charges", &omise.SearchParams{PerPage: 101}, "per_page", "must be between 1 and 100"},
		{"Search.Charges", &omise.SearchParams{PerPage: -1}, "per_page", "must be between 1 and 100"},
		{"Search.Universal", &omise.SearchParams{Page: -1}, "page", "must not be negative"},
		{"Search.Charges", &omise.SearchParams{Filters: omise.ChargeFilters{Amount: omise.AmountFilter("XYZ", 1)}}, "params", "cannot be encoded"},
		{"Customers.Create", &omise.CustomerCreateParams{Metadata: omise.Metadata{"a[b": 1}}, "params", "cannot be encoded"},
		{"Customers.Create", &omise.CustomerCreateParams{Metadata: omise.Metadata{"a": func() {}}}, "params", "cannot be encoded"},
	}
	for _, tt := range tests {
		t.Run(tt.op+" "+tt.field, func(t *testing.T) {
			t.Parallel()
			requireRefused(t, tt.field, tt.rule, func(_ context.Context, c *omise.Client) error {
				return apitest.Find(t, tt.op).Call(t, c, apitest.Find(t, tt.op).IDs(), reflect.ValueOf(tt.params))
			})
		})
	}
}

// This is the only charge that may have the amount 0.
func TestPasskeyVerificationMayHaveTheAmountZero(t *testing.T) {
	t.Parallel()
	params := newCharge()
	params.Amount, params.Authentication = 0, omise.ChargeAuthenticationPasskey
	_, err := apitest.Respond(200, apitest.ObjectJSON(t, "charge")).Client(t).Charges.Create(t.Context(), params)
	require.NoError(t, err)
}

func TestNilContextIsRefused(t *testing.T) {
	t.Parallel()
	requireRefused(t, "ctx", "must not be nil", func(_ context.Context, c *omise.Client) error {
		var none context.Context
		_, err := c.Charges.Get(none, chargeID)
		return err
	})
}

// A name of the largest length, with letters of three bytes each.
func TestALongNameOfAPaymentPageIsSent(t *testing.T) {
	t.Parallel()
	api := apitest.Respond(200, apitest.ObjectJSON(t, "links_plus_link"))
	name := strings.Repeat("ก", 45)
	_, err := api.Client(t).LinksPlus.Create(t.Context(), &omise.LinksPlusLinkCreateParams{TemplateID: 1, TeamID: 1, Name: name, Amount: 100})
	require.NoError(t, err)
	require.Contains(t, api.Requests()[0].Payload, name)
}

func TestASubMerchantThatCouldBeAnotherHeaderIsRefused(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"team_1\r\nX: y", "a b", "é", "\x00"} {
		requireRefused(t, "sub-merchant", "must hold only letters", func(ctx context.Context, c *omise.Client) error {
			_, err := c.Charges.Get(ctx, chargeID, omise.WithSubMerchant(id))
			return err
		})
	}
}

// A program that finds no sub-merchant and passes an empty id must not make a call for
// the whole account.
func TestASubMerchantWithoutAnIDIsRefused(t *testing.T) {
	t.Parallel()
	requireRefused(t, "sub-merchant", "is required", func(ctx context.Context, c *omise.Client) error {
		_, err := c.Charges.Get(ctx, chargeID, omise.WithSubMerchant(""))
		return err
	})
}

// An invalidClient has a key or options that NewClient and With refuse.
type invalidClient struct {
	name        string
	key         string
	opts        []omise.Option
	field, rule string
}

// requireInvalidClients checks that NewClient and With refuse these clients.
func requireInvalidClients(t *testing.T, clients []invalidClient) {
	t.Helper()
	for _, tt := range clients {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			client, err := omise.NewClient(tt.key, tt.opts...)
			require.Nil(t, client)
			requireRule(t, err, tt.field, tt.rule)
			if tt.key == "" {
				return
			}
			api := apitest.Respond(200, "{}")
			other := api.Client(t).With(append(tt.opts, omise.WithSecretKey(tt.key))...)
			_, err = other.Charges.Get(t.Context(), chargeID)
			requireRule(t, err, tt.field, tt.rule)
			requireRule(t, other.Do(t.Context(), "GET", "/charges", nil, nil), tt.field, tt.rule)
			require.Empty(t, api.Requests())
		})
	}
}

func baseURL(u string) []omise.Option { return []omise.Option{omise.WithBaseURL(u)} }

func TestInvalidClientsAreRefused(t *testing.T) {
	t.Parallel()
	const https, query = "must be an absolute https URL", "must not hold a query or a fragment"
	requireInvalidClients(t, []invalidClient{
		{"no key", "", nil, "secret key", "is required"},
		{"query", testSecret, baseURL("https://api.omise.co?a=b"), "base URL", query},
		{"empty query", testSecret, baseURL("https://api.omise.co?"), "base URL", query},
		{"fragment", testSecret, baseURL("https://api.omise.co#a"), "base URL", query},
		{"empty fragment", testSecret, baseURL("https://api.omise.co#"), "base URL", query},
		{"relative URL", testSecret, baseURL("/v2"), "base URL", https},
		{"no scheme", testSecret, baseURL("api.omise.co"), "base URL", https},
		{"no host", testSecret, baseURL("https://"), "base URL", https},
		{"port alone", testSecret, baseURL("https://:443"), "base URL", https},
		{"other scheme", testSecret, baseURL("ftp://api.omise.co"), "base URL", https},
		{"no URL", testSecret, baseURL("https://api omise\x7f"), "base URL", https},
		{"version", testSecret, []omise.Option{omise.WithAPIVersion("2019-05")}, "API version", "must be a date"},
		{"version with a line break", testSecret, []omise.Option{omise.WithAPIVersion("2019-05-29\n")}, "API version", "must be a date"},
		{"timeout", testSecret, []omise.Option{omise.WithTimeout(-1)}, "timeout", "must not be negative"},
		{"max Retry-After", testSecret, []omise.Option{omise.WithMaxRetryAfter(-1)}, "max Retry-After", "must not be negative"},
		{"retries", testSecret, []omise.Option{omise.WithMaxRetries(-1)}, "max retries", "must not be negative"},
		{"HTTP client", testSecret, []omise.Option{omise.WithHTTPClient(nil)}, "HTTP client", "must not be nil"},
		{"user agent", testSecret, []omise.Option{omise.WithUserAgent("shop\r\nX: y")}, "user agent", "must be printable ASCII"},
	})
}

func TestFault59PlainHTTP(t *testing.T) {
	t.Parallel()
	requireInvalidClients(t, []invalidClient{
		{"http, live key", liveSecret, baseURL("http://api.omise.co"), "base URL", "must be https"},
		{"http, test key", testSecret, baseURL("http://api.omise.co"), "base URL", "must be https"},
		{"http to the vault", testSecret, []omise.Option{omise.WithVaultURL("http://10.0.0.1")}, "vault URL", "must be https"},
		{"http to a name like this machine", testSecret, baseURL("http://localhost.evil.test"), "base URL", "must be https"},
		{"http to Payment Links+", testSecret, []omise.Option{omise.WithLinksPlusURL("http://10.0.0.1")}, "Payment Links+ URL", "must be https"},
		{"http to this machine, live key", liveSecret, baseURL("http://localhost:8080"), "base URL", "must be https: plain http is for test keys"},
		{"http to the vault on this machine, live public key", "", []omise.Option{omise.WithPublicKey(livePublic), omise.WithVaultURL("http://127.0.0.1")}, "vault URL", "must be https: plain http is for test keys"},
	})
}

func TestFault64KeyWithBlanks(t *testing.T) {
	t.Parallel()
	const noSpace = "must hold only letters, digits and _"
	requireInvalidClients(t, []invalidClient{
		{"key with a line break", testSecret + "\n", nil, "secret key", noSpace},
		{"key with a blank", " " + testSecret, nil, "secret key", noSpace},
		{"key with a tab", testSecret + "\t", nil, "secret key", noSpace},
		{"public key with a line break", testSecret, []omise.Option{omise.WithPublicKey(testPublic + "\r\n")}, "public key", noSpace},
		{"Payment Links+ key with a line break", testSecret, []omise.Option{omise.WithLinksPlusKey("key\r\nX: y")}, "Payment Links+ key", "must be printable ASCII"},
	})
}

func TestFault65KeyOfAnotherRole(t *testing.T) {
	t.Parallel()
	requireInvalidClients(t, []invalidClient{
		{"public key as secret key", testPublic, nil, "secret key", "must start with skey_"},
		{"secret key as public key", "", []omise.Option{omise.WithPublicKey(testSecret)}, "public key", "must start with pkey_"},
		{"another kind of key", "sk_test_5xsrnhy5yl6sc7x4pxb", nil, "secret key", "must start with skey_"},
		{"a prefix alone", "skey_", nil, "secret key", "must start with skey_"},
		{"test and live key", testSecret, []omise.Option{omise.WithPublicKey(livePublic)}, "secret key", "and public key must both be"},
		{"live and test key", liveSecret, []omise.Option{omise.WithPublicKey(testPublic)}, "secret key", "and public key must both be"},
	})
}

func TestFault66UserInfoInTheBaseURL(t *testing.T) {
	t.Parallel()
	requireInvalidClients(t, []invalidClient{
		{"user info", testSecret, baseURL("https://admin:hunter2@api.omise.co"), "base URL", "must not hold a user name"},
	})
}

func requireRule(t *testing.T, err error, field, rule string) {
	t.Helper()
	require.Equal(t, field, refusal(t, err).Field)
	require.Contains(t, err.Error(), "omise: "+field+" "+rule)
	for _, secret := range []string{"5xsrnhy5", "hunter2", "10.0.0.1"} {
		require.NotContains(t, err.Error(), secret)
	}
}

func TestFault59PlainHTTPToThisMachine(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"localhost:8080", "127.0.0.1", "127.8.9.10:1", "[::1]:8080"} {
		_, err := omise.NewClient(testSecret, omise.WithBaseURL("http://"+host), omise.WithVaultURL("http://"+host))
		require.NoError(t, err, host)
	}
}
