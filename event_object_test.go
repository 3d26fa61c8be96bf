package omise_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/omisetest"
	"github.com/omisekit/omise-go/testdata"
)

// eventText returns the body of a webhook.
func eventText(data string) string {
	return `{"object":"event","id":"evnt_test_1","key":"charge.complete","created_at":"2026-01-01T00:00:00Z","data":` + data + `}`
}

// eventAbout returns an event with some data, parsed from the body of a webhook.
func eventAbout(t testing.TB, data string) *omise.Event {
	t.Helper()
	event, err := omise.ParseEvent([]byte(eventText(data)))
	require.NoError(t, err)
	return event
}

func TestObjectIsTheModelOfItsKind(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(testdata.Objects, "objects/*.json")
	require.NoError(t, err)
	kinds := 0
	for _, file := range files {
		text, err := testdata.Objects.ReadFile(file)
		require.NoError(t, err)
		text = bytes.TrimSpace(text)
		name, _ := apitest.ParseJSON(text)["object"].(string)
		event := eventAbout(t, string(text))
		object := event.Object()
		require.Equal(t, string(text), string(event.Data), "the data differs from the body")
		if unknown, ok := object.(*omise.UnknownObject); ok {
			require.Equal(t, name, unknown.Object, file)
			require.Equal(t, string(text), string(unknown.Raw))
			continue
		}
		kinds++
		model := reflect.ValueOf(object).Elem()
		require.Equal(t, name, model.Field(0).String(), file)
		if model.Type() == apitest.Models[strings.TrimSuffix(strings.TrimPrefix(file, "objects/"), ".json")] {
			again, err := json.Marshal(object)
			require.NoError(t, err)
			require.Empty(t, lostValues(file, asPrinted(t, model, apitest.ParseJSON(text)), apitest.ParseJSON(again)))
		}
	}
	require.Greater(t, kinds, 25)
	t.Logf("%d kinds of objects", kinds)
}

// In every model, the field for the name of the kind is the first.
func TestTheFirstFieldOfEveryModelIsTheNameOfItsKind(t *testing.T) {
	t.Parallel()
	for name, model := range apitest.Models {
		if field, says := apitest.FieldsOf(model)["object"]; says {
			require.Equal(t, []int{0}, field.Index, name)
		}
	}
}

func TestObjectThatCannotBeReadOrHasNoAmountIsUnknown(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ data, object, id string }{
		"an unknown kind":       {`{"object":"spaceship","id":"spsh_1","amount":5}`, "spaceship", "spsh_1"},
		"no kind":               {`{"id":"chrg_1"}`, "", "chrg_1"},
		"an empty object":       {`{}`, "", ""},
		"a kind that is a list": {`{"object":["charge"],"id":7}`, "", ""},
		"a list":                {`[{"object":"charge"}]`, "", ""},
		"a text":                {`"chrg_1"`, "", ""},
		"a list of the API":     {`{"object":"list","data":[]}`, "list", ""},
		"no amount":             {`{"object":"charge","id":"chrg_1","currency":"THB","status":"successful","paid":true}`, "charge", "chrg_1"},
		"a null amount":         {`{"object":"charge","id":"chrg_1","amount":null,"currency":"THB"}`, "charge", "chrg_1"},
		"an amount as text":     {`{"object":"charge","id":"chrg_1","amount":"100","currency":"THB"}`, "charge", "chrg_1"},
		"a broken amount":       {`{"object":"charge","id":"chrg_1","amount":100.5,"currency":"THB"}`, "charge", "chrg_1"},
		"no currency":           {`{"object":"refund","id":"rfnd_1","amount":100}`, "refund", "rfnd_1"},
		"an empty currency":     {`{"object":"refund","id":"rfnd_1","amount":100,"currency":""}`, "refund", "rfnd_1"},
		"no id":                 {`{"object":"charge","amount":100,"currency":"THB"}`, "charge", ""},
		"a transfer of nothing": {`{"object":"transfer","id":"trsf_1","created":"2016-01-01T00:00:00Z"}`, "transfer", "trsf_1"},
		"a balance of nothing":  {`{"object":"balance","currency":"thb","available":5}`, "balance", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, &omise.UnknownObject{Object: row.object, ID: row.id, Raw: json.RawMessage(row.data)}, eventAbout(t, row.data).Object())
		})
	}
}

