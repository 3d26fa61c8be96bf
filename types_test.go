package omise_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/internal/form"
	"github.com/omisekit/omise-go/internal/wire"
)

func TestTheErrorCodesAreAllDifferent(t *testing.T) {
	t.Parallel()
	var values []string
	for _, code := range constants(t)["ErrorCode"] {
		require.True(t, strings.HasPrefix(code.name, "ErrCode"), code.name)
		values = append(values, code.value)
	}
	require.Len(t, values, 43)
	slices.Sort(values)
	require.Len(t, slices.Compact(values), 43)
}

func TestAnUnknownValueOfAnEnumIsPassedOn(t *testing.T) {
	t.Parallel()
	enums, count := constants(t), 0
	for name, model := range apitest.Models {
		for attribute, field := range apitest.FieldsOf(model) {
			kind, value := field.Type, any("something_new")
			if kind.Kind() == reflect.Slice {
				kind, value = kind.Elem(), []string{"something_new"}
			}
			if kind.Kind() != reflect.String || kind == reflect.TypeFor[string]() || enums[kind.Name()] == nil {
				continue
			}
			count++
			text, err := json.Marshal(map[string]any{attribute: value})
			require.NoError(t, err)
			v := reflect.New(model)
			ignored, err := wire.Decode(text, v.Interface())
			require.NoError(t, err)
			require.Empty(t, ignored)
			got := fmt.Sprint(v.Elem().FieldByIndex(field.Index))
			require.Equal(t, "something_new", strings.Trim(got, "[]"), "%s.%s", name, attribute)
		}
	}
	require.NotZero(t, count)
	t.Logf("%d fields of enum types", count)
}

func TestExpandableReads(t *testing.T) {
	t.Parallel()
	type document struct {
		Customer omise.Expandable[omise.Customer] `json:"customer"`
	}
	type expandable = omise.Expandable[omise.Customer]
	stub := &omise.Customer{Object: "customer", ID: "cust_test_1", Deleted: true}
	for _, row := range []struct {
		name, text string
		want       expandable
		encoded    string // of the reference, if it differs
	}{
		{"an id", `{"customer":"cust_test_1"}`, expandable{ID: "cust_test_1"}, `"cust_test_1"`},
		{"null", `{"customer":null}`, expandable{}, `null`},
		{"nothing", `{}`, expandable{}, `null`},
		{"an empty id", `{"customer":""}`, expandable{}, `null`},
		{"white space", "{\"customer\": \n\t\"cust_test_1\" }", expandable{ID: "cust_test_1"}, `"cust_test_1"`},
		{"a deleted object", `{"customer":{"object":"customer","id":"cust_test_1","livemode":false,"deleted":true}}`, expandable{ID: "cust_test_1", Object: stub}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var got document
			require.NoError(t, json.Unmarshal([]byte(row.text), &got))
			require.Equal(t, row.want, got.Customer)
			require.Equal(t, row.want == expandable{}, got.Customer.IsZero())
			if row.encoded != "" {
				again, err := json.Marshal(got.Customer)
				require.NoError(t, err)
				require.Equal(t, row.encoded, string(again))
			}
		})
	}
}

func TestExpandableForgetsWhatItHeld(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`null`, `"cust_test_2"`, `{"id":"cust_test_2"}`} {
		e := omise.Expandable[omise.Customer]{ID: "cust_test_1", Object: &omise.Customer{Email: "old@example.com"}}
		require.NoError(t, json.Unmarshal([]byte(text), &e))
		require.NotEqual(t, "cust_test_1", e.ID, text)
		require.True(t, e.Object == nil || e.Object.Email == "", text)
	}
}

func TestExpandableRefusesWhatRefersToNothing(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`1`, `true`, `[]`, `["cust_test_1"]`, `{}`, `{"id":""}`, `{"id":1}`, `{"id":null}`} {
		var e omise.Expandable[omise.Customer]
		require.Error(t, json.Unmarshal([]byte(text), &e), text)
	}
}

// In older API versions, the answer to a delete is a stub without most attributes.
func TestADeletedStubDecodes(t *testing.T) {
	t.Parallel()
	customer := apitest.Object("customer")["id"].(string)
	client := apitest.Respond(200, `{"object":"customer","id":"`+customer+`","livemode":false,"deleted":true}`).Client(t)
	got, err := client.Customers.Delete(t.Context(), customer)
	require.NoError(t, err)
	require.Equal(t, &omise.Customer{Object: "customer", ID: customer, Deleted: true}, got)
}

func TestDateReadsWhatItWrites(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 6))
	for range 1000 {
		day := omise.DateOf(time.Unix(rng.Int64N(4e9), 0).UTC())
		parsed, err := omise.ParseDate(day.String())
		require.NoError(t, err)
		require.Equal(t, day, parsed)
		text, err := json.Marshal(day)
		require.NoError(t, err)
		var decoded omise.Date
		require.NoError(t, json.Unmarshal(text, &decoded))
		require.Equal(t, day, decoded)
		require.Equal(t, day, omise.DateOf(day.In(bangkok)))
	}
}

