package omise_test

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/apitest"
	"github.com/omisekit/omise-go/internal/golden"
	"github.com/omisekit/omise-go/internal/reference"
)

// If docs/coverage.md differs from the methods and the reference, write it with -update.
func TestCoverage(t *testing.T) {
	t.Parallel()
	skipWhereRowsAreMissing(t)
	golden.Require(t, "docs/coverage.md", coverage())
}

// coverage returns the text of docs/coverage.md.
func coverage() string {
	all := map[string]string{} // iterators, by the List methods of their pages
	for _, op := range apitest.Iterators() {
		all[op.PageMethod()] = " / " + op.Method.Name
	}
	rows, count := []string{}, map[string]int{}
	operations := apitest.Operations()
	slices.SortFunc(operations, func(a, b apitest.Operation) int {
		return cmp.Or(cmp.Compare(a.Endpoint.Path, b.Endpoint.Path), cmp.Compare(a.Endpoint.Method, b.Endpoint.Method))
	})
	for _, op := range operations {
		count[op.Endpoint.Confidence]++
		rows = append(rows, fmt.Sprintf("| `%s` | `%s%s` | %s |\n", op.Endpoint.Operation(), op.Name, all[op.Name], op.Endpoint.Confidence))
	}
	return "# Coverage\n\n" +
		"Every endpoint of the API's reference with its method. *draft*: only a draft of the reference has it, and the live API may differ.\n\n" +
		"| Endpoint | Method | Reference |\n| --- | --- | --- |\n" + strings.Join(rows, "") +
		fmt.Sprintf("\n%d of %d endpoints: %d official, %d draft.\n", len(rows), len(reference.Read().Endpoints), count["official"], count["draft"]) +
		"\n`GET /integrations/{id}` has no method: one SDK of Omise calls it, but neither the reference nor the API's\n" +
		"own description has it, and its answer carries a secret key. `Client.Do` makes the call.\n"
}

// The section "Drafts" of the README names the methods, and the params of other
// methods, whose only reference is a draft.
func TestTheReadmeNamesExactlyTheDrafts(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	_, section, ok := strings.Cut(string(text), "\n## Drafts\n")
	require.True(t, ok, "no section")
	section, _, _ = strings.Cut(section, "\n## ")

	options := map[string]string{"SUB_MERCHANT_ID": "WithSubMerchant"} // options that send a param
	var want, got []string
	for _, op := range apitest.Operations() {
		if op.Endpoint.Confidence == "draft" {
			want = append(want, op.Name)
		}
		for _, p := range op.Endpoint.Params {
			if p.Confidence == "draft" && op.Endpoint.Confidence != "draft" {
				want = append(want, cmp.Or(options[p.Name], p.Name))
			}
		}
	}
	for _, match := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(section, -1) {
		got = append(got, match[1])
	}
	require.ElementsMatch(t, want, got)
	t.Logf("%d drafts", len(want))
}

func TestExactlyTheDraftEndpointsSayThatTheyAreDrafts(t *testing.T) {
	t.Parallel()
	const sentence = "The reference of this endpoint is a draft: the live API may differ."
	var want, got []string
	for _, op := range apitest.Operations() {
		if op.Endpoint.Confidence == "draft" {
			want = append(want, op.Name)
			if strings.Contains(op.Name, ".List") {
				want = append(want, strings.Replace(op.Name, ".List", ".All", 1))
			}
		}
	}
	for _, file := range sources(t, token.NewFileSet()) {
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Recv == nil || !strings.Contains(strings.Join(strings.Fields(f.Doc.Text()), " "), sentence) {
				continue
			}
			receiver := f.Recv.List[0].Type.(*ast.StarExpr).X.(*ast.Ident).Name
			got = append(got, strings.TrimSuffix(receiver, "Service")+"."+f.Name.Name)
		}
	}
	require.NotEmpty(t, want)
	require.ElementsMatch(t, want, got)
	t.Logf("%d methods of draft endpoints", len(want))
}
