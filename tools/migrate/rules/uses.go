package rules

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ast/astutil"
)

// selector rewrites pkg.Name and value.Field.
func (m *migration) selector(s *ast.SelectorExpr) {
	if m.done[s] {
		return
	}
	object := m.pass.TypesInfo.Uses[s.Sel]
	if object == nil || object.Pkg() == nil {
		return
	}
	selection, isMember := m.pass.TypesInfo.Selections[s]
	if isMember && object.Pkg().Path() == "net/http" && isPromoted(selection) {
		m.byHand(s, "Client.%s: %s", s.Sel.Name, cmp.Or(Gone["Client."+s.Sel.Name], Gone["Client.Client"]))
		return
	}
	if !strings.HasPrefix(object.Pkg().Path(), OldModule) {
		return
	}
	if isMember {
		m.member(s, selection)
		return
	}
	switch name := object.Name(); {
	case object.Pkg().Path() != OldModule:
		m.byHand(s, "package %s is gone: %s", object.Pkg().Name(), name)
	case name == "Deletion":
		m.deletion(s)
	case Gone[name] != "":
		m.byHand(s, "omise.%s: %s", name, Gone[name])
	case Renamed[name] != "":
		m.replace(s.Sel.Pos(), s.Sel.End(), Renamed[name])
	case strings.HasSuffix(name, "List"):
		m.replace(s.Sel.Pos(), s.Sel.End(), m.sdk("List[omise."+strings.TrimSuffix(name, "List")+"]"))
	}
}

// deletion replaces omise.Deletion by the type of the deleted object, because a Delete method
// returns the object.
func (m *migration) deletion(s *ast.SelectorExpr) {
	path, _ := astutil.PathEnclosingInterval(m.file, s.Pos(), s.End())
	result, ok := m.results[m.declaredWith(path)]
	if !ok {
		m.byHand(s, "omise.Deletion: a Delete method returns the object, with Deleted set")
		return
	}
	m.replace(s.Sel.Pos(), s.Sel.End(), result)
}

// member rewrites a field or a method of a value.
func (m *migration) member(s *ast.SelectorExpr, selection *types.Selection) {
	owner := ownerOf(selection)
	name := owner + "." + s.Sel.Name
	rule, ruled := Attributes[name]
	switch {
	case s.Sel.Name == "Find":
		m.byHand(s, "%s: %s", name, Gone["Find"])
	case Gone[name] != "":
		m.byHand(s, "%s: %s", name, Gone[name])
	case isBase(s, selection):
		m.base(s, name)
	case !ruled: // not changed
	case rule.ByHand != "":
		m.byHand(s, "%s is now %s", name, rule.ByHand)
	default:
		m.attribute(s, name, rule)
	}
}

// isBase reports whether a selector is the Base of a model. The Base of a list has a rule of
// its own.
func isBase(s *ast.SelectorExpr, selection *types.Selection) bool {
	return s.Sel.Name == "Base" && ownerOf(selection) != "List"
}

// base leaves the Base out of charge.Base.ID.
func (m *migration) base(s *ast.SelectorExpr, name string) {
	path, _ := astutil.PathEnclosingInterval(m.file, s.Pos(), s.End())
	if _, ok := path[1].(*ast.SelectorExpr); !ok {
		m.byHand(s, "%s: %s", name, Gone["Base"])
		return
	}
	m.replace(s.X.End(), s.End(), "")
}

// ownerOf returns the type that has the member itself, such as Base for
// charge.ID.
func ownerOf(selection *types.Selection) string {
	owners := ownersOf(selection)
	if owner := owners[len(owners)-1]; owner != nil {
		return owner.Name()
	}
	return ""
}

