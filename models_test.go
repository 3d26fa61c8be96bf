package omise_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/internal/reference"
	"github.com/omisekit/omise-go/internal/wire"
	"github.com/omisekit/omise-go/testdata"
)

func TestNoMethodReturnsAnObjectWithoutAModel(t *testing.T) {
	t.Parallel()
	r := reference.Read()
	for _, name := range apitest.NotModelled {
		require.Contains(t, r.Objects, name)
		for _, e := range r.Endpoints {
			require.NotContains(t, e.Returns, name, e.Operation())
		}
		for object, attributes := range r.Objects {
			for _, a := range attributes {
				require.NotContains(t, a.Type, name, "%s.%s", object, a.Name)
			}
		}
	}
}

// secretsOf returns the Sensitive fields of a model, by their names in JSON.
func secretsOf(model reflect.Value) map[string]omise.Sensitive {
	if key, ok := model.Interface().(omise.ChainKey); ok {
		return key
	}
	secrets := map[string]omise.Sensitive{}
	if model.Kind() != reflect.Struct {
		return secrets
	}
	for name, field := range apitest.FieldsOf(model.Type()) {
		if text, ok := model.FieldByIndex(field.Index).Interface().(omise.Sensitive); ok {
			secrets[name] = text
		}
	}
	return secrets
}

// asPrinted checks that a model has the secrets of a document. It returns the document
// as the model prints it.
func asPrinted(t *testing.T, model reflect.Value, document map[string]any) map[string]any {
	t.Helper()
	document = maps.Clone(document)
	for name, secret := range secretsOf(model) {
		if document[name] == nil {
			document[name] = ""
		}
		require.Equal(t, fmt.Sprint(document[name]), secret.Reveal(), name)
		document[name] = "[redacted]"
	}
	return document
}

func TestModelsHaveExactlyTheAttributesOfTheReference(t *testing.T) {
	t.Parallel()
	count := 0
	for name, attributes := range apitest.Modelled() {
		model := apitest.Models[name]
		if model == nil {
			t.Errorf("internal/apitest/models.go has no model of %s, which %s has", name, reference.File)
			continue
		}
		fields := apitest.FieldsOf(model)
		for _, a := range attributes {
			count++
			if _, ok := fields[a.Name]; !ok {
				t.Errorf("%s has no field for %s.%s, which %s has", model, name, a.Name, reference.File)
			}
			delete(fields, a.Name)
		}
		for attribute := range fields {
			t.Errorf("%s has no %s.%s, for which %s has a field", reference.File, name, attribute, model)
		}
	}
	t.Logf("%d attributes of %d objects; %d of %d objects are returned by no endpoint",
		count, len(apitest.Modelled()), len(apitest.NotModelled), len(reference.Read().Objects))
}

// The results of methods, and all types inside them, are in the reference, except
// objects that the reference names and does not describe.
func TestEveryModelThatAMethodReturnsIsInTheReference(t *testing.T) {
	t.Parallel()
	var walk func(reflect.Type)
	seen := map[reflect.Type]bool{
		reflect.TypeFor[omise.AmountLimit]():        true,
		reflect.TypeFor[omise.MetadataExportKeys](): true,
		reflect.TypeFor[omise.ThreeDSInfo]():        true,
		reflect.TypeFor[omise.UnmanagedPayment]():   true,
		reflect.TypeFor[omise.Date]():               true,
		reflect.TypeFor[omise.Sensitive]():          true,
		reflect.TypeFor[time.Time]():                true,
	}
	walk = func(model reflect.Type) {
		switch {
		case model.Kind() == reflect.Pointer || model.Kind() == reflect.Slice:
			walk(model.Elem())
		case model.Kind() == reflect.Struct && !seen[model]:
			seen[model] = true
			generic := strings.Contains(model.Name(), "[") // List, Expandable
			require.True(t, generic || slices.Contains(slices.Collect(maps.Values(apitest.Models)), model), "%s", model)
			for field := range model.Fields() {
				if field.IsExported() {
					walk(field.Type)
				}
			}
		}
	}
	for _, op := range apitest.Operations() {
		walk(op.Method.Type.Out(0))
	}
	for _, model := range apitest.Models {
		require.True(t, seen[model], "%s is returned by no method", model)
	}
}

// lostValues compares a document with its copy after decoding and encoding. null,
// absent and zero count as equal, and a Decimal is the text of its number.
func lostValues(path string, want, got any) []string {
	if isZeroJSON(want) && isZeroJSON(got) {
		return nil
	}
	var all []string
	switch w := want.(type) {
	case map[string]any:
		g, _ := got.(map[string]any)
		keys := maps.Clone(w)
		maps.Copy(keys, g)
		for key := range keys {
			all = append(all, lostValues(path+"."+key, w[key], g[key])...)
		}
	case []any:
		g, _ := got.([]any)
		if len(w) != len(g) {
			return []string{fmt.Sprintf("%s: %d items became %d", path, len(w), len(g))}
		}
		for i := range w {
			all = append(all, lostValues(path+"["+strconv.Itoa(i)+"]", w[i], g[i])...)
		}
	default:
		if fmt.Sprint(want) != fmt.Sprint(got) {
			all = append(all, fmt.Sprintf("%s: %v became %v", path, want, got))
		}
	}
	return all
}

