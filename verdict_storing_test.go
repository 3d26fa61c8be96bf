package omise_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go"
	"github.com/omisekit/omise-go/omisetest"
)

func TestVerdict14WrappedErrorIsStoredWhole(t *testing.T) {
	t.Parallel()
	fake := newFakeClient(t)
	err := fake.lostCharge(omisetest.Fault.DropAfter)
	for name, wrapped := range map[string]error{
		"itself":         err,
		"fmt.Errorf":     fmt.Errorf("order 42: %w", err),
		"errors.Join":    errors.Join(errors.New("the order stays open"), err),
		"several deep":   fmt.Errorf("job: %w", errors.Join(fmt.Errorf("order 42: %w", err))),
		"of two, second": fmt.Errorf("%w and %w", errors.New("closed"), err),
	} {
		t.Run(name, func(t *testing.T) {
			stored, problem := omise.MarshalError(wrapped)
			require.NoError(t, problem)
			unknown := new(omise.Error)
			require.NoError(t, json.Unmarshal(stored, unknown))
			require.Equal(t, omise.ResolutionFound, fake.chargeState(unknown))
		})
	}
}

func TestVerdict14OnlyErrorsOfThePackageAreStored(t *testing.T) {
	t.Parallel()
	for name, foreign := range map[string]error{"nil": nil, "another error": errors.New("closed")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, problem := omise.MarshalError(foreign)
			require.ErrorContains(t, problem, "no *omise.Error to store")
		})
	}
}

// After a lookup that has failed, the error of a read comes before the error of the
// unknown write.
func TestUnknownWriteBehindAnotherErrorIsStoredAndResolved(t *testing.T) {
	t.Parallel()
	fake := newFakeClient(t)
	unknown := fake.lostCharge(omisetest.Fault.DropAfter)
	_, read := fake.Charges.Get(t.Context(), chargeID)
	for name, err := range map[string]error{
		"errors.Join": errors.Join(read, unknown),
		"fmt.Errorf":  fmt.Errorf("order 42: %w, and then %w", read, fmt.Errorf("job: %w", unknown)),
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, omise.ResolutionFound, fake.chargeState(err))
			stored := new(omise.Error)
			require.NoError(t, json.Unmarshal(must1(omise.MarshalError(err)), stored))
			require.ErrorIs(t, stored, omise.ErrOutcomeUnknown)
		})
	}
}

func TestCopyOfAnErrorIsStoredWhole(t *testing.T) {
	t.Parallel()
	fake := newFakeClient(t)
	type job struct{ Err omise.Error }
	text := must1(json.Marshal(job{*failure(t, fake.lostCharge(omisetest.Fault.DropAfter))}))
	var again job
	require.NoError(t, json.Unmarshal(text, &again))
	require.Equal(t, omise.ResolutionFound, must1(fake.Charges.Resolve(t.Context(), &again.Err)).State)
}

// The documentation of MarshalError warns of this loss.
func TestVerdict14JSONMarshalLosesAWrappedError(t *testing.T) {
	t.Parallel()
	err := newFakeClient(t).lostCharge(omisetest.Fault.DropAfter)
	text, problem := json.Marshal(fmt.Errorf("order 42: %w", err))
	require.NoError(t, problem)
	require.Equal(t, "{}", string(text))
}

// The first attempt has used the token, and its answer was lost. After the code of the
// second attempt, a program must not ask for another card.
func TestVerdict14CodeOfAnUnknownOutcomeDoesNotMatch(t *testing.T) {
	t.Parallel()
	withFakeClient(t, func(t *testing.T, fake *fakeClient) {
		p := fake.chargeOfToken()
		fake.srv.Fault(omisetest.On("POST /charges").Nth(1).DropAfter())
		blind, err := omise.NewClient(fake.srv.SecretKey(), omise.WithHTTPClient(fake.srv.HTTPClient()), omise.WithTokensUsedAtArrival()) // without a public key, it cannot look for the charge
		require.NoError(t, err)
		_, err = blind.Charges.Create(fake.ctx(), p)
		require.Equal(t, omise.ErrCodeUsedToken, failure(t, err).Code)
		require.ErrorIs(t, err, omise.ErrOutcomeUnknown)
		require.NotErrorIs(t, err, omise.ErrCodeUsedToken)
		require.NotErrorIs(t, throughJSON(t, err), omise.ErrCodeUsedToken)
	})
}

// marshalledErrors returns the calls of json.Marshal whose argument is an error. If the
// error wraps another error, such a call stores {}. A program can find these calls in its
// own code with such a test. The test knows errors by their declared type. With the
// importer of golang.org/x/tools/go/packages, it also knows errors that other packages
// return.
func marshalledErrors(files *token.FileSet, parsed []*ast.File) (found []token.Position) {
	known := types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}
	checker := types.Config{Importer: emptyPackages{}, Error: func(error) {}} // errors about missing declarations are expected
	_, _ = checker.Check("main", files, parsed, &known)
	isError := types.Universe.Lookup("error").Type()
	for _, file := range parsed {
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if ok && len(call.Args) > 0 && isMarshal(known, call.Fun) && known.Types[call.Args[0]].Type == isError {
				found = append(found, files.Position(call.Pos()))
			}
			return true
		})
	}
	return found
}

// isMarshal reports whether a function is json.Marshal or json.MarshalIndent, under
// any name of the package.
func isMarshal(known types.Info, function ast.Expr) bool {
	of, ok := function.(*ast.SelectorExpr)
	if !ok || of.Sel.Name != "Marshal" && of.Sel.Name != "MarshalIndent" {
		return false
	}
	name, ok := of.X.(*ast.Ident)
	if !ok {
		return false
	}
	imported, ok := known.Uses[name].(*types.PkgName)
	return ok && imported.Imported().Path() == "encoding/json"
}

// emptyPackages imports packages without their declarations.
type emptyPackages struct{}

func (emptyPackages) Import(name string) (*types.Package, error) {
	empty := types.NewPackage(name, path.Base(name))
	empty.MarkComplete()
	return empty, nil
}

func TestVerdict14JSONMarshalOfAnErrorIsFoundInAProgram(t *testing.T) {
	t.Parallel()
	const program = `package shop

import (
	"fmt"
	"encoding/json"
	text "encoding/json"
)

type order struct{ ID string }

func keep(err error) {
	json.Marshal(err) // line 12
	text.MarshalIndent(err, "", " ") // line 13
	var wrapped error = fmt.Errorf("order 42: %w", err)
	json.Marshal(wrapped) // line 15
	json.Marshal(order{"42"})
	json.Marshal(err.Error())
	fmt.Println(err)
}
`
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "shop.go", program, 0)
	require.NoError(t, err)
	var lines []int
	for _, at := range marshalledErrors(files, []*ast.File{file}) {
		lines = append(lines, at.Line)
	}
	require.Equal(t, []int{12, 13, 15}, lines)
}

// A column of the database holds null.
func TestVerdict14StoredNullIsNoError(t *testing.T) {
	t.Parallel()
	fake := newFakeClient(t)
	var stored *omise.Error
	require.NoError(t, json.Unmarshal([]byte("null"), &stored))
	require.NotPanics(t, func() {
		_, err := fake.Charges.Resolve(fake.ctx(), stored)
		require.Error(t, err)
	})
	require.NotPanics(t, func() {
		_, err := omise.MarshalError(fmt.Errorf("x: %w", error(stored)))
		require.Error(t, err)
	})
}
