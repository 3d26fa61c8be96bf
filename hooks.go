package omise

import (
	"reflect"

	"github.com/omisekit/omise-go/internal/form"
	"github.com/omisekit/omise-go/internal/transport"
)

// Params tell the request path about themselves by the methods below. A type that
// has one of them says so beside it, as in
//
//	var _ checker = (*ChargeCreateParams)(nil)
//
// so that a method with another name or signature does not compile.
type (
	// A checker finds what is wrong with the params across their fields.
	checker interface{ check() *form.Problem }

	// A guarded write is protected in a way that depends on its params.
	guarded interface{ guard() transport.Guard }

	// A describer says what the write is about, and a model what it is about itself.
	describer interface{ details() details }

	// A keyed write has its idempotency key among its params.
	keyed interface{ idempotencyKey() string }

	// An uploader sends a file.
	uploader interface{ file() *form.File }
)

func isNil(params any) bool {
	v := reflect.ValueOf(params)
	return v.Kind() == reflect.Pointer && v.IsNil()
}
