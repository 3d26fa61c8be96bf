package omise_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// examplesOf returns the Examples of a package, by the name that they show.
func examplesOf(t *testing.T, directory string) map[string]*doc.Example {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(directory, "example_*test.go"))
	require.NoError(t, err)
	fset := token.NewFileSet()
	var files []*ast.File
	for _, path := range paths {
		file, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		require.NoError(t, err)
		files = append(files, file)
	}
	examples := map[string]*doc.Example{}
	for _, example := range doc.Examples(files...) {
		examples[example.Name] = example
	}
	return examples
}

// An Example that uses a helper from another file cannot be copied, and pkg.go.dev does
// not show it as a program.
func TestEveryExampleIsAWholeProgram(t *testing.T) {
	t.Parallel()
	for _, directory := range []string{".", "omisetest", "outbox", "webhook", "webhook/sqlstore", "otel"} {
		examples := examplesOf(t, directory)
		require.NotEmpty(t, examples, directory)
		for name, example := range examples {
			require.NotNil(t, example.Play, "%s: Example%s", directory, name)
		}
		t.Logf("%s: %d Examples", directory, len(examples))
	}
}

func TestEveryOptionHasAnExample(t *testing.T) {
	t.Parallel()
	examples := examplesOf(t, ".")
	for _, typ := range documentation(t).Types {
		if typ.Name == "Option" || typ.Name == "RequestOption" {
			for _, option := range typ.Funcs {
				require.NotNil(t, examples[option.Name], option.Name)
			}
		}
	}
}

var movesMoney = regexp.MustCompile(`^(Charges|Refunds|Transfers)Service\.`)

func TestEveryMethodThatMovesMoneyHasAnExample(t *testing.T) {
	t.Parallel()
	examples := examplesOf(t, ".")
	reads := regexp.MustCompile(`\.(Get|List|All|Update)`)
	for name := range methodsOf(documentation(t)) {
		if movesMoney.MatchString(name) && !reads.MatchString(name) {
			require.NotNil(t, examples[strings.Replace(name, ".", "_", 1)], name)
		}
	}
}
