package rules

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

// call rewrites calls of the client and of NewClient.
func (m *migration) call(call *ast.CallExpr) {
	fun, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	object := m.pass.TypesInfo.Uses[fun.Sel]
	if object == nil || object.Pkg() == nil || object.Pkg().Path() != OldModule {
		return
	}
	switch object.Name() {
	case "NewClient":
		m.done[fun] = true
		m.newClient(call)
	case "Do":
		m.done[fun] = true
		m.do(call, m.source(fun.X), call.Args[0], call.Args[1])
	case "DoWithKeys":
		m.done[fun] = true
		options := m.sdk("omise.WithSecretKey(") + m.source(call.Args[2]) + ")"
		if public := m.source(call.Args[1]); public != `""` {
			options += m.sdk(", omise.WithPublicKey(") + public + ")"
		}
		m.do(call, m.source(fun.X)+".With("+options+")", call.Args[0], call.Args[3])
	}
}

// newClient makes the secret key the first argument and the public key an option.
func (m *migration) newClient(call *ast.CallExpr) {
	if len(call.Args) != 2 {
		m.byHand(call, "NewClient takes the secret key, and the public key as an option")
		return
	}
	m.replace(call.Args[0].Pos(), call.Args[1].End(),
		m.source(call.Args[1])+m.sdk(", omise.WithPublicKey(")+m.source(call.Args[0])+")")
}

// do rewrites client.Do(target, &operations.X{...}) to the method for X.
func (m *migration) do(call *ast.CallExpr, client string, target, operand ast.Expr) {
	_, name := m.typeOf(operand)
	op, known := Operations[name]
	literal := operationLiteral(operand)
	if op.MovesMoney {
		m.byHand(call, "operations.%s moves money: %s", name, checkOutcome)
	}
	switch {
	case !known:
		m.byHand(call, "client.Do with an operation of your own: omise.Client.Do takes method, path and params")
		return
	case op.ByHand != "":
		m.byHand(call, "operations.%s is %s: %s", name, op.Call, op.ByHand)
		m.skip(operand)
		return
	case literal == nil && op.isParams():
		m.needsHelper = true
		m.target(call, target, op)
		m.replace(target.End(), operand.Pos(), ")("+client+"."+op.Call+"("+m.context(call)+", ")
		m.insert(call.Rparen, ")")
		return
	case literal == nil:
		m.byHand(call, "operations.%s is %s: write the operation in the call, or call the method yourself", name, op.Call)
		return
	}
	ids, rest := m.splitIDs(literal, op)
	if ids == nil && len(op.IDs) > 0 {
		m.byHand(call, "operations.%s is %s: its ids must come first", name, op.Call)
		m.skip(operand)
		return
	}
	m.needsHelper = true
	m.done[literal] = true
	m.done[literal.Type] = true
	m.target(call, target, op)
	at := target.End()
	text := ")(" + client + "." + op.Call + "(" + m.context(call)
	for _, id := range ids {
		m.replace(at, id.Pos(), text+", ")
		at, text = id.End(), ""
	}
	switch {
	case op.Params == "":
		m.replace(at, call.Rparen, text+")")
	case len(rest) == 0:
		m.replace(at, call.Rparen, text+", nil)")
	case op.Params == "ListParams":
		m.list(rest, op, at, text, call)
	case op.Params == "TokenCardParams":
		m.replace(at, rest[0].Pos(), text+m.sdk(", &omise.TokenCreateParams{Card: &omise.TokenCardParams{")+m.breakBefore(rest[0], literal))
		m.fields(rest, op.Fields)
		m.replace(literal.Rbrace+1, call.Rparen, "})")
	default:
		m.replace(at, rest[0].Pos(), text+m.sdk(", &omise."+op.Params+"{")+m.breakBefore(rest[0], literal))
		m.fields(rest, op.Fields)
		m.replace(literal.Rbrace+1, call.Rparen, ")")
	}
}

// breakBefore returns the line break before an element of a literal, if there is one.
func (m *migration) breakBefore(element ast.Expr, literal *ast.CompositeLit) string {
	if m.pass.Fset.Position(element.Pos()).Line == m.pass.Fset.Position(literal.Lbrace).Line {
		return ""
	}
	return "\n"
}

// target rewrites the beginning of the call, up to the variable that it fills.
func (m *migration) target(call *ast.CallExpr, target ast.Expr, op Operation) {
	if id, ok := target.(*ast.Ident); ok && id.Name == "nil" {
		m.replace(call.Pos(), target.Pos(), m.sdk("into[omise."+op.Result+"]("))
		return
	}
	m.replace(call.Pos(), target.Pos(), "into(")
	if _, name := m.typeOf(target); name == "Deletion" {
		if u, ok := target.(*ast.UnaryExpr); ok {
			target = u.X
		}
		if id, ok := target.(*ast.Ident); ok {
			m.results[m.pass.TypesInfo.ObjectOf(id)] = m.sdk(op.Result)
			return
		}
		m.byHand(target, "the answer is an omise.%s with Deleted set", op.Result)
	}
}

// operationLiteral returns the literal in &operations.X{...}.
func operationLiteral(e ast.Expr) *ast.CompositeLit {
	if u, ok := e.(*ast.UnaryExpr); ok && u.Op == token.AND {
		e = u.X
	}
	literal, _ := e.(*ast.CompositeLit)
	return literal
}

