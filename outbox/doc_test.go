package outbox_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/omisekit/omise-go/outbox"
)

// packageComment returns the comment of doc.go without its slashes.
func packageComment(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	return strings.NewReplacer("//\t", "", "// ", "").Replace(string(text))
}

func TestThePackageCommentHasTheTables(t *testing.T) {
	t.Parallel()
	for _, dialect := range []string{"postgres", "sqlite"} {
		t.Run(dialect, func(t *testing.T) {
			t.Parallel()
			statements, err := outbox.Schema(dialect)
			require.NoError(t, err)
			require.Len(t, statements, 4)
			for _, statement := range statements {
				require.Contains(t, packageComment(t), statement)
			}
		})
	}
}

func TestThePackageCommentHasTheColumnTypesOfMySQL(t *testing.T) {
	t.Parallel()
	require.Contains(t, packageComment(t), "VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin")
	require.Contains(t, packageComment(t), "MEDIUMTEXT CHARACTER SET utf8mb4")
}

func TestTheSchemaOfMySQLHasTwoStatements(t *testing.T) {
	t.Parallel()
	statements, err := outbox.Schema("mysql")
	require.NoError(t, err)
	require.Len(t, statements, 2)
}

func TestAnUnknownDialectHasNoSchema(t *testing.T) {
	t.Parallel()
	_, err := outbox.Schema("oracle")
	require.EqualError(t, err, `outbox: there is no dialect "oracle": it is postgres, mysql or sqlite`)
}
