package omise_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/apitest"
)

var update = flag.Bool("update", false, "write the files that a test compares, instead of comparing them")

// requireGolden compares a file with the text that the test would write. With
// -update it writes the file. The failure names the first line that differs: the
// whole difference is in git diff after the update.
func requireGolden(t *testing.T, file, want string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(want), 0o644))
		return
	}
	got, err := os.ReadFile(file)
	require.NoError(t, err)
	if string(got) == want {
		return
	}
	name, _, _ := strings.Cut(t.Name(), "/")
	t.Fatalf("%s is out of date, first in the line %q; to write it: go test . -run '^%s$' -update", file, firstDifference(string(got), want), name)
}

// skipWhereRowsAreMissing skips a test of a file that has all operations while
// TestEveryMethodIsAsTheReferenceHasIt says which of them are missing.
func skipWhereRowsAreMissing(t *testing.T) {
	t.Helper()
	if len(apitest.Problems()) > 0 {
		t.Skip("TestEveryMethodIsAsTheReferenceHasIt fails")
	}
}

// firstDifference returns the first line of want that is not in its place in got.
func firstDifference(got, want string) string {
	lines := strings.Split(got, "\n")
	for i, line := range strings.Split(want, "\n") {
		if i >= len(lines) || lines[i] != line {
			return line
		}
	}
	return lines[strings.Count(want, "\n")+1]
}

func TestFirstDifference(t *testing.T) {
	t.Parallel()
	require.Equal(t, "B", firstDifference("a\nb\nc", "a\nB\nc"))
	require.Equal(t, "c", firstDifference("a\nb", "a\nb\nc"))
	require.Equal(t, "c", firstDifference("a\nb\nc", "a\nb"))
}
