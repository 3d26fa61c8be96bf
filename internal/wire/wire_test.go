package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/wire"
)

type charge struct {
	ID      string    `json:"id" wire:"strict"`
	Amount  int64     `json:"amount" wire:"strict"`
	Limit   *int64    `json:"limit" wire:"strict"`
	Paid    bool      `json:"paid" wire:"strict"`
	Note    string    `json:"note"`
	Months  int       `json:"months"`
	Created time.Time `json:"created"`
	Card    *card     `json:"card"`
	Cards   []*card   `json:"cards"`
	Tags    []string  `json:"tags"`
	Odd     odd       `json:"odd"`

	Raw json.RawMessage `json:"raw"`

	hidden string //nolint:unused // the decoder must not change it
}

type card struct {
	ID     string `json:"id" wire:"strict"`
	Number string `json:"number"`
}

// An odd has its own UnmarshalJSON, which reads a number.
type odd struct{ N int }

func (o *odd) UnmarshalJSON(text []byte) error {
	if text[0] == '"' {
		return errors.New("secret " + string(text))
	}
	return json.Unmarshal(text, &o.N)
}

func TestDecodeReadsAWholeDocument(t *testing.T) {
	t.Parallel()
	var got charge
	ignored, err := wire.Decode([]byte(`{"id":"c1","amount":9007199254740993,"paid":true,"card":{"id":"k1"},"cards":[{"id":"k2"}],"tags":["a"],"odd":7,"new":{"x":1}}`), &got)
	require.NoError(t, err)
	require.Empty(t, ignored)
	require.Equal(t, charge{ID: "c1", Amount: 9007199254740993, Paid: true, Card: &card{ID: "k1"}, Cards: []*card{{ID: "k2"}}, Tags: []string{"a"}, Odd: odd{7}}, got)
}

func TestWhatIsNotJSONIsAnErrorWithoutItsText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", " ", "<html>4242</html>", `{"id":"4242"`, `{"id":"4242"}}`, `{"id":"4242"} {"id":"4242"}`, `{'id':4242}`, "\xef\xbb\xbf{}"} {
		ignored, err := wire.Decode([]byte(text), new(charge))
		require.ErrorContains(t, err, "not a JSON document", text)
		require.Empty(t, ignored)
		require.NotContains(t, err.Error(), "4242")
	}
}

