package apitest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/reference"
)

// PathCurrency is the currency in paths that have one.
const PathCurrency = "JPY"

// An Operation is a method of a service that makes one request.
type Operation struct {
	Name     string // Charges.Create
	Method   reflect.Method
	Scope    omise.SearchScope  // if the method takes one
	Endpoint reference.Endpoint // its row in the reference; iterators have none

	service []int // the field of the client
}

// Services returns the fields of the client that are services.
func Services() iter.Seq[reflect.StructField] {
	return func(yield func(reflect.StructField) bool) {
		for field := range reflect.TypeFor[omise.Client]().Fields() {
			if field.IsExported() && !yield(field) {
				return
			}
		}
	}
}

// Operations returns every method of every service that makes one request, except the
// methods that Problems names. Iterators, Events.Watch and the Resolve methods make
// several requests.
func Operations() []Operation { return slices.Clone(documented().operations) }

// Iterators returns every method of every service that goes through all pages, except the
// methods whose page method Problems names.
func Iterators() []Operation {
	all := methods(func(m reflect.Method) bool { return strings.HasPrefix(m.Name, "All") })
	return slices.DeleteFunc(all, func(op Operation) bool { return documented().omitted[op.PageMethod()] })
}

// Find returns the operation of a name, such as Charges.Create.
func Find(t testing.TB, name string) Operation {
	t.Helper()
	for _, op := range documented().operations {
		if op.Name == name {
			return op
		}
	}
	t.Fatalf("there is no operation %s", name)
	return Operation{}
}

func methods(wanted func(reflect.Method) bool) []Operation {
	var all []Operation
	for service := range Services() {
		for method := range service.Type.Methods() {
			if wanted(method) {
				all = append(all, Operation{Name: service.Name + "." + method.Name, Method: method, Scope: omise.SearchScopeCharge, service: service.Index})
			}
		}
	}
	return all
}

// PageMethod returns the name of the operation that an iterator calls for each
// page.
func (op Operation) PageMethod() string {
	service, method, _ := strings.Cut(op.Name, ".")
	rest := strings.TrimPrefix(method, "All")
	if service == "Search" {
		return service + "." + rest
	}
	return service + ".List" + rest
}

// Call calls the method. params is the zero Value if it takes none.
func (op Operation) Call(t testing.TB, client *omise.Client, ids []string, params reflect.Value, opts ...omise.RequestOption) error {
	t.Helper()
	_, err := op.Answer(t, client, ids, params, opts...)
	return err
}

// Answer calls the method and returns its results.
func (op Operation) Answer(t testing.TB, client *omise.Client, ids []string, params reflect.Value, opts ...omise.RequestOption) (any, error) {
	t.Helper()
	out := op.invoke(t.Context(), client, ids, params, opts)
	err, _ := out[1].Interface().(error)
	return out[0].Interface(), err
}

// Iterate calls an iterator.
func (op Operation) Iterate(t testing.TB, client *omise.Client, ids []string, params reflect.Value) iter.Seq2[reflect.Value, reflect.Value] {
	t.Helper()
	return op.invoke(t.Context(), client, ids, params, nil)[0].Seq2()
}

func (op Operation) invoke(ctx context.Context, client *omise.Client, ids []string, params reflect.Value, opts []omise.RequestOption) []reflect.Value {
	in := []reflect.Value{reflect.ValueOf(client).Elem().FieldByIndex(op.service), reflect.ValueOf(ctx)}
	for i := 2; i < op.Method.Type.NumIn()-1; i++ {
		switch arg := op.Method.Type.In(i); {
		case arg == reflect.TypeFor[omise.SearchScope]():
			in = append(in, reflect.ValueOf(op.Scope))
		case arg.Kind() == reflect.String:
			in, ids = append(in, reflect.ValueOf(ids[0]).Convert(arg)), ids[1:]
		case arg.Kind() == reflect.Int64:
			number, _ := strconv.ParseInt(ids[0], 10, 64) // 0 for a missing one
			in, ids = append(in, reflect.ValueOf(number)), ids[1:]
		default:
			in = append(in, params)
		}
	}
	return op.Method.Func.CallSlice(append(in, reflect.ValueOf(opts)))
}

