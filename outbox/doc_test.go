package outbox_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/outbox"
)

func TestThePackageCommentHasTheTables(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	comment := strings.ReplaceAll(string(text), "//\t", "")
	comment = strings.ReplaceAll(comment, "// ", "")
	for _, dialect := range []string{"postgres", "sqlite"} {
		statements, err := outbox.Schema(dialect)
		require.NoError(t, err)
		require.Len(t, statements, 4)
		for _, statement := range statements {
			require.Contains(t, comment, statement)
		}
	}
	statements, err := outbox.Schema("mysql")
	require.NoError(t, err)
	require.Len(t, statements, 2)
	require.Contains(t, comment, "VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin")
	require.Contains(t, comment, "MEDIUMTEXT CHARACTER SET utf8mb4")
	_, err = outbox.Schema("oracle")
	require.EqualError(t, err, `outbox: there is no dialect "oracle": it is postgres, mysql or sqlite`)
}
