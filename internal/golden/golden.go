// Package golden compares files of the repository with the text that a test would
// write, and writes them with the flag -update.
package golden

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the files that a test compares, instead of comparing them")

// Require fails the test unless the file has the text. The failure names the first
// line that differs and the command that writes the file; git diff then shows the
// rest.
func Require(t testing.TB, file, text string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(content) != text {
		name, _, _ := strings.Cut(t.Name(), "/")
		t.Fatalf("%s is out of date, first in the line %q; to write it: go test -run '^%s$' -update", file, firstDifference(string(content), text), name)
	}
}

// firstDifference returns the first line of text that differs from content, or the
// first line that content has in addition.
func firstDifference(content, text string) string {
	old, lines := strings.Split(content, "\n"), strings.Split(text, "\n")
	for i, line := range lines {
		if i >= len(old) || old[i] != line {
			return line
		}
	}
	return old[len(lines)]
}
