package omise_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// dependencies returns all packages that a package links into a program.
func dependencies(t *testing.T, pkg string) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", pkg).Output()
	require.NoError(t, err)
	return strings.Fields(string(out))
}

func TestProductionPackagesDoNotImportTheFake(t *testing.T) {
	t.Parallel()
	for _, pkg := range []string{".", "./webhook", "./webhook/sqlstore", "./cmd/omise-listen"} {
		deps := dependencies(t, pkg)
		require.Contains(t, deps, "net/http", pkg)
		for _, unwanted := range []string{"internal/fake", "internal/contract", "internal/reference", "omisetest", "testdata"} {
			require.NotContains(t, deps, "github.com/omisekit/omise-go/"+unwanted, pkg)
		}
		require.NotContains(t, deps, "testing", pkg)
	}
}

func TestTheFakeNeedsTheStandardLibraryOnly(t *testing.T) {
	t.Parallel()
	own := []string{"cmd/omise-mock", "internal/apiversion", "internal/barcode", "internal/dashboard", "internal/fake", "internal/mock", "internal/omisejs", "internal/qr", "internal/redact", "internal/reference", "internal/webpage", "testdata"}
	for _, pkg := range []string{"./internal/fake", "./cmd/omise-mock"} {
		for _, dep := range dependencies(t, pkg) {
			first, _, _ := strings.Cut(dep, "/")
			name := strings.TrimPrefix(dep, "github.com/omisekit/omise-go/")
			isOwn := slices.Contains(own, name) || strings.HasPrefix(name, "internal/fake/")
			require.True(t, isOwn || !strings.Contains(first, "."), dep)
			require.NotEqual(t, "testing", dep)
		}
	}
}
