package omise_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A test of a row of docs/faults.md has the number of the row in its name:
// TestFault09ResetAfterProcessing. A row may have several tests.
var (
	faultTestName = regexp.MustCompile(`^TestFault(\d\d)[A-Z]`)
	faultRow      = regexp.MustCompile(`(?m)^\| (\d+) \| ([^|]+) \| ([^|]+) \| (.+) \|$`)
)

// Every row of docs/faults.md names all of its tests, and every test has a row.
func TestTheFaultsPageNamesItsTests(t *testing.T) {
	t.Parallel()
	tests := faultTests(t)
	page, err := os.ReadFile("docs/faults.md")
	require.NoError(t, err)
	rows := faultRow.FindAllStringSubmatch(string(page), -1)
	require.Len(t, rows, 85, "docs/faults.md")
	for i, row := range rows {
		number, err := strconv.Atoi(row[1])
		require.NoError(t, err)
		require.Equal(t, i+1, number, "docs/faults.md: the rows are numbered from 1")
		require.NotEmpty(t, tests[number], "row %d of docs/faults.md has no test: write a TestFault%02d...", number, number)
		want := "`" + strings.Join(tests[number], "` `") + "`"
		require.Equal(t, want, row[4], "docs/faults.md: the last column of row %d must be %s", number, want)
		delete(tests, number)
	}
	require.Empty(t, tests, "these tests have no row in docs/faults.md")
}

// faultTests returns the names of the fault tests of the package by number, in
// the order of the files and of the tests in them.
func faultTests(t *testing.T) map[int][]string {
	t.Helper()
	files, err := filepath.Glob("*_test.go")
	require.NoError(t, err)
	tests := map[int][]string{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if match := faultTestName.FindStringSubmatch(f.Name.Name); match != nil {
				number, err := strconv.Atoi(match[1])
				require.NoError(t, err)
				tests[number] = append(tests[number], f.Name.Name)
			} else {
				require.False(t, strings.HasPrefix(f.Name.Name, "TestFault"), fmt.Sprintf("%s: %s needs the two digits of its row", name, f.Name.Name))
			}
		}
	}
	return tests
}
