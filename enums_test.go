package omise_test

import (
	"go/ast"
	"go/token"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/internal/reference"
)

type namedConstant struct{ name, value string }

// constants returns the string constants of the package by the name of their type,
// which is "" for constants without a type.
func constants(t *testing.T) map[string][]namedConstant {
	t.Helper()
	found := map[string][]namedConstant{}
	for _, file := range sources(t, token.NewFileSet()) {
		ast.Inspect(file, func(n ast.Node) bool {
			group, ok := n.(*ast.GenDecl)
			if !ok || group.Tok != token.CONST {
				return true
			}
			for _, spec := range group.Specs {
				spec := spec.(*ast.ValueSpec)
				kind, _ := spec.Type.(*ast.Ident)
				for i, value := range spec.Values {
					if literal, ok := value.(*ast.BasicLit); ok && literal.Kind == token.STRING {
						text, err := strconv.Unquote(literal.Value)
						require.NoError(t, err)
						name := ""
						if kind != nil {
							name = kind.Name
						}
						found[name] = append(found[name], namedConstant{spec.Names[i].Name, text})
					}
				}
			}
			return false
		})
	}
	return found
}

// enumTypes has the types of the enums that are not named after an attribute. "" means
// plain text.
var enumTypes = map[string]string{
	"account.api_version":             "", // versions are plain text everywhere
	"bank_account.bank_code.TH":       "BankCode",
	"bank_account.bank_code.TH.older": "BankCode",
	"capability.banks.TH":             "BankCode",
	"charge.recurring_reason":         "ChargeRecurringReason",
	"charge.search.source_of_fund":    "SourceOfFund",
	"charge.transaction_indicator":    "ChargeTransactionIndicator",
	"dispute.close.status":            "DisputeStatus",
	"duitnow_obw.bank":                "BankCode",
	"fpx.bank":                        "BankCode",
	"schedule.on.weekdays":            "Weekday",
	"search.date_words":               "SearchDate",
	"source.type.legacy":              "SourceType",
	"transaction.key.recorded":        "TransactionKey",
}

// enumType returns the type of an enum of the reference, such as charge.status: the
// type of the model's field, or the type of the filter for search_filter.charge.status.
func enumType(t *testing.T, enum string) string {
	t.Helper()
	if name, ok := enumTypes[enum]; ok {
		return name
	}
	object, attribute, _ := strings.Cut(enum, ".")
	if object == "search_filter" {
		scope, name, _ := strings.Cut(attribute, ".")
		return valueType(t, reflect.TypeOf(apitest.FiltersOf[searchOf(t, scope)]), name).Name()
	}
	require.Contains(t, apitest.Models, object)
	field, ok := apitest.FieldsOf(apitest.Models[object])[attribute]
	require.True(t, ok, "no field for %s", enum)
	if field.Type.Kind() == reflect.Slice {
		return field.Type.Elem().Name()
	}
	return field.Type.Name()
}

// searchOf returns the search of a scope, as in the reference.
func searchOf(t *testing.T, scope string) string {
	t.Helper()
	for _, op := range apitest.Operations() {
		if op.Endpoint.Returns == "search:"+scope {
			return op.Name
		}
	}
	require.FailNow(t, "no search", scope)
	return ""
}

// valueType returns the type of a param in a type of params, behind pointers and
// slices.
func valueType(t *testing.T, params reflect.Type, names ...string) reflect.Type {
	t.Helper()
	for params.Kind() == reflect.Pointer || params.Kind() == reflect.Slice {
		params = params.Elem()
	}
	if len(names) == 0 {
		return params
	}
	for field := range params.Fields() {
		if apitest.URLName(field) == names[0] && !(field.Name == "Source" && len(names) > 1) { // Source comes before InlineSource, but has no fields
			return valueType(t, field.Type, names[1:]...)
		}
	}
	require.FailNow(t, "no field", "%s of %s", names, params)
	return nil
}

// paramEnums returns the values of the enums in the params of endpoints, by the
// type of the param.
func paramEnums(t *testing.T) map[string][]string {
	t.Helper()
	values := map[string][]string{}
	for _, op := range apitest.Operations() {
		for _, p := range op.Endpoint.Params {
			if len(p.Enum) == 0 {
				continue
			}
			kind := reflect.TypeFor[omise.SearchScope]() // the type of scope, which is an argument
			switch names := namesIn(p.Name); {
			case names[0] == "filters":
				kind = valueType(t, reflect.TypeOf(apitest.FiltersOf[op.Name]), names[1:]...)
			case p.Name != "scope":
				kind = valueType(t, op.ParamsType(), names...)
			}
			if kind.Kind() == reflect.Bool {
				require.Equal(t, []any{true, false}, p.Enum, "%s %s", op.Name, p.Name)
				continue
			}
			for _, value := range p.Enum {
				values[kind.Name()] = append(values[kind.Name()], value.(string))
			}
		}
	}
	return values
}

// Types without an enum in the reference: their values are in the recorded shapes, or
// are not from the API.
var (
	recordedEnums = map[string][2]string{"DocumentKind": {"document_qr", "kind"}, "BatchRecurringStatus": {"batch_recurring", "status"}}
	otherEnums    = []string{"Currency", "ErrorCode", "NextStep", "Outcome", "ResolutionState"}
)

func TestEnumsHaveExactlyTheConstantsOfTheReference(t *testing.T) {
	t.Parallel()
	enums := reference.Read().Enums
	want, count := map[string][]string{}, 0
	for enum, values := range enums {
		count += len(values)
		switch enum {
		case "search.boolean_words": // bools are sent as true and false
			require.Subset(t, values, []string{"true", "false"})
		case "dispute.list_state": // methods
			for _, state := range values {
				apitest.Find(t, "Disputes.List"+strings.ToUpper(state[:1])+state[1:])
			}
		case "payment_method.name.non_source": // its values are of two types
			for _, value := range values {
				kind := ""
				if strings.HasPrefix(value, "direct_debit_") {
					kind = "LinkedAccountType"
				}
				want[kind] = append(want[kind], value)
			}
		default:
			kind := enumType(t, enum)
			want[kind] = append(want[kind], values...)
		}
	}
	inParams := 0
	for kind, values := range paramEnums(t) {
		inParams += len(values)
		want[kind] = append(want[kind], values...)
	}
	for kind, at := range recordedEnums {
		want[kind] = append(want[kind], apitest.Object(at[0])[at[1]].(string))
	}
	for kind, list := range constants(t) {
		if slices.Contains(otherEnums, kind) {
			continue
		}
		var got []string
		for _, c := range list {
			if kind != "" || strings.HasPrefix(c.name, "APIVersion") || strings.HasPrefix(c.name, "PaymentMethod") {
				got = append(got, c.value)
			}
		}
		slices.Sort(want[kind])
		slices.Sort(got)
		require.Equal(t, slices.Compact(want[kind]), got, kind) // two enums may share a type
		delete(want, kind)
	}
	require.Empty(t, want, "enums without a constant")
	t.Logf("%d values of %d enums and %d values of params, 0 missing", count, len(enums), inParams)
}
