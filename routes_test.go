package omise_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/apitest"
)

var update = flag.Bool("update", false, "write testdata/routes.golden and docs/coverage.md anew")

// The golden file has every request that the methods make, with every field of
// their params set. A change of it is a change on the wire.
func TestRoutes(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, op := range apitest.Operations() {
		template := op.Endpoint.Path
		for _, r := range op.Send(t) {
			fmt.Fprintf(&b, "%s %s: %s\n", op.Name, template, r)
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