func TestDataThatAreNoJSONAreAnUnknownObject(t *testing.T) {
	t.Parallel()
	event := &omise.Event{Data: json.RawMessage("{")}
	require.Equal(t, &omise.UnknownObject{Raw: json.RawMessage("{")}, event.Object())
}

func TestObjectOfAnEventWithoutDataIsNil(t *testing.T) {
	t.Parallel()
	require.Nil(t, eventAbout(t, "null").Object())
	require.Nil(t, new(omise.Event).Object())
}

func TestTheEventsOfAChargeHaveNoObject(t *testing.T) {
	t.Parallel()
	client := omisetest.NewServer(t).Client()
	events, err := client.Charges.ListEvents(t.Context(), paidCharge(t, client).ID, nil)
	require.NoError(t, err)
	require.NotEmpty(t, events.Data)
	require.Nil(t, events.Data[0].Object())
}

func TestDeletedObjectHasItsID(t *testing.T) {
	t.Parallel()
	got := eventAbout(t, `{"object":"customer","id":"cust_1","livemode":false,"deleted":true}`).Object()
	require.Equal(t, &omise.DeletedObject{Object: "customer", ID: "cust_1"}, got)
}

func TestDeletedObjectWithItsAttributesIsAModel(t *testing.T) {
	t.Parallel()
	whole := eventAbout(t, `{"object":"customer","id":"cust_1","livemode":false,"deleted":true,"email":"a@example.com","created_at":"2026-01-01T00:00:00Z"}`).Object()
	require.True(t, whole.(*omise.Customer).Deleted)
	require.Equal(t, "a@example.com", whole.(*omise.Customer).Email)
}

func TestObjectThatIsNotDeletedIsAModel(t *testing.T) {
	t.Parallel()
	require.IsType(t, &omise.Customer{}, eventAbout(t, `{"object":"customer","id":"cust_1","deleted":false}`).Object())
}

// The object of every event of the fake is a model, or a stub of a deleted object.
func TestObjectOfEveryEventOfTheFake(t *testing.T) {
	t.Parallel()
	client, keys := accountWithEveryEvent(t), map[omise.EventKey]int{}
	for event, err := range client.Events.All(t.Context(), nil) {
		require.NoError(t, err)
		kind, _, _ := strings.Cut(string(event.Key), ".")
		object := event.Object()
		if deleted, ok := object.(*omise.DeletedObject); ok {
			require.True(t, strings.HasSuffix(string(event.Key), ".destroy"))
			require.Equal(t, kind, deleted.Object)
		} else {
			require.NotEqual(t, reflect.TypeFor[*omise.UnknownObject](), reflect.TypeOf(object), event.Key)
			require.Equal(t, kind, reflect.ValueOf(object).Elem().Field(0).String(), event.Key)
		}
		keys[event.Key]++
	}
	t.Logf("%d keys: %v", len(keys), keys)
	require.Greater(t, len(keys), 20)
}

