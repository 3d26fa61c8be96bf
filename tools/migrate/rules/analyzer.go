package rules

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/astutil"
)

const (
	OldModule      = "github.com/omise/omise-go"
	OperationsPath = OldModule + "/operations"
	schedulePath   = OldModule + "/schedule"
	NewModule      = "github.com/omisekit/omise-go"
)

// Analyzer rewrites uses of omise-go and lists what has to be done by hand.
var Analyzer = &analysis.Analyzer{
	Name: "migrate",
	Doc:  "move from omise/omise-go to omisekit/omise-go\n\nEach file gets one fix with all that is mechanical. A diagnostic without a fix has to be done by hand.",
	Run:  run,
}

func run(pass *analysis.Pass) (any, error) {
	helper := false
	for _, f := range pass.Files {
		if !usesOld(f) {
			continue
		}
		m := &migration{pass: pass, file: f, done: map[ast.Node]bool{}, results: map[types.Object]string{}, name: nameOf(f)}
		m.rewrite()
		if m.needsHelper && !helper {
			helper = true
			m.insert(f.End(), intoSource)
		}
		slices.SortStableFunc(m.edits, func(a, b analysis.TextEdit) int { return int(a.Pos - b.Pos) })
		slices.SortStableFunc(m.listed, func(a, b analysis.Diagnostic) int { return int(a.Pos - b.Pos) })
		pass.Report(analysis.Diagnostic{
			Pos: f.Name.Pos(), Message: fmt.Sprintf("omise-go is used here: -fix makes %d changes", len(m.edits)),
			SuggestedFixes: []analysis.SuggestedFix{{Message: "move to " + NewModule, TextEdits: m.edits}},
		})
		for _, d := range m.listed {
			pass.Report(d)
		}
	}
	return nil, nil
}

// intoSource is added once to a package. With omise-go a call fills a variable; with this SDK
// it returns a pointer.
const intoSource = `

// into lets a call fill a variable, as calls of omise-go did. New code takes the
// answer of the call instead.
func into[T any](target *T) func(*T, error) error {
	return func(answer *T, err error) error {
		if err == nil && target != nil {
			*target = *answer
		}
		return err
	}
}
`

func usesOld(f *ast.File) bool {
	return slices.ContainsFunc(f.Imports, func(i *ast.ImportSpec) bool {
		path := strings.Trim(i.Path.Value, `"`)
		return path == OldModule || strings.HasPrefix(path, OldModule+"/")
	})
}

// nameOf returns the name that a file has for the SDK.
func nameOf(f *ast.File) string {
	for _, spec := range f.Imports {
		if spec.Name != nil && strings.Trim(spec.Path.Value, `"`) == OldModule {
			return spec.Name.Name
		}
	}
	return "omise"
}

// A migration is the change of one file. Each node is handled once: done has the nodes that a
// rule has handled.
type migration struct {
	pass         *analysis.Pass
	file         *ast.File
	edits        []analysis.TextEdit
	listed       []analysis.Diagnostic // to do by hand
	done         map[ast.Node]bool
	results      map[types.Object]string // variables that get another type, with the type
	name         string                  // of the SDK in the file
	needsHelper  bool
	needsContext bool
}

func (m *migration) rewrite() {
	ast.Inspect(m.file, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			m.call(call)
		}
		return true
	})
	ast.Inspect(m.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			m.selector(n)
		case *ast.CompositeLit:
			m.literal(n)
		}
		m.outcome(n)
		return true
	})
	m.imports()
	if m.needsContext && !m.imported("context") {
		m.importContext()
	}
}

// byHand lists a change that no rule covers.
func (m *migration) byHand(n ast.Node, format string, args ...any) {
	m.listed = append(m.listed, analysis.Diagnostic{Pos: n.Pos(), End: n.End(), Message: "by hand: " + fmt.Sprintf(format, args...)})
}

func (m *migration) replace(from, to token.Pos, text string) {
	m.edits = append(m.edits, analysis.TextEdit{Pos: from, End: to, NewText: []byte(text)})
}

func (m *migration) insert(at token.Pos, text string) { m.replace(at, at, text) }