func TestNoDateIsNull(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`null`, `""`} {
		day := omise.Date{Year: 2026, Month: 1, Day: 31}
		require.NoError(t, json.Unmarshal([]byte(text), &day))
		require.True(t, day.IsZero())
		require.Empty(t, day.String())
		again, err := json.Marshal(day)
		require.NoError(t, err)
		require.Equal(t, `null`, string(again))
	}
}

func TestInvalidDatesAreRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "2026", "2026-1-31", "2026-02-30", "2026-13-01", "31-01-2026", "2026-01-31T00:00:00Z", " 2026-01-31"} {
		_, err := omise.ParseDate(text)
		require.ErrorContains(t, err, "is not a date", text)
	}
}

func TestInvalidDatesInJSONAreRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`20260131`, `true`, `{}`, `"soon"`} {
		require.Error(t, json.Unmarshal([]byte(text), new(omise.Date)), text)
	}
}

func TestFault79DateKeepsItsDay(t *testing.T) {
	t.Parallel()
	late := time.Date(2026, 1, 31, 20, 0, 0, 0, time.UTC)
	require.Equal(t, omise.Date{Year: 2026, Month: 1, Day: 31}, omise.DateOf(late))
	require.Equal(t, omise.Date{Year: 2026, Month: 2, Day: 1}, omise.DateOf(late.In(bangkok)))
}

func TestFault76MetadataKeepsEveryDigit(t *testing.T) {
	t.Parallel()
	const text = `{"big":9007199254740993,"deep":{"list":[1.10,9007199254740993]},"none":null}`
	var data omise.Metadata
	require.NoError(t, json.Unmarshal([]byte(text), &data))
	again, err := json.Marshal(data)
	require.NoError(t, err)
	require.Equal(t, text, string(again))
}

func TestMetadataThatWereReadAreSentWithEveryDigit(t *testing.T) {
	t.Parallel()
	var data omise.Metadata
	require.NoError(t, json.Unmarshal([]byte(`{"big":9007199254740993}`), &data))
	sent, err := form.Encode(&omise.ChargeUpdateParams{Metadata: data}, nil)
	require.NoError(t, err)
	require.Equal(t, "metadata%5Bbig%5D=9007199254740993", sent)
}

func TestMetadataThatAreNoObjectAreRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`[]`, `"a"`, `1`, `true`} {
		require.Error(t, json.Unmarshal([]byte(text), new(omise.Metadata)), text)
	}
}

func TestMetadataForgetTheirOldValues(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]omise.Metadata{`{"new":"value"}`: {"new": "value"}, `null`: nil} {
		data := omise.Metadata{"old": "value"}
		require.NoError(t, json.Unmarshal([]byte(text), &data))
		require.Equal(t, want, data)
	}
}

func TestDecimalKeepsItsText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]omise.Decimal{
		`3.65`: "3.65", `"3.650"`: "3.650", `0.10`: "0.10", `7`: "7", `-1.5e3`: "-1.5e3",
		`0.1000000000000000055511151231257827`: "0.1000000000000000055511151231257827",
		`null`:                                 "", `""`: "",
	} {
		got := omise.Decimal("9")
		require.NoError(t, json.Unmarshal([]byte(text), &got), text)
		require.Equal(t, want, got)
	}
}

func TestInvalidDecimalsAreRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`true`, `{}`, `[1]`, `"a lot"`, `" 1"`} {
		require.Error(t, json.Unmarshal([]byte(text), new(omise.Decimal)), text)
	}
}

func TestSensitivePrintsAsRedacted(t *testing.T) {
	t.Parallel()
	number := omise.NewSensitive("4242424242424242")
	card := &omise.TokenCardParams{Number: number, SecurityCode: omise.NewSensitive("987654321098765")}
	printed := []string{fmt.Sprint(number), fmt.Sprint(&card), fmt.Sprint(*card), number.LogValue().String()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%20s", "%T %[1]v"} {
		printed = append(printed, fmt.Sprintf(verb, number), fmt.Sprintf(verb, *card), fmt.Sprintf(verb, card))
	}
	text, err := json.Marshal([]any{number, card})
	require.NoError(t, err)
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("card", "number", number, "card", card)
	slog.New(slog.NewTextHandler(&log, nil)).Info("card", "number", number, "card", card)
	for _, out := range append(printed, string(text), log.String()) {
		for _, secret := range []string{"42424242", "3432343234323432", "987654321098765"} {
			require.NotContains(t, out, secret)
		}
	}
	require.Equal(t, "[redacted]", fmt.Sprint(number))
}

func TestSensitiveIsSentInFull(t *testing.T) {
	t.Parallel()
	sent, err := form.Encode(struct {
		Number omise.Sensitive `url:"number"`
	}{omise.NewSensitive("4242424242424242")}, nil)
	require.NoError(t, err)
	require.Equal(t, "number=4242424242424242", sent)
}

func TestPtrPointsToACopy(t *testing.T) {
	t.Parallel()
	capture := false
	p := omise.Ptr(capture)
	capture = true
	require.False(t, *p)
	require.True(t, capture)
}
