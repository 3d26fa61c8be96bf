package check

import (
	"fmt"
	"go/format"
	"go/token"
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

// A rewritten is the result of the analyzer for a file.
type rewritten struct {
	path   string
	old    string // the file before
	text   string // the file after
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

// migrate rewrites a package and returns the results by the names of its files.
func migrate(t *testing.T, pattern string) map[string]*rewritten {
	t.Helper()
	pkg := load(t, nil, pattern)
	if len(pkg.Errors) > 0 {
		t.Fatal(pkg.Errors)
	}
	graph, err := checker.Analyze([]*analysis.Analyzer{rules.Analyzer}, []*packages.Package{pkg}, nil)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]*rewritten{}
	for _, path := range pkg.GoFiles {
		files[filepath.Base(path)] = &rewritten{path: path, old: source(t, path), lines: map[int]bool{}}
	}
	for _, d := range graph.Roots[0].Diagnostics {
		from, to := pkg.Fset.Position(d.Pos), pkg.Fset.Position(d.End)
		r := files[filepath.Base(from.Filename)]
		if len(d.SuggestedFixes) > 0 {
			r.edits = d.SuggestedFixes[0].TextEdits
			r.text = apply(t, r.old, r.edits, pkg.Fset.File(d.Pos))
			continue
		}
		r.listed = append(r.listed, fmt.Sprintf("%d: %s", from.Line, d.Message))
		if strings.Contains(d.Message, "ErrOutcomeUnknown") || strings.Contains(d.Message, "context.TODO") {
			continue // such a line compiles
		}
		for line := from.Line; line <= to.Line; line++ {
			r.lines[line] = true
		}
	}
	return files
}

func apply(t *testing.T, text string, edits []analysis.TextEdit, tokens *token.File) string {
	t.Helper()
	for _, edit := range slices.Backward(edits) {
		text = text[:tokens.Offset(edit.Pos)] + string(edit.NewText) + text[tokens.Offset(edit.End):]
	}
	formatted, err := format.Source([]byte(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	return string(formatted)
}

// checkGolden compares a text with a file of testdata. With UPDATE=1 it writes the file.
func checkGolden(t *testing.T, name, text string) {
	t.Helper()
	golden := filepath.Join("testdata", name)
	if update {
		if err := os.WriteFile(golden, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if source(t, golden) != text {
		t.Errorf("%s differs; UPDATE=1 go test writes it", golden)
	}
}

func TestTheShopIsRewrittenAsInItsGoldenFile(t *testing.T) {
	t.Parallel()
	checkGolden(t, "shop.golden", migrate(t, "./testdata/shop")["shop.go"].text)
}

// TestProgramsCompileExceptForListedLines compares the errors of the compiler with the list.
func TestProgramsCompileExceptForListedLines(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"./testdata/shop", "./testdata/office"} {
		files, overlay := migrate(t, program), map[string][]byte{}
		for name, r := range files {
			overlay[r.path] = []byte(r.text)
			t.Logf("%s/%s: %d changes, %d listed", program, name, len(r.edits), len(r.listed))
		}
		for _, e := range load(t, overlay, program).Errors {
			path, line := place(t, e.Pos)
			r := files[filepath.Base(path)]
			text := strings.Split(r.text, "\n")[line-1]
			if !isListed(r.lines, strings.Split(r.old, "\n"), text) {
				t.Errorf("not listed: %v\n%s", e, text)
			}
		}
	}
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

// place returns the file and the line of a position of the compiler.
func place(t *testing.T, position string) (path string, line int) {
	t.Helper()
	parts := strings.Split(position, ":")
	line, err := strconv.Atoi(parts[len(parts)-2])
	if err != nil {
		t.Fatal(position, err)
	}
	return parts[0], line
}

func source(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
