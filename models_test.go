package omise_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
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
	"github.com/omisekit/omise-go/internal/reference"
	"github.com/omisekit/omise-go/internal/wire"
	"github.com/omisekit/omise-go/testdata"
)

// models has the model of each object of the reference, by the reference's name
// for it.
var models = map[string]reflect.Type{
	"account":             reflect.TypeFor[omise.Account](),
	"address":             reflect.TypeFor[omise.SourceAddress](),
	"api_version":         reflect.TypeFor[omise.APIVersionInfo](),
	"audit":               reflect.TypeFor[omise.Audit](),
	"balance":             reflect.TypeFor[omise.Balance](),
	"bank_account":        reflect.TypeFor[omise.BankAccount](),
	"barcode":             reflect.TypeFor[omise.Barcode](),
	"batch_recurring":     reflect.TypeFor[omise.BatchRecurring](),
	"bulk":                reflect.TypeFor[omise.Bulk](),
	"capability":          reflect.TypeFor[omise.Capability](),
	"capability_limits":   reflect.TypeFor[omise.CapabilityLimits](),
	"card":                reflect.TypeFor[omise.Card](),
	"chain":               reflect.TypeFor[omise.Chain](),
	"charge":              reflect.TypeFor[omise.Charge](),
	"consent":             reflect.TypeFor[omise.Consent](),
	"customer":            reflect.TypeFor[omise.Customer](),
	"dispute":             reflect.TypeFor[omise.Dispute](),
	"document":            reflect.TypeFor[omise.Document](),
	"document_qr":         reflect.TypeFor[omise.Document](), // a second shape
	"event":               reflect.TypeFor[omise.Event](),
	"export":              reflect.TypeFor[omise.Export](),
	"forex":               reflect.TypeFor[omise.Forex](),
	"item":                reflect.TypeFor[omise.SourceItem](),
	"link":                reflect.TypeFor[omise.Link](),
	"linked_account":      reflect.TypeFor[omise.LinkedAccount](),
	"links_plus_link":     reflect.TypeFor[omise.LinksPlusLink](),
	"links_plus_template": reflect.TypeFor[omise.LinksPlusTemplate](),
	"list":                reflect.TypeFor[omise.List[omise.Charge]](),
	"mfa_confirmation":    reflect.TypeFor[omise.MFAConfirmation](),
	"occurrence":          reflect.TypeFor[omise.Occurrence](),
	"payment_method":      reflect.TypeFor[omise.PaymentMethod](),
	"payment_method_bank": reflect.TypeFor[omise.PaymentMethodBank](),
	"platform_fee":        reflect.TypeFor[omise.PlatformFee](),
	"provider_references": reflect.TypeFor[omise.SourceProviderReferences](),
	"qr_settings":         reflect.TypeFor[omise.QRSettings](),
	"receipt":             reflect.TypeFor[omise.Receipt](),
	"recipient":           reflect.TypeFor[omise.Recipient](),
	"references":          reflect.TypeFor[omise.SourceReferences](),
	"refund":              reflect.TypeFor[omise.Refund](),
	"routing_group_rule":  reflect.TypeFor[omise.RoutingGroupRule](),
	"schedule":            reflect.TypeFor[omise.Schedule](),
	"schedule_on":         reflect.TypeFor[omise.ScheduleOn](),
	"scheduled_charge":    reflect.TypeFor[omise.ScheduledCharge](),
	"scheduled_transfer":  reflect.TypeFor[omise.ScheduledTransfer](),
	"search":              reflect.TypeFor[omise.SearchResult[omise.Charge]](),
	"source":              reflect.TypeFor[omise.Source](),
	"sub_merchant":        reflect.TypeFor[omise.SubMerchant](),
	"system_info":         reflect.TypeFor[omise.SystemInfo](),
	"token":               reflect.TypeFor[omise.Token](),
	"transaction":         reflect.TypeFor[omise.Transaction](),
	"transaction_fees":    reflect.TypeFor[omise.TransactionFees](),
	"transfer":            reflect.TypeFor[omise.Transfer](),
	"transfer_config":     reflect.TypeFor[omise.TransferConfig](),
	"webhook_delivery":    reflect.TypeFor[omise.WebhookDelivery](),
	"webhook_secret":      reflect.TypeFor[omise.WebhookSecret](),
}

