package omise_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"net/http"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/reference"
)

// carried returns the names of the params that a body or a query carries, as
// they look once a map and its key are one name.
func carried(e reference.Endpoint) []string {
	var names []string
	for _, p := range e.Params {
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

// documented pairs each operation with its endpoint.
func documented(t *testing.T) map[string]reference.Endpoint {
	t.Helper()
	byKey := map[string]reference.Endpoint{}
	for _, e := range reference.Read().Endpoints {
		byKey[e.Operation()] = e
	}
	pairs := map[string]reference.Endpoint{}
	for _, op := range operations(t) {
		method, template := op.route(t)
		if e, ok := byKey[method+" "+template]; ok {
			pairs[op.name] = e
		}
	}
	return pairs
}

func TestEachEndpointOfTheReferenceHasExactlyOneMethod(t *testing.T) {
	t.Parallel()
	var want, got []string
	for _, e := range reference.Read().Endpoints {
		want = append(want, e.Operation())
	}
	for _, op := range operations(t) {
		method, template := op.route(t)
		got = append(got, method+" "+template)
	}
	require.ElementsMatch(t, want, got)
	t.Logf("%d of %d endpoints", len(documented(t)), len(want))
}

// Every iterator goes where the method of its pages goes, with the same
// arguments, and yields what is on them. Every list and search has one.
func TestEachIteratorBelongsToTheMethodOfItsPages(t *testing.T) {
	t.Parallel()
	pages := map[string]operation{}
	for _, op := range operations(t) {
		if out := op.method.Type.Out(0); out.Kind() == reflect.Pointer && recordOf(out.Elem()) != nil {
			pages[op.name] = op
		}
	}
	count := len(pages)
	for _, op := range iterators(t) {
		of, ok := pages[op.listing()]
		require.True(t, ok, "%s has no %s", op.name, op.listing())
		delete(pages, op.listing())
		require.Equal(t, slices.Collect(of.method.Type.Ins()), slices.Collect(op.method.Type.Ins()), op.name)
		item := op.method.Type.Out(0).In(0).In(0)
		require.Equal(t, recordOf(of.method.Type.Out(0).Elem()), item.Elem(), op.name)

		page, all := &recorder{}, &recorder{}
		params := of.params()[0]
		require.Error(t, of.call(t, page.client(t), of.ids(t), params))
		yielded := 0
		for record, err := range op.invoke(t, all.client(t), of.ids(t), params)[0].Seq2() {
			yielded++
			require.True(t, record.IsNil())
			require.ErrorIs(t, err.Interface().(error), omise.ErrCodeNotFound)
		}
		require.Equal(t, 1, yielded, op.name)
		require.Len(t, all.requests, 1, op.name)
		require.Equal(t, page.requests[0].String(), all.requests[0].String(), op.name)
	}
	require.Empty(t, slices.Collect(maps.Keys(pages)), "pages without an iterator")
	t.Logf("%d iterators", count)
}

func TestEachMethodSendsEveryDocumentedParam(t *testing.T) {
	t.Parallel()
	endpoints, count := documented(t), 0
	for _, op := range operations(t) {
		sent := map[string]bool{}
		for _, r := range op.send(t) {
			for name := range r.values(t) {
				sent[name] = true
			}
		}
		for _, name := range carried(endpoints[op.name]) {
			count++
			require.True(t, sent[name], "%s does not send %s", op.name, name)
		}
	}
	t.Logf("%d documented params", count)
}

// The sub-merchant is an option of any call; Authorization is the key.
func TestEachMethodSendsEveryDocumentedHeader(t *testing.T) {
	t.Parallel()
	const subMerchant = "team_uqsnzzcdlws5cs1407p"
	endpoints, count := documented(t), 0
	for _, op := range operations(t) {
		got := &recorder{}
		require.Error(t, op.call(t, got.client(t), op.ids(t), op.params()[0], omise.WithSubMerchant(subMerchant)))
		require.Equal(t, subMerchant, got.requests[0].header.Get("SUB_MERCHANT_ID"), op.name)
		for _, p := range endpoints[op.name].Params {
			if p.In == "header" {
				count++
				want, ok := map[string]string{"SUB_MERCHANT_ID": subMerchant, "Authorization": linksPlusKey}[p.Name]
				require.True(t, ok, "%s has a header %s", op.name, p.Name)
				require.Equal(t, want, got.requests[0].header.Get(p.Name), op.name)
			}
		}
		require.Error(t, op.call(t, got.client(t), op.ids(t), op.params()[0]))
		require.NotContains(t, got.requests[1].header, http.CanonicalHeaderKey("SUB_MERCHANT_ID"), op.name)
	}
	require.NotZero(t, count)
	t.Logf("%d documented headers", count)
}

// Beyond the documented ones there are only the params of a new source inside a
// charge, the paging that every list takes, further keys of a documented map,
// and what is said here.
func TestNoMethodSendsAnUndocumentedParam(t *testing.T) {
	t.Parallel()
	endpoints := documented(t)
	allowed := func(op operation, name string) bool {
		for _, p := range endpoints[op.name].Params {
			if p.Type == "map" && (strings.HasPrefix(name, p.Name+"[") || strings.HasPrefix(name, p.Name+".")) {
				return true
			}
		}
		switch {
		case op.name == "WebhookSecrets.Create": // the draft has no params, and an object with metadata
			return strings.HasPrefix(name, "metadata[")
		case op.name == "Charges.Create" && strings.HasPrefix(name, "source["):
			return true
		}
		return slices.Contains([]string{"from", "to", "offset", "limit", "order", "expand"}, name)
	}
	for _, op := range operations(t) {
		for _, r := range op.send(t) {
			for name := range r.values(t) {
				require.True(t, allowed(op, name) || slices.Contains(carried(endpoints[op.name]), name), "%s sends %s", op.name, name)
			}
		}
	}
}

// What the reference calls required and a call may leave out.
var mayBeMissing = map[string]string{
	"RoutingGroupRules.Create conditions[].value": "null is a value",
}

func TestAMissingRequiredParamIsRefused(t *testing.T) {
	t.Parallel()
	endpoints, count, exceptions := documented(t), 0, 0
	for _, op := range operations(t) {
		for _, p := range endpoints[op.name].Params {
			if !p.Required || !p.InBodyOrQuery() {
				continue
			}
			if mayBeMissing[op.name+" "+p.Name] != "" {
				exceptions++
				continue
			}
			count++
			op, params := op, op.params()[0]
			if p.Name == "scope" { // an argument
				op.scope = ""
				params.Elem().FieldByName("Filters").SetZero()
			} else {
				clearParam(params, namesIn(p.Name)...)
			}
			got := &recorder{}
			var e *omise.ParamError
			require.ErrorAs(t, op.call(t, got.client(t), op.ids(t), params), &e, "%s without %s", op.name, p.Name)
			require.Equal(t, refusedAs(p.Name), e.Field, op.name)
			require.Empty(t, got.requests, "%s sent something", op.name)
		}
	}
	require.NotZero(t, count)
	require.Len(t, mayBeMissing, exceptions)
	t.Logf("%d required params, %d exceptions", count, exceptions)
}

// refusedAs returns the name of a param in errors, which number the items of an
// array.
func refusedAs(name string) string {
	if array, field, ok := strings.Cut(name, "[]."); ok {
		return array + "[0][" + field + "]"
	}
	return name
}

func TestAMissingOrForeignIDIsRefused(t *testing.T) {
	t.Parallel()
	endpoints, count := documented(t), 0
	for _, op := range operations(t) {
		wrongs := []string{"", "..", "a/b", "search?", "evnt_test_%2F"}
		if op.numbered() {
			wrongs = []string{"0", "-1"}
		}
		at := 0
		for _, p := range endpoints[op.name].Params {
			if p.In != "path" {
				continue
			}
			for _, wrong := range wrongs {
				count++
				ids := op.ids(t)
				ids[at] = wrong
				got := &recorder{}
				var e *omise.ParamError
				require.ErrorAs(t, op.call(t, got.client(t), ids, op.params()[0]), &e, "%s with %q", op.name, wrong)
				require.Equal(t, p.Name, e.Field, op.name)
				require.Empty(t, got.requests, "%s sent something", op.name)
			}
			at++
		}
	}
	require.NotZero(t, count)
	t.Logf("%d wrong ids", count)
}

// A client may have any of its keys; the secret key never reaches the vault,
// neither it nor the public one reaches Payment Links+, and no other key reaches
// what needs the secret.
func TestEachEndpointGetsTheDocumentedKeyOnTheDocumentedHost(t *testing.T) {
	t.Parallel()
	hosts := map[string]string{"api": "https://api.omise.co", "vault": "https://vault.omise.co", "linksplus": "https://linksplus-api.omise.co"}
	for _, row := range []struct {
		client                    string
		secret, public, linksPlus string
		want                      map[string]string // by the reference's kind of key; what is not there is refused
	}{
		{"all keys", secretKey, publicKey, linksPlusKey,
			map[string]string{"secret": secretKey, "public": publicKey, "either": publicKey, "linksplus": linksPlusKey}},
		{"both keys", secretKey, publicKey, "", map[string]string{"secret": secretKey, "public": publicKey, "either": publicKey}},
		{"secret key", secretKey, "", "", map[string]string{"secret": secretKey, "either": secretKey}},
		{"public key", "", publicKey, "", map[string]string{"public": publicKey, "either": publicKey}},
		{"Payment Links+ key", "", "", linksPlusKey, map[string]string{"linksplus": linksPlusKey}},
	} {
		t.Run(row.client, func(t *testing.T) {
			t.Parallel()
			endpoints := documented(t)
			for _, op := range operations(t) {
				e := endpoints[op.name]
				want := row.want[e.Key]
				got := &recorder{}
				client, err := omise.NewClient(row.secret, omise.WithPublicKey(row.public), omise.WithLinksPlusKey(row.linksPlus), got.option())
				require.NoError(t, err)
				err = op.call(t, client, op.ids(t), op.params()[0])
				if want == "" {
					require.Empty(t, got.requests, "%s with the wrong key", op.name)
					var e *omise.ParamError
					require.ErrorAs(t, err, &e, op.name)
					continue
				}
				require.Len(t, got.requests, 1, op.name)
				if e.Key == "linksplus" {
					require.Equal(t, want, got.requests[0].header.Get("Authorization"), op.name)
				} else {
					require.Equal(t, "Basic "+basic(want), got.requests[0].header.Get("Authorization"), op.name)
				}
				require.Equal(t, hosts[e.Host], got.requests[0].host, op.name)
			}
		})
	}
}

// The answer is a 404 of the API, so the error tells what was called.
func TestAnErrorNamesTheRouteAndNotTheID(t *testing.T) {
	t.Parallel()
	endpoints := documented(t)
	for _, op := range operations(t) {
		ids := op.ids(t)
		err := op.call(t, (&recorder{}).client(t), ids, op.params()[0])
		var e *omise.Error
		require.ErrorAs(t, err, &e, op.name)
		require.Equal(t, endpoints[op.name].Operation(), e.Method+" "+e.PathTemplate)
		for _, id := range ids {
			if id != currency {
				require.NotContains(t, err.Error(), id)
			}
		}
		require.True(t, errors.Is(err, omise.ErrCodeNotFound), op.name)
	}
}

// sources returns the parsed files of the package, without tests.
func sources(t *testing.T) []*ast.File {
	t.Helper()
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var files []*ast.File
	for _, name := range names {
		if !strings.HasSuffix(name, "_test.go") {
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
			require.NoError(t, err)
			files = append(files, file)
		}
	}
	return files
}

// namesIn splits the name of a param: on[weekdays][] is weekdays in on,
// conditions[].field is field in conditions.
func namesIn(name string) []string {
	return strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune("[].", r) })
}

// clearParam zeroes the field of a param, in the first item of an array.
func clearParam(v reflect.Value, names ...string) {
	if v = reflect.Indirect(v); v.Kind() == reflect.Slice {
		v = v.Index(0)
	}
	for i := range v.NumField() {
		if urlName(v.Type().Field(i)) != names[0] || v.Field(i).IsZero() {
			continue
		}
		if len(names) > 1 {
			clearParam(v.Field(i), names[1:]...)
			continue
		}
		v.Field(i).SetZero()
	}
}
