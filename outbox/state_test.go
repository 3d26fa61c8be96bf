package outbox

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// The diagram in the manual has the same states and arrows as the code.
func TestTheDiagramHasTheStates(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/outbox.md")
	require.NoError(t, err)
	drawn := map[State][]State{}
	for _, m := range regexp.MustCompile(`(?m)^    ([a-z]+) --> ([a-z]+)`).FindAllStringSubmatch(string(text), -1) {
		drawn[State(m[1])] = append(drawn[State(m[1])], State(m[2]))
	}
	require.Len(t, drawn, len(transitions))
	for from, to := range transitions {
		require.ElementsMatch(t, to, drawn[from], from)
	}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z]+)` \\|.*\\| (yes|no) \\|$").FindAllStringSubmatch(string(text), -1) {
		require.Equal(t, State(m[1]).reportable(), m[2] == "yes", m[1])
		delete(drawn, State(m[1]))
	}
	require.Empty(t, drawn, "states without a row")
}

func TestAStateFollowsOnlyAnArrow(t *testing.T) {
	t.Parallel()
	require.EqualError(t, Unknown.check(Sending), "outbox: there is no way from unknown to sending")
}

func TestAReportChangesNoState(t *testing.T) {
	t.Parallel()
	require.NoError(t, Done.check(Done))
}