func TestAnOddStrictValueIsAnError(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"amount":"2000"}`:              "amount: unexpected string for int64",
		`{"amount":2000.5}`:              "amount: unexpected number for int64",
		`{"amount":2e3}`:                 "amount: unexpected number for int64",
		`{"amount":1e400}`:               "amount: unexpected number for int64",
		`{"amount":9223372036854775808}`: "amount: unexpected number for int64",
		`{"amount":{"a":1}}`:             "amount: unexpected object for int64",
		`{"amount":[1]}`:                 "amount: unexpected array for int64",
		`{"amount":true}`:                "amount: unexpected boolean for int64",
		`{"limit":"1"}`:                  "limit: unexpected string for int64",
		`{"id":7}`:                       "id: unexpected number for string",
		`{"AMOUNT":"2000"}`:              "amount: unexpected string for int64",
		`{"paid":"yes"}`:                 "paid: unexpected string for bool",
		`[]`:                             "the document: unexpected array for wire_test.charge",
		`"text"`:                         "the document: unexpected string for wire_test.charge",
	} {
		_, err := wire.Decode([]byte(text), new(charge))
		require.EqualError(t, err, want, text)
	}
}

func TestAnOddValueElsewhereCostsOnlyItsField(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		text, want string
		kept       charge // the other fields, besides the strict ones
	}{
		{`"note":7`, "note: unexpected number for string", charge{}},
		{`"note":{"a":1}`, "note: unexpected object for string", charge{}},
		{`"months":"4242"`, "months: unexpected string for int", charge{}},
		{`"months":2.5`, "months: unexpected number for int", charge{}},
		{`"created":"yesterday"`, "created: unexpected string for time.Time", charge{}},
		{`"created":1700000000`, "created: unexpected number for time.Time", charge{}},
		{`"card":"4242"`, "card: unexpected string for wire_test.card", charge{}},
		{`"card":[]`, "card: unexpected array for wire_test.card", charge{}},
		{`"card":{"id":4242}`, "card.id: unexpected number for string", charge{}},
		{`"card":{"id":"k1","number":4242}`, "card.number: unexpected number for string", charge{Card: &card{ID: "k1"}}},
		{`"cards":{}`, "cards: unexpected object for []*wire_test.card", charge{}},
		{`"cards":[{"id":"a"},{"id":4242}]`, "cards[1].id: unexpected number for string", charge{}},
		{`"cards":[{"id":"a","number":[1]}]`, "cards[0].number: unexpected array for string", charge{Cards: []*card{{ID: "a"}}}},
		{`"tags":["a",4242]`, "tags[1]: unexpected number for string", charge{}},
		{`"odd":"4242"`, "odd: unexpected string for wire_test.odd", charge{}},
	} {
		var got charge
		ignored, err := wire.Decode([]byte(`{"id":"c1","amount":5,`+row.text+`,"paid":true}`), &got)
		require.NoError(t, err, row.text)
		require.Len(t, ignored, 1, row.text)
		require.EqualError(t, ignored[0], row.want)
		require.NotContains(t, ignored[0].Error(), "4242", "a value may be a card number")
		row.kept.ID, row.kept.Amount, row.kept.Paid = "c1", 5, true
		require.Equal(t, row.kept, got, row.text)
	}
}

func TestEveryOddValueIsReported(t *testing.T) {
	t.Parallel()
	var got charge
	ignored, err := wire.Decode([]byte(`{"tags":7,"note":7,"id":"c1","card":{"id":"k1","number":7}}`), &got)
	require.NoError(t, err)
	require.ElementsMatch(t, []string{
		"note: unexpected number for string", "card.number: unexpected number for string", "tags: unexpected number for []string",
	}, strings.Split(errors.Join(ignored...).Error(), "\n"))
	require.Equal(t, charge{ID: "c1", Card: &card{ID: "k1"}}, got)
}

func TestValuesNextToAnOddValueAreRead(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		text string
		kept charge
	}{
		{`"raw":[300,"a"]`, charge{Raw: json.RawMessage(`[300,"a"]`)}},
		{`"raw":[1,2]`, charge{Raw: json.RawMessage(`[1,2]`)}},
		{`"raw":null`, charge{Raw: json.RawMessage(`null`)}},
		{`"tags":null,"cards":null`, charge{}},
		{`"tags":[]`, charge{Tags: []string{}}},
		{`"odd":7`, charge{Odd: odd{7}}},
	} {
		var got charge
		ignored, err := wire.Decode([]byte(`{"months":"x",`+row.text+`}`), &got)
		require.NoError(t, err, row.text)
		require.Len(t, ignored, 1, row.text)
		require.Equal(t, row.kept, got, row.text)
	}
}

func TestAWholeNumberMayHaveAFractionOfZeros(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		`2000.0`: 2000, `2000.000`: 2000, `-5.0`: -5, `0.0`: 0, `9007199254740993.0`: 9007199254740993, `9223372036854775807.00`: 9223372036854775807,
	} {
		var got charge
		ignored, err := wire.Decode([]byte(`{"amount":`+text+`,"limit":`+text+`}`), &got)
		require.NoError(t, err, text)
		require.Empty(t, ignored)
		require.Equal(t, want, got.Amount)
		require.Equal(t, want, *got.Limit)
	}
}

// Unusual documents are read as encoding/json reads them.
func TestOddDocumentsAreRead(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, text string
		want       charge
	}{
		{"a repeated key", `{"id":"a","id":"b"}`, charge{ID: "b"}},
		{"null everywhere", `{"id":null,"amount":null,"limit":null,"paid":null,"created":null,"card":null,"cards":null,"tags":null}`, charge{}},
		{"a broken character", "{\"id\":\"a\xffb\"}", charge{ID: "a\ufffdb"}},
		{"half a surrogate pair", `{"id":"\ud800"}`, charge{ID: "\ufffd"}},
		{"an empty array", `{"cards":[],"tags":[]}`, charge{Cards: []*card{}, Tags: []string{}}},
		{"a null element", `{"cards":[null]}`, charge{Cards: []*card{nil}}},
		{"a name in capitals", `{"ID":"c1","Amount":7}`, charge{ID: "c1", Amount: 7}},
		{"a name in capitals after the right one", `{"id":"a","ID":"b"}`, charge{ID: "b"}},
		{"a time with a zone", `{"created":"2026-01-31T10:30:00+00:00"}`, charge{Created: time.Date(2026, 1, 31, 10, 30, 0, 0, time.UTC)}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var got charge
			ignored, err := wire.Decode([]byte(row.text), &got)
			require.NoError(t, err)
			require.Empty(t, ignored)
			got.Created = got.Created.UTC()
			require.Equal(t, row.want, got)
		})
	}
}

func TestAFailedTryLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	got := charge{ID: "old", Note: "old", Card: &card{ID: "old"}}
	_, err := wire.Decode([]byte(`{"amount":5,"months":"x"}`), &got)
	require.NoError(t, err)
	require.Equal(t, charge{Amount: 5}, got)
}

// If encoding/json can read a document, Decode reads the same values. Otherwise Decode
// reports an error or an ignored value, except for a number such as 2.0.
func FuzzDecode(f *testing.F) {
	for _, text := range []string{
		`{"id":"c1","amount":5,"card":{"id":"k1"},"cards":[{"id":"k2"},null],"tags":["a"],"created":"2026-01-31T10:30:00Z","odd":1}`,
		`{"amount":2000.0}`, `{"amount":2000.5}`, `{"months":"x","note":1}`, `null`, `[]`, `{"card":{"id":1}}`, `{"limit":null}`, `1`, `"a"`, `{"odd":"x"}`, `{"raw":[300]}`, `{"raw":null,"cards":null}`,
		`{"id":"a","ID":"b"}`, `{"card":{"id":"a"},"card":{"number":"b"}}`, `{"cards":[{"id":"a"}],"cards":[{"number":"b"}]}`, `{"tags":["a"],"tags":[null]}`,
		"\t{ \"i\\u0064\" : \"\\ud83d\\ude00\xff\" , \"new\":[-0.1e+5, {\"a\\n\":[true,false,null]}] }\n", `{"amount":-0,"months":01}`, `{"new":"\x"}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var want, got charge
		refused := json.Unmarshal(text, &want)
		ignored, err := wire.Decode(text, &got)
		if refused == nil {
			require.NoError(t, err)
			require.Empty(t, ignored)
			want.Created = want.Created.UTC()
			require.Equal(t, want, got)
			readsBesideAnOddValue(t, text)
			return
		}
		require.True(t, err != nil || len(ignored) > 0 || bytes.Contains(text, []byte(".0")), "%s: %v", text, refused)
	})
}

