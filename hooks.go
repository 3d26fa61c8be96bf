package omise

import (
	"reflect"

	"github.com/omisekit/omise-go/internal/form"
	"github.com/omisekit/omise-go/internal/redact"
	"github.com/omisekit/omise-go/internal/transport"
)

// Params and models may have the methods below, which the request path calls. A type with
// such a method declares it next to the method, as in
//
//	var _ checker = (*ChargeCreateParams)(nil)
//
// so that a wrong name or signature does not compile.
type (
	// A checker checks rules that the tag of a single field cannot express.
	checker interface{ check() *form.Problem }

	// A guarded write has a guard that depends on its params.
	guarded interface{ guard() transport.Guard }

	// A describer returns the details of a write, or of the model in an answer.
	describer interface{ details() details }

	// A keyed write has its idempotency key among its params.
	keyed interface{ idempotencyKey() string }

	// A secretive write has secrets among its params. They are left out of its error.
	secretive interface{ secrets() []Sensitive }

	// An uploader sends a file.
	uploader interface{ file() *form.File }
)

func isNil(params any) bool {
	v := reflect.ValueOf(params)
	return v.Kind() == reflect.Pointer && v.IsNil()
}

// secretsOf returns the secrets among the params.
func secretsOf(params any) []redact.Text {
	p, ok := params.(secretive)
	if !ok || isNil(params) {
		return nil
	}
	var all []redact.Text
	for _, s := range p.secrets() {
		all = append(all, s.secret)
	}
	return all
}

// keyOf returns the idempotency key among the params, or "".
func keyOf(params any) string {
	if p, ok := params.(keyed); ok && !isNil(params) {
		return p.idempotencyKey()
	}
	return ""
}
