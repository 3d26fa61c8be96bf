// Package cichecks tests the scripts in .ci.
package cichecks

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// scan runs .ci/vulnerabilities with a database and returns its output.
func scan(t *testing.T, database string, env ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "../../.ci/vulnerabilities")
	cmd.Env = append(append(os.Environ(), "GOVULNDB="+database), env...)
	output, err := cmd.CombinedOutput()
	return string(output), err
}

func TestTheScanFailsOnAFinding(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"index/db.json":      `{"modified":"2026-01-01T00:00:00Z"}`,
		"index/modules.json": `[{"path":"github.com/google/go-querystring","vulns":[{"id":"GO-2026-9999","modified":"2026-01-01T00:00:00Z"}]}]`,
		"index/vulns.json":   `[{"id":"GO-2026-9999","modified":"2026-01-01T00:00:00Z"}]`,
		"ID/GO-2026-9999.json": `{"schema_version":"1.3.1","id":"GO-2026-9999","modified":"2026-01-01T00:00:00Z","summary":"made up","database_specific":{"url":"https://vulnerabilities.test/GO-2026-9999"},"affected":[{
			"package":{"name":"github.com/google/go-querystring","ecosystem":"Go"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}],
			"ecosystem_specific":{"imports":[{"path":"github.com/google/go-querystring/query","symbols":["Values"]}]}}]}`,
	} {
		file := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	output, err := scan(t, "file://"+dir)
	require.Error(t, err, output)
	require.Contains(t, output, "GO-2026-9999")
}

func TestTheScanSaysThatNothingWasChecked(t *testing.T) {
	t.Parallel()
	output, err := scan(t, "file://"+t.TempDir()+"/absent")
	require.NoError(t, err, output)
	require.Contains(t, output, "NOTHING WAS CHECKED")
}

func TestTheScanMayRequireItsDatabase(t *testing.T) {
	t.Parallel()
	output, err := scan(t, "file://"+t.TempDir()+"/absent", "REQUIRE_DATABASE=1")
	require.Error(t, err)
	require.Contains(t, output, "NOTHING WAS CHECKED")
}