// ownersOf returns the type of a value and of each embedded field on the way to a member. A
// type without a name is nil.
func ownersOf(selection *types.Selection) []*types.TypeName {
	t := selection.Recv()
	var owners []*types.TypeName
	for _, i := range selection.Index() {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		var owner *types.TypeName
		if named, ok := types.Unalias(t).(*types.Named); ok {
			owner = named.Obj()
		}
		owners = append(owners, owner)
		if s, ok := t.Underlying().(*types.Struct); ok && len(owners) < len(selection.Index()) {
			t = s.Field(i).Type()
		}
	}
	return owners
}

// isPromoted reports whether a member of http.Client is used as a member of a client of
// omise-go, which embeds it.
func isPromoted(selection *types.Selection) bool {
	return slices.ContainsFunc(ownersOf(selection), func(owner *types.TypeName) bool {
		return owner != nil && owner.Pkg() != nil && owner.Pkg().Path() == OldModule && owner.Name() == "Client"
	})
}

func (m *migration) attribute(s *ast.SelectorExpr, name string, rule Attribute) {
	path, _ := astutil.PathEnclosingInterval(m.file, s.Pos(), s.End())
	parent := path[1]
	if rule.To != "" {
		m.replace(s.Sel.Pos(), s.Sel.End(), rule.To)
	}
	var whole ast.Expr = s
	if rule.Nilled {
		switch p := parent.(type) {
		case *ast.StarExpr:
			m.replace(p.Star, s.Pos(), "")
			whole, parent = p, path[2]
		case *ast.BinaryExpr:
			if other := otherSide(p, s); isNil(other) {
				m.replace(other.Pos(), other.End(), `""`)
				return
			}
			m.byHand(s, "%s is a string now: \"\" takes the place of nil", name)
			return
		default:
			m.byHand(s, "%s is a string now: \"\" takes the place of nil", name)
			return
		}
	}
	if rule.Named && isAssigned(parent, whole) {
		m.assigned(parent, name)
		return
	}
	if rule.Named && m.wantsString(parent, whole) {
		m.insert(s.Pos(), "string(")
		m.insert(s.End(), ")")
	}
}

// isAssigned reports whether a value is on the left side of an assignment.
func isAssigned(parent ast.Node, e ast.Expr) bool {
	assign, ok := parent.(*ast.AssignStmt)
	return ok && slices.Contains(assign.Lhs, e)
}

// assigned lists an assignment to a field of a named type. A constant fits as it is.
func (m *migration) assigned(assignment ast.Node, name string) {
	for _, value := range assignment.(*ast.AssignStmt).Rhs {
		if m.pass.TypesInfo.Types[value].Value == nil {
			m.byHand(assignment, "%s has a named string type now: convert the value to it", name)
			return
		}
	}
}

// wantsString reports whether a value has to be a plain string at its place. This is not so
// in a comparison with a constant and as an argument for an interface.
func (m *migration) wantsString(parent ast.Node, e ast.Expr) bool {
	switch p := parent.(type) {
	case *ast.BinaryExpr:
		return (p.Op != token.EQL && p.Op != token.NEQ) || m.pass.TypesInfo.Types[otherSide(p, e)].Value == nil
	case *ast.SwitchStmt:
		return p.Tag != e
	case *ast.CallExpr:
		return !m.takesAny(p, e)
	}
	return true
}

// takesAny reports whether the parameter for an argument is an interface.
func (m *migration) takesAny(call *ast.CallExpr, argument ast.Expr) bool {
	signature, ok := m.pass.TypesInfo.TypeOf(call.Fun).(*types.Signature)
	if !ok {
		return false
	}
	for i, a := range call.Args {
		if a != argument {
			continue
		}
		last := signature.Params().Len() - 1
		t := signature.Params().At(min(i, last)).Type()
		if slice, ok := t.(*types.Slice); ok && signature.Variadic() && i >= last {
			t = slice.Elem()
		}
		return types.IsInterface(t)
	}
	return false
}

func otherSide(b *ast.BinaryExpr, e ast.Expr) ast.Expr {
	if b.X == e {
		return b.Y
	}
	return b.X
}

func isNil(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "nil"
}
