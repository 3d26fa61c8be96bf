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
	case *ast.CaseClause:
		for _, e := range n.List {
			m.refusal(e, e)
		}
	case *ast.BinaryExpr:
		if m.isServerError(n.X, n.Y) || m.isServerError(n.Y, n.X) {
			m.byHand(n, "Error.Status is 0 if there was no answer: %s", checkOutcome)
		}
	}
}

// refusal lists a node whose type is *omise.Error.
func (m *migration) refusal(n ast.Node, t ast.Expr) {
	if t == nil || !m.pass.TypesInfo.Types[t].IsType() {
		return
	}
	if _, name := m.typeOf(t); name == "Error" {
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