// notModelled has the objects of the reference that no endpoint returns and no
// other object holds.
var notModelled = []string{"tokenization_certificate"}

// modelled returns the objects of the reference that have a model.
func modelled() map[string][]reference.Attribute {
	objects := maps.Clone(reference.Read().Objects)
	maps.DeleteFunc(objects, func(name string, _ []reference.Attribute) bool { return slices.Contains(notModelled, name) })
	return objects
}

func TestWhatHasNoModelIsNeverReturned(t *testing.T) {
	t.Parallel()
	r := reference.Read()
	for _, name := range notModelled {
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

// recordOf returns what a page of a list or a search has records of, nil for any
// other model.
func recordOf(model reflect.Type) reflect.Type {
	if model.Kind() != reflect.Struct || !strings.Contains(model.Name(), "[") {
		return nil
	}
	if data, ok := model.FieldByName("Data"); ok {
		return data.Type.Elem().Elem()
	}
	return nil
}

// Each method returns what the reference says.
func TestEachMethodReturnsTheDocumentedObject(t *testing.T) {
	t.Parallel()
	records := map[string]reflect.Type{ // that go by another name
		"charge_schedule":   models["schedule"],
		"transfer_schedule": models["schedule"],
		"map":               reflect.TypeFor[omise.ChainKey](),
		"":                  reflect.TypeFor[json.RawMessage](), // of any kind
	}
	maps.Copy(records, models)
	endpoints := documented(t)
	for _, op := range operations(t) {
		got := op.method.Type.Out(0)
		switch kind, name, _ := strings.Cut(endpoints[op.name].Returns, ":"); kind {
		case "csv":
			require.Equal(t, reflect.TypeFor[io.ReadCloser](), got, op.name)
		case "openapi document (JSON)":
			require.Equal(t, reflect.TypeFor[json.RawMessage](), got, op.name)
		case "list", "search":
			require.Equal(t, records[name], recordOf(got.Elem()), op.name)
			require.Equal(t, kind == "search", strings.HasPrefix(got.Elem().Name(), "SearchResult["), op.name)
		default:
			require.Equal(t, models[kind], got.Elem(), op.name)
		}
	}
}

// secretsOf returns the fields of a model that print as redacted, by their names
// in JSON.
func secretsOf(model reflect.Value) map[string]omise.Sensitive {
	if key, ok := model.Interface().(omise.ChainKey); ok {
		return key
	}
	secrets := map[string]omise.Sensitive{}
	if model.Kind() != reflect.Struct {
		return secrets
	}
	for name, field := range fieldsOf(model.Type()) {
		if text, ok := model.FieldByIndex(field.Index).Interface().(omise.Sensitive); ok {
			secrets[name] = text
		}
	}
	return secrets
}

// asPrinted checks that a model holds the secrets of a document, and returns the
// document as the model prints it.
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

// shape returns the recorded shape of an object, with its numbers as written.
func shape(t testing.TB, name string) map[string]any {
	t.Helper()
	text, err := testdata.Objects.ReadFile("objects/" + name + ".json")
	require.NoError(t, err)
	return parse(t, text)
}

func parse(t testing.TB, text []byte) (object map[string]any) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&object))
	return object
}

// fieldsOf returns the fields of a model by their names in JSON.
func fieldsOf(model reflect.Type) map[string]reflect.StructField {
	fields := map[string]reflect.StructField{}
	for field := range model.Fields() {
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" {
			fields[name] = field
		}
	}
	return fields
}

