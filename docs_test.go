package omise_test

import (
	"go/ast"
	"go/doc"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const referenceLink = "See https://docs.omise.co/"

// documentation returns the documentation of the package, as go doc shows it.
func documentation(t *testing.T) *doc.Package {
	t.Helper()
	fset := token.NewFileSet()
	pkg, err := doc.NewFromFiles(fset, sources(t, fset), "github.com/omisekit/omise-go")
	require.NoError(t, err)
	return pkg
}

// methodsOf returns the methods of all services, by Service.Method.
func methodsOf(pkg *doc.Package) map[string]*doc.Func {
	methods := map[string]*doc.Func{}
	for _, t := range pkg.Types {
		for _, m := range t.Methods {
			if strings.HasSuffix(t.Name, "Service") {
				methods[t.Name+"."+m.Name] = m
			}
		}
	}
	return methods
}

func TestEveryExportedNameHasAComment(t *testing.T) {
	t.Parallel()
	pkg := documentation(t)
	require.NotEmpty(t, pkg.Doc)
	for _, f := range pkg.Funcs {
		require.NotEmpty(t, f.Doc, f.Name)
	}
	values := append(pkg.Consts, pkg.Vars...)
	for _, typ := range pkg.Types {
		require.NotEmpty(t, typ.Doc, typ.Name)
		for _, f := range append(typ.Funcs, typ.Methods...) {
			require.NotEmpty(t, f.Doc, typ.Name+"."+f.Name)
		}
		values = append(append(values, typ.Consts...), typ.Vars...)
	}
	for _, v := range values {
		require.NotEmpty(t, v.Doc, v.Names)
	}
}

// Each name in the first column of a table, or in the answer to a question, is a file
// or a directory.
func TestEveryPlaceThatContributingNamesExists(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("CONTRIBUTING.md")
	require.NoError(t, err)
	_, layout, _ := strings.Cut(string(text), "## Layout")
	tables, _, _ := strings.Cut(layout, "## Add an endpoint")
	place := regexp.MustCompile("`([a-z_*/]+(?:\\.[a-z]+)?)`")
	found := 0
	for line := range strings.Lines(tables) {
		cells := strings.Split(line, "|")
		if len(cells) != 4 {
			continue
		}
		cell := cells[1]
		if strings.Contains(cell, "?") {
			cell = cells[2]
		}
		for _, name := range place.FindAllStringSubmatch(cell, -1) {
			found++
			files, err := filepath.Glob(name[1])
			require.NoError(t, err)
			require.NotEmpty(t, files, name[1])
		}
	}
	require.Greater(t, found, 60)
}

func TestEveryMethodSaysWhatCanGoWrongAndWhereTheReferenceIs(t *testing.T) {
	t.Parallel()
	methods := methodsOf(documentation(t))
	require.Greater(t, len(methods), 100)
	for name, m := range methods {
		require.Contains(t, m.Doc, referenceLink, name)
		if takesID(m) && !strings.Contains(name, ".List") && !strings.Contains(name, ".All") {
			require.Contains(t, m.Doc, "Errors: ", name)
		}
	}
}

func takesID(m *doc.Func) bool {
	for _, p := range m.Decl.Type.Params.List {
		for _, name := range p.Names {
			if strings.HasSuffix(strings.ToLower(name.Name), "id") {
				return true
			}
		}
	}
	return false
}

func TestEveryMethodTakesCtxFirstParamsByPointerAndOptionsLast(t *testing.T) {
	t.Parallel()
	for name, m := range methodsOf(documentation(t)) {
		params := m.Decl.Type.Params.List
		require.Equal(t, "ctx", params[0].Names[0].Name, name)
		last := params[len(params)-1]
		require.Equal(t, "opts", last.Names[0].Name, name)
		require.IsType(t, &ast.Ellipsis{}, last.Type, name)
		for _, p := range params {
			if p.Names[0].Name == "params" {
				require.IsType(t, &ast.StarExpr{}, p.Type, name)
			}
		}
	}
}

func TestNoVariableIsExportedBesidesErrors(t *testing.T) {
	t.Parallel()
	pkg := documentation(t)
	vars := pkg.Vars
	for _, typ := range pkg.Types {
		vars = append(vars, typ.Vars...)
	}
	for _, v := range vars {
		for _, name := range v.Names {
			require.Truef(t, strings.HasPrefix(name, "Err"), "%s is an exported variable", name)
		}
	}
}

func TestModelsSayTheirUnits(t *testing.T) {
	t.Parallel()
	for _, typ := range documentation(t).Types {
		spec := typ.Decl.Specs[0].(*ast.TypeSpec)
		structure, ok := spec.Type.(*ast.StructType)
		if !ok {
			continue
		}
		for _, field := range structure.Fields.List {
			if field.Tag == nil || len(field.Names) == 0 {
				continue
			}
			said := typ.Doc + field.Doc.Text() + field.Comment.Text()
			name := typ.Name + "." + field.Names[0].Name
			switch typeOf(field.Type) {
			case "int64":
				if isAmount(field.Names[0].Name) {
					require.Contains(t, said, "smallest unit", name)
				}
			case "Time":
				if !strings.HasSuffix(typ.Name, "Params") { // times in params are sent in their own zone
					require.Contains(t, said, "UTC", name)
				}
			}
		}
		if hasField(structure, "Object") && hasField(structure, "ID") && hasField(structure, "CreatedAt") {
			require.Contains(t, typ.Doc, referenceLink, typ.Name)
		}
	}
}

// isAmount reports whether a field of 64 bits is an amount. A few other fields have 64
// bits, too.
func isAmount(field string) bool {
	return !strings.HasSuffix(field, "ID") && field != "Quantity" && field != "CreatedBy"
}

func hasField(s *ast.StructType, name string) bool {
	for _, field := range s.Fields.List {
		if len(field.Names) > 0 && field.Names[0].Name == name {
			return true
		}
	}
	return false
}

// typeOf returns the name of the type of a field, without pointer and package.
func typeOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return typeOf(e.X)
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.Ident:
		return e.Name
	}
	return ""
}
