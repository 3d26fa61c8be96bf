package omise_test

import (
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
	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/internal/reference"
)

// All other tests skip a method that differs from its row, so that only this test fails
// and names the file to edit.
func TestEveryMethodIsAsTheReferenceHasIt(t *testing.T) {
	t.Parallel()
	for _, problem := range apitest.Problems() {
		t.Error(problem)
	}
	t.Logf("%d of %d endpoints", len(apitest.Operations()), len(reference.Read().Endpoints))
}

// Every iterator calls the same endpoint as the method of its pages, takes the same
// arguments, and yields the records of the pages. Every list and search has an
// iterator.
func TestEachIteratorMatchesTheMethodOfItsPages(t *testing.T) {
	t.Parallel()
	pages := map[string]apitest.Operation{}
	for _, op := range apitest.Operations() {
		if out := op.Method.Type.Out(0); out.Kind() == reflect.Pointer && apitest.RecordOf(out.Elem()) != nil {
			pages[op.Name] = op
		}
	}
	count := len(pages)
	for _, op := range apitest.Iterators() {
		of, ok := pages[op.PageMethod()]
		require.True(t, ok, "%s has no %s", op.Name, op.PageMethod())
		delete(pages, op.PageMethod())
		require.Equal(t, slices.Collect(of.Method.Type.Ins()), slices.Collect(op.Method.Type.Ins()), op.Name)
		item := op.Method.Type.Out(0).In(0).In(0)
		require.Equal(t, apitest.RecordOf(of.Method.Type.Out(0).Elem()), item.Elem(), op.Name)

		page, all := apitest.RespondNotFound(), apitest.RespondNotFound()
		params := of.Params()[0]
		require.Error(t, of.Call(t, page.Client(t), of.IDs(), params))
		yielded := 0
		for record, err := range op.Iterate(t, all.Client(t), of.IDs(), params) {
			yielded++
			require.True(t, record.IsNil())
			require.ErrorIs(t, err.Interface().(error), omise.ErrCodeNotFound)
		}
		require.Equal(t, 1, yielded, op.Name)
		require.Len(t, all.Requests(), 1, op.Name)
		require.Equal(t, page.Requests()[0].String(), all.Requests()[0].String(), op.Name)
	}
	require.Empty(t, slices.Collect(maps.Keys(pages)), "pages without an iterator")
	t.Logf("%d iterators", count)
}

// The sub-merchant is an option of every call, and Authorization has the key.
func TestEachMethodSendsEveryDocumentedHeader(t *testing.T) {
	t.Parallel()
	const subMerchant = "team_uqsnzzcdlws5cs1407p"
	count := 0
	for _, op := range apitest.Operations() {
		got := apitest.RespondNotFound()
		require.Error(t, op.Call(t, got.Client(t), op.IDs(), op.Params()[0], omise.WithSubMerchant(subMerchant)))
		require.Equal(t, subMerchant, got.Requests()[0].Header.Get("SUB_MERCHANT_ID"), op.Name)
		for _, p := range op.Endpoint.Params {
			if p.In == "header" {
				count++
				want, ok := map[string]string{"SUB_MERCHANT_ID": subMerchant, "Authorization": testLinksPlus}[p.Name]
				require.True(t, ok, "%s has a header %s", op.Name, p.Name)
				require.Equal(t, want, got.Requests()[0].Header.Get(p.Name), op.Name)
			}
		}
		got = apitest.RespondNotFound()
		require.Error(t, op.Call(t, got.Client(t), op.IDs(), op.Params()[0]))
		require.NotContains(t, got.Requests()[0].Header, http.CanonicalHeaderKey("SUB_MERCHANT_ID"), op.Name)
	}
	require.NotZero(t, count)
	t.Logf("%d documented headers", count)
}

// mayBeMissing has the params that are required in the reference and that a call may
// leave out.
var mayBeMissing = map[string]string{
	"RoutingGroupRules.Create conditions[].value": "null is a value",
}

func TestAMissingRequiredParamIsRefused(t *testing.T) {
	t.Parallel()
	count, exceptions := 0, 0
	for _, op := range apitest.Operations() {
		for _, p := range op.Endpoint.Params {
			if !p.Required || !p.InBodyOrQuery() {
				continue
			}
			if mayBeMissing[op.Name+" "+p.Name] != "" {
				exceptions++
				continue
			}
			count++
			op, params := op, op.Params()[0]
			if p.Name == "scope" { // an argument
				op.Scope = ""
				params.Elem().FieldByName("Filters").SetZero()
			} else {
				clearParam(params, namesIn(p.Name)...)
			}
			got := apitest.RespondNotFound()
			var e *omise.ParamError
			require.ErrorAs(t, op.Call(t, got.Client(t), op.IDs(), params), &e, "%s without %s", op.Name, p.Name)
			require.Equal(t, refusedAs(p.Name), e.Field, op.Name)
			require.Empty(t, got.Requests(), "%s sent something", op.Name)
		}
	}
	require.NotZero(t, count)
	require.Len(t, mayBeMissing, exceptions)
	t.Logf("%d required params, %d exceptions", count, exceptions)
}