// splitIDs returns the values that become arguments and the other elements. It returns nil
// ids if the ids are not the first elements.
func (m *migration) splitIDs(literal *ast.CompositeLit, op Operation) (ids, rest []ast.Expr) {
	for i, element := range literal.Elts {
		pair, keyed := element.(*ast.KeyValueExpr)
		switch {
		case i >= len(op.IDs):
			rest = append(rest, element)
		case !keyed:
			ids = append(ids, element)
		case pair.Key.(*ast.Ident).Name == op.IDs[i]:
			ids = append(ids, pair.Value)
		default:
			return nil, nil
		}
	}
	if len(ids) < len(op.IDs) {
		return nil, nil
	}
	return ids, rest
}

// list rewrites the embedded operations.List, the time window of a list.
func (m *migration) list(rest []ast.Expr, op Operation, at token.Pos, text string, call *ast.CallExpr) {
	value := rest[0]
	pair, keyed := value.(*ast.KeyValueExpr)
	if keyed {
		value = pair.Value
	}
	window, ok := value.(*ast.CompositeLit)
	if !ok || len(rest) > 1 || keyed && pair.Key.(*ast.Ident).Name != "List" {
		m.byHand(call, "%s takes an *omise.ListParams: %s", op.Call,
			cmp.Or(op.Fields["State"].ByHand, "build an omise.ListParams in place of operations.List"))
		m.replace(at, rest[0].Pos(), text+m.sdk(", &omise.ListParams{"))
		m.insert(call.Rparen, ")")
		return
	}
	m.done[window] = true
	m.done[window.Type] = true
	m.replace(at, window.Lbrace, text+m.sdk(", &omise.ListParams"))
	m.replace(window.Rbrace+1, call.Rparen, ")")
}

// fields rewrites the elements of a literal of params.
func (m *migration) fields(elements []ast.Expr, rules map[string]Field) {
	for _, element := range elements {
		pair, ok := element.(*ast.KeyValueExpr)
		if !ok {
			m.byHand(element, "name the field: params have other fields in another order")
			continue
		}
		key := pair.Key.(*ast.Ident)
		rule := rules[key.Name]
		if rule.ByHand != "" {
			m.byHand(pair, "%s", rule.ByHand)
			continue
		}
		if rule.Name != "" {
			m.replace(key.Pos(), key.End(), rule.Name)
		}
		m.value(pair.Value, rule)
	}
}

// value rewrites a value of params.
func (m *migration) value(value ast.Expr, rule Field) {
	known := m.pass.TypesInfo.Types[value]
	switch rule.Kind {
	case Pointer:
		m.insert(value.Pos(), m.sdk("omise.Ptr["+rule.Type+"]("))
		m.insert(value.End(), ")")
		if known.Value == nil {
			m.byHand(value, "a zero value was left out and is sent now: leave the field nil for it")
		}
	case Negated:
		if known.Value != nil {
			m.replace(value.Pos(), value.End(), fmt.Sprintf(m.sdk("omise.Ptr(%t)"), !constant.BoolVal(known.Value)))
			return
		}
		m.insert(value.Pos(), m.sdk("omise.Ptr(!"))
		m.insert(value.End(), ")")
	case Convert:
		if known.Value == nil || !isUntyped(value) {
			m.insert(value.Pos(), m.sdk(rule.Type+"("))
			m.insert(value.End(), ")")
		}
	case Wrap:
		m.insert(value.Pos(), m.sdk(rule.Type+"("))
		m.insert(value.End(), ")")
	case Money:
		if known.Value == nil {
			m.insert(value.Pos(), m.sdk("omise.Currency("))
			m.insert(value.End(), ")")
		}
	case Deref:
		if u, ok := value.(*ast.UnaryExpr); ok && u.Op == token.AND {
			m.replace(u.Pos(), u.X.Pos(), "")
			return
		}
		m.byHand(value, "a time.Time, not a pointer")
	}
}

// isUntyped reports whether a value is a literal without a fixed type.
func isUntyped(value ast.Expr) bool {
	switch value := value.(type) {
	case *ast.BasicLit:
		return true
	case *ast.ParenExpr:
		return isUntyped(value.X)
	}
	return false
}

// skip marks a node and everything in it as handled, because it was listed.
func (m *migration) skip(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		if n != nil {
			m.done[n] = true
		}
		return true
	})
}

// literal rewrites literals of params outside of an operation, such as the bank account of a
// recipient.
func (m *migration) literal(literal *ast.CompositeLit) {
	if m.done[literal] {
		return
	}
	path, name := m.typeOf(literal)
	op := Operations[name]
	switch {
	case path == OperationsPath && op.isParams():
		m.done[literal.Type] = true
		m.replace(literal.Type.Pos(), literal.Type.End(), m.sdk("omise."+op.Params))
		m.fields(literal.Elts, op.Fields)
	case path == OperationsPath:
		m.byHand(literal, "operations.%s: give its values to %s where the call is", name, op.Call)
		m.skip(literal)
	case path == OldModule && name == "BankAccountRequest":
		m.fields(literal.Elts, bankAccount)
	case path == OldModule && len(literal.Elts) > 0:
		m.byHand(literal, "a literal of omise.%s: fields may have other names and types", name)
	}
}

// declaredWith returns the object of the variable that a literal is assigned to.
func (m *migration) declaredWith(path []ast.Node) types.Object {
	for i, n := range path {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for j, value := range n.Rhs {
				if id, ok := n.Lhs[j].(*ast.Ident); ok && i > 0 && value == path[i-1] {
					return m.pass.TypesInfo.ObjectOf(id)
				}
			}
			return nil
		case *ast.ValueSpec:
			if len(n.Names) == 1 {
				return m.pass.TypesInfo.ObjectOf(n.Names[0])
			}
			return nil
		}
	}
	return nil
}
