package omise_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// hooks has the methods of params and models that the request path calls, with the
// interface of each.
var hooks = map[string]string{"check": "checker", "guard": "guarded", "details": "describer", "idempotencyKey": "keyed", "secrets": "secretive", "file": "uploader"}

var (
	hookMethod      = regexp.MustCompile(`(?m)^func \(\w+ \*(\w+)\) ([a-z]\w*)\((\)?)`)
	hookDeclaration = regexp.MustCompile(`(?m)^var _ (\w+) = \(\*(\w+)\)\(nil\)`)
)

// Nothing calls a hook with a wrong name or signature. Then the client would send unchecked
// params, or would not find a refund again. So each hook has a declaration that the compiler
// checks, and params have no other methods.
func TestVerdict16EveryHookIsDeclared(t *testing.T) {
	t.Parallel()
	checkThemselves := []string{"config", "callOptions"}
	helpers := []string{"ChargeCreateParams.verifiesPasskey"}
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	declared, count := map[string]bool{}, 0
	var methods [][]string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, d := range hookDeclaration.FindAllStringSubmatch(string(text), -1) {
			declared[d[1]+" "+d[2]] = true
		}
		methods = append(methods, hookMethod.FindAllStringSubmatch(string(text), -1)...)
	}
	for _, method := range methods {
		of, name := method[1], method[2]
		hook, isHook := hooks[name]
		isHook = isHook && method[3] == ")" // it takes no arguments
		switch {
		case isHook && !slices.Contains(checkThemselves, of):
			require.True(t, declared[hook+" "+of], "%s.%s lacks: var _ %s = (*%s)(nil)", of, name, hook, of)
			count++
		case !isHook && strings.HasSuffix(of, "Params"):
			require.Contains(t, helpers, of+"."+name, "is it a hook with a wrong name?")
		}
	}
	require.Greater(t, count, 20)
}