func isZeroJSON(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		return !slices.ContainsFunc(slices.Collect(maps.Values(v)), func(v any) bool { return !isZeroJSON(v) })
	case []any:
		return len(v) == 0
	}
	return v == nil || v == "" || v == false || v == json.Number("0") || v == "0001-01-01T00:00:00Z"
}

// requireKept decodes a document with this package and with encoding/json, encodes it
// again, and decodes the result, because callers store models as JSON.
func requireKept(t *testing.T, model reflect.Type, want map[string]any) {
	t.Helper()
	text, err := json.Marshal(want)
	require.NoError(t, err)
	plain, tolerant := reflect.New(model), reflect.New(model)
	require.NoError(t, json.Unmarshal(text, plain.Interface()))
	ignored, err := wire.Decode(text, tolerant.Interface())
	require.NoError(t, err)
	require.Empty(t, ignored)
	for _, v := range []reflect.Value{plain, tolerant} {
		again, err := json.Marshal(v.Interface())
		require.NoError(t, err)
		require.Empty(t, lostValues(model.Name(), asPrinted(t, v.Elem(), want), apitest.ParseJSON(again)))
		twin := reflect.New(model)
		require.NoError(t, json.Unmarshal(again, twin.Interface()))
		third, err := json.Marshal(twin.Interface())
		require.NoError(t, err)
		require.JSONEq(t, string(again), string(third))
	}
}

func TestNothingOfARecordedShapeIsLost(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(testdata.Objects, "objects/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		name := strings.TrimSuffix(strings.TrimPrefix(file, "objects/"), ".json")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if slices.Contains(apitest.NotModelled, name) {
				return
			}
			require.Contains(t, apitest.Models, name)
			requireKept(t, apitest.Models[name], apitest.Object(name))
		})
	}
	t.Logf("%d shapes", len(files))
}

// Every method gets the recorded shape of its result as the answer.
func TestNothingOfAnAnswerIsLost(t *testing.T) {
	t.Parallel()
	names := map[reflect.Type]string{reflect.TypeFor[json.RawMessage](): "balance"} // any object
	for name := range apitest.Modelled() {
		names[apitest.Models[name]] = name
	}
	for _, op := range apitest.Operations() {
		out := op.Method.Type.Out(0)
		if out.Kind() == reflect.Interface { // a file
			continue
		}
		item := func(model reflect.Type) map[string]any {
			if model == reflect.TypeFor[omise.ChainKey]() {
				return map[string]any{"object": "key", "key": "skey_test_1", "test": true}
			}
			return apitest.Object(names[model])
		}
		var want map[string]any
		switch record := reflect.Type(nil); {
		case out.Kind() != reflect.Pointer:
			want = item(out)
		case apitest.RecordOf(out.Elem()) != nil:
			record = apitest.RecordOf(out.Elem())
			want = apitest.Object("search")
			if strings.HasPrefix(out.Elem().Name(), "List[") {
				want = map[string]any{"object": "list", "limit": 20, "offset": 0, "total": 1}
			}
			want["data"] = []any{item(record)}
		default:
			want = item(out.Elem())
		}
		if op.Name == "Refunds.Create" {
			want["charge"] = op.IDs()[0]
		}
		text, err := json.Marshal(want)
		require.NoError(t, err)
		var response omise.Response
		params := op.Params()[0]
		askFor(params, want)
		answer, err := op.Answer(t, apitest.Respond(200, string(text)).Client(t), op.IDs(), params, omise.WithResponseInto(&response))
		require.NoError(t, err, op.Name)
		require.Empty(t, response.Ignored, op.Name)
		again, err := json.Marshal(answer)
		require.NoError(t, err)
		want = apitest.ParseJSON(text)
		if v := reflect.Indirect(reflect.ValueOf(answer)); v.Kind() == reflect.Struct {
			want = asPrinted(t, v, want)
			if apitest.RecordOf(v.Type()) != nil {
				want["data"] = []any{asPrinted(t, v.FieldByName("Data").Index(0).Elem(), want["data"].([]any)[0].(map[string]any))}
			}
		}
		require.Empty(t, lostValues(op.Name, want, apitest.ParseJSON(again)))
	}
}

// askFor sets the amount and the currency in params to those of an answer.
func askFor(params reflect.Value, answer map[string]any) {
	for field, attribute := range map[string]string{"Amount": "amount", "CaptureAmount": "captured_amount", "Currency": "currency"} {
		value, ok := answer[attribute]
		if !params.IsValid() || !params.Elem().FieldByName(field).IsValid() || !ok {
			continue
		}
		at := params.Elem().FieldByName(field)
		if at.Kind() == reflect.Pointer {
			at = at.Elem()
		}
		if number, ok := value.(json.Number); ok {
			value, _ = number.Int64()
		}
		at.Set(reflect.ValueOf(value).Convert(at.Type()))
	}
}

func TestNothingOfAFullDocumentIsLost(t *testing.T) {
	t.Parallel()
	for name := range apitest.Modelled() {
		for _, expand := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, expanded %t", name, expand), func(t *testing.T) {
				t.Parallel()
				document := apitest.FullDocument(name, expand)
				if name == "list" || name == "search" {
					document["data"] = []any{apitest.FullDocument("charge", expand)}
				}
				for key, value := range document {
					require.False(t, isZeroJSON(value), "no sample of %s", key)
				}
				requireKept(t, apitest.Models[name], document)
			})
		}
	}
}
