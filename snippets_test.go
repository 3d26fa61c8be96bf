package omise_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// snippetImports are the packages that blocks of Go in the documentation use
// without an import.
var snippetImports = map[string]string{
	"context": "context", "errors": "errors", "fmt": "fmt", "json": "encoding/json", "http": "net/http", "httptest": "net/http/httptest",
	"log": "log", "os": "os", "slog": "log/slog", "sql": "database/sql", "strconv": "strconv", "testing": "testing", "time": "time", "url": "net/url",
	"cmp": "cmp", "csv": "encoding/csv", "httpmock": "github.com/jarcoal/httpmock", "require": "github.com/stretchr/testify/require",
	"omise":     "github.com/omisekit/omise-go",
	"omisetest": "github.com/omisekit/omise-go/omisetest",
	"outbox":    "github.com/omisekit/omise-go/outbox",
	"sqlstore":  "github.com/omisekit/omise-go/webhook/sqlstore",
	"webhook":   "github.com/omisekit/omise-go/webhook",
}

// snippetFrame is the function around a block that is not a whole program. Its
// parameters are the variables that the text uses without declaring them.
const snippetFrame = `func _(ctx context.Context, client *omise.Client, db *sql.DB, tx *sql.Tx, srv *omisetest.Server, t *testing.T,
	w http.ResponseWriter, r *http.Request, secretKey, publicKey, tokenID, chargeID, customerID string,
	charge *omise.Charge, refund *omise.Refund, began time.Time, handle webhook.Func,
	box *outbox.Box, settle func(context.Context, *outbox.Result) error, secrets []string, next webhook.Func, token string) error {
	{
%s
	}
	return nil
}
`

var (
	goBlock   = regexp.MustCompile("(?ms)^( *)```go\n(.*?)^ *```$")
	comment   = regexp.MustCompile(`(?m)//.*$`)
	topLevel  = regexp.MustCompile(`(?m)^(func \w|func \(|type |import )`)
	qualifier = regexp.MustCompile(`\b([a-z]+)\.[A-Z]`)
	dropped   = regexp.MustCompile(`(?m), _ :?=|^\s*_ = `)
)

// A block with a variable that is not used, such as an err, does not compile.
func TestEveryGoBlockOfTheDocsCompiles(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("docs/*.md")
	require.NoError(t, err)
	dir := snippetModule(t)
	blocks := 0
	for _, page := range append(pages, "README.md") {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for i, block := range goBlock.FindAllStringSubmatch(string(text), -1) {
			blocks++
			name := fmt.Sprintf("%s_%d", strings.NewReplacer("docs/", "", ".md", "", "-", "_").Replace(page), i+1)
			code := strings.ReplaceAll("\n"+block[2], "\n"+block[1], "\n")
			require.NotRegexp(t, dropped, code, "%s drops a result", name)
			require.NoError(t, os.Mkdir(filepath.Join(dir, name), 0o700))
			require.NoError(t, os.WriteFile(filepath.Join(dir, name, "snippet.go"), []byte(wholeProgram(name, code)), 0o600))
		}
	}
	require.Greater(t, blocks, 30)
	vet := exec.CommandContext(t.Context(), "go", "vet", "-mod=mod", "-unreachable=false", "./...")
	vet.Dir = dir
	out, err := vet.CombinedOutput()
	require.NoError(t, err, string(out))
	t.Logf("%d blocks", blocks)
}

// snippetModule returns the directory of a module that uses this one.
func snippetModule(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	root, err := os.Getwd()
	require.NoError(t, err)
	mod, err := os.ReadFile("go.mod")
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(mod), "\n")
	text := "module snippets\n" + rest + "\nrequire github.com/omisekit/omise-go v0.0.0\n\nreplace github.com/omisekit/omise-go => " + root + "\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte(text), 0o600))
	sum, err := os.ReadFile("go.sum")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.sum"), sum, 0o600))
	return dir
}

// wholeProgram returns a block with the frame and the imports around it.
func wholeProgram(name, code string) string {
	if strings.HasPrefix(strings.TrimSpace(code), "package ") {
		return code
	}
	if !topLevel.MatchString(code) {
		code = fmt.Sprintf(snippetFrame, code)
	}
	var imports []string
	for _, found := range qualifier.FindAllStringSubmatch(comment.ReplaceAllString(code, ""), -1) {
		if path, known := snippetImports[found[1]]; known && !slices.Contains(imports, path) {
			imports = append(imports, path)
		}
	}
	return fmt.Sprintf("package %s\n\nimport (\n\t\"%s\"\n)\n%s", name, strings.Join(imports, "\"\n\t\""), code)
}