func readsBesideAnOddValue(t *testing.T, text []byte) {
	t.Helper()
	var fields map[string]json.RawMessage
	if json.Unmarshal(text, &fields) != nil || fields == nil {
		return
	}
	for name := range fields {
		if strings.EqualFold(name, "months") {
			delete(fields, name)
		}
	}
	var want, got charge
	beside, err := json.Marshal(fields)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(beside, &want))
	fields["months"] = json.RawMessage(`"x"`)
	whole, err := json.Marshal(fields)
	require.NoError(t, err)
	ignored, err := wire.Decode(whole, &got)
	require.NoError(t, err)
	require.Len(t, ignored, 1)
	want.Created = want.Created.UTC()
	require.Equal(t, want, got)
}

// Unmarshal reads as encoding/json does, too.
func FuzzUnmarshal(f *testing.F) {
	for _, text := range []string{
		`null`, `{}`, `"a"`, `"\u00e9\/\ud800"`, `1.50`, `"1.50"`, `"01"`, `" 1"`, `""`, `{"a":{"b":[1,"x",true,null]},"a":2,"c":[]}`, `[`, `{"a":1}{"b":2}`, "\"a\xff\"",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if !json.Valid(text) {
			return // encoding/json does not call UnmarshalJSON with text that is not JSON
		}
		unmarshalsAlike[string](t, text)
		unmarshalsAlike[map[string]any](t, text)
		var want map[string]json.RawMessage
		_ = json.Unmarshal(text, &want) // a value that is not an object has no attributes
		var got map[string]json.RawMessage
		for name, value := range wire.Attributes(text) {
			if got == nil {
				got = map[string]json.RawMessage{}
			}
			got[string(name)] = value
		}
		require.Equal(t, len(want), len(got))
		for name := range want {
			require.Equal(t, string(want[name]), string(got[name]))
		}
	})
}

func unmarshalsAlike[T any](t *testing.T, text []byte) {
	t.Helper()
	var want, got T
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	refused := decoder.Decode(&want)
	err := wire.Unmarshal(text, &got)
	require.Equal(t, refused == nil, err == nil, "%s: %v, %v", text, refused, err)
	if err == nil {
		require.Equal(t, want, got)
	}
}