// accountWithEveryEvent returns a client of an account that has all kinds of events.
func accountWithEveryEvent(t *testing.T) *omise.Client {
	t.Helper()
	ctx := t.Context()
	ok := func(err error) { t.Helper(); require.NoError(t, err) }
	srv := omisetest.NewServer(t)
	client := srv.Client()
	charge := paidCharge(t, client)
	ok(errorOf(client.Charges.Update(ctx, charge.ID, &omise.ChargeUpdateParams{Description: new("new")})))
	ok(errorOf(client.Refunds.Create(ctx, charge.ID, &omise.RefundCreateParams{Amount: 10_000})))
	for _, end := range []string{"accept", "close"} {
		dispute, err := client.Disputes.Create(ctx, paidCharge(t, client).ID)
		ok(err)
		if end == "accept" {
			ok(errorOf(client.Disputes.Accept(ctx, dispute.ID)))
			continue
		}
		ok(errorOf(client.Disputes.Update(ctx, dispute.ID, &omise.DisputeUpdateParams{Message: new("delivered")})))
		ok(errorOf(client.Disputes.Close(ctx, dispute.ID, nil)))
	}
	held := func() *omise.Charge {
		c, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{
			Amount: 50_000, Currency: omise.THB, Card: tokenOf(t, client, goodCard), Capture: new(false),
		})
		ok(err)
		return c
	}
	ok(errorOf(client.Charges.Capture(ctx, held().ID, nil)))
	ok(errorOf(client.Charges.Reverse(ctx, held().ID)))
	held() // this charge expires later
	source, err := client.Sources.Create(ctx, &omise.SourceCreateParams{Type: omise.SourceTypePromptPay, Amount: 45_000, Currency: omise.THB})
	ok(err)
	waiting, err := client.Charges.Create(ctx, &omise.ChargeCreateParams{Amount: 45_000, Currency: omise.THB, Source: source.ID})
	ok(err)
	ok(errorOf(client.Charges.MarkAsPaid(ctx, waiting.ID)))
	customer, err := client.Customers.Create(ctx, &omise.CustomerCreateParams{Card: tokenOf(t, client, goodCard)})
	ok(err)
	ok(errorOf(client.Customers.Update(ctx, customer.ID, &omise.CustomerUpdateParams{Email: new("a@example.com")})))
	ok(errorOf(client.Cards.Update(ctx, customer.ID, customer.DefaultCard.ID, &omise.CardUpdateParams{Name: "Somsri"})))
	ok(errorOf(client.Cards.Delete(ctx, customer.ID, customer.DefaultCard.ID)))
	ok(errorOf(client.Customers.Delete(ctx, customer.ID)))
	recipient, err := client.Recipients.Create(ctx, &omise.RecipientCreateParams{
		Name: "Doi Chang Roasters", Type: omise.RecipientTypeCorporation,
		BankAccount: &omise.BankAccountParams{Name: "Doi Chang Roasters", Number: "1234567890", Brand: "bbl"},
	})
	ok(err)
	ok(errorOf(client.Recipients.Verify(ctx, recipient.ID)))
	ok(errorOf(client.Recipients.Update(ctx, recipient.ID, &omise.RecipientUpdateParams{Description: new("beans")})))
	srv.Advance(8 * 24 * time.Hour)
	for i := range 2 {
		transfer, err := client.Transfers.Create(ctx, &omise.TransferCreateParams{Amount: new(int64(10_000)), Recipient: recipient.ID})
		ok(err)
		if i == 0 {
			ok(errorOf(client.Transfers.Delete(ctx, transfer.ID)))
		}
	}
	srv.Advance(4 * 24 * time.Hour)
	ok(errorOf(client.Recipients.Delete(ctx, recipient.ID)))
	ok(errorOf(client.Links.Create(ctx, &omise.LinkCreateParams{Amount: 20_000, Currency: omise.THB, Title: "Beans", Description: "One bag"})))
	return client
}

