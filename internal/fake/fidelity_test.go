package fake

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/internal/golden"
)

// TestFidelityPage compares docs/fidelity.md, which lists what the fake knows and
// what it guesses, with the code.
func TestFidelityPage(t *testing.T) {
	t.Parallel()
	golden.Require(t, "../../docs/fidelity.md", fidelity(t))
}

func fidelity(t *testing.T) string {
	t.Helper()
	var page strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&page, format+"\n", args...) }
	counts := map[string]int{}
	var rows []string
	for _, o := range operations() {
		source := endpoints()[anonymous(o)].Confidence
		if source == "" {
			source = "not in the reference"
		}
		counts[source]++
		rows = append(rows, fmt.Sprintf("| `%s` | %s |", o, source))
	}
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	inner, err := filepath.Glob("*/*.go")
	require.NoError(t, err)
	files = append(files, inner...)
	var guesses, noted []string
	total := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		code, err := os.ReadFile(file)
		require.NoError(t, err)
		found := marked("Guess: ", string(code))
		total += len(found)
		if len(found) > 0 {
			guesses = append(guesses, "\n### "+file+"\n")
		}
		for _, g := range found {
			guesses = append(guesses, "- "+g)
		}
		for _, match := range notedGuess.FindAllStringSubmatch(string(code), -1) {
			noted = append(noted, "- "+match[1])
		}
	}
	slices.Sort(noted)
	noted = slices.Compact(noted)

	line("# Fidelity\n")
	line("<!-- Written by TestFidelityPage in internal/fake. Do not edit. -->\n")
	line("What the fake behind `omisetest` knows of the API, and what it guesses. Answers")
	line("start from recorded objects, so that their keys and types are those of the API, and")
	line("%d refusals are those that a source shows, with their code and message.\n", len(recordedErrors(t)))
	line("| operations | |\n| --- | --- |")
	for _, source := range []string{"official", "draft", "not in the reference"} {
		line("| %s | %d |", source, counts[source])
	}
	line("| **guesses** | %d |\n", total)
	line("## Doubts of the SDK\n")
	line("Where sources disagree or are silent, the SDK takes either answer, and says so here.\n")
	line("%s\n", strings.Join(doubts(t), "\n"))
	line("## Operations\n")
	line("*official*: the public reference has it. *draft*: only a draft of the reference has")
	line("it, and the live API may differ.\n")
	line("| operation | source |\n| --- | --- |\n%s\n", strings.Join(rows, "\n"))
	line("## Guesses\n")
	line("Where the facts are silent, the fake takes the careful reading. These are all such")
	line("places, by file of `internal/fake`.")
	line("%s\n", strings.Join(guesses, "\n"))
	line("## Parameters that no answer shows\n")
	line("The fake takes them, as the API does, and an answer has nowhere to show them or no")
	line("source says where. `TestWhatIsSentIsShownBack` sends all others and reads them back.\n")
	for _, parameter := range slices.Sorted(maps.Keys(neverShown)) {
		line("- `%s`: %s.", parameter, neverShown[parameter])
	}
	line("\n## Guesses that the journal names\n")
	line("A call whose answer rests on one of these says so in `Call.Guesses`.\n")
	line("%s", strings.Join(noted, "\n"))
	return page.String()
}

// doubts returns the comments of the SDK that start with Doubt, by file.
func doubts(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../*.go")
	require.NoError(t, err)
	var all []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		code, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, doubt := range marked("Doubt: ", string(code)) {
			all = append(all, "- "+filepath.Base(file)+", "+doubt)
		}
	}
	require.NotEmpty(t, all)
	return all
}

var notedGuess = regexp.MustCompile(`\.guess\("([^"]+)"\)`)

// declared matches the first line of a declaration.
var declared = regexp.MustCompile(`^(?:func (?:\([^)]*\) )?|var |const |type )(\w+)`)

// grouped matches the first line of a group of declarations.
var grouped = regexp.MustCompile(`^(?:var|const|type) \($`)

// marked returns what follows a mark in the comments of a file, each after the name
// of what it is about: the declaration that follows the comment, or the one that it
// is in.
func marked(mark, code string) []string {
	var found []string
	named, within := 0, ""
	open := false
	for line := range strings.SplitSeq(code, "\n") {
		if match := declared.FindStringSubmatch(line); match != nil {
			within = match[1]
		} else if grouped.MatchString(line) {
			within = ""
		}
		text, isComment := strings.CutPrefix(strings.TrimSpace(line), "//")
		text = strings.TrimSpace(text)
		marked, starts := strings.CutPrefix(text, mark)
		switch {
		case isComment && starts:
			found = append(found, marked)
			open = true
		case isComment && open && text != "":
			found[len(found)-1] += " " + text
		default:
			open = false
		}
		for ; named < len(found) && !isComment; named++ {
			name := within
			if name == "" {
				name, _, _ = strings.Cut(strings.TrimSpace(line), " ")
			}
			found[named] = "`" + name + "`: " + found[named]
		}
	}
	return found
}

func TestGuessesIn(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"`f`: one.", "`f`: two goes on."}, marked("Guess: ", "// It is.\n//\n// Guess: one.\n//\n// More.\nfunc f() {\n\t// Guess: two\n\t// goes on.\n\tx()\n}"))
}
