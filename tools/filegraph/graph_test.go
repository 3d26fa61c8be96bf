package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNoFilesOfTheMachineryUseEachOther(t *testing.T) {
	t.Parallel()
	g, err := load("../..")
	require.NoError(t, err)
	require.Contains(t, g.machinery(), "call.go")
	require.NotContains(t, g.machinery(), "charge_params.go")
	for _, p := range g.mutual() {
		t.Errorf("%s", p)
	}
}

func TestMutualPairsAreFound(t *testing.T) {
	t.Parallel()
	g, err := load(write(t, map[string]string{
		"call.go":          "package p\n\nfunc call() { retry(); var _ Charge }\n",
		"retry.go":         "package p\n\nfunc retry() { again() }\n\nfunc again() {}\n",
		"list.go":          "package p\n\nfunc list() { page() }\n",
		"page.go":          "package p\n\nfunc page() { list() }\n",
		"charge.go":        "package p\n\ntype ChargeService struct{}\n\ntype Charge struct{ card card }\n\nfunc (ChargeService) Get() { call() }\n",
		"charge_params.go": "package p\n\ntype card struct{ of *Charge }\n",
		"client.go":        "package p\n\ntype Client struct{ Charges ChargeService }\n\nvar _ = source{}\n",
		"source.go":        "package p\n\ntype SourceService struct{ client *Client }\n\ntype source struct{}\n",
	}))
	require.NoError(t, err)
	var got []string
	for _, p := range g.mutual() {
		got = append(got, p.String())
	}
	require.Equal(t, []string{
		"call.go <-> charge.go\n\tcall.go uses Charge\n\tcharge.go uses call",
		"list.go <-> page.go\n\tlist.go uses page\n\tpage.go uses list",
	}, got)
}

func TestAPackageWithErrorsIsRefused(t *testing.T) {
	t.Parallel()
	_, err := load(write(t, map[string]string{"call.go": "package p\n\nfunc call() { missing() }\n"}))
	require.ErrorContains(t, err, "missing")
}

// write writes a module and returns its directory.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	files["go.mod"] = "module p\n\ngo 1.26\n"
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	return dir
}
