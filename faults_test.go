package omise_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A fault is something that goes wrong, in the network, at the API or in the
// caller's program, and what the SDK makes of it: a row of docs/faults.md.
type fault struct {
	number int
	name   string
	does   string // what the SDK does
	check  func(*testing.T)
}

var faults = []struct {
	about string
	rows  []fault
}{
	{"Network and status", slices.Concat(answerFaults, networkFaults)},
	{"Money", moneyFaults},
	{"Input, decoding, security", slices.Concat(inputFaults, decodingFaults)},
}

// alone are the rows that measure what the whole process does.
var alone = map[int]bool{22: true, 28: true, 31: true, 71: true, 82: true}

// TestFaults goes through all rows, and keeps docs/faults.md as they are today.
func TestFaults(t *testing.T) {
	var mu sync.Mutex
	holds := map[int]bool{}
	t.Cleanup(func() {
		if _, part, _ := strings.Cut(flag.Lookup("test.run").Value.String(), "/"); part == "" {
			checkFaultsPage(t, holds)
		}
	})
	for _, section := range faults {
		for _, f := range section.rows {
			t.Run(fmt.Sprintf("%02d %s", f.number, f.name), func(t *testing.T) {
				t.Cleanup(func() {
					mu.Lock()
					defer mu.Unlock()
					holds[f.number] = !t.Failed() && !t.Skipped()
				})
				if !alone[f.number] {
					t.Parallel()
				}
				f.check(t)
			})
		}
	}
}

// The rows are numbered from 1 to 85, and none is missing.
func TestFaultsAreNumbered(t *testing.T) {
	t.Parallel()
	next := 1
	for _, section := range faults {
		for _, f := range section.rows {
			require.Equal(t, next, f.number, f.name)
			require.NotEmpty(t, f.name)
			require.NotEmpty(t, f.does, f.name)
			require.NotContains(t, f.name+f.does, "|", f.name)
			require.NotContains(t, f.name, "/", "it would not be found by its name")
			require.NotNil(t, f.check, f.name)
			next++
		}
	}
	require.Equal(t, 85, next-1)
}

func checkFaultsPage(t *testing.T, holds map[int]bool) {
	const file = "docs/faults.md"
	got := faultsPage(holds)
	if *update {
		assert.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	assert.NoError(t, err, "to write it: go test . -run TestFaults -update")
	assert.True(t, string(want) == got, "%s is stale; to accept what is: go test . -run TestFaults -update", file)
}

func faultsPage(holds map[int]bool) string {
	var b strings.Builder
	b.WriteString("# Faults\n\n" +
		"What goes wrong between a program and its money, and what this SDK does about it. Each row is a test of its number\n" +
		"(`go test . -run 'TestFaults/09'`), most of them on the fake, with bodies as the API and the things in between write them.\n" +
		"\"Found out\" means what `Resolve` does.\n")
	count := 0
	for _, section := range faults {
		b.WriteString("\n## " + section.about + "\n\n| # | Case | What this SDK does | Result |\n| --- | --- | --- | --- |\n")
		for _, f := range section.rows {
			result := "**fails**"
			if holds[f.number] {
				result, count = "holds", count+1
			}
			fmt.Fprintf(&b, "| %d | %s | %s | %s |\n", f.number, f.name, f.does, result)
		}
	}
	fmt.Fprintf(&b, "\n%d of 85 hold.\n", count)
	return b.String()
}
