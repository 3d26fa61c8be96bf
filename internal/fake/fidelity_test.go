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

// TestFidelityPage compares docs/fidelity.md with the code. The page lists the known
// facts and the guesses of the fake.
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
	line("This page says which behaviour of the fake behind `omisetest` is documented, and which is")
	line("a guess. Answers start from recorded objects, so they have the keys and types of the API.")
	line("A source shows the code and the message of %d refusals.\n", len(recordedErrors(t)))
	line("| operations | |\n| --- | --- |")
	for _, source := range []string{"official", "draft", "not in the reference"} {
		line("| %s | %d |", source, counts[source])
	}
	line("| **guesses** | %d |\n", total)
	line("## Doubts of the SDK\n")
	line("If sources about the API disagree or say nothing, the SDK accepts each of the answers.")
	line("These are all such places.\n")
	line("%s\n", strings.Join(doubts(t), "\n"))
	line("## Operations\n")
	line("*official*: the public reference has the operation. *draft*: only a draft of the")
	line("reference has it, and the live API may differ.\n")
	line("| operation | source |\n| --- | --- |\n%s\n", strings.Join(rows, "\n"))
	line("## Guesses\n")
	line("Where no source tells how the API behaves, the fake takes the more careful behaviour.")
	line("These are all such places, by file and function of `internal/fake`.")
	line("%s\n", strings.Join(guesses, "\n"))
	line("## Parameters that no answer shows\n")
	line("The fake accepts these parameters, as the API does. No answer shows them, for the given")
	line("reason. `TestAnswersShowSentParameters` sends all other parameters and reads them back.\n")
	for _, parameter := range slices.Sorted(maps.Keys(neverShown)) {
		line("- `%s`: %s.", parameter, neverShown[parameter])
	}
	line("\n## Guesses that the journal names\n")
	line("If the answer to a call depends on one of these guesses, `Call.Guesses` has it.\n")
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

// marked returns the texts that follow a mark in the comments of a file. Each text
// begins with the name of its declaration: the one after the comment, or the one that
// contains the comment.
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
