package omise_test

import (
	"flag"
	"fmt"
	"io"
	"iter"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
)

const (
	secretKey    = "skey_test_routes"
	publicKey    = "pkey_test_routes"
	linksPlusKey = "lplus_test_routes"
	currency     = "JPY" // where a path names one
)

var update = flag.Bool("update", false, "write testdata/routes.golden and docs/coverage.md anew")

// The golden file has every request that the methods make, with every field of
// their params set. A change of it is a change on the wire.
func TestRoutes(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, op := range operations(t) {
		_, template := op.route(t)
		for _, r := range op.send(t) {
			fmt.Fprintf(&b, "%s %s: %s\n", op.name, template, r)
		}
	}
	const golden = "testdata/routes.golden"
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), b.String(), "to accept: go test -run TestRoutes -update")
}

// An operation is a method of a service that makes one request.
type operation struct {
	name   string // Charges.Create
	field  []int  // of the service in the client
	method reflect.Method
	scope  omise.SearchScope // where the method takes one
}

// services returns the fields of the client.
func services() iter.Seq[reflect.StructField] {
	return func(yield func(reflect.StructField) bool) {
		for field := range reflect.TypeFor[omise.Client]().Fields() {
			if field.IsExported() && !yield(field) {
				return
			}
		}
	}
}

// operations returns every method of every service that makes a call. Iterators
// belong to what they iterate over, Events.Watch and Resolve to themselves.
func operations(t *testing.T) []operation {
	t.Helper()
	return methods(t, func(m reflect.Method) bool { return m.Type.NumOut() == 2 && !strings.HasPrefix(m.Name, "Resolve") })
}

// iterators returns every method of every service that goes through all pages.
func iterators(t *testing.T) []operation {
	t.Helper()
	return methods(t, func(m reflect.Method) bool { return strings.HasPrefix(m.Name, "All") })
}

func methods(t *testing.T, wanted func(reflect.Method) bool) []operation {
	t.Helper()
	var all []operation
	for service := range services() {
		for method := range service.Type.Methods() {
			if wanted(method) {
				all = append(all, operation{service.Name + "." + method.Name, service.Index, method, omise.SearchScopeCharge})
			}
		}
	}
	require.NotEmpty(t, all)
	return all
}

// listing returns the name of the method that an iterator calls for each page.
func (op operation) listing() string {
	service, method, _ := strings.Cut(op.name, ".")
	rest := strings.TrimPrefix(method, "All")
	if service == "Search" {
		return service + "." + rest
	}
	return service + ".List" + rest
}

// call calls the method. params is the zero Value if it takes none.
func (op operation) call(t *testing.T, client *omise.Client, ids []string, params reflect.Value, opts ...omise.RequestOption) error {
	t.Helper()
	_, err := op.answer(t, client, ids, params, opts...)
	return err
}

// answer calls the method and returns what it returns.
func (op operation) answer(t *testing.T, client *omise.Client, ids []string, params reflect.Value, opts ...omise.RequestOption) (any, error) {
	t.Helper()
	out := op.invoke(t, client, ids, params, opts...)
	err, _ := out[1].Interface().(error)
	return out[0].Interface(), err
}

func (op operation) invoke(t *testing.T, client *omise.Client, ids []string, params reflect.Value, opts ...omise.RequestOption) []reflect.Value {
	t.Helper()
	in := []reflect.Value{reflect.ValueOf(client).Elem().FieldByIndex(op.field), reflect.ValueOf(t.Context())}
	for i := 2; i < op.method.Type.NumIn()-1; i++ {
		switch arg := op.method.Type.In(i); {
		case arg == reflect.TypeFor[omise.SearchScope]():
			in = append(in, reflect.ValueOf(op.scope))
		case arg.Kind() == reflect.String:
			in, ids = append(in, reflect.ValueOf(ids[0]).Convert(arg)), ids[1:]
		case arg.Kind() == reflect.Int64:
			number, _ := strconv.ParseInt(ids[0], 10, 64) // 0 for a missing one
			in, ids = append(in, reflect.ValueOf(number)), ids[1:]
		default:
			in = append(in, params)
		}
	}
	return op.method.Func.CallSlice(append(in, reflect.ValueOf(opts)))
}

