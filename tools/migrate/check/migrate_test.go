package check

import (
	"fmt"
	"go/format"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/packages"

	_ "github.com/omise/omise-go/operations" // testdata/shop imports it
	_ "github.com/omisekit/omise-go"         // the rewritten shop imports it

	"github.com/omisekit/omise-go/tools/migrate/rules"
)

var update = os.Getenv("UPDATE") != ""

// A rewritten is the result of the analyzer for a package.
type rewritten struct {
	text   []byte
	edits  []analysis.TextEdit
	listed []string     // line and message
	lines  map[int]bool // lines of the old program that are listed
}

func load(t *testing.T, overlay map[string][]byte, pattern string) *packages.Package {
	t.Helper()
	mode := packages.LoadSyntax
	if overlay != nil {
		mode = packages.LoadAllSyntax // because the compiler does not see an overlay
	}
	pkgs, err := packages.Load(&packages.Config{Mode: mode, Overlay: overlay}, pattern)
	if err != nil || len(pkgs) != 1 {
		t.Fatal(pkgs, err)
	}
	return pkgs[0]
}

func migrate(t *testing.T, pattern string) rewritten {
	t.Helper()
	pkg := load(t, nil, pattern)
	if len(pkg.Errors) > 0 {
		t.Fatal(pkg.Errors)
	}
	graph, err := checker.Analyze([]*analysis.Analyzer{rules.Analyzer}, []*packages.Package{pkg}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := rewritten{lines: map[int]bool{}}
	file := pkg.GoFiles[0]
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range graph.Roots[0].Diagnostics {
		if len(d.SuggestedFixes) == 0 {
			first, last := pkg.Fset.Position(d.Pos).Line, pkg.Fset.Position(d.End).Line
			r.listed = append(r.listed, fmt.Sprintf("%d: %s", first, d.Message))
			for line := first; line <= last; line++ {
				r.lines[line] = true
			}
			continue
		}
		r.edits = d.SuggestedFixes[0].TextEdits
	}
	tokens := pkg.Fset.File(pkg.Syntax[0].Pos())
	for _, edit := range slices.Backward(r.edits) {
		from, to := tokens.Offset(edit.Pos), tokens.Offset(edit.End)
		text = slices.Concat(text[:from], edit.NewText, text[to:])
	}
	if r.text, err = format.Source(text); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return r
}

// TestTheShopCompilesExceptForListedLines compares the errors of the compiler with the list.
func TestTheShopCompilesExceptForListedLines(t *testing.T) {
	r := migrate(t, "./testdata/shop")
	golden := "testdata/shop.golden"
	if update {
		os.WriteFile(golden, r.text, 0o644)
	}
	want, err := os.ReadFile(golden)
	if err != nil || string(want) != string(r.text) {
		t.Errorf("%s differs (%v); UPDATE=1 go test writes it", golden, err)
	}
	path, err := filepath.Abs("testdata/shop/shop.go")
	if err != nil {
		t.Fatal(err)
	}
	oldLines := strings.Split(source(t, path), "\n")
	newLines := strings.Split(string(r.text), "\n")
	t.Logf("listed:\n%s", strings.Join(r.listed, "\n"))
	errors := load(t, map[string][]byte{path: r.text}, "./testdata/shop").Errors
	for _, e := range errors {
		line := lineOf(t, e.Pos)
		if !isListed(r.lines, oldLines, newLines[line-1]) {
			t.Errorf("not listed: %v\n%s", e, newLines[line-1])
		}
	}
	t.Logf("%d lines: %d changes, %d listed, %d errors of the compiler before they are done", len(oldLines), len(r.edits), len(r.listed), len(errors))
}

var word = regexp.MustCompile(`\w+`)

// isListed reports whether a line of the new program comes from a listed line of the old
// program. Such lines share most of their words.
func isListed(listed map[int]bool, old []string, line string) bool {
	words := word.FindAllString(line, -1)
	for n := range listed {
		before := word.FindAllString(old[n-1], -1)
		common := 0
		for _, w := range words {
			if slices.Contains(before, w) {
				common++
			}
		}
		if 2*common >= len(words) {
			return true
		}
	}
	return false
}

func lineOf(t *testing.T, position string) int {
	t.Helper()
	parts := strings.Split(position, ":")
	line, err := strconv.Atoi(parts[len(parts)-2])
	if err != nil {
		t.Fatal(position, err)
	}
	return line
}

func source(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
