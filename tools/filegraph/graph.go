package main

import (
	"fmt"
	"go/ast"
	"go/types"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// A graph has the files of a package and the names that each uses from other files.
type graph struct {
	files map[string]*file // by name
}

type file struct {
	name     string
	resource bool                // it declares a service, or belongs to a file that does
	uses     map[string][]string // used names, by the file that declares them
}

// A pair is two files that use each other.
type pair struct {
	one, other         string
	forward, backwards []string // the names that are used
}

func (p pair) String() string {
	return fmt.Sprintf("%[1]s <-> %[2]s\n\t%[1]s uses %[3]s\n\t%[2]s uses %[4]s", p.one, p.other, strings.Join(p.forward, ", "), strings.Join(p.backwards, ", "))
}

// load reads the package in a directory, without tests.
func load(dir string) (*graph, error) {
	const mode = packages.NeedName | packages.NeedFiles | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports | packages.NeedDeps
	loaded, err := packages.Load(&packages.Config{Mode: mode, Dir: dir}, ".")
	if err != nil {
		return nil, err
	}
	pkg := loaded[0]
	if len(pkg.Errors) > 0 {
		return nil, pkg.Errors[0]
	}
	g := &graph{files: map[string]*file{}}
	for _, syntax := range pkg.Syntax {
		name := filepath.Base(pkg.Fset.Position(syntax.FileStart).Filename)
		g.files[name] = &file{name: name, uses: map[string][]string{}}
	}
	for identifier, object := range pkg.TypesInfo.Uses {
		if object.Pkg() != pkg.Types || !object.Pos().IsValid() {
			continue
		}
		from := filepath.Base(pkg.Fset.Position(identifier.Pos()).Filename)
		to := filepath.Base(pkg.Fset.Position(object.Pos()).Filename)
		if from != to && !slices.Contains(g.files[from].uses[to], object.Name()) {
			g.files[from].uses[to] = append(g.files[from].uses[to], object.Name())
		}
	}
	g.markResources(pkg)
	return g, nil
}

// markResources finds the files of resources.
func (g *graph) markResources(pkg *packages.Package) {
	stems := map[string]bool{}
	for _, syntax := range pkg.Syntax {
		if declaresService(syntax, pkg.TypesInfo) {
			stems[stem(filepath.Base(pkg.Fset.Position(syntax.FileStart).Filename))] = true
		}
	}
	for name, f := range g.files {
		f.resource = stems[stem(name)]
	}
}

// stem returns the first word of a file's name: charge of charge_params.go.
func stem(name string) string {
	first, _, _ := strings.Cut(strings.TrimSuffix(name, ".go"), "_")
	return first
}

func declaresService(syntax *ast.File, info *types.Info) bool {
	for _, decl := range syntax.Decls {
		declaration, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range declaration.Specs {
			if spec, ok := spec.(*ast.TypeSpec); ok && spec.Name.IsExported() && strings.HasSuffix(spec.Name.Name, "Service") {
				_, isStruct := info.Defs[spec.Name].Type().Underlying().(*types.Struct)
				return isStruct
			}
		}
	}
	return false
}

// machinery returns the names of the files that belong to no resource.
func (g *graph) machinery() []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(g.files)) {
		if !g.files[name].resource {
			names = append(names, name)
		}
	}
	return names
}

// mutual returns the pairs of files that use each other if at least one file is machinery. It
// leaves out pairs of the client and a service.
func (g *graph) mutual() []pair {
	var pairs []pair
	for _, one := range g.machinery() {
		for _, other := range slices.Sorted(maps.Keys(g.files[one].uses)) {
			back := g.files[other].uses[one]
			switch {
			case len(back) == 0:
			case !g.files[other].resource && other < one: // the pair is counted in the other order
			case g.files[other].resource && one == "client.go":
			default:
				pairs = append(pairs, pair{one: one, other: other, forward: slices.Sorted(slices.Values(g.files[one].uses[other])), backwards: slices.Sorted(slices.Values(back))})
			}
		}
	}
	return pairs
}

// references returns the number of pairs of files of which the first uses the second.
func (g *graph) references() int {
	count := 0
	for _, f := range g.files {
		count += len(f.uses)
	}
	return count
}

func (g *graph) print(w io.Writer) {
	for _, from := range slices.Sorted(maps.Keys(g.files)) {
		for _, to := range slices.Sorted(maps.Keys(g.files[from].uses)) {
			fmt.Fprintf(w, "%s -> %s: %s\n", from, to, strings.Join(slices.Sorted(slices.Values(g.files[from].uses[to])), ", "))
		}
	}
}
