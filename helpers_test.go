package omise_test

import (
	"context"
	"errors"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/internal/apitest"
)

const (
	testSecret  = apitest.SecretKey
	testPublic  = apitest.PublicKey
	otherSecret = "skey_test_5yot5l3tq7njk9oqtjb"
	otherPublic = "pkey_test_5yot5l3tq9atkj3dwts"
	liveSecret  = "skey_5xsrnhy5yl6sc7x4pxb"
	livePublic  = "pkey_5xsrnhy5z2wpj7cb5mm"

	testLinksPlus = apitest.LinksPlusKey // its form is not documented

	chargeID = "chrg_test_jesacj94rq9ef42w85p" // of the recorded charge

	usedToken   = `{"object":"error","location":"https://www.omise.co/api-errors#used-token","code":"used_token","message":"token was already used"}`
	missingCard = `{"object":"error","location":"https://www.omise.co/api-errors#missing-card","code":"missing_card","message":"request contains no card parameters"}`
	tooMany     = `{"object":"error","location":"https://www.omise.co/api-errors#too-many-requests","code":"too_many_requests","message":"too many requests"}`
	badGateway  = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body></html>"
)

// newCharge returns valid params of a charge.
func newCharge() *omise.ChargeCreateParams {
	return &omise.ChargeCreateParams{Amount: 100_000, Currency: omise.THB, Card: "tokn_test_5xsrr3nrzxl8ik9cfcl"}
}

// failure returns the error of a call that reached the transport.
func failure(t testing.TB, err error) *omise.Error {
	t.Helper()
	var e *omise.Error
	require.ErrorAs(t, err, &e)
	return e
}

// refusal returns the error of a call that must not have been sent.
func refusal(t testing.TB, err error) *omise.ParamError {
	t.Helper()
	var e *omise.ParamError
	require.ErrorAs(t, err, &e)
	return e
}

var errReset = errors.New("read tcp 10.0.0.1:49152->10.0.0.2:443: read: connection reset by peer")

// large is larger than any answer of the API.
var large = strings.Repeat("0123456789abcdef", 5<<20/16)

// within returns a context that ends after d, or with the test if d is 0.
func within(t testing.TB, d time.Duration) context.Context {
	t.Helper()
	if d == 0 {
		return t.Context()
	}
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// requireSame compares the values of two pointers. Two Sensitives with the same text are
// equal for requireSame, and not for Go.
func requireSame(t *testing.T, want, got any, about ...any) {
	t.Helper()
	require.Equal(t, takeSecrets(reflect.ValueOf(want)), takeSecrets(reflect.ValueOf(got)), about...)
	require.Equal(t, want, got, about...)
}

// takeSecrets removes every Sensitive from v and returns their texts.
func takeSecrets(v reflect.Value) (texts []string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return takeSecrets(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			texts = append(texts, takeSecrets(v.Index(i))...)
		}
	case reflect.Map:
		for _, name := range v.MapKeys() {
			if secret, ok := v.MapIndex(name).Interface().(omise.Sensitive); ok {
				texts = append(texts, name.String()+"="+secret.Reveal())
				v.SetMapIndex(name, reflect.Value{})
			}
		}
		slices.Sort(texts)
	case reflect.Struct:
		if secret, ok := v.Interface().(omise.Sensitive); ok {
			v.SetZero()
			return []string{secret.Reveal()}
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				texts = append(texts, takeSecrets(v.Field(i))...)
			}
		}
	}
	return texts
}

// skipWhereRowsAreMissing skips a test of a file that lists all operations while
// TestEveryMethodIsAsTheReferenceHasIt fails. That test names the missing operations.
func skipWhereRowsAreMissing(t *testing.T) {
	t.Helper()
	if len(apitest.Problems()) > 0 {
		t.Skip("TestEveryMethodIsAsTheReferenceHasIt fails")
	}
}

// must1 returns the result of a call that must not fail. It panics if the call fails.
func must1[T any](result T, err error) T {
	if err != nil {
		panic(err)
	}
	return result
}

// errorOf returns only the error of a call.
func errorOf[T any](_ T, err error) error { return err }

// concurrently calls f from n goroutines at the same time.
func concurrently(n int, f func(i int)) {
	var calls sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		calls.Go(func() {
			<-start
			f(i)
		})
	}
	close(start)
	calls.Wait()
}

// allocates returns how many bytes the process allocates during a call of do.
func allocates(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// requireRefused makes a call. It checks that nothing was sent, and which field and
// rule the error names.
func requireRefused(t *testing.T, field, rule string, call func(context.Context, *omise.Client) error, opts ...omise.Option) {
	t.Helper()
	api := apitest.Respond(200, "{}")
	err := call(t.Context(), api.Client(t, opts...))
	require.Empty(t, api.Requests())
	require.Equal(t, field, refusal(t, err).Field)
	require.Contains(t, refusal(t, err).Rule, rule)
	require.Equal(t, "omise: "+refusal(t, err).Method+" "+refusal(t, err).PathTemplate+": "+field+" "+refusal(t, err).Rule, err.Error())
}
