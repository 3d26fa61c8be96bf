package golden

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFirstDifference(t *testing.T) {
	t.Parallel()
	require.Equal(t, "B", firstDifference("a\nb\nc", "a\nB\nc"))
	require.Equal(t, "c", firstDifference("a\nb", "a\nb\nc"))
	require.Equal(t, "c", firstDifference("a\nb\nc", "a\nb"))
}

func TestAFileWithTheTextPasses(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "page.md")
	require.NoError(t, os.WriteFile(file, []byte("a\nb\n"), 0o644))
	Require(t, file, "a\nb\n")
}

// failures keeps the failures of a test.
type failures struct {
	testing.TB
	messages []string
}

func (f *failures) Fatalf(format string, args ...any) { f.messages = append(f.messages, format) }

func TestAnotherFileFails(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "page.md")
	require.NoError(t, os.WriteFile(file, []byte("a\n"), 0o644))
	f := &failures{TB: t}
	Require(f, file, "b\n")
	require.Len(t, f.messages, 1)
}