// Objects of older versions, as in the API's upgrade guide and in recordings.
func TestFault84OlderVersions(t *testing.T) {
	t.Parallel()
	created := time.Date(2017, 3, 2, 10, 27, 9, 0, time.UTC)
	const stamp = `"created":"2017-03-02T10:27:09Z"`
	for name, row := range map[string]struct {
		data  string
		check func(*testing.T, any)
	}{
		"a charge of 2017-11-02": {`{"object":"charge","id":"chrg_1","amount":100000,"currency":"thb","status":"successful","paid":true,"refunded":25000,` + stamp + `,
			"metadata":{"object":"charge","created":"mine","currency":"thb","refunded":1},
			"card":{"object":"card","id":"card_1","last_digits":"4242",` + stamp + `},
			"refunds":{"object":"list","data":[{"object":"refund","id":"rfnd_1","amount":25000,"currency":"thb",` + stamp + `}],"offset":0,"total":1}}`, func(t *testing.T, o any) {
			c := o.(*omise.Charge)
			require.EqualValues(t, 100_000, c.Amount)
			require.EqualValues(t, 25_000, c.RefundedAmount)
			require.Equal(t, omise.THB, c.Currency)
			require.True(t, c.Paid)
			require.Equal(t, created, c.CreatedAt)
			require.Equal(t, created, c.Card.CreatedAt)
			require.Equal(t, created, c.Refunds.Data[0].CreatedAt)
			require.Equal(t, omise.THB, c.Refunds.Data[0].Currency)
			require.Equal(t, omise.Metadata{"object": "charge", "created": "mine", "currency": "thb", "refunded": json.Number("1")}, c.Metadata)
		}},
		"a charge of 2014-07-27": {`{"object":"charge","id":"chrg_1","amount":100000,"currency":"thb","captured":true,` + stamp + `}`, func(t *testing.T, o any) {
			require.True(t, o.(*omise.Charge).Paid)
		}},
		"a charge that has both": {`{"object":"charge","id":"chrg_1","amount":100000,"currency":"thb","captured":true,"paid":false,"refunded":5,"refunded_amount":7,` + stamp + `}`, func(t *testing.T, o any) {
			require.False(t, o.(*omise.Charge).Paid)
			require.EqualValues(t, 7, o.(*omise.Charge).RefundedAmount)
		}},
		"a charge with an old object inside": {`{"object":"charge","id":"chrg_1","amount":9007199254740993,"currency":"THB","paid":true,"created_at":"2026-01-01T00:00:00Z","card":{"object":"card","id":"card_1",` + stamp + `}}`, func(t *testing.T, o any) {
			require.EqualValues(t, 9007199254740993, o.(*omise.Charge).Amount)
			require.Equal(t, created, o.(*omise.Charge).Card.CreatedAt)
		}},
		"a balance": {`{"object":"balance","available":300,"total":500,"reserve_amount":20,"currency":"jpy"}`, func(t *testing.T, o any) {
			require.Equal(t, &omise.Balance{Object: "balance", Transferable: 300, Total: 500, Reserve: 20, Currency: omise.JPY}, o)
		}},
		"a transaction": {`{"object":"transaction","id":"trxn_1","type":"debit","amount":500,"currency":"thb","source":"trsf_1","transferable":"2017-03-02T10:27:09Z",` + stamp + `}`, func(t *testing.T, o any) {
			tr := o.(*omise.Transaction)
			require.EqualValues(t, -500, tr.Signed())
			require.Equal(t, "trsf_1", tr.Origin.ID)
			require.Equal(t, created, tr.TransferableAt)
		}},
		"a forex rate": {`{"object":"forex","from":"usd","to":"thb","rate":32.5}`, func(t *testing.T, o any) {
			require.Equal(t, &omise.Forex{Object: "forex", Base: omise.USD, Quote: omise.THB, Rate: "32.5"}, o)
		}},
		"a schedule": {`{"object":"schedule","id":"schd_1","status":"active","start_date":"2017-03-01","end_date":"2018-03-01","next_occurrence_dates":["2017-04-01"],` + stamp + `}`, func(t *testing.T, o any) {
			s := o.(*omise.Schedule)
			require.Equal(t, "2017-03-01 2018-03-01 2017-04-01", fmt.Sprint(s.StartOn, s.EndOn, s.NextOccurrencesOn[0]))
			require.Equal(t, omise.ScheduleStatusActive, s.Status)
		}},
		"the oldest schedule": {`{"object":"schedule","id":"schd_1","status":"active","next_occurrences":["2017-04-01"],` + stamp + `}`, func(t *testing.T, o any) {
			require.Len(t, o.(*omise.Schedule).NextOccurrencesOn, 1)
		}},
		"an occurrence": {`{"object":"occurrence","id":"occu_1","status":"failed","schedule_date":"2017-03-01","retry_date":"2017-03-02",` + stamp + `}`, func(t *testing.T, o any) {
			require.Equal(t, "2017-03-01 2017-03-02", fmt.Sprint(o.(*omise.Occurrence).ScheduledOn, o.(*omise.Occurrence).RetryOn))
		}},
		"a receipt": {`{"object":"receipt","id":"rcpt_1","date":"2017-03-01","currency":"thb",` + stamp + `}`, func(t *testing.T, o any) {
			if r, ok := o.(*omise.Receipt); ok { // all its amounts are checked
				require.Equal(t, "2017-03-01", r.IssuedOn.String())
			}
		}},
		"a source": {`{"object":"source","id":"src_1","type":"installment_bay","amount":500000,"currency":"thb","installment_terms":6,` + stamp + `}`, func(t *testing.T, o any) {
			require.Equal(t, 6, *o.(*omise.Source).InstallmentTerm)
			require.Equal(t, omise.SourceType("installment_bay"), o.(*omise.Source).Type)
		}},
		"a dispute": {`{"object":"dispute","id":"dspt_1","amount":100000,"currency":"thb","status":"open","transaction":"trxn_1",` + stamp + `}`, func(t *testing.T, o any) {
			require.Empty(t, o.(*omise.Dispute).Transactions)
			require.Equal(t, created, o.(*omise.Dispute).CreatedAt)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			event := eventAbout(t, row.data)
			row.check(t, event.Object())
			require.Equal(t, row.data, string(event.Data))
		})
	}
}

// oldEvent is an event of an older version, which has created in place of created_at.
const oldEvent = `{"object":"event","id":"evnt_test_1","key":"charge.create","created":"2017-03-02T17:27:09+07:00","data":{"object":"charge","id":"chrg_1","b":"<&>"  ,"a":1}}`