// sdk gives the SDK the name that it has in the file.
func (m *migration) sdk(text string) string { return strings.ReplaceAll(text, "omise.", m.name+".") }

// source returns the original text of a node.
func (m *migration) source(n ast.Node) string {
	file := m.pass.Fset.File(n.Pos())
	text, err := m.pass.ReadFile(file.Name())
	if err != nil {
		return ""
	}
	return string(text[file.Offset(n.Pos()):file.Offset(n.End())])
}

// imports changes the import of the SDK and removes the imports of its other packages.
func (m *migration) imports() {
	hasSDK := m.imported(OldModule)
	for _, spec := range m.file.Imports {
		switch path := strings.Trim(spec.Path.Value, `"`); {
		case path == OldModule:
			m.replace(spec.Path.Pos(), spec.Path.End(), `"`+NewModule+`"`)
		case path != OperationsPath && path != schedulePath: // of the program
		case !hasSDK:
			m.replace(spec.Pos(), spec.End(), `"`+NewModule+`"`)
			hasSDK = true
		default:
			m.remove(spec)
		}
	}
}

// remove removes an import, with its declaration if it is the only import there.
func (m *migration) remove(spec *ast.ImportSpec) {
	if declaration := m.declarationOf(spec); !declaration.Lparen.IsValid() {
		m.replace(declaration.Pos(), declaration.End(), "")
		return
	}
	m.replace(spec.Pos(), spec.End(), "")
}

// importContext adds an import of context before the first import of the standard library.
func (m *migration) importContext() {
	at := max(0, slices.IndexFunc(m.file.Imports, isStandard))
	spec := m.file.Imports[at]
	declaration := m.declarationOf(spec)
	switch {
	case !declaration.Lparen.IsValid():
		m.insert(declaration.Pos(), "import \"context\"\n")
	case isStandard(spec):
		m.insert(spec.Pos(), "\"context\"\n\t")
	default:
		m.insert(spec.Pos(), "\"context\"\n\n\t")
	}
}

// declarationOf returns the declaration that has an import, alone or in parentheses.
func (m *migration) declarationOf(spec *ast.ImportSpec) *ast.GenDecl {
	at := slices.IndexFunc(m.file.Decls, func(d ast.Decl) bool { return d.Pos() <= spec.Pos() && spec.End() <= d.End() })
	return m.file.Decls[at].(*ast.GenDecl)
}

// isStandard reports whether an import is of the standard library: its path begins with no
// host name.
func isStandard(spec *ast.ImportSpec) bool {
	host, _, _ := strings.Cut(strings.Trim(spec.Path.Value, `"`), "/")
	return !strings.Contains(host, ".")
}

func (m *migration) imported(path string) bool {
	return slices.ContainsFunc(m.file.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == `"`+path+`"` })
}

// typeOf returns the path of the package and the name of the type of an expression, if the
// type belongs to omise-go.
func (m *migration) typeOf(e ast.Expr) (path, name string) {
	t := m.pass.TypesInfo.TypeOf(e)
	if t == nil {
		return "", ""
	}
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || !strings.HasPrefix(named.Obj().Pkg().Path(), OldModule) {
		return "", ""
	}
	return named.Obj().Pkg().Path(), named.Obj().Name()
}

// context returns an expression for the context of a call: a parameter of the functions
// around it, or context.TODO(). It lists each context.TODO().
func (m *migration) context(call *ast.CallExpr) string {
	path, _ := astutil.PathEnclosingInterval(m.file, call.Pos(), call.End())
	for _, n := range path {
		var params *ast.FieldList
		switch n := n.(type) {
		case *ast.FuncDecl:
			params = n.Type.Params
		case *ast.FuncLit:
			params = n.Type.Params
		default:
			continue
		}
		for _, p := range params.List {
			for _, name := range p.Names {
				switch types.TypeString(m.pass.TypesInfo.TypeOf(p.Type), nil) {
				case "context.Context":
					return name.Name
				case "*net/http.Request":
					return name.Name + ".Context()"
				}
			}
		}
	}
	m.needsContext = true
	m.byHand(call, "there is no context here: replace context.TODO()")
	return "context.TODO()"
}
