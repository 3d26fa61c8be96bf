package omise_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-querystring/query"
	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/internal/form"
	"github.com/omisekit/omise-go/internal/reference"
)

var bangkok = time.FixedZone("ICT", 7*60*60)

// paramsTypes returns every type of params that a method takes.
func paramsTypes(t *testing.T) []reflect.Type {
	t.Helper()
	found := map[string]reflect.Type{}
	for _, op := range apitest.Operations() {
		if kind := op.ParamsType(); kind != nil {
			found[kind.Name()] = kind
		}
	}
	require.NotEmpty(t, found)
	var types []reflect.Type
	for _, name := range slices.Sorted(maps.Keys(found)) {
		types = append(types, found[name])
	}
	return types
}

func TestEveryParamsTypeIsEncodedCorrectly(t *testing.T) {
	t.Parallel()
	count := 0
	for _, params := range paramsTypes(t) {
		if apitest.InJSON(params) {
			requireJSONNames(t, params)
			count++
			continue
		}
		require.NoError(t, form.Guard(params))
	}
	t.Logf("%d types of params, %d of them in JSON", len(paramsTypes(t)), count)
}

// requireJSONNames checks that every field, also a nested one, has a name in JSON and
// no name in a form.
func requireJSONNames(t *testing.T, params reflect.Type) {
	t.Helper()
	for field := range params.Fields() {
		require.NotEmpty(t, apitest.URLName(field), "%s.%s", params, field.Name)
		require.NotContains(t, string(field.Tag), "url:", "%s.%s", params, field.Name)
		if field.Type.Kind() == reflect.Slice && field.Type.Elem().Kind() == reflect.Struct {
			requireJSONNames(t, field.Type.Elem())
		}
	}
}

func TestAServerReadsExactlyWhatWasSet(t *testing.T) {
	t.Parallel()
	for _, params := range paramsTypes(t) {
		t.Run(params.Name(), func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(300) {
				rng := rand.New(rand.NewPCG(seed, 1))
				f := apitest.Filler{Rand: rng, Skip: func(string) bool { return rng.IntN(2) == 0 }, JSON: apitest.InJSON(params), Sent: url.Values{}}
				v := reflect.New(params)
				f.Fill(v.Elem(), "")
				text, got := encoded(t, v)
				require.Equal(t, f.Sent, got, "seed %d: %s", seed, text)
			}
		})
	}
}

// encoded returns params as they are sent, and what a server reads.
func encoded(t *testing.T, params reflect.Value) (text string, read url.Values) {
	t.Helper()
	var err error
	if apitest.InJSON(params.Type().Elem()) {
		text, err = form.EncodeJSON(params.Interface(), nil)
		require.NoError(t, err)
		twin := reflect.New(params.Type().Elem())
		require.NoError(t, json.Unmarshal([]byte(text), twin.Interface()))
		again, err := form.EncodeJSON(twin.Interface(), nil)
		require.NoError(t, err)
		require.Equal(t, text, again)
		return text, apitest.JSONValues(text)
	}
	text, err = form.Encode(params.Interface(), nil)
	require.NoError(t, err)
	read, err = url.ParseQuery(text)
	require.NoError(t, err)
	return text, read
}

