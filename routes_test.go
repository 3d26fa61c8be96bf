package omise_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/internal/golden"
)

// The golden file has every request that the methods make, with every field of their
// params set. If the file changes, the requests have changed.
func TestRoutes(t *testing.T) {
	t.Parallel()
	skipWhereRowsAreMissing(t)
	var b strings.Builder
	for _, op := range apitest.Operations() {
		for _, r := range op.Send() {
			fmt.Fprintf(&b, "%s %s: %s\n", op.Name, op.Endpoint.Path, r)
		}
	}
	golden.Require(t, "testdata/routes.golden", b.String())
}
