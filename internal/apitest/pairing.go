package apitest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/reference"
)

// pairing has the operations with their rows, and a sentence for each method, row and
// object without a counterpart.
type pairing struct {
	operations []Operation
	omitted    map[string]bool // the other operations, by name
	problems   []string
}

var documented = sync.OnceValue(func() (p pairing) {
	p.omitted = map[string]bool{}
	omit := func(op Operation, problem string) {
		p.omitted[op.Name] = true
		p.problems = append(p.problems, problem)
	}
	rows := map[string]reference.Endpoint{}
	for _, e := range reference.Read().Endpoints {
		rows[e.Operation()] = e
	}
	for _, op := range methods(func(m reflect.Method) bool { return m.Type.NumOut() == 2 && !strings.HasPrefix(m.Name, "Resolve") }) {
		method, path := op.route()
		row, ok := rows[method+" "+path]
		if !ok {
			omit(op, fmt.Sprintf("%s has no row for %s %s, which %s calls", reference.File, method, path, op.Name))
			continue
		}
		delete(rows, row.Operation())
		op.Endpoint = row
		if problem := op.problem(); problem != "" {
			omit(op, problem)
			continue
		}
		p.operations = append(p.operations, op)
	}
	for operation := range rows {
		p.problems = append(p.problems, fmt.Sprintf("no method of a service calls %s, which %s has: write a route and a method into the file of the resource", operation, reference.File))
	}
	slices.Sort(p.problems)
	return p
})

// Problems returns a sentence for each method that differs from its row in the
// reference or has none, and for each row without a method. A sentence names the
// file to edit.
func Problems() []string { return documented().problems }

// problem returns the first difference between the method and its row, or "".
func (op Operation) problem() string {
	for _, name := range op.idObjects() {
		if name != "currency" && !hasObject(name) {
			return fmt.Sprintf("testdata/objects/%s.json is missing: the path of %s has its id", name, op.Endpoint.Operation())
		}
	}
	return cmp.Or(op.resultProblem(), op.paramProblem())
}

// results has the types of results that are not objects of the reference.
var results = map[string]reflect.Type{
	"csv":                     reflect.TypeFor[io.ReadCloser](),
	"openapi document (JSON)": reflect.TypeFor[json.RawMessage](),
	"map":                     reflect.TypeFor[omise.ChainKey](),
	"":                        reflect.TypeFor[json.RawMessage](), // of any kind
}

// resultProblem compares the result of the method with the row.
func (op Operation) resultProblem() string {
	result := op.Method.Type.Out(0)
	if result.Kind() == reflect.Pointer {
		result = result.Elem()
	}
	kind, of, isPage := strings.Cut(op.Endpoint.Returns, ":")
	isPage = isPage || kind == "search"
	name := kind
	if isPage {
		name = strings.TrimPrefix(strings.TrimPrefix(of, "charge_"), "transfer_") // schedules
		if result = RecordOf(result); result == nil || strings.HasPrefix(op.Method.Type.Out(0).Elem().Name(), "SearchResult[") != (kind == "search") {
			return fmt.Sprintf("%s returns %s, but %s says %q", op.Name, op.Method.Type.Out(0), reference.File, op.Endpoint.Returns)
		}
	}
	want, isOther := results[name]
	switch {
	case isOther:
	case reference.Read().Objects[name] == nil:
		return fmt.Sprintf("%s has no object %s, which %s returns", reference.File, name, op.Endpoint.Operation())
	case Models[name] == nil:
		return fmt.Sprintf("internal/apitest/models.go has no model of %s, which %s returns", name, op.Endpoint.Operation())
	case !hasObject(name):
		return fmt.Sprintf("testdata/objects/%s.json is missing: %s returns it", name, op.Endpoint.Operation())
	default:
		want = Models[name]
	}
	if result != want {
		return fmt.Sprintf("%s returns %s, but %s says %q", op.Name, op.Method.Type.Out(0), reference.File, op.Endpoint.Returns)
	}
	return ""
}

// paramProblem compares the parameters that the method sends with the row.
func (op Operation) paramProblem() string {
	sent := map[string]bool{}
	for _, r := range op.Send() {
		for name := range r.Values() {
			sent[name] = true
		}
	}
	carried := op.carried()
	for _, name := range carried {
		if !sent[name] {
			return fmt.Sprintf("%s sends no %s, which %s has for %s: add a field to its params", op.Name, name, reference.File, op.Endpoint.Operation())
		}
	}
	for _, name := range slices.Sorted(maps.Keys(sent)) {
		if !slices.Contains(carried, name) && !op.mayAlsoSend(name) {
			return fmt.Sprintf("%s has no parameter %s of %s, which %s sends", reference.File, name, op.Endpoint.Operation(), op.Name)
		}
	}
	return ""
}

// mayAlsoSend reports whether a parameter needs no row: further keys of a
// documented map, the paging that every list takes, and the parameters of a new
// source inside a charge.
func (op Operation) mayAlsoSend(name string) bool {
	for _, p := range op.Endpoint.Params {
		if p.Type == "map" && (strings.HasPrefix(name, p.Name+"[") || strings.HasPrefix(name, p.Name+".")) {
			return true
		}
	}
	switch {
	case op.Name == "WebhookSecrets.Create": // the draft has no params, and an object with metadata
		return strings.HasPrefix(name, "metadata[")
	case op.Name == "Charges.Create" && strings.HasPrefix(name, "source["):
		return true
	}
	return slices.Contains([]string{"from", "to", "offset", "limit", "order", "expand"}, name)
}

// route returns the HTTP method and the template of the path, which the error of a
// call without ids has.
func (op Operation) route() (method, template string) {
	client := must(omise.NewClient(SecretKey, omise.WithPublicKey(PublicKey), omise.WithLinksPlusKey(LinksPlusKey), RespondNotFound().Option()))
	err, _ := op.invoke(context.Background(), client, make([]string, 4), op.Params()[0], nil)[1].Interface().(error)
	if refused, ok := errors.AsType[*omise.ParamError](err); ok {
		return refused.Method, refused.PathTemplate
	}
	if failed, ok := errors.AsType[*omise.Error](err); ok {
		return failed.Method, failed.PathTemplate
	}
	panic(fmt.Sprintf("apitest: the error of %s has no route: %v", op.Name, err))
}

// carried returns the names of the documented parameters that a body or a query
// carries, in the form that a request has: a map has a key in its name.
func (op Operation) carried() []string {
	var names []string
	for _, p := range op.Endpoint.Params {
		switch {
		case !p.InBodyOrQuery() || p.Type == "array": // an array is what it holds
		case p.Name == "filters[<name>]":
			names = append(names, "filters[captured]")
		case p.Type == "map" && p.In == "json":
			names = append(names, p.Name+".order_id")
		case p.Type == "map":
			names = append(names, p.Name+"[order_id]")
		case p.Type == "array:string" && p.In != "json" && !strings.HasSuffix(p.Name, "[]"):
			names = append(names, p.Name+"[]")
		default:
			names = append(names, p.Name)
		}
	}
	return names
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(fmt.Sprintf("apitest: %v", err))
	}
	return v
}