func TestFault48NothingUnsetIsSent(t *testing.T) {
	t.Parallel()
	beyond := map[string][]string{ // params that are sent although the reference does not require them
		"Charges.Create":   {"card"},                               // the card, or another way to pay
		"Schedules.Create": {"charge[customer]", "charge[amount]"}, // or a transfer
		"Transfers.Create": {"idemp_key"},
	}
	count := 0
	for _, op := range apitest.Operations() {
		if op.ParamsType() == nil || slices.ContainsFunc(op.Endpoint.Params, reference.Param.IsFile) { // the name of a file is not a param
			continue
		}
		count++
		want := beyond[op.Name]
		for _, p := range op.Endpoint.Params {
			if p.Required && p.InBodyOrQuery() || p.Name == "scope" { // every search has it
				want = append(want, p.Name)
			}
		}
		f := apitest.Filler{Sent: url.Values{}, JSON: apitest.InJSON(op.ParamsType()), Skip: func(name string) bool {
			return name == "idemp_key" || !slices.ContainsFunc(want, func(w string) bool { return w == name || strings.HasPrefix(w, name+"[") })
		}}
		params := reflect.New(op.ParamsType())
		f.Fill(params.Elem(), "")
		got := apitest.RespondNotFound()
		require.ErrorIs(t, op.Call(t, got.Client(t), op.IDs(), params), omise.ErrCodeNotFound, op.Name)
		want = slices.DeleteFunc(want, func(name string) bool { // the elements of an array count, not the array
			return slices.ContainsFunc(want, func(w string) bool { return strings.HasPrefix(w, name+"[].") })
		})
		require.ElementsMatch(t, want, slices.Collect(maps.Keys(got.Requests()[0].Values())), op.Name)
	}
	t.Logf("%d methods with params", count)
}

func TestParamsAreNeverWrittenTo(t *testing.T) {
	t.Parallel()
	for _, op := range apitest.Operations() {
		before := op.Params()
		for i, params := range op.Params() {
			if !params.IsValid() {
				continue
			}
			require.Error(t, op.Call(t, apitest.RespondNotFound().Client(t), op.IDs(), params))
			requireSame(t, before[i].Interface(), params.Interface(), op.Name)
		}
	}
}

// The client does not write the key of a transfer into the caller's params, which may
// be used for another transfer.
func TestATransferWithoutAKeyOfItsOwnSendsTheKeyOfTheCall(t *testing.T) {
	t.Parallel()
	got, params := apitest.RespondNotFound(), &omise.TransferCreateParams{Amount: omise.Ptr[int64](100)}
	_, err := got.Client(t).Transfers.Create(t.Context(), params, omise.WithIdempotencyKey("payout-1"))
	require.ErrorIs(t, err, omise.ErrCodeNotFound)
	require.Equal(t, url.Values{"amount": {"100"}, "idemp_key": {"payout-1"}}, got.Requests()[0].Values())
	require.Empty(t, params.IdempKey)
}

func TestPointersToZeroValuesAreSent(t *testing.T) {
	t.Parallel()
	text, err := form.Encode(&omise.AccountUpdateParams{WebhookURI: omise.Ptr(""), ChainEnabled: omise.Ptr(false)}, nil)
	require.NoError(t, err)
	require.Equal(t, "chain_enabled=false&webhook_uri=", text)
}

func TestFault78ZoneIsEscaped(t *testing.T) {
	t.Parallel()
	text, err := form.Encode(&omise.ListParams{From: time.Date(2026, 1, 31, 0, 0, 0, 0, bangkok)}, nil)
	require.NoError(t, err)
	require.Equal(t, "from=2026-01-31T00%3A00%3A00%2B07%3A00", text)
}

// A server starts a new item when a name comes again, so each item must begin with the
// only field that every item has.
func TestItemsKeepTheirOrderAndBeginWithTheAmount(t *testing.T) {
	t.Parallel()
	var items omise.SourceItems
	var want []string
	for i := range 12 { // more than ten: sorted as texts, 10 would come before 2
		items = append(items, omise.SourceItem{Amount: int64(100 + i), SKU: strconv.Itoa(i)})
		want = append(want, fmt.Sprintf("items[][amount]=%d", 100+i), fmt.Sprintf("items[][sku]=%d", i))
	}
	text, err := form.Encode(&omise.SourceCreateParams{Type: omise.SourceTypeAtome, Items: items}, nil)
	require.NoError(t, err)
	plain, err := url.QueryUnescape(text)
	require.NoError(t, err)
	require.Equal(t, strings.Join(want, "&")+"&type=atome", plain)
}