// refusedAs returns the name of a param in an error, where the items of an array have
// numbers.
func refusedAs(name string) string {
	if array, field, ok := strings.Cut(name, "[]."); ok {
		return array + "[0][" + field + "]"
	}
	return name
}

func TestAMissingOrForeignIDIsRefused(t *testing.T) {
	t.Parallel()
	count := 0
	for _, op := range apitest.Operations() {
		wrongs := []string{"", "..", "a/b", "search?", "evnt_test_%2F"}
		if op.HasNumericIDs() {
			wrongs = []string{"0", "-1"}
		}
		at := 0
		for _, p := range op.Endpoint.Params {
			if p.In != "path" {
				continue
			}
			for _, wrong := range wrongs {
				count++
				ids := op.IDs()
				ids[at] = wrong
				got := apitest.RespondNotFound()
				var e *omise.ParamError
				require.ErrorAs(t, op.Call(t, got.Client(t), ids, op.Params()[0]), &e, "%s with %q", op.Name, wrong)
				require.Equal(t, p.Name, e.Field, op.Name)
				require.Empty(t, got.Requests(), "%s sent something", op.Name)
			}
			at++
		}
	}
	require.NotZero(t, count)
	t.Logf("%d wrong ids", count)
}

// A client may have any of its keys. The secret key is never sent to the vault, the
// secret and the public key are never sent to Payment Links+, and no other key is sent
// to an endpoint that needs the secret key.
func TestEachEndpointGetsTheDocumentedKeyOnTheDocumentedHost(t *testing.T) {
	t.Parallel()
	hosts := map[string]string{"api": "https://api.omise.co", "vault": "https://vault.omise.co", "linksplus": "https://linksplus-api.omise.co"}
	for _, row := range []struct {
		client                    string
		secret, public, linksPlus string
		want                      map[string]string // by the kind of key in the reference; calls with a missing kind are refused
	}{
		{"all keys", testSecret, testPublic, testLinksPlus,
			map[string]string{"secret": testSecret, "public": testPublic, "either": testPublic, "linksplus": testLinksPlus}},
		{"both keys", testSecret, testPublic, "", map[string]string{"secret": testSecret, "public": testPublic, "either": testPublic}},
		{"secret key", testSecret, "", "", map[string]string{"secret": testSecret, "either": testSecret}},
		{"public key", "", testPublic, "", map[string]string{"public": testPublic, "either": testPublic}},
		{"Payment Links+ key", "", "", testLinksPlus, map[string]string{"linksplus": testLinksPlus}},
	} {
		t.Run(row.client, func(t *testing.T) {
			t.Parallel()
			for _, op := range apitest.Operations() {
				e := op.Endpoint
				want := row.want[e.Key]
				got := apitest.RespondNotFound()
				client, err := omise.NewClient(row.secret, omise.WithPublicKey(row.public), omise.WithLinksPlusKey(row.linksPlus), got.Option())
				require.NoError(t, err)
				err = op.Call(t, client, op.IDs(), op.Params()[0])
				if want == "" {
					require.Empty(t, got.Requests(), "%s with the wrong key", op.Name)
					refusal(t, err)
					continue
				}
				require.NotEmpty(t, got.Requests(), op.Name)
				if e.Key == "linksplus" {
					require.Equal(t, want, got.Requests()[0].Header.Get("Authorization"), op.Name)
				} else {
					require.Equal(t, "Basic "+basic(want), got.Requests()[0].Header.Get("Authorization"), op.Name)
				}
				require.Equal(t, hosts[e.Host], got.Requests()[0].Origin(), op.Name)
			}
		})
	}
}

// The answer is a 404 of the API, so every call returns an error.
func TestAnErrorNamesTheRouteAndNotTheID(t *testing.T) {
	t.Parallel()
	for _, op := range apitest.Operations() {
		ids := op.IDs()
		err := op.Call(t, apitest.RespondNotFound().Client(t), ids, op.Params()[0])
		require.ErrorIs(t, err, omise.ErrCodeNotFound, op.Name)
		require.Equal(t, op.Endpoint.Operation(), failure(t, err).Method+" "+failure(t, err).PathTemplate)
		for _, id := range ids {
			if id != apitest.PathCurrency {
				require.NotContains(t, err.Error(), id)
			}
		}
	}
}

// sources returns the parsed files of the package, without tests.
func sources(t *testing.T, fset *token.FileSet) []*ast.File {
	t.Helper()
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var files []*ast.File
	for _, name := range names {
		if !strings.HasSuffix(name, "_test.go") {
			file, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
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

// clearParam sets the field of a param to zero, in an array only in the first item.
func clearParam(v reflect.Value, names ...string) {
	if v = reflect.Indirect(v); v.Kind() == reflect.Slice {
		v = v.Index(0)
	}
	for i := range v.NumField() {
		if apitest.URLName(v.Type().Field(i)) != names[0] || v.Field(i).IsZero() {
			continue
		}
		if len(names) > 1 {
			clearParam(v.Field(i), names[1:]...)
			continue
		}
		v.Field(i).SetZero()
	}
}