func TestModelsHaveExactlyTheAttributesOfTheReference(t *testing.T) {
	t.Parallel()
	count := 0
	r := reference.Read()
	for name, attributes := range modelled() {
		var want []string
		for _, a := range attributes {
			want = append(want, a.Name)
		}
		count += len(want)
		require.Contains(t, models, name)
		require.ElementsMatch(t, want, slices.Collect(maps.Keys(fieldsOf(models[name]))), name)
	}
	t.Logf("%d attributes of %d objects, 0 missing; %d of %d objects are returned by no endpoint",
		count, len(modelled()), len(notModelled), len(r.Objects))
}

// What a method returns, and everything inside, is checked against the
// reference, except for the shapes that it names and does not describe.
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
			require.True(t, generic || slices.Contains(slices.Collect(maps.Values(models)), model), "%s", model)
			for field := range model.Fields() {
				if field.IsExported() {
					walk(field.Type)
				}
			}
		}
	}
	for _, op := range operations(t) {
		walk(op.method.Type.Out(0))
	}
	for _, model := range models {
		require.True(t, seen[model], "%s is returned by no method", model)
	}
}

// lostValues compares a document with what is left of it after a round trip. null,
// absent and zero are the same, and a Decimal is the text of its number.
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

// requireKept decodes a document by both roads, encodes it again, and decodes
// that: callers keep models as JSON, too.
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
		require.Empty(t, lostValues(model.Name(), asPrinted(t, v.Elem(), want), parse(t, again)))
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
			if slices.Contains(notModelled, name) {
				return
			}
			require.Contains(t, models, name)
			requireKept(t, models[name], shape(t, name))
		})
	}
	t.Logf("%d shapes", len(files))
}

// Every method gets the recorded shape of what it returns for an answer.
func TestNothingOfAnAnswerIsLost(t *testing.T) {
	t.Parallel()
	names := map[reflect.Type]string{reflect.TypeFor[json.RawMessage](): "balance"} // any object
	for name := range modelled() {
		names[models[name]] = name
	}
	for _, op := range operations(t) {
		out := op.method.Type.Out(0)
		if out.Kind() == reflect.Interface { // a file
			continue
		}
		item := func(model reflect.Type) map[string]any {
			if model == reflect.TypeFor[omise.ChainKey]() {
				return map[string]any{"object": "key", "key": "skey_test_1", "test": true}
			}
			return shape(t, names[model])
		}
		want := map[string]any{}
		switch record := reflect.Type(nil); {
		case out.Kind() != reflect.Pointer:
			want = item(out)
		case recordOf(out.Elem()) != nil:
			record = recordOf(out.Elem())
			want = shape(t, "search")
			if strings.HasPrefix(out.Elem().Name(), "List[") {
				want = map[string]any{"object": "list", "limit": 20, "offset": 0, "total": 1}
			}
			want["data"] = []any{item(record)}
		default:
			want = item(out.Elem())
		}
		text, err := json.Marshal(want)
		require.NoError(t, err)
		var response omise.Response
		params := op.params()[0]
		askFor(params, want)
		answer, err := op.answer(t, answering(t, text), op.ids(t), params, omise.WithResponseInto(&response))
		require.NoError(t, err, op.name)
		require.Empty(t, response.Ignored, op.name)
		again, err := json.Marshal(answer)
		require.NoError(t, err)
		want = parse(t, text)
		if v := reflect.Indirect(reflect.ValueOf(answer)); v.Kind() == reflect.Struct {
			want = asPrinted(t, v, want)
			if recordOf(v.Type()) != nil {
				want["data"] = []any{asPrinted(t, v.FieldByName("Data").Index(0).Elem(), want["data"].([]any)[0].(map[string]any))}
			}
		}
		require.Empty(t, lostValues(op.name, want, parse(t, again)))
	}
}

// askFor makes params ask for the money that an answer is about.
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
	for name := range modelled() {
		for _, expand := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, expanded %t", name, expand), func(t *testing.T) {
				t.Parallel()
				document := fullDocument(name, expand)
				if name == "list" || name == "search" {
					document["data"] = []any{fullDocument("charge", expand)}
				}
				for key, value := range document {
					require.False(t, isZeroJSON(value), "no sample of %s", key)
				}
				requireKept(t, models[name], document)
			})
		}
	}
}
