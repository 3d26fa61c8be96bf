package database

import (
	"path/filepath"
	"testing"
)

// Postgres starts a new PostgreSQL server that ends with the test. The programs of the server
// have to be in PATH or in their directory on Debian.
func Postgres(t testing.TB) Source {
	t.Helper()
	const folder = "/usr/lib/postgresql/*/bin"
	s := newServer(t, "postgres")
	data := filepath.Join(s.dir, "data")
	s.run(find(t, "initdb", folder, "postgresql"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
	s.program = find(t, "postgres", folder, "postgresql")
	s.args = []string{"-D", data, "-k", s.dir, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=100"}
	s.driver, s.dsn = "pgx", "host="+s.dir+" user=postgres dbname=postgres"
	return s.serve()
}