func TestMetadataTravelsAsText(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name string
		data omise.Metadata
		want string
	}{
		{"none", nil, ""},
		{"nested", omise.Metadata{"a": map[string]any{"b": omise.Metadata{"c": "d"}}}, "m[a][b][c]=d"},
		{"a large number", omise.Metadata{"n": json.Number("9007199254740993")}, "m[n]=9007199254740993"},
		{"a large int", omise.Metadata{"n": int64(9007199254740993)}, "m[n]=9007199254740993"},
		{"numbers as encoding/json reads them", omise.Metadata{"n": 202611270012.0, "p": 3e7, "q": float32(0.1), "r": -1.5}, "m[n]=202611270012&m[p]=30000000&m[q]=0.1&m[r]=-1.5"},
		{"booleans", omise.Metadata{"no": false, "yes": true}, "m[no]=false&m[yes]=true"},
		{"null", omise.Metadata{"gone": nil}, "m[gone]="},
		{"a list", omise.Metadata{"l": []any{"x", 1, true}}, "m[l][]=x&m[l][]=1&m[l][]=true"},
		{"a sorted order", omise.Metadata{"b": "2", "a": "1"}, "m[a]=1&m[b]=2"},
		{"control characters", omise.Metadata{"a\n\x1bb": "c\r\n\x00d"}, "m[a\n\x1bb]=c\r\n\x00d"},
		{"other scripts", omise.Metadata{"ชื่อ": "สมชาย"}, "m[ชื่อ]=สมชาย"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			text, err := form.Encode(struct {
				M omise.Metadata `url:"m,omitempty"`
			}{row.data}, nil)
			require.NoError(t, err)
			plain, err := url.QueryUnescape(text)
			require.NoError(t, err)
			require.Equal(t, row.want, plain)
		})
	}
}

func TestMetadataThatAFormCannotHoldIsRefused(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]omise.Metadata{
		"an empty key":            {"": "v"},
		"an opening bracket":      {"a[b": "v"},
		"a closing bracket":       {"a]b": "v"},
		"a nested bracket":        {"a": map[string]any{"[]": "v"}},
		"a zero byte in a key":    {"a\x00b": "v"},
		"a struct":                {"s": struct{ A int }{1}},
		"a list of lists":         {"l": []any{[]string{"x"}}},
		"a list with null":        {"l": []any{nil}},
		"a map of another type":   {"m": map[string]string{"a": "b"}},
		"a channel":               {"c": make(chan int)},
		"a pointer":               {"p": new(int)},
		"bytes":                   {"b": []byte("a")},
		"no number":               {"n": math.NaN()},
		"an endless number":       {"n": math.Inf(-1)},
		"a list of maps in a map": {"l": []any{map[string]any{"a": "b"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := apitest.RespondNotFound()
			_, err := got.Client(t).Customers.Create(t.Context(), &omise.CustomerCreateParams{Metadata: data})
			refusal(t, err)
			require.Empty(t, got.Requests())
		})
	}
}

// Params are encoded as go-querystring does, except for the marks of arrays.
func TestParamsAreEncodedAsGoQuerystringDoes(t *testing.T) {
	t.Parallel()
	mark := regexp.MustCompile("\x00[0-9]+")
	for _, kind := range paramsTypes(t) {
		if apitest.InJSON(kind) {
			continue
		}
		for _, params := range []any{apitest.Filled(kind, nil).Interface(), reflect.New(kind).Interface()} {
			values, err := query.Values(params)
			require.NoError(t, err, kind)
			want := url.Values{}
			for _, name := range slices.Sorted(maps.Keys(values)) {
				plain := mark.ReplaceAllString(name, "")
				want[plain] = append(want[plain], values[name]...)
			}
			text, err := form.Encode(params, nil)
			require.NoError(t, err, kind)
			got, err := url.ParseQuery(text)
			require.NoError(t, err, kind)
			require.Equal(t, want, got, kind)
		}
	}
}