// numbered tells whether the ids of the method are numbers.
func (op operation) numbered() bool {
	for arg := range op.method.Type.Ins() {
		if arg.Kind() == reflect.Int64 {
			return true
		}
	}
	return false
}

// variants has the params whose fields exclude each other: what each variant
// leaves out.
var variants = map[string][][]string{
	"ChargeCreateParams": {{"InlineSource"}, {"Source"}},
	"TokenCreateParams":  {{"Tokenization"}, {"Card"}},
	"ScheduleCreateParams": {
		{"Transfer"}, {"Charge", "Transfer.PercentageOfBalance"}, {"Charge", "Transfer.Amount"},
	},
}

// params returns params with every field set, in each of their variants.
func (op operation) params() []reflect.Value {
	kind := op.paramsType()
	if kind == nil {
		return []reflect.Value{{}}
	}
	without, ok := variants[kind.Name()]
	if !ok {
		without = [][]string{nil}
	}
	var all []reflect.Value
	for _, fields := range without {
		params := filled(kind, filtersOf[op.name])
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

// paramsType returns the type of the params, nil if the method takes none.
func (op operation) paramsType() reflect.Type {
	for arg := range op.method.Type.Ins() {
		if arg.Kind() == reflect.Pointer && strings.HasSuffix(arg.Elem().Name(), "Params") {
			return arg.Elem()
		}
	}
	return nil
}

// route returns method and template of the operation's path.
func (op operation) route(t *testing.T) (method, template string) {
	t.Helper()
	got := &recorder{}
	err := op.call(t, got.client(t), make([]string, 4), op.params()[0])
	if e, ok := err.(*omise.ParamError); ok { // the ids are missing
		return e.Method, e.PathTemplate
	}
	e, ok := err.(*omise.Error)
	require.True(t, ok, "%s: %v", op.name, err)
	return e.Method, e.PathTemplate
}

// shapes has the recorded shapes whose ids are in a path after another name.
var shapes = map[string]string{
	"secret":           "webhook_secret",
	"recurring_export": "batch_recurring",
}

// ids returns an id for each placeholder of the path: that of the recorded
// shape of what the path names before it.
func (op operation) ids(t *testing.T) []string {
	t.Helper()
	_, template := op.route(t)
	var ids []string
	segments := strings.Split(template, "/")
	for i, segment := range segments {
		if !strings.HasPrefix(segment, "{") {
			continue
		}
		before := strings.TrimSuffix(segments[i-1], "s")
		if name, ok := shapes[before]; ok {
			before = name
		}
		switch segment {
		case "{currency}":
			ids = append(ids, currency)
		case "{team_id}":
			ids = append(ids, fmt.Sprint(shape(t, "links_plus_link")["team_id"]))
		case "{link_id}", "{template_id}":
			ids = append(ids, fmt.Sprint(shape(t, "links_plus_"+before)["id"]))
		default:
			ids = append(ids, shape(t, before)["id"].(string))
		}
	}
	return ids
}

// send calls the method once for each variant of its params and returns the
// requests. Reads ask for expansion as well.
func (op operation) send(t *testing.T) []request {
	t.Helper()
	got := &recorder{}
	var opts []omise.RequestOption
	if strings.HasPrefix(op.method.Name, "Get") || strings.HasPrefix(op.method.Name, "List") {
		opts = append(opts, omise.WithExpand())
	}
	for _, params := range op.params() {
		require.ErrorIs(t, op.call(t, got.client(t), op.ids(t), params, opts...), omise.ErrCodeNotFound, op.name)
	}
	require.Len(t, got.requests, len(op.params()), "%s takes one attempt", op.name)
	return got.requests
}

// A recorder is an API that knows nothing: it keeps each request and answers
// 404, which ends a call after one attempt.
type recorder struct {
	mu       sync.Mutex
	requests []request
}

func (r *recorder) option() omise.Option {
	return omise.WithHTTPClient(&http.Client{Transport: r})
}

func (r *recorder) client(t *testing.T) *omise.Client {
	t.Helper()
	client, err := omise.NewClient(secretKey, omise.WithPublicKey(publicKey), omise.WithLinksPlusKey(linksPlusKey), r.option())
	require.NoError(t, err)
	return client
}

func (r *recorder) RoundTrip(hr *http.Request) (*http.Response, error) {
	body := []byte{}
	if hr.Body != nil {
		var err error
		if body, err = io.ReadAll(hr.Body); err != nil {
			return nil, err
		}
	}
	key, _, ok := hr.BasicAuth()
	if !ok {
		key = hr.Header.Get("Authorization")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests = append(r.requests, request{
		method: hr.Method, host: hr.URL.Scheme + "://" + hr.URL.Host, path: hr.URL.EscapedPath(), query: hr.URL.RawQuery,
		key: key, header: hr.Header, contentType: hr.Header.Get("Content-Type"), body: string(body),
	})
	return jsonAnswer(http.StatusNotFound, `{"object":"error","location":"https://docs.omise.co/api-errors#not-found","code":"not_found","message":"not found"}`), nil
}

func jsonAnswer(status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status,
		Header:     http.Header{"Content-Type": {"application/json; charset=utf-8"}},
		Body:       io.NopCloser(strings.NewReader(body)),
	}
}

// A request is what of a request the API looks at.
type request struct {
	method, host, path, query, key, contentType, body string

	header http.Header
}

// String writes the request as the golden file has it: one line of where it
// goes, one for each param.
func (r request) String() string {
	contentType, _, _ := mime.ParseMediaType(r.contentType) // without the random boundary
	key, _, _ := strings.Cut(r.key, "_")
	lines := []string{strings.TrimSpace(fmt.Sprintf("%s %s%s %s %s", r.method, r.host, r.path, key, contentType))}
	switch {
	case contentType == "multipart/form-data":
		for _, part := range r.parts() {
			lines = append(lines, part.String())
		}
	case contentType == "application/json":
		lines = append(lines, r.body)
	case r.query+r.body != "":
		lines = append(lines, strings.Split(r.query+r.body, "&")...)
	}
	return strings.Join(lines, "\n\t")
}

// values returns the params that the request carries.
func (r request) values(t *testing.T) url.Values {
	t.Helper()
	values := url.Values{}
	if r.contentType == "application/json" {
		flatten(values, "", parse(t, []byte(r.body)))
		return values
	}
	for _, part := range r.parts() {
		values.Add(part.name, part.content)
	}
	if len(values) > 0 {
		return values
	}
	values, err := url.ParseQuery(r.query + r.body)
	require.NoError(t, err)
	return values
}

// flatten adds what a JSON document holds to values, under the names that the
// reference has for it: object.field, array and array[].field.
func flatten(values url.Values, name string, value any) {
	switch value := value.(type) {
	case nil:
		values.Add(name, "")
	case map[string]any:
		for key, item := range value {
			flatten(values, strings.TrimPrefix(name+"."+key, "."), item)
		}
	case []any:
		for _, item := range value {
			at := name
			if _, ok := item.(map[string]any); ok {
				at += "[]"
			}
			flatten(values, at, item)
		}
	default:
		values.Add(name, fmt.Sprint(value))
	}
}

type part struct{ name, file, contentType, content string }

func (p part) String() string {
	if p.file == "" {
		return fmt.Sprintf("%s=%s", p.name, p.content)
	}
	return fmt.Sprintf("%s=@%s (%s)", p.name, p.file, p.contentType)
}

// parts returns the parts of a multipart body, none of any other.
func (r request) parts() []part {
	_, options, _ := mime.ParseMediaType(r.contentType)
	var parts []part
	for reader := multipart.NewReader(strings.NewReader(r.body), options["boundary"]); ; {
		p, err := reader.NextPart()
		if err != nil {
			return parts
		}
		content, _ := io.ReadAll(p)
		parts = append(parts, part{p.FormName(), p.FileName(), p.Header.Get("Content-Type"), string(content)})
	}
}
