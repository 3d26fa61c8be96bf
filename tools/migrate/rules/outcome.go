package rules

import (
	"go/ast"
	"go/constant"
	"go/token"
)

// checkOutcome is the advice for code that decides by an error whether money has moved. With
// omise-go an error of the network was no *omise.Error.
const checkOutcome = "check errors.Is(err, omise.ErrOutcomeUnknown) first"

// outcome lists code that takes an *omise.Error, or its status, for a refusal.
func (m *migration) outcome(n ast.Node) {
	switch n := n.(type) {
	case *ast.TypeAssertExpr:
		m.refusal(n, n.Type)
	case *ast.CallExpr:
		if m.isErrorsAs(n) {
			m.refusal(n, n.Args[1].(*ast.UnaryExpr).X)
		}
	case *ast.CaseClause:
		for _, e := range n.List {
			if m.pass.TypesInfo.Types[e].IsType() {
				m.refusal(e, e)
			}
		}
	case *ast.BinaryExpr:
		if m.isServerError(n.X, n.Y) || m.isServerError(n.Y, n.X) {
			m.byHand(n, "Error.Status is 0 if there was no answer: %s", checkOutcome)
		}
	}
}

// isErrorsAs reports whether a call is errors.As with the address of a variable.
func (m *migration) isErrorsAs(call *ast.CallExpr) bool {
	fun, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || len(call.Args) != 2 {
		return false
	}
	_, ok = call.Args[1].(*ast.UnaryExpr)
	object := m.pass.TypesInfo.Uses[fun.Sel]
	return ok && object != nil && object.Pkg() != nil && object.Pkg().Path() == "errors" && object.Name() == "As"
}

// refusal lists a node if a type or a variable is *omise.Error.
func (m *migration) refusal(n ast.Node, of ast.Expr) {
	if of == nil {
		return
	}
	if _, name := m.typeOf(of); name == "Error" {
		m.byHand(n, "an *omise.Error is no longer always a refusal: %s", checkOutcome)
	}
}

// isServerError reports whether a status is compared with 500 or more. A comparison with > may
// have 499.
func (m *migration) isServerError(status, bound ast.Expr) bool {
	s, ok := status.(*ast.SelectorExpr)
	if !ok || s.Sel.Name != "StatusCode" {
		return false
	}
	_, owner := m.typeOf(s.X)
	value := m.pass.TypesInfo.Types[bound].Value
	return owner == "Error" && value != nil && constant.Compare(value, token.GEQ, constant.MakeInt64(499))
}