var timeOfOldEvent = time.Date(2017, 3, 2, 10, 27, 9, 0, time.UTC)

func TestAnOlderEventInAWebhookHasItsTime(t *testing.T) {
	t.Parallel()
	event, err := omise.ParseEvent([]byte(oldEvent))
	require.NoError(t, err)
	require.Equal(t, timeOfOldEvent, event.CreatedAt)
	require.Equal(t, `{"object":"charge","id":"chrg_1","b":"<&>"  ,"a":1}`, string(event.Data))
}

func TestAnOlderEventThatIsReadHasItsTime(t *testing.T) {
	t.Parallel()
	event, err := apitest.Respond(200, oldEvent).Client(t).Events.Get(t.Context(), "evnt_test_1")
	require.NoError(t, err)
	require.Equal(t, timeOfOldEvent, event.CreatedAt)
}

func TestAnOlderEventInAListHasItsTime(t *testing.T) {
	t.Parallel()
	newer := strings.NewReplacer("created", "created_at", "_1", "_2", "2017", "2026").Replace(oldEvent)
	page, err := apitest.Respond(200, `{"object":"list","data":[`+newer+`,`+oldEvent+`],"offset":0,"total":2}`).Client(t).Events.List(t.Context(), nil)
	require.NoError(t, err)
	require.Equal(t, 2026, page.Data[0].CreatedAt.Year())
	require.Equal(t, timeOfOldEvent, page.Data[1].CreatedAt)
}

func TestParseEventRefusesABodyThatIsNoEvent(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		``: "not a JSON document", `<html>`: "not a JSON document", `{"object":"event"`: "not a JSON document",
		`null`: "no object of the API, not an event", `{}`: "no object of the API, not an event", `{"data":null}`: "not an event",
		`[]`: "unexpected array", `"event"`: "unexpected string", `7`: "unexpected number",
		`{"object":"charge","id":"chrg_1"}`:                            "this is a charge, not an event",
		`{"object":"4242424242424242","id":"evnt_1","key":"a"}`:        "an unknown object",
		`{"object":"` + testSecret + `","id":"evnt_1","key":"a"}`:      "an unknown object",
		`{"object":"` + large[:300] + `","id":"evnt_1","key":"a"}`:     "an unknown object",
		`{"object":"<b>4242"}`:                                         "an unknown object",
		`{"object":"event"}`:                                           "has no key",
		`{"object":"event","id":"evnt_1"}`:                             "has no key",
		`{"object":"event","key":"charge.create"}`:                     "has no id of an event",
		`{"object":"event","id":"../x","key":"a"}`:                     "has no id",
		`{"object":"event","id":"chrg_test_1","key":"a"}`:              "has no id of an event",
		`{"object":"event","id":7,"key":"a"}`:                          "id: unexpected number",
		`{"object":"event","id":"evnt_1","key":["a"]}`:                 "key: unexpected array",
		`{"object":"event","id":"evnt_` + large[:300] + `","key":"a"}`: "has no id",
	} {
		event, err := omise.ParseEvent([]byte(text))
		require.Nil(t, event, text)
		require.ErrorContains(t, err, want, text)
		require.NotContains(t, err.Error(), "4242")
		require.NotContains(t, err.Error(), testSecret)
	}
}

func TestAnswersOfAnOlderVersionAreReadWithTheCurrentNames(t *testing.T) {
	t.Parallel()
	srv := omisetest.NewServer(t)
	paid := srv.SeedPaidCharges(2)
	for _, version := range []string{omise.APIVersion20140727, omise.APIVersion20151117, omise.APIVersion20171102} {
		t.Run(version, func(t *testing.T) {
			client := srv.Client(omise.WithAPIVersion(version))
			charge, err := client.Charges.Get(t.Context(), paid[0])
			require.NoError(t, err)
			require.Equal(t, omise.NextStepPaid, charge.NextStep())
			require.Equal(t, omise.THB, charge.Currency)
			require.False(t, charge.CreatedAt.IsZero())
			page, err := client.Charges.List(t.Context(), nil)
			require.NoError(t, err)
			require.Len(t, page.Data, 2)
			require.True(t, page.Data[0].Paid)
			balance, err := client.Balance.Get(t.Context())
			require.NoError(t, err)
			require.Positive(t, balance.Transferable+balance.Reserve+balance.Total)
		})
	}
}