// HasNumericIDs reports whether the ids of the method are numbers.
func (op Operation) HasNumericIDs() bool {
	for arg := range op.Method.Type.Ins() {
		if arg.Kind() == reflect.Int64 {
			return true
		}
	}
	return false
}

// variants has the params whose fields exclude each other, and the fields that each
// variant leaves out.
var variants = map[string][][]string{
	"ChargeCreateParams": {{"InlineSource"}, {"Source"}},
	"TokenCreateParams":  {{"Tokenization"}, {"Card"}},
	"ScheduleCreateParams": {
		{"Transfer"}, {"Charge", "Transfer.PercentageOfBalance"}, {"Charge", "Transfer.Amount"},
	},
}

// Params returns params with every field set, in each of their variants.
func (op Operation) Params() []reflect.Value {
	kind := op.ParamsType()
	if kind == nil {
		return []reflect.Value{{}}
	}
	without, ok := variants[kind.Name()]
	if !ok {
		without = [][]string{nil}
	}
	var all []reflect.Value
	for _, fields := range without {
		params := Filled(kind, FiltersOf[op.Name])
		for _, field := range fields {
			at := params
			for name := range strings.SplitSeq(field, ".") {
				at = at.Elem().FieldByName(name)
			}
			at.SetZero()
		}
		all = append(all, params)
	}
	return all
}

// ParamsType returns the type of the params, nil if the method takes none.
func (op Operation) ParamsType() reflect.Type {
	for arg := range op.Method.Type.Ins() {
		if arg.Kind() == reflect.Pointer && strings.HasSuffix(arg.Elem().Name(), "Params") {
			return arg.Elem()
		}
	}
	return nil
}

// idObjects returns the recorded object for each id of the path: the object that
// the path names before it.
func (op Operation) idObjects() []string {
	otherNames := map[string]string{"secret": "webhook_secret", "recurring_export": "batch_recurring"}
	var names []string
	segments := strings.Split(op.Endpoint.Path, "/")
	for i, segment := range segments {
		if !strings.HasPrefix(segment, "{") {
			continue
		}
		before := strings.TrimSuffix(segments[i-1], "s")
		switch segment {
		case "{currency}":
			before = "currency"
		case "{team_id}":
			before = "links_plus_link"
		case "{link_id}", "{template_id}":
			before = "links_plus_" + before
		}
		if name, ok := otherNames[before]; ok {
			before = name
		}
		names = append(names, before)
	}
	return names
}

// IDs returns an id for each name in the path, from the recorded objects.
func (op Operation) IDs() []string {
	var ids []string
	for _, name := range op.idObjects() {
		switch {
		case name == "currency":
			ids = append(ids, PathCurrency)
		case strings.Contains(op.Endpoint.Path, "{team_id}"):
			ids = append(ids, fmt.Sprint(Object(name)["team_id"]))
		default:
			ids = append(ids, fmt.Sprint(Object(name)["id"]))
		}
	}
	return ids
}

// Send calls the method once for each variant of its params, on an API that answers 404,
// and returns the requests. Reads ask for expansion as well.
func (op Operation) Send() []Request {
	api := RespondNotFound()
	client := must(omise.NewClient(SecretKey, omise.WithPublicKey(PublicKey), omise.WithLinksPlusKey(LinksPlusKey), api.Option()))
	var opts []omise.RequestOption
	if strings.HasPrefix(op.Method.Name, "Get") || strings.HasPrefix(op.Method.Name, "List") {
		opts = append(opts, omise.WithExpand())
	}
	for _, params := range op.Params() {
		err, _ := op.invoke(context.Background(), client, op.IDs(), params, opts)[1].Interface().(error)
		if !errors.Is(err, omise.ErrCodeNotFound) {
			panic(fmt.Sprintf("apitest: %s is not sent: %v", op.Name, err))
		}
	}
	sent := slices.DeleteFunc(api.Requests(), func(r Request) bool { // a refused write may be looked up
		return r.Method == http.MethodGet && op.Endpoint.Method != http.MethodGet
	})
	if len(sent) != len(op.Params()) {
		panic(fmt.Sprintf("apitest: %s makes %d requests", op.Name, len(sent)))
	}
	return sent
}
